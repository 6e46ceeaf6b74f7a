"""The reference of a summary as JSON, made from its structs.

`python -m longshort.cli.schema > docs/summary.schema.json` writes the JSON Schema;
`python -m longshort.cli.schema docs/json.md` prints that page with its tables made anew.
"""

import inspect
import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
from msgspec import Struct
from msgspec.json import schema

from longshort.audit.audit import CONTRACT as AUDIT
from longshort.claims import Claim, Claims
from longshort.cli.show import CONTRACT
from longshort.results.summary import Summary

BY_HAND = ("folds", "run", "leak", "confusion", "samples")  # of no declared form: the page describes them itself
NAMES = {"string": "text", "integer": "number", "boolean": "true or false", "null": "null"}


def summary_schema() -> str:
    """Give the JSON Schema of a summary."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "The summary of a run or an audit"}
    return json.dumps(head | schema(Summary), indent=1, ensure_ascii=False) + "\n"


def page(text: str) -> str:
    """Give docs/json.md with the parts between its marks made anew."""
    made = {
        "backtest": _table(CONTRACT),
        "audit": _table((*AUDIT, "power")),
        "summary": _table([name for name in Summary.__struct_fields__ if name not in CONTRACT]),
        "claims": _claims(),
    }
    return re.sub(
        r"(<!-- made from the structs: (\w+) -->\n).*?(<!-- end -->)",
        lambda found: f"{found[1]}{made[found[2]]}\n{found[3]}",
        text,
        flags=re.DOTALL,
    )


def _table(names: Sequence[str]) -> str:
    whole = schema(Summary)
    kinds = whole["$defs"]
    fields = kinds["Summary"]["properties"]
    rows = [row for name in names if name not in BY_HAND for row in _rows(name, fields[name], kinds)]
    return "\n".join(["| key | type | what it is |", "|---|---|---|", *rows])


def _rows(path: str, form: dict[str, Any], kinds: dict[str, Any], about: str = "") -> Iterator[str]:
    """Give a row for each number and text below a key; a struct's own sentence stands with the first of them."""
    about = about or form.get("description", "")
    options = form.get("anyOf", [form])
    null = any(option.get("type") == "null" for option in options)
    held = next((option for option in options if option.get("type") != "null"), form)
    if "$ref" in held:
        kind = kinds[held["$ref"].rpartition("/")[2]]
        about = about or ("" if path.startswith("claims.") else kind.get("description", ""))
        for name, field in kind["properties"].items():
            said = (about.partition("\n\n")[0], field.get("description", ""))
            yield from _rows(f"{path}.{name}", field, kinds, ": ".join(part.rstrip(".") for part in said if part))
            about = ""
    elif held.get("type") == "array":
        yield from _rows(f"{path}[]", held.get("items", {}), kinds, about)
    elif held.get("type") == "object":
        yield _row(f"{path}.*", "", about)
    elif "type" not in held and "enum" not in held:
        yield _row(f"{path}*", "", about)
    else:
        kind = NAMES.get(held.get("type", "string"), "number")
        yield _row(path, f"{kind} or null" if null else kind, about)


def _row(key: str, kind: str, about: str) -> str:
    return f"| `{key}` | {kind} | {' '.join(about.split())} |"


def _claims() -> str:
    """Say what each claim holds, in the words of its struct and of those that it is built upon."""
    each = [(name, type(claim)) for name, claim in Claims().each()]
    bases = [base for _, kind in each for base in kind.__mro__[1:] if issubclass(base, Claim)]
    shared = [f"`{_paths(base, each)}`: {_prose(base)}" for base in dict.fromkeys(bases)]
    return "\n\n".join([*reversed(shared), *[f"`claims.{name}`: {_prose(kind)}" for name, kind in each]])


def _paths(base: type[Struct], each: list[tuple[str, type[Claim]]]) -> str:
    return "`, `".join(f"claims.{name}" for name, kind in each if issubclass(kind, base))


def _prose(kind: type[Struct]) -> str:
    return " ".join((inspect.getdoc(kind) or "").split())


if __name__ == "__main__":
    click.echo(page(Path(sys.argv[1]).read_text("utf-8")) if len(sys.argv) > 1 else summary_schema(), nl=False)
