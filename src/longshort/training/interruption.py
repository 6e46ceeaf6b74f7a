"""A request to stop that Python's threads and compiled code both see."""

from ctypes import addressof, c_int32


class Interruption:
    """Be set once, from any thread; compiled code reads the number at `address` while it works."""

    def __init__(self) -> None:
        self._flag = c_int32(0)

    def set(self) -> None:
        """Ask everybody to stop."""
        self._flag.value = 1

    def is_set(self) -> bool:
        """Say whether everybody is asked to stop."""
        return bool(self._flag.value)

    @property
    def address(self) -> int:
        """Give where the number lies; it lives as long as this object."""
        return addressof(self._flag)
