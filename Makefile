# Every command a person needs. Only relative paths, so the checkout may lie anywhere.
.DEFAULT_GOAL := help
SHELL := /bin/sh
.PHONY: help setup up down status test test-fast lint types lock clean demo demo-real schemas soak soak-planted bench safety-table

# The newest Python that is there; deploy/setup.py says how to get one where none is new enough.
FIND_PYTHON = if .venv/bin/python -c 'import pip' >/dev/null 2>&1; then echo .venv/bin/python; exit; fi; \
	for p in python3.14 python3.13 python3.12 python3.11 python3; do \
	if command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$p; exit; fi; \
	done; echo python3
BIN = .venv/bin

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

setup: ## install everything into .venv and nothing else
	@python=$$($(FIND_PYTHON)); command -v $$python >/dev/null 2>&1 || { \
		echo "setup: no Python here. What to do: install Python 3.11 or newer"; \
		echo "  Debian, Ubuntu: sudo apt install python3 python3-venv"; \
		echo "  Fedora:         sudo dnf install python3"; \
		echo "  macOS:          brew install python"; exit 1; }; \
	$$python deploy/setup.py

up: setup ## start everything on this machine; Ctrl-C stops it
	@exec $(BIN)/rapport up

down: setup ## stop it from another terminal
	@$(BIN)/rapport down

status: setup ## who answers
	@$(BIN)/rapport status

demo: setup ## tell the whole story against the running system
	@$(BIN)/rapport demo

demo-real: setup ## the story on real posts: make demo-real POSTS=folder
	@test -n "$(POSTS)" || { echo "say where the posts are: make demo-real POSTS=folder"; exit 2; }
	@$(BIN)/rapport demo-real "$(POSTS)"

test: lint types ## everything: linters, types, all tests on real PostgreSQL and Kafka
	@RAPPORT_REQUIRE_PLATFORM=1 $(BIN)/pytest

test-fast: setup ## unit, contract and architecture tests: no server needed
	@$(BIN)/pytest tests/unit tests/contract tests/architecture -m "not platform"

lint: setup ## ruff and the import rules
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/lint-imports >.lint-imports.log 2>&1 || { cat .lint-imports.log; exit 1; }

types: setup ## strict type check
	@$(BIN)/basedpyright --level error >.types.log || { cat .types.log; exit 1; }

lock: setup ## recompute requirements.lock after changing a pyproject.toml
	@$(BIN)/python deploy/lock.py

soak: setup ## ten thousand random histories: make soak HISTORIES=10000 SEED=1 WORKERS=4
	@PYTHONPATH=tests $(BIN)/python -m soak $(if $(HISTORIES),--histories $(HISTORIES)) $(if $(SEED),--seed $(SEED)) \
		$(if $(WORKERS),--workers $(WORKERS))

soak-planted: setup ## how many histories it takes to notice each planted bug
	@PYTHONPATH=tests $(BIN)/python -m soak planted --histories 1000 --seed $(or $(SEED),1) --seeds 3

schemas: setup ## write the JSON Schemas of all published events
	@$(BIN)/python -m shared.contracts.publish tests/contract/published

bench: setup ## measure; figures belong into docs/benchmarks.md
	@PYTHONPATH=tests $(BIN)/python -m bench.relay
	@PYTHONPATH=tests $(BIN)/python -m bench.consumer
	@PYTHONPATH=tests $(BIN)/python -m bench.screening
	@PYTHONPATH=tests $(BIN)/python -m bench.safety
	@PYTHONPATH=tests $(BIN)/python -m bench.rehearsal 5000
	@PYTHONPATH=tests $(BIN)/python -m bench.pipeline
	@PYTHONPATH=tests $(BIN)/python -m bench.ledger
	@-$(BIN)/python tests/bench/api/run.py
	@-$(BIN)/python tests/bench/api/screenings.py
	@-$(BIN)/python tests/bench/api/review_queue.py

safety-table: setup ## figures of the safety scan, as in docs/safety-model.md
	@$(BIN)/python services/compliance/training/evaluate.py

clean: ## remove the data folder (asks first) and what tools left; .venv and the jar cache stay
	@if [ -x $(BIN)/rapport ]; then $(BIN)/rapport clean $(if $(YES),--yes); fi
	@rm -rf .pytest_cache .ruff_cache .hypothesis .import_linter_cache .lint-imports.log .types.log
	@find . -path ./.venv -prune -o -name __pycache__ -type d -exec rm -rf {} +
