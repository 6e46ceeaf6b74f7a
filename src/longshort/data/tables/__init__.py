"""Tables as they are written: files, folders, pipes and frames are opened as one kind of raw table, cells untouched."""
