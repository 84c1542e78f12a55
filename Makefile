# Ledgerwell: `make` lists the targets. Needs git, make and Python 3.11 or later; the rest is set up on first use.

MAKEFLAGS += --no-print-directory
PYTHON := .venv/bin/python
TESTS ?= tests
SLOW_TESTS := --ignore=tests/bench --ignore=tests/chaos --ignore=tests/fuzz

.DEFAULT_GOAL := help
.PHONY: help setup lock demo up down test check lint types contracts bench chaos fuzz openapi schema docs

##@ Use it

demo: setup ## Half a year of a practice on a local stack, then the figures (FILES="a.837 b.835" for your own)
	@$(PYTHON) -m ar_tools.demo $(FILES)

up: setup ## Start PostgreSQL and the three services in the background; facts in .run/stack.json
	@$(PYTHON) -m ar_tools.background_stack up

down: setup ## Stop them; the data stay in .run/
	@$(PYTHON) -m ar_tools.background_stack down

##@ Check it

test: setup ## Run the tests (TESTS=tests/x12 or ARGS="-k word" for some of them)
	@$(PYTHON) -m pytest -n 2 --dist loadgroup $(TESTS) $(SLOW_TESTS) $(ARGS)

check: setup ## Everything that must hold before a change lands
	@$(PYTHON) -m ar_tools.check

lint: setup ## Lint and format check
	@$(PYTHON) -m ruff check . && $(PYTHON) -m ruff format --check .

types: setup ## Type check
	@$(PYTHON) -m mypy shared services tools tests

contracts: setup ## Who may import whom, and the lock
	@$(PYTHON) -m pytest -q tests/contracts

bench: setup ## Benchmarks with their floors
	@missed=0; for script in tests/bench/bench_*.py; do $(PYTHON) $$script $(ARGS) || missed=1; done; exit $$missed

chaos: setup ## Kill services and PostgreSQL during posting, many seeded schedules
	@AR_CHAOS_PLANTED=1 AR_CHAOS_SCHEDULES=$${AR_CHAOS_SCHEDULES:-200} $(PYTHON) -m pytest -q tests/chaos $(ARGS)

fuzz: setup ## Property and contract fuzzing, long form
	@AR_FUZZ_LONG=1 AR_FUZZ_READ=$${AR_FUZZ_READ:-100000} AR_FUZZ_FILES=$${AR_FUZZ_FILES:-100000} \
		AR_FUZZ_REPLAYS=$${AR_FUZZ_REPLAYS:-10000} AR_LIFE_RUNS=$${AR_LIFE_RUNS:-20000} \
		AR_LIFE_POSTGRES_RUNS=$${AR_LIFE_POSTGRES_RUNS:-500} $(PYTHON) -m pytest -q -n 2 --dist loadgroup tests/fuzz tests/life $(ARGS)

##@ Change it

openapi: setup ## Write services/*/openapi.json
	@$(PYTHON) -m ar_tools.openapi

schema: setup ## Write the first migrations from the table models
	@$(PYTHON) -m ar_tools.schema

docs: setup ## Write the generated parts of docs/
	@$(PYTHON) -m ar_tools.docs

lock: setup ## Recompile requirements.lock from requirements.in
	@.venv/bin/uv pip compile requirements.in --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-annotate --no-header -o requirements.lock
	@! grep -n '://' requirements.lock

##@ Set-up

setup: ## Make .venv from requirements.lock (every target does so first)
	@python3 tools/setup_env.py

help: ## List the targets
	@awk 'BEGIN {FS = ":.*## "} /^##@ / {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z]+:.*## / {printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
