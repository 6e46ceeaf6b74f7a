"""Compiled code: one shared library for each instruction set, found, checked and opened; its C++ lies in `csrc`.

What is computed natively knows its own structures and functions (`kernels.native`, `smoothing.native`); how a library
is chosen, and what every call shares, is here.
"""
