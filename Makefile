# Everything a developer or a host runs. `make run` needs python3 (3.11 to 3.13) with venv, and nothing else.
PYTHON ?= python3
VENV ?= .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
# The LiteLLM proxy lives in an environment of its own, so that the bot's stays as it is.
LITELLM_VENV ?= .venv-litellm
LITELLM_BIN := $(patsubst $(VENV)/%,$(LITELLM_VENV)/%,$(BIN))
LITELLM_STAMP := $(LITELLM_VENV)/.stamp
RUN_STAMP := $(VENV)/.run-stamp
DEV_STAMP := $(VENV)/.dev-stamp

# What was compiled once is kept, whatever the machine says: the tests start many processes.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help run test test-litellm fuzz check format bench lock screenshots clean

help: ## Show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Easel needs Python 3.11 or newer. Name one: make run PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(RUN_STAMP): requirements.lock | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(DEV_STAMP): requirements-dev.lock | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@ $(RUN_STAMP)

run: $(RUN_STAMP) ## The bot on Discord if DISCORD_TOKEN is set, else the playground
	$(BIN)/python -m playground $(ARGS)

test: $(DEV_STAMP) ## The whole test suite
	$(BIN)/python -m pytest -n auto $(ARGS)

$(LITELLM_STAMP): requirements-litellm.lock | $(BIN)/python
	$(BIN)/python -m venv $(LITELLM_VENV)
	$(LITELLM_BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-litellm.lock
	@touch $@

test-litellm: $(DEV_STAMP) $(LITELLM_STAMP) ## The flow tests through a LiteLLM proxy, which it installs apart (0.7 GB)
	EASEL_LITELLM=$(LITELLM_BIN)/litellm $(BIN)/python -m pytest --timeout 120 tests/litellm $(ARGS)

fuzz: $(DEV_STAMP) ## Everything that tries things at random, fifty times as long as in the test suite (about an hour)
	EASEL_FUZZ=$${EASEL_FUZZ:-50} $(BIN)/python -m pytest -n auto --timeout 7200 -m "hypothesis or fuzz" $(ARGS)

check: $(DEV_STAMP) ## Format, lint, types and import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/basedpyright
	$(BIN)/lint-imports

format: $(DEV_STAMP) ## Write the formatting and the safe fixes
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(DEV_STAMP) ## Ratios against other clients, and acknowledgement times, on this machine
	$(BIN)/python -m benchmarks.receive
	$(BIN)/python -m benchmarks.ack

lock: $(DEV_STAMP) ## Resolve the dependencies anew into the three lock files
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --group dev -o requirements-dev.lock
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group litellm -o requirements-litellm.lock

screenshots: $(DEV_STAMP) ## Take the README's pictures from the running playground
	$(BIN)/python -m playground.screenshots

clean: ## Remove the environments and caches, never data
	rm -rf $(VENV) $(LITELLM_VENV) .pytest_cache .ruff_cache .hypothesis .import_linter_cache
