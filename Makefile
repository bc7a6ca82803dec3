.DEFAULT_GOAL := help
# Each worker begins with a half, file by file, so that what the tests of a file share is made once; who is done first takes from the other.
PYTEST = .venv/bin/python -m pytest -n 2 --dist worksteal
.PHONY: help setup demo demo-stop test test-fast lint types bench mutants screenshots lighthouse map messages lock

help:  ## What there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup:  ## Install what a server needs: .venv/bin/stampwell
	@tools/setup.sh run

demo: setup  ## Start a server on SQLite, issue a first stamp over HTTP, show the key, a curl and the links
	@.venv/bin/stampwell demo --background

demo-stop:  ## Stop the server that `make demo` left running
	@.venv/bin/stampwell demo --stop

# Hundreds of processes start in the tests; without compiled files each of them would compile every module again.
test test-fast: export PYTHONDONTWRITEBYTECODE :=

test:  ## Install what tests need (PostgreSQL, Redis, Chromium) and run every test
	@tools/setup.sh test
	@$(PYTEST)

test-fast:  ## The tests without a browser, a real process or a load: while you work
	@tools/setup.sh test
	@$(PYTEST) tests/api tests/core tests/db tests/features

lint:  ## Style and the direction of imports
	@tools/setup.sh test
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/lint-imports

types:  ## mypy --strict, the Python client too
	@tools/setup.sh test
	@.venv/bin/mypy

bench:  ## Measure against pgbench, a bare server and an ORM peer; prints ratios
	@tools/setup.sh bench
	@.venv/bin/python bench/run.py

mutants:  ## Small faults put into the code: how many do the tests notice? make mutants MUTANTS='--only db --each 50'
	@tools/setup.sh test
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/mutants.txt
	@.venv/bin/python tools/mutants.py $(MUTANTS)

screenshots:  ## Every page as PNG in screenshots/, from phone to wide, light and dark. make screenshots SCREENS='card pictures'
	@tools/setup.sh test
	@.venv/bin/python tools/screenshots.py $(SCREENS)

lighthouse:  ## What Lighthouse says of the customer's page, the sign-in, Home and /api/docs; fails under 98
	@tools/setup.sh test
	@tools/lighthouse.sh

map:  ## Draw which package imports which, as docs/architecture.md shows it: docs/map
	@tools/setup.sh map
	@.venv/bin/python tools/map.py

messages:  ## Bring the translations up to date with the code: src/stampwell/locales
	@tools/setup.sh test
	@tools/messages.sh

lock:  ## Write requirements/*.txt anew from pyproject.toml
	@tools/lock.sh
