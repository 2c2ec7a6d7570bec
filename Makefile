# `make` alone lists the targets. Everything is installed into .venv from hashed requirements.
SHELL := /bin/bash
PYTHON ?= python3
DATA ?= ../shared/data
VENV := .venv
# Each runs whole files of tests, on a service of its own.
TEST_PROCESSES ?= 2
BIN := $(VENV)/bin
# Presidio, for the bench alone: its packages never meet ours.
PRESIDIO := .venv-presidio
# What stands in for AWS: its packages would hold ours back.
AWS := .venv-aws
# One BLAS thread a process, wherever a model is loaded.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1

.DEFAULT_GOAL := help
.PHONY: help run key status env test smoke system check lint aws bench chaos soak quality fuzz docs dashboard dashboard-picture pictures dependencies licences sbom audit-dependencies lock clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 20

run: $(VENV)/local.stamp ## Start the whole service on 127.0.0.1:8000 (PORT, DATA_DIR, MODELS, WORKER_PROCESSES change it)
	@exec $(BIN)/python -m deploy.local

key: $(VENV)/local.stamp ## Make, list, rotate or revoke API keys of `make run` (ARGS="create --client crm --scopes jobs:write,jobs:read")
	@$(BIN)/python -m deploy.local.keys $(ARGS)

status: $(VENV)/local.stamp ## Show queues, workers, jobs and store of `make run` (ARGS="--watch")
	@$(BIN)/python -m deploy.local.status $(ARGS)

env: ## Write the secrets of `docker compose` into .env and .secrets
	@$(PYTHON) -m deploy.environment

test: $(VENV)/dev.stamp system ## Check, then run every test
	@$(MAKE) --no-print-directory check
	$(BIN)/python -m pytest --numprocesses $(TEST_PROCESSES) --dist loadfile $(PYTEST)

pictures: $(VENV)/dev.stamp system ## Take the page's pictures anew (docs/images), from a running service
	PICTURES=1 $(BIN)/python -m pytest -q tests/browser/test_pictures.py

system: ## Install Debian's packages that tests run (a browser, promtool, sshd, RabbitMQ), where root may
	@bash deploy/local/debian_packages.sh

check: $(VENV)/dev.stamp lint ## Lint, format, types, import direction
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

smoke: $(VENV)/dev.stamp system ## Build the images (IMAGES=given: they are there), then try the composed service and its deployment (needs a container engine)
	$(if $(filter given,$(IMAGES)),,$(BIN)/python -m tests.compose)
	$(BIN)/python -m pytest -m compose tests/compose tests/deploy tests/workflows $(PYTEST)

lint: $(VENV)/dev.stamp ## Lint workflows, Dockerfiles, shell scripts and compose files
	$(BIN)/python -m deploy.lint

aws: $(AWS)/stamp ## Lint the CloudFormation stack, create it on a stand-in for AWS, check what came out
	$(AWS)/bin/cfn-lint deploy/aws/stack.yaml
	$(AWS)/bin/python -m pytest --no-header --quiet --confcutdir=tests/aws tests/aws

bench: $(VENV)/dev.stamp $(PRESIDIO)/stamp ## Measure service, engine and memory beside their peers (DATA=folder of data sets)
	$(BIN)/python -m bench.service --data $(DATA)
	$(BIN)/python -m bench.durability --data $(DATA)
	$(BIN)/python -m bench.jobs --data $(DATA)
	$(BIN)/python -m bench.waiting
	$(BIN)/python -m bench.engine --data $(DATA) --presidio-python $(PRESIDIO)/bin/python
	$(BIN)/python -m bench.memory --data $(DATA)
	$(BIN)/python -m bench.metrics_overhead --data $(DATA)

chaos: $(VENV)/dev.stamp ## Kill, pause, cut, fill and starve the service under load; the table goes into docs/reliability.md
	DATA=$(DATA) $(BIN)/python -m tests.chaos --document docs/reliability.md

soak: $(VENV)/dev.stamp ## Send 50,000 jobs and watch memory and keys; the figures go into docs/reliability.md (DATA=folder of data sets)
	$(BIN)/python -m bench.soak --data $(DATA) --document docs/reliability.md

quality: $(VENV)/dev.stamp $(PRESIDIO)/stamp ## Measure detection with the referees (DATA=folder of data sets)
	$(BIN)/python -m bench.quality --data $(DATA) --presidio $(PRESIDIO) --sizes sm md

fuzz: $(VENV)/dev.stamp ## Send each parser of outside input examples made up anew (SECONDS=60)
	$(BIN)/python -m tests.fuzz --seconds $(or $(SECONDS),60)

docs: $(VENV)/dev.stamp ## Write the pages that are made from the code's tables
	$(BIN)/python -m shared.settings > docs/settings.md
	for page in operators entity-types; do $(BIN)/python -m worker.catalogue $$page > docs/$$page.md || exit 1; done

dashboard: $(VENV)/dev.stamp ## Write Grafana's dashboard from deploy/observability/panels.py
	$(BIN)/python -m deploy.observability.dashboard > deploy/observability/grafana/dashboards/anonymization.json

dashboard-picture: $(VENV)/dev.stamp system ## Draw docs/images/metrics.png from a real Prometheus' answers
	$(BIN)/python -m tests.observability.picture docs/images/metrics.png

dependencies: $(VENV)/dev.stamp ## Write docs/dependencies.md
	$(BIN)/python -m deploy.supply > docs/dependencies.md

licences: $(VENV)/dev.stamp ## Fail where an image would hold a licence that nobody agreed to
	$(BIN)/python -m deploy.supply.licences

sbom: $(VENV)/dev.stamp ## Write a CycloneDX file of each image into .sbom
	$(BIN)/python -m deploy.supply.sbom .sbom

audit-dependencies: $(VENV)/dev.stamp ## Ask for known weaknesses of what is shipped; exit 3: nothing was checked
	$(BIN)/python -m deploy.supply.advisories

lock: $(VENV)/dev.stamp ## Resolve requirements/*.in into hashed requirements/*.txt
	for name in dev presidio aws; do $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-emit-index-url requirements/$$name.in -o requirements/$$name.txt; done
	for name in local worker gateway flower client traces installer; do $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-emit-index-url -c requirements/dev.txt requirements/$$name.in -o requirements/$$name.txt; done
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-deps \
	  --no-emit-index-url -c requirements/dev.txt requirements/models.in -o requirements/models-index.txt

clean: ## Remove .venv, .data and caches
	rm -rf $(VENV) $(PRESIDIO) $(AWS) .data .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(BIN)/python:
	@bash deploy/local/make_venv.sh $(PYTHON) $(VENV)

$(VENV)/local.stamp: requirements/local.txt | $(BIN)/python
	@bash deploy/local/install.sh $(VENV) $<
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt | $(BIN)/python
	@bash deploy/local/install.sh $(VENV) $<
	@touch $@ $(VENV)/local.stamp

$(PRESIDIO)/bin/python:
	@bash deploy/local/make_venv.sh $(PYTHON) $(PRESIDIO)

$(PRESIDIO)/stamp: requirements/presidio.txt | $(PRESIDIO)/bin/python
	@bash deploy/local/install.sh $(PRESIDIO) $<
	@echo '*' > $(PRESIDIO)/.gitignore
	@touch $@

$(AWS)/bin/python:
	@bash deploy/local/make_venv.sh $(PYTHON) $(AWS)

$(AWS)/stamp: requirements/aws.txt | $(AWS)/bin/python
	@bash deploy/local/install.sh $(AWS) $<
	@echo '*' > $(AWS)/.gitignore
	@touch $@
