# Two commands: `make run` and `make test`. Both first do `make setup`, which does nothing when it was done.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv/bin/python
SOURCES = $(shell find static locale -type f ! -name '*.mo' 2>/dev/null)
export PORT
# Python starts much slower when it may not keep what it compiled.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup run test test-fast lint types ci lock bench demo-reset backup clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

setup: var/built ## install what is locked, build translations and static files

.venv/installed: requirements/base.lock requirements/dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "MDO Desk needs Python 3.11 or newer: make run PYTHON=python3.12")'
	@echo "Installing what requirements/dev.lock names ..."
	@if command -v uv >/dev/null; then \
		uv venv --quiet --allow-existing --python $(PYTHON) .venv && \
		uv pip sync --quiet --require-hashes --python $(VENV) requirements/dev.lock; \
	else \
		$(PYTHON) -m venv .venv && \
		$(VENV) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/dev.lock; \
	fi
	@touch $@

var/built: .venv/installed $(SOURCES)
	@$(VENV) -m mdo_desk.translations
	@$(VENV) manage.py collectstatic --no-input --verbosity 0
	@mkdir -p var && touch $@

run: setup ## the whole desk on this machine, on http://localhost:PORT (8000); Ctrl-C stops it
	@exec $(VENV) -m mdo_desk.run
