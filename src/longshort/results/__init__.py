"""What came out: forecasts, runs and their folders."""
