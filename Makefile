# Every target sets up what it needs. On a fresh machine with Python 3.11, `make run` and `make test` are all there is to do.

PYTHON ?= python3
PORT ?= 3000
export INDICADORES_HOME ?= $(CURDIR)/data
export DO_NOT_TRACK = 1

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup run test lint format ui docs bench lock clean

help: ## Show the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

setup: $(READY) ## Create the environment from the lock file

# The lock names every package with its hash, uv among them: uv is installed first, by its own entry, and installs the rest.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' || \
		{ echo "Python 3.11 or 3.12 is needed; set PYTHON=/path/to/python3.11"; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@awk '/^uv==/ {on = 1} on {print} on && !/\\$$/ {exit}' requirements.lock > $(VENV)/uv.lock
	@echo "Installing the locked packages into $(VENV) ..."
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --no-deps --require-hashes -r $(VENV)/uv.lock
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip sync --quiet --require-hashes --compile-bytecode requirements.lock
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

run: $(READY) ## Read the samples and publish the warehouse under data/
	@$(BIN)/indicadores refresh samples

test: $(READY) ## Run the tests
	@$(BIN)/python -m pytest --numprocesses auto --dist loadfile

lint: $(READY) ## Check style, types, SQL and the generated data dictionary
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/sqlfluff lint --disable-progress-bar dbt_project
	@$(BIN)/python docs/generate_data_dictionary.py --check

format: $(READY) ## Put style right where a program can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@$(BIN)/sqlfluff fix --disable-progress-bar dbt_project

ui: $(READY) ## Open the Dagster UI on http://127.0.0.1:3000
	@$(BIN)/indicadores ui --port $(PORT)

docs: $(READY) ## Build the data docs, the dbt docs and the data dictionary
	@$(BIN)/python docs/generate_data_dictionary.py
	@$(BIN)/indicadores docs

bench: $(READY) ## Measure: reading, refreshing, publishing; prints ratios
	@for script in benchmarks/*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

lock: ## Renew requirements.lock from pyproject.toml
	@$(BIN)/uv pip compile --quiet pyproject.toml --extra dev --universal --generate-hashes --no-emit-index-url \
		--no-header --upgrade --output-file requirements.lock

clean: ## Remove the environment and build leftovers, never data/
	@rm -rf $(VENV) *.egg-info .ruff_cache .mypy_cache .pytest_cache .hypothesis dbt_project/target dbt_project/logs
