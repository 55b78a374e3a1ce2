# Every way to work on Truckroll. `make` alone lists them.
.DEFAULT_GOAL := help
PY := .venv/bin/python
# Without compiled modules every start of every process would pay for compiling them again.
unexport PYTHONDONTWRITEBYTECODE
export DEMO

.PHONY: help setup run test test-deps test-fast lint format bench migrate openapi lock

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## make .venv and install all that developers need (LOCK=full: with all extras)
	@scripts/setup.sh $(or $(LOCK),dev)

run: ## set up and start the platform (DEMO=1: with a demonstration company)
	@scripts/setup.sh run
	@exec $(PY) -m server.cli up

test: setup test-deps ## all tests, on SQLite and PostgreSQL, with real servers (ARGS=... for pytest)
	@$(PY) -m pytest -n $(or $(JOBS),auto) --dist loadfile $(ARGS)

test-deps: ## install the servers and the browser that the tests use
	@scripts/test-deps.sh

test-fast: setup ## the tests that need no server, on SQLite
	@$(PY) -m pytest -n $(or $(JOBS),auto) --dist loadfile --db=sqlite -m "not servers and not slow" $(ARGS)

lint: setup ## style, types, imports, lock files, API document
	@scripts/lint.sh

format: setup ## put the code into its canonical shape
	@$(PY) -m ruff check --fix --exit-zero --quiet .
	@$(PY) -m ruff format .

bench: setup ## measure, as ratios within one run (ARGS=... to choose)
	@$(PY) -m bench $(ARGS)

migrate: setup ## bring the database to the newest schema
	@$(PY) -m server.cli migrate

openapi: setup ## write the API document, docs/openapi.json
	@$(PY) scripts/openapi.py

lock: ## resolve the lock files anew (ARGS=--upgrade: to newer versions)
	@python3 scripts/lock.py $(ARGS)
