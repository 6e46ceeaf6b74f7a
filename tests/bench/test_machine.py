"""What the machine is, and what it can do at most."""

import pytest

from longshort.bench.machine import describe, load, peak
from longshort.native.library import ISAS, best_isa, why_not


def test_the_instruction_set_is_one_of_those_that_kernels_are_built_for():
    assert describe(None, load())["isa"] in ISAS


@pytest.mark.skipif(bool(why_not("portable")), reason="no compiled kernels")
def test_products_outrun_transcendental_functions():
    found = peak(1)
    assert found.flops > found.transcendentals > 1e6


@pytest.mark.skipif(bool(why_not("portable")), reason="no compiled kernels")
def test_tiles_have_a_pace_where_the_best_library_has_tiles():
    assert (peak(1).tile_flops is not None) == (best_isa() == "amx")


def test_without_compiled_kernels_there_is_no_peak(monkeypatch):
    from longshort.bench import machine
    from longshort.errors import SettingsError

    def missing():
        raise SettingsError("nothing was built.")

    monkeypatch.setattr(machine, "best_isa", missing)
    assert peak(1) is None
