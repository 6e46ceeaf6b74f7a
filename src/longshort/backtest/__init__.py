"""Walk-forward evaluation: folds, the walk, conformal calibration."""
