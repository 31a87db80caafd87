# Every target starts from nothing: Python 3.11 or later and make are all that is needed.

PYTHON ?= python3
VENV   := .venv
PEERS  := .venv-peers
BIN    := $(VENV)/bin
RUN    := $(VENV)/.run-installed
DEV    := $(VENV)/.dev-installed

.PHONY: demo test lint format bench bench-peers lock clean

demo: $(RUN)
	$(BIN)/xrm --lake demo.xrm demo $(DEMO_OPTIONS)

test: $(DEV) lint
	$(BIN)/python -m pytest -n auto

lint: $(DEV)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy xrm_lake
	$(BIN)/lint-imports

format: $(DEV)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(DEV)
	$(BIN)/python -m benchmarks

# Measures duplicate detection beside Splink and GoldenMatch, which live in an environment of their own.
bench-peers: $(DEV)
	$(BIN)/python -m benchmarks.matching --peers-env $(PEERS) $(if $(DATA),--data $(DATA))

# Compiles the locks anew; everything else installs from them.
lock: $(DEV)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --quiet --upgrade -o requirements/run.txt
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --quiet --upgrade -o requirements/dev.txt
	$(BIN)/uv pip compile benchmarks/peers/requirements.in --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --quiet --upgrade -o benchmarks/peers/requirements.txt

clean:
	rm -rf $(VENV) $(PEERS) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(RUN): requirements/run.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --no-deps -e .
	touch $@

$(DEV): requirements/dev.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --no-deps -e .
	touch $@ $(RUN)
