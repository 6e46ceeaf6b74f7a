"""What LONGSHORT_KERNEL says, and which library it leaves to those who call compiled code."""

import ctypes
import os

from longshort.errors import SettingsError, nearest
from longshort.native.library import ISAS, best_isa, library

VARIABLE = "LONGSHORT_KERNEL"
KERNELS = ("reference", "torch", "native", *(f"native:{isa}" for isa in ISAS))


def wanted() -> str:
    """Read the variable at the moment of the call; empty where it says nothing.

    Raises SettingsError where it names kernels that there are not.
    """
    said = os.environ.get(VARIABLE, "").strip()
    if said and said not in KERNELS:
        raise SettingsError(
            f"{VARIABLE} is {said!r}, and there are no such kernels.",
            hint=f"{nearest(said, KERNELS)} Without it, longshort takes the best.",
        )
    return said


def native_isa() -> str:
    """Name the instruction set for native kernels: the one in LONGSHORT_KERNEL=native:..., or the best that opens.

    Raises SettingsError where no library opens.
    """
    return wanted().partition(":")[2] or best_isa()


def insisted(said: str) -> str:
    """Name the instruction set that `native` or `native:...` asks for; SettingsError where its library does not serve.

    What the variable names is taken or refused, never replaced by something else.
    """
    try:
        isa = said.partition(":")[2] or best_isa()
        library(isa)
    except SettingsError as error:
        hint = f"{error.hint} Without {VARIABLE}, longshort takes the best that there is."
        raise SettingsError(f"{VARIABLE} is {said!r}, but {error.message}", hint=hint) from None
    return isa


def serving() -> ctypes.CDLL | None:
    """Give the library that computes what numpy could compute too; None where numpy has to.

    That is the best one that opens. With LONGSHORT_KERNEL=native or native:... it is that one or a SettingsError; any
    other kernels that the variable names keep compiled code out.
    """
    said = wanted()
    if said.startswith("native"):
        return library(insisted(said))
    if said:
        return None
    try:
        return library(best_isa())
    except SettingsError:
        return None
