# Type `make demo` to see what longshort does, `make test` to check it, `make help` for the rest.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet
# A compiler for where none is found; longshort works without one too, through PyTorch.
ZIG := ziglang==0.17.0
# Two workers: each test that trains uses one thread. A file's tests stay together, as its fixtures cost much.
WORKERS ?= 2

.PHONY: help demo test lint format types imports docs docs-check notebook try-notebook kernels sanitize wheel sdist clean

help: ## List what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: .venv/.kernels ## Run the main job on real prices, print the verdict, write demo/report.html
	@$(BIN)/longshort demo --out demo

test: .venv/.ready-dev kernels ## Run all tests
	@$(BIN)/pytest -q -n $(WORKERS) --dist loadfile

lint: .venv/.ready-dev ## Look for mistakes and for unformatted code
	@$(BIN)/ruff format --check --quiet . || { echo "Unformatted code: type 'make format'."; exit 1; }
	@$(BIN)/ruff check --quiet .

format: .venv/.ready-dev ## Format the code
	@$(BIN)/ruff check --fix --quiet --exit-zero .
	@$(BIN)/ruff format --quiet .

types: .venv/.ready-dev ## Check the types
	@$(BIN)/mypy

imports: .venv/.ready-dev ## Check that rooms import downwards only
	@$(BIN)/lint-imports

docs: .venv/.ready-dev kernels ## Write the parts of docs/ that come from the program, retake the pictures
	@$(BIN)/python -m longshort.cli.reference > docs/cli.md
	@$(BIN)/python -m longshort.cli.schema > docs/summary.schema.json
	@$(BIN)/python -m longshort.cli.schema docs/json.md > docs/json.md.new && mv docs/json.md.new docs/json.md
	@$(BIN)/python -m longshort.cli.limits docs/limits.md > docs/limits.md.new && mv docs/limits.md.new docs/limits.md
	@$(BIN)/python benchmarks/pictures.py

docs-check: .venv/.ready ## Check that docs/ is what `make docs` would write
	@$(BIN)/python -m longshort.cli.reference | diff -u docs/cli.md - || { echo "docs/cli.md is old: type 'make docs'."; exit 1; }
	@$(BIN)/python -m longshort.cli.schema | diff -u docs/summary.schema.json - || { echo "docs/summary.schema.json is old: type 'make docs'."; exit 1; }
	@$(BIN)/python -m longshort.cli.schema docs/json.md | diff -u docs/json.md - || { echo "docs/json.md is old: type 'make docs'."; exit 1; }
	@$(BIN)/python -m longshort.cli.limits docs/limits.md | diff -u docs/limits.md - || { echo "docs/limits.md is old: type 'make docs'."; exit 1; }

notebook: .venv/.ready-dev ## Run examples/lectures.ipynb and keep what it prints in the file
	@$(BIN)/python examples/execute.py --write

try-notebook: .venv/.ready-dev ## Run examples/lectures.ipynb and leave the file as it is
	@$(BIN)/python examples/execute.py

kernels: .venv/.ready ## Compile the native kernels, where their sources changed
	@$(BIN)/python build_kernels.py

sanitize: .venv/.ready-dev ## Look for errors of memory, undefined behaviour and races in the kernels
	@.ci/sanitize $(BIN)/python

wheel: .venv/.ready ## Build dist/longshort-*.whl with all kernels, by zig where it can be had: for older Linux too
	@rm -rf dist build/lib build/bdist.*
	@if $(PIP) install $(ZIG); then export CXX=zig; fi; $(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist .

sdist: .venv/.ready ## Build dist/longshort-*.tar.gz, the sources alone
	@$(BIN)/python -c "from setuptools.build_meta import build_sdist; build_sdist('dist')" >/dev/null

clean: ## Delete what was built, the environment included
	rm -rf .venv build dist demo

.venv/.ready: requirements.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "longshort needs Python 3.11 or newer: install python3."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "longshort needs Python 3.11 or newer; $(PYTHON) is older. Type for example: make PYTHON=python3.12"; exit 1; }
	@echo "Setting up .venv (once; a few minutes, most of them for torch) ..."
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv .venv
	@$(PIP) install -r requirements.txt
	@$(BIN)/python build_kernels.py --find || { echo "Fetching a C++ compiler, $(ZIG) (once) ..."; $(PIP) install $(ZIG) || true; }
	@echo "Compiling the kernels (once; a few minutes) ..."
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

# Where they do not compile, the demo says so, and works through PyTorch.
.venv/.kernels: .venv/.ready build_kernels.py $(wildcard src/longshort/native/csrc/*)
	@$(BIN)/python build_kernels.py --for needed 2> .venv/kernels.log || true
	@touch $@

.venv/.ready-dev: .venv/.ready requirements-dev.txt
	@echo "Adding what tests and checks need ..."
	@$(PIP) install -r requirements-dev.txt
	@touch $@
