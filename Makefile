# What a person does with the project. Each target sets up what it needs, so any of them may come first.

SHELL := /bin/bash
PORT ?= 8000
WORKERS ?= 2
TESTS ?=

bin := .venv/bin
manage := $(bin)/python manage.py
installed := .venv/.installed
scheme := fixtures/schemes/dongtang-2015.toml
catalogues := $(wildcard locale/*/LC_MESSAGES/*.po)

# Many processes are started here, and each would compile the project anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup packages run test coverage lint format bench shows shots messages compiled requirements clean
.DEFAULT_GOAL := help

help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)

## setup         virtual environment, packages of the system, compiled translations
setup: packages $(installed) compiled

packages:
	@scripts/system-packages

$(installed): requirements/dev.txt scripts/virtualenv
	@scripts/virtualenv
	@touch $@

compiled: $(installed) $(catalogues:.po=.mo)

%.mo: %.po
	@$(bin)/pybabel --quiet compile --use-fuzzy --input-file $< --output-file $@ --locale $(notdir $(patsubst %/LC_MESSAGES/,%,$(dir $<)))

## run           a server with a fictional sub-district on http://127.0.0.1:8000/ (PORT=… for another port)
run: setup
	@$(bin)/python scripts/free-port $(PORT)
	@$(manage) migrate --verbosity 0
	@$(manage) load_scheme $(scheme)
	@$(manage) seed_demo --accounts --at http://127.0.0.1:$(PORT)
	@$(manage) collectstatic --noinput --verbosity 0
	@echo "http://127.0.0.1:$(PORT)/   Stop with Ctrl+C"
	@exec $(bin)/gunicorn --bind 127.0.0.1:$(PORT) --workers $(WORKERS) --log-level warning

## test          the whole suite, browser tests included (TESTS=tests/scoring for a part; DATABASE_URL for PostgreSQL)
test: setup
	@$(bin)/pytest -q -n 4 --dist worksteal $(TESTS)

## coverage      the suite with a report of what it does not reach
coverage: setup
	@$(bin)/pytest -q -n 2 --cov --cov-report=term $(TESTS)

## lint          ruff, mypy, the import contracts, templates
lint: setup
	@scripts/lint

## format        what can be mended by machine
format: setup
	@$(bin)/ruff check --fix --quiet && $(bin)/ruff format --quiet

## bench         speed and memory, as a table in docs/benchmarks.md
bench: setup
	@$(bin)/python scripts/bench.py

## shows         the long checks: races, kills, scale, mutants (SHORT=yes for a short count)
shows: setup
	@SHORT=$(SHORT) scripts/shows

## shots         screenshots: of every page into var/shots, those of the documents into docs/images, of the guides into static/guide
shots: setup
	@$(bin)/python scripts/shots.py

## messages      collects texts to translate into locale/
messages: setup
	@$(manage) makemessages --locale zh_Hans --locale zh_Hant --no-location --no-obsolete --ignore 'var/*' --ignore '.venv/*' --ignore 'tests/*' --ignore 'scripts/*'

## requirements  pins requirements/*.txt anew (UPGRADE=--upgrade for newer versions)
requirements: setup
	@scripts/requirements $(UPGRADE)

## clean         removes the virtual environment and caches; data in var/ stays
clean:
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
