"""From a recipe to a forecaster."""
