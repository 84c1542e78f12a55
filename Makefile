# Ledgerwell: `make` lists the targets. Needs git, make and Python 3.11 or later; the rest is set up on first use.

MAKEFLAGS += --no-print-directory
SHELL := /bin/sh
PYTHON := .venv/bin/python
FILES ?=

.DEFAULT_GOAL := help
.PHONY: help setup lock test

##@ Set-up

help: ## List the targets
	@awk 'BEGIN {FS = ":.*## "} /^##@ / {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Make .venv from requirements.lock (every target does so first)
	@python3 tools/setup_env.py

lock: setup ## Recompile requirements.lock from requirements.in
	@.venv/bin/uv pip compile requirements.in --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-annotate --no-header -o requirements.lock
	@$(PYTHON) -m ar_tools.check lock

##@ Checks

test: setup ## Run the tests (ARGS="-k word" for some of them)
	@$(PYTHON) -m pytest -n 2 tests $(ARGS) --ignore=tests/bench --ignore=tests/chaos --ignore=tests/fuzz
