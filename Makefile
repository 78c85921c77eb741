# Each target is one command on a fresh Debian or Ubuntu with Python 3.11 or newer, as root or with
# sudo. Elsewhere scripts/prepare.sh says which system packages it lacks.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
JOBS ?= 2
LOCK_INPUTS := requirements.txt pyproject.toml scripts/prepare.sh

.PHONY: help setup dev demo test check verify bench lock licences

help:  ## say what the targets do
	@grep -hE '^[a-z]+:.*  ## ' $(MAKEFILE_LIST) | sed -E 's/:.*  ## /\t/' | expand -t 12

setup: $(VENV)/.ready  ## the environment in .venv, with the command .venv/bin/sunlit
dev: $(VENV)/.ready-dev  ## the environment and what checks the product

$(VENV)/.ready: $(LOCK_INPUTS)
	bash scripts/prepare.sh run

$(VENV)/.ready-dev: $(VENV)/.ready requirements-dev.txt
	bash scripts/prepare.sh dev

demo: setup  ## a purchase from plan to payment, and a server on localhost (PORT=8000)
	PORT=$(PORT) $(BIN)/sunlit demo

test: dev lint  ## what CI runs
	$(BIN)/pytest -n $(JOBS) --dist=loadgroup -m "not slow"
	bash scripts/test_installed_postgres.sh

check: dev lint  ## the quick part: style, types, imports, rules
	$(BIN)/pytest -n $(JOBS) --dist=loadgroup -q -m "not slow"

.PHONY: lint
lint: dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

verify: dev  ## the long part, 54 minutes on two cores; writes docs/measurements.md
	bash scripts/prepare.sh verify
	$(BIN)/python scripts/measurements.py verify --jobs $(JOBS)

bench: dev  ## benchmarks, each with a ratio to a limit or a peer; writes docs/measurements.md
	$(BIN)/python scripts/measurements.py bench

lock:  ## make the locked requirements anew from the .in files
	bash scripts/lock.sh

licences: dev  ## write docs/licences.md from what is installed
	$(BIN)/python scripts/licences.py
