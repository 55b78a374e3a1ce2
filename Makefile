# Every way to work on Truckroll. `make` alone lists them.
.DEFAULT_GOAL := help
PY := .venv/bin/python
# Without compiled modules every start of every process would pay for compiling them again.
unexport PYTHONDONTWRITEBYTECODE
export DEMO

.PHONY: help setup run apps test test-deps test-fast lint format bench migrate openapi lock

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## make .venv and install all that developers need (LOCK=full: with all extras)
	@scripts/setup.sh $(or $(LOCK),dev)
	@$(PY) scripts/web.py install

run: ## set up, build the apps and start the platform (DEMO=1: with a demonstration company)
	@scripts/setup.sh run
	@$(PY) scripts/web.py build
	@exec $(PY) -m server.cli up

apps: setup ## build the apps, unless their sources are those last built
	@$(PY) scripts/web.py build

test: setup test-deps apps ## all tests, on SQLite and PostgreSQL, with real servers (ARGS=... for pytest)
	@$(PY) scripts/web.py test
	@$(PY) -m pytest -n $(or $(JOBS),auto) --dist loadfile $(ARGS)

test-deps: ## install the servers and the browser that the tests use
	@scripts/test-deps.sh

test-fast: setup ## the tests that need no server, on SQLite
	@$(PY) scripts/web.py test
	@$(PY) -m pytest -n $(or $(JOBS),auto) --dist loadfile --db=sqlite -m "not servers and not slow" $(ARGS)

lint: apps ## style, types, imports, lock files, API document and client, size of the apps
	@$(PY) scripts/lint.py $(ARGS)

format: setup ## put the code into its canonical shape
	@$(PY) -m ruff check --fix --exit-zero --quiet .
	@$(PY) -m ruff format .
	@$(PY) scripts/web.py format

bench: setup ## measure, as ratios within one run (ARGS=... to choose)
	@$(PY) -m bench $(ARGS)

migrate: setup ## bring the database to the newest schema
	@$(PY) -m server.cli migrate

openapi: setup ## write the API document, docs/openapi.json, and the API client of the apps
	@$(PY) scripts/openapi.py
	@$(PY) scripts/web.py api

lock: ## resolve the lock files anew (ARGS=--upgrade: to newer versions)
	@python3 scripts/lock.py $(ARGS)
