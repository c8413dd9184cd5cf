# Every command of Copydesk. Each does its own set-up: `make` alone lists them.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
ARTICLES ?=

.DEFAULT_GOAL := help
.PHONY: help demo worker kafka test check lint audit chromium schemas evals bench chaos fuzz soak lock clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' || \
		{ echo "Copydesk needs Python 3.11 or 3.12, and $(PYTHON) is another; name one: make PYTHON=python3.11"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

demo: $(READY) ## Show it: broker, worker and examples in one (ONCE=1 ends by itself; ARTICLES="file …" adds yours)
	@$(BIN)/copydesk demo $(if $(ONCE),--once) $(ARTICLES)

worker: $(READY) ## Run a worker against COPYDESK_BROKER
	@$(BIN)/copydesk worker

kafka: $(READY) ## Run a real Apache Kafka on 127.0.0.1:9092 until Ctrl-C (needs Java 17 and Maven)
	@$(BIN)/python -m copydesk.kafka.local

test: $(READY) chromium ## Run all tests, on a real Kafka and a real Chromium
	@command -v chromium >/dev/null || export COPYDESK_NO_BROWSER=1; $(BIN)/python -m pytest

check: lint audit test ## Everything that CI checks: style, types, import rule, dependencies, tests

lint: $(READY) ## Check style, types and the import rule
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

audit: $(READY) ## Check the dependencies: hashes, licences, and what is known against them
	@$(BIN)/python -m audit

chromium:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; } || \
		echo "no Chromium here and none can be installed: nobody will look at the pages, and their tests say so"

schemas: $(READY) ## Write schemas/ anew from the event classes and the table
	@$(BIN)/python -m copydesk.contracts

evals: $(READY) ## Measure accuracy on annotated news (COPYDESK_DATA: its folder) and check the floors
	@for task in extraction languages quotes names toponyms topics tone duplicates stories; do \
		$(BIN)/python -m evals.$$task || exit 1; done

bench: $(READY) ## Measure speed and memory; the figures go to benchmarks/results/
	@$(BIN)/python -m benchmarks.throughput

fuzz: $(READY) ## Give 200,000 broken and hostile inputs to every parser (INPUTS=…, SEED=…)
	@$(BIN)/python -m benchmarks.fuzz --inputs $(or $(INPUTS),200000) $(if $(SEED),--seed $(SEED))

chaos: $(READY) ## Kill, stop and restart everything on a real Kafka, and count each article (SHORT=1: two minutes)
	@$(BIN)/python -m benchmarks.chaos $(if $(SHORT),--short)

soak: $(READY) ## Keep a worker at full load for an hour, and watch the memory of each process (MINUTES=…)
	@$(BIN)/python -m benchmarks.soak $(if $(MINUTES),--minutes $(MINUTES))

lock: $(READY) ## Resolve the dependencies anew into requirements.lock, with hashes
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --extra dev pyproject.toml -o requirements.lock

clean: ## Remove what the other commands have made
	rm -rf $(VENV) .kafka build dist .mypy_cache .ruff_cache .import_linter_cache .hypothesis
