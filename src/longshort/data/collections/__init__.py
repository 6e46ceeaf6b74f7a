"""Readers of labelled collections: images, sequences, texts and notes, one small file a format."""
