"""Training: batches, the executor, stopping, checkpoints, records."""
