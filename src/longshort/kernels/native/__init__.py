"""Layers, networks and streams by compiled code, called through its C interface (`native/csrc/api.h`)."""
