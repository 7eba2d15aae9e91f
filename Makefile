# wbscanner's commands. `make` or `make help` lists them.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py

# A stamp carries the hash of what was installed: a changed pin installs again, an unchanged one costs nothing.
RUN_STAMP := $(VENV)/installed-$(shell sha256sum requirements.txt | cut -c1-16)
DEV_STAMP := $(VENV)/installed-dev-$(shell cat requirements.txt requirements-dev.txt | sha256sum | cut -c1-16)
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

# Another port for a try: make run PORT=8001. A real address belongs into .env (BASE_URL, BIND).
ifdef PORT
export BIND ?= 127.0.0.1:$(PORT)
export BASE_URL ?= http://127.0.0.1:$(PORT)
endif

export PYTHONUNBUFFERED := 1

# Tests wait for processes as well as compute: one more side by side than there are cores. TESTS_AT_ONCE=0: one process.
TESTS_AT_ONCE ?= $(shell expr $$(nproc) + 1)
# In the order of the files: otherwise what takes longest, files of few tests with real processes, comes last and together.
PYTEST = $(BIN)/python -m pytest -q -n $(TESTS_AT_ONCE) --dist loadfile --no-loadscope-reorder

# Everything that can run without root and without Debian packages; the real socket against the loopback server included.
EVERYWHERE := not browser and not postgres and not bench

.PHONY: help run test test-all test-more test-browser test-postgres check check-code check-deploy lock messages screenshots bench memory clean

help: ## list these commands
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22

run: $(RUN_STAMP) ## install what is missing and start everything (DEMO=1: demo data and played chats, PORT=8001: another port)
	@$(BIN)/python -m wbscanner.listen
	@umask 077; $(MANAGE) prepare --no-link
	@if [ -n "$(DEMO)" ]; then umask 077; $(MANAGE) demo; fi
	@umask 077; if [ -n "$(DEMO)" ]; then export WHATSAPP="$${WHATSAPP:-$$($(MANAGE) demo --whatsapp)}"; fi; \
	  exec $(BIN)/python deploy/supervise.py --nodaemon --configuration deploy/supervisord.conf

test: $(DEV_STAMP) ## every test that needs neither root nor Debian packages
	$(PYTEST) -m "$(EVERYWHERE)"

test-all: test test-more ## every test; fails without Chromium, PostgreSQL, docker-compose and systemd-analyze

test-more: test-browser test-postgres check-deploy ## what `make test` leaves out

# A browser computes on its own: one a core.
test-browser: TESTS_AT_ONCE = $(shell nproc)
test-browser: $(DEV_STAMP)
	@command -v chromium >/dev/null || { echo "Chromium is missing: apt install chromium" >&2; exit 1; }
	$(PYTEST) -m browser tests/browser

test-postgres: $(DEV_STAMP)
	$(BIN)/python -m tests.postgres.server $(BIN)/python -m pytest -q -m postgres tests/postgres

check: check-code test-more ## linters, types, layers, migrations, deployment checks, and what `make test` leaves out

check-code: export BASE_URL := https://wbscanner.example
check-code: $(DEV_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(MANAGE) makemigrations --check --dry-run
	$(MANAGE) check --deploy --fail-level WARNING --database default

check-deploy: ## docker-compose.yml and the systemd units, read by Debian's own tools
	@for tool in docker-compose systemd-analyze; do \
	  command -v $$tool >/dev/null || { echo "$$tool is missing: see .ci/run" >&2; exit 1; }; done
	docker-compose --file docker-compose.yml config --quiet
	deploy/systemd/verify

lock: $(DEV_STAMP) ## pin what requirements*.in ask for, with hashes
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 requirements-dev.in -o requirements-dev.txt

screenshots: $(DEV_STAMP) ## pictures of every page from the demo's data, in docs/screenshots/ (needs Chromium)
	$(BIN)/python -m tests.browser.screenshots

messages: $(DEV_STAMP) ## bring the catalogues of translations up to date with the templates, and compile them
	$(BIN)/python -m tests.catalogues

bench: $(DEV_STAMP) ## figures, no judgement
	$(BIN)/python -m pytest -q -s -m bench

memory: ## memory of what `make run` started, in another terminal
	@$(BIN)/python -m tests.bench.memory

clean: ## remove caches and the virtual environment; data/ stays
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUN_STAMP): | $(BIN)/python
	@echo "Installing what requirements.txt pins (once, about a minute) ..."
	$(PIP_INSTALL) --requirement requirements.txt
	@rm -f $(VENV)/installed-[0-9a-f]*
	@touch $@

$(DEV_STAMP): $(RUN_STAMP)
	@echo "Installing what the tests need (once) ..."
	$(PIP_INSTALL) --requirement requirements-dev.txt
	@rm -f $(VENV)/installed-dev-*
	@touch $@

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is missing: apt install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "wbscanner needs Python 3.11 or newer, $(PYTHON) is %d.%d: make run PYTHON=python3.11" % sys.version_info[:2])'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) has no venv module: apt install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
