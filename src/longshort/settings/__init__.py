"""Settings as nested frozen structs: named by dotted paths, changed by name, bounded, equal to their TOML."""

from longshort.settings.bounds import Bounds, Seed, listed, refuse_beyond
from longshort.settings.nested import change, from_mapping, override, setting_names, to_dict, to_toml
from longshort.settings.toml import read_toml, toml_file

__all__ = [
    "Bounds",
    "Seed",
    "change",
    "from_mapping",
    "listed",
    "override",
    "read_toml",
    "refuse_beyond",
    "setting_names",
    "to_dict",
    "to_toml",
    "toml_file",
]
