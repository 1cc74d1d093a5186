# fdelab. `make play` opens it; `make test` proves it. A machine needs Python 3.11+, git and make, nothing else.

PYTHON ?= $(firstword $(foreach p,python3 python3.13 python3.12 python3.11,$(if $(shell $(p) $(RECENT) 2>/dev/null),$(p))))
JOBS ?= 2
WORLDS ?= 2
EXAMS ?= 3
SHARD ?= all
RUNTIMES ?= local,docker
STEPS ?=
FUZZ ?= 20000

RECENT := -c 'import sys; print("yes" if sys.version_info >= (3, 11) else "")'
BIN := .venv/bin
STAMP := .venv/.stamp
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
INSTALL := $(PYTHON) tools/install.py $(BIN)/python
PYTEST := $(BIN)/python -m pytest
IMAGES := simulator/runtime/images
COMPILE := $(BIN)/uv pip compile --universal --python-version 3.11 --no-emit-index-url --no-emit-find-links --no-annotate \
	--custom-compile-command 'make pins'
PARALLEL := -n $(JOBS) --dist loadgroup
# Worlds wait more than they work, but what judges them must not be kept waiting by the tests beside.
MANY := -n $(WORLDS) --dist loadgroup
# Exams take turns by the cores that they need (tests/cores.py); other tests take none, so a few workers are enough.
DEALT := -n $(EXAMS) --dist worksteal

.PHONY: help setup play screens docs check lint types contracts compiled unit test functional integration exams library fuzz boxed cheats benchmarks prove tables pins clean
.NOTPARALLEL:

help:
	@echo 'make setup    make .venv with the pinned dependencies'
	@echo 'make play     open fdelab'
	@echo 'make check    lint, types, import contracts, unit tests'
	@echo 'make test     check, and all other tests (Docker ones where an engine answers); exams of the scenarios that'
	@echo '              were changed and of others by turns, and one cheat of each kind'
	@echo 'make library  exams of every scenario, or of a part of them: make library SHARD=1/4'
	@echo 'make cheats   examine deployments that try to win without doing the work, on docker too (needs an engine)'
	@echo 'make fuzz     change $(FUZZ) files of scenarios, and half as many briefs, at random: valid, or refused at a place'
	@echo 'make prove    verify every scenario on $(RUNTIMES), measure the rest; resumable; fills the tables of docs/measured.md'
	@echo 'make docs     write the generated pages anew, and build the site of docs/ into build/site'
	@echo 'make screens  draw the pictures of the app in docs/screens anew'
	@echo 'make pins     resolve constraints.txt anew from pyproject.toml'
	@echo 'make clean    remove .venv and caches'

setup: $(STAMP)

# The link to this folder is relative, as Python 3.11 and 3.12 read it in the locale's encoding: an absolute one below
# /home/jürgen ends every start of theirs under LC_ALL=C (cron, a container's shell).
# The build back end comes from the constraints too, hence the two steps and no isolated build.
$(STAMP): pyproject.toml constraints.txt
	@test -n '$(PYTHON)' || { echo 'fdelab needs Python 3.11 or newer; none was found. With another name or place: make PYTHON=/path/to/python3' >&2; exit 2; }
	@test "$$($(PYTHON) $(RECENT))" = yes || { echo 'fdelab needs Python 3.11 or newer; $(PYTHON) is not.' >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo '$(PYTHON) cannot make virtual environments; on Debian and Ubuntu: apt-get install python3-venv' >&2; exit 2; }
	@echo 'setting up .venv with '"$$($(PYTHON) --version)"': one to two minutes, on a slow line longer (some 200 MB)'
	@$(BIN)/python $(RECENT) 2>/dev/null | grep -q yes || $(PYTHON) -m venv --clear .venv
	@$(INSTALL) -q -c constraints.txt hatchling editables
	@$(INSTALL) -c constraints.txt --no-build-isolation -e '.[dev,workbench]'
	@for link in .venv/lib/python*/site-packages/_editable_impl_fdelab.pth; do echo ../../../.. >"$$link"; done
	@LC_ALL=C $(BIN)/fdelab --version >/dev/null || { echo 'everything is installed, and fdelab does not start here: see above' >&2; exit 2; }
	@touch $@

# Where there is no terminal to open an app on, a demonstration prints what one would see in it.
play: setup
	@if [ -t 0 ] && [ -t 1 ]; then $(BIN)/fdelab play; else $(BIN)/fdelab demo; fi

# The pictures of README.md and docs/; the snapshot tests look at the same places at more sizes.
screens: setup
	$(BIN)/python -m tests.unit.tui.shots docs/screens

docs: setup
	$(BIN)/python -m tests.pages
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

check: lint types contracts unit

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

contracts: setup
	$(BIN)/lint-imports --no-logo

# Tests start some thousand processes. Where the environment lets Python keep no bytecode, each would compile all of ours.
compiled: setup
	@$(BIN)/python -m compileall -q -x 'scenarios/(library|template)/' labs grader simulator scenarios curriculum

unit: compiled
	$(PYTEST) $(PARALLEL) tests/unit

test: check functional integration exams boxed benchmarks

functional: compiled
	$(PYTEST) $(MANY) tests/functional

integration: compiled
	$(PYTEST) $(MANY) tests/integration

exams: compiled
	$(PYTEST) $(DEALT) tests/scenarios

library: compiled
	FDELAB_LIBRARY=$(SHARD) $(PYTEST) $(DEALT) tests/scenarios

cheats: compiled
	$(PYTEST) $(DEALT) tests/cheats

# Hours; `make functional` changes a few hundred files each time.
fuzz: compiled
	FDELAB_FUZZ=$(FUZZ) $(PYTEST) -o faulthandler_timeout=0 tests/functional/fuzz

# One of each kind, in the box alone: what decides is the same on docker.
boxed: compiled
	$(PYTEST) $(DEALT) tests/cheats -m representative

# Durations are compared here, so nothing else runs beside.
benchmarks: compiled
	$(PYTEST) tests/benchmarks

prove: setup
	$(BIN)/python -m tests.prove --runtimes $(RUNTIMES) --jobs $(JOBS) $(STEPS)

tables: setup
	$(BIN)/python -m tests.prove --tables-only

# The images' pins follow the project's, so that a deployment meets the same libraries on each runtime.
pins: setup
	$(PIP) install uv
	$(COMPILE) --upgrade -o constraints.txt --extra dev --extra workbench pyproject.toml
	$(COMPILE) -o $(IMAGES)/constraints.txt -c constraints.txt $(IMAGES)/*/requirements.txt

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
