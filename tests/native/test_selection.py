import pytest

from longshort.errors import SettingsError
from longshort.native.library import ISAS, file_of
from longshort.native.selection import KERNELS, native_isa, serving


def test_every_instruction_set_can_be_named():
    assert set(KERNELS) == {"reference", "torch", "native", *(f"native:{isa}" for isa in ISAS)}


@pytest.mark.parametrize(
    ("named", "isa"), [("", "avx512"), ("native", "avx512"), ("native:avx2", "avx2"), ("native:portable", "portable")]
)
def test_the_library_that_serves_is_the_best_or_the_one_that_is_named(libraries, monkeypatch, named, isa):
    libraries("avx512")
    monkeypatch.setenv("LONGSHORT_KERNEL", named)
    assert native_isa() == isa
    assert serving()._name == str(file_of(isa))


@pytest.mark.parametrize("named", ["reference", "torch"])
def test_other_kernels_keep_compiled_code_out(libraries, monkeypatch, named):
    libraries("avx2")
    monkeypatch.setenv("LONGSHORT_KERNEL", named)
    assert serving() is None


def test_where_no_library_opens_nobody_serves_and_it_is_no_failure(libraries):
    libraries("avx2")
    for isa in ISAS:
        file_of(isa).unlink()
    assert serving() is None


@pytest.mark.parametrize(
    ("named", "said"), [("native:amx", "cannot run the amx"), ("native:avx2", "avx2.* is missing"), ("sse", "no such")]
)
def test_what_is_named_is_taken_or_refused(libraries, monkeypatch, named, said):
    libraries("avx512")
    file_of("avx2").unlink()
    monkeypatch.setenv("LONGSHORT_KERNEL", named)
    with pytest.raises(SettingsError, match=f"LONGSHORT_KERNEL is '{named}', .*{said}"):
        serving()
