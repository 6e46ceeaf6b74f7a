"""Compiled kernels: one shared library for each instruction set, called through its C interface (`csrc/api.h`)."""
