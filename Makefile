# Two commands: `make run` and `make test`. Both first do `make setup`, which does nothing when it was done.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv/bin/python
SOURCES = $(shell find static locale -type f ! -name '*.mo' 2>/dev/null)
# One worker more than processors: the tests of whole processes and of browsers wait more than they work.
WORKERS = $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)')
export PORT
# Python starts much slower when it may not keep what it compiled.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup run test test-fast fuzz packages lint types audit lock bench demo-reset backup restore clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

setup: var/built ## install what the desk runs on, build translations and static files

.venv/%: requirements/%.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "MDO Desk needs Python 3.11 or newer: make run PYTHON=python3.12")'
	@echo "Installing what requirements/$*.lock names ..."
	@if command -v uv >/dev/null; then \
		uv venv --quiet --allow-existing --python $(PYTHON) .venv && \
		uv pip install --quiet --compile-bytecode --require-hashes --no-deps --python $(VENV) -r requirements/$*.lock; \
	else \
		$(PYTHON) -m venv .venv && \
		$(VENV) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/$*.lock; \
	fi
	@touch $@

var/built: .venv/base $(SOURCES)
	@$(VENV) -m mdo_desk.translations
	@$(VENV) manage.py collectstatic --no-input --verbosity 0
	@mkdir -p var && touch $@

run: setup ## the whole desk on this machine, at http://localhost:PORT (8000); Ctrl-C stops it
	@exec $(VENV) -m mdo_desk.run

test: setup .venv/dev packages ## every test; says at the end which were left out, and why
	@$(VENV) -m pytest -q -rfE -n $(WORKERS) --dist loadfile

test-fast: setup .venv/dev ## the tests that need neither a browser nor whole processes
	@$(VENV) -m pytest -q -rfE -n auto --dist loadfile -m "not browser and not system"

fuzz: setup .venv/dev ## the API by its own schema as each role, for much longer than the tests do
	@$(VENV) -m pytest -q -rfE tests/gate/test_schema.py --hypothesis-profile=search

# For the browser tests, and for those of the processes of docker-compose.yml.
packages:
	@./.ci/packages

lint: .venv/dev ## style and import contracts
	@$(VENV) -m ruff check .
	@$(VENV) -m ruff format --check .
	@.venv/bin/lint-imports

types: .venv/dev ## mypy --strict
	@$(VENV) -m mypy .

audit: .venv/dev ## ask the package index which locked packages are known to be unsafe
	@$(VENV) .ci/audit

lock: ## choose the newest versions that fit together again (needs uv)
	@uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --upgrade \
		--custom-compile-command "make lock" --output-file requirements/base.lock pyproject.toml
	@uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --upgrade --group dev \
		--constraint requirements/base.lock \
		--custom-compile-command "make lock" --output-file requirements/dev.lock pyproject.toml

bench: setup .venv/dev ## measure what was promised about speed
	@set -e; for file in benchmarks/bench_*.py; do $(VENV) -m benchmarks.$$(basename $$file .py); done

demo-reset: setup ## throw the demo away and build it again, with dates relative to today
	@$(VENV) -m mdo_desk.embedded manage.py demo --reset

backup: .venv/base ## copy database and attachments to var/backups/, also while the desk runs
	@$(VENV) -m mdo_desk.backup

restore: .venv/base ## put a copy back: make restore FROM=var/backups/...
	@test -n "$(FROM)" || { echo "Which copy? make restore FROM=var/backups/..."; exit 1; }
	@$(VENV) -m mdo_desk.backup $(FROM)

clean: ## remove what setup built and installed; the data in var/ stays
	@rm -rf .venv staticfiles var/built
	@find . -name '*.mo' -path './locale/*' -delete
