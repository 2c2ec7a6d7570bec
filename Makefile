# `make` alone lists the targets. Everything is installed into .venv from hashed requirements.
SHELL := /bin/bash
PYTHON ?= python3
DATA ?= ../shared/data
VENV := .venv
BIN := $(VENV)/bin
# Presidio, for the bench alone: its packages never meet ours.
PRESIDIO := .venv-presidio
# One BLAS thread a process, wherever a model is loaded.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1

.DEFAULT_GOAL := help
.PHONY: help run test check bench quality lock clean

help: ## List the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

run: $(VENV)/local.stamp ## Start the whole service on 127.0.0.1:8000 (PORT, DATA_DIR, MODELS, WORKER_PROCESSES change it)
	@exec $(BIN)/python -m deploy.local

test: $(VENV)/dev.stamp ## Check, then run every test
	@$(MAKE) --no-print-directory check
	$(BIN)/python -m pytest $(PYTEST)

check: $(VENV)/dev.stamp ## Lint, format, types, import direction
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/dev.stamp $(PRESIDIO)/stamp ## Measure service, engine and memory beside their peers (DATA=folder of data sets)
	$(BIN)/python -m bench.service --data $(DATA)
	$(BIN)/python -m bench.engine --data $(DATA) --presidio-python $(PRESIDIO)/bin/python
	$(BIN)/python -m bench.memory --data $(DATA)

quality: $(VENV)/dev.stamp $(PRESIDIO)/stamp ## Measure detection with the referees (DATA=folder of data sets)
	$(BIN)/python -m bench.quality --data $(DATA) --presidio $(PRESIDIO)

lock: $(VENV)/dev.stamp ## Resolve requirements/*.in into hashed requirements/*.txt
	for name in dev presidio; do $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-emit-index-url requirements/$$name.in -o requirements/$$name.txt; done
	for name in local worker gateway; do $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-emit-index-url -c requirements/dev.txt requirements/$$name.in -o requirements/$$name.txt; done

clean: ## Remove .venv, .data and caches
	rm -rf $(VENV) $(PRESIDIO) .data .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(BIN)/python:
	@bash deploy/local/make_venv.sh $(PYTHON) $(VENV)

$(VENV)/local.stamp: requirements/local.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/local.txt
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@ $(VENV)/local.stamp

$(PRESIDIO)/bin/python:
	@bash deploy/local/make_venv.sh $(PYTHON) $(PRESIDIO)

$(PRESIDIO)/stamp: requirements/presidio.txt | $(PRESIDIO)/bin/python
	$(PRESIDIO)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/presidio.txt
	@echo '*' > $(PRESIDIO)/.gitignore
	@touch $@
