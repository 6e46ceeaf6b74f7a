"""Recurrent arithmetic on arrays."""
