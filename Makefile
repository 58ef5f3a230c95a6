# Every command of the house. Each one sets up what it needs first; a second run finds it ready.
# Needs on the machine: python3 >= 3.11 with venv, git, make. Node.js only for the chain tests.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

UV_VERSION := 0.13.9
export UV_PYTHON_DOWNLOADS := never
export UV_NO_PROGRESS := 1
# trust what the machine trusts: behind a proxy with a certificate of its own nothing else works
CERTIFICATES := $(wildcard /etc/ssl/certs/ca-certificates.crt)
ifneq ($(CERTIFICATES),)
export UV_SYSTEM_CERTS := true
export NODE_EXTRA_CA_CERTS ?= $(CERTIFICATES)
endif
# a user's own index of packages stays in force; a user's own environment does not
unexport VIRTUAL_ENV
unexport PYTHONPATH
# nor that compiled modules are not kept: each of the commands that tests start would compile them
unexport PYTHONDONTWRITEBYTECODE

JOBS ?= 2
OUT ?= demo-out
SEED ?= $(shell echo $$RANDOM)
PYTHON := .venv/bin/python
UV := .uv/bin/uv
PACKAGES := ledger risk reports api
RUNTIME_STAMP := .venv/.installed-runtime
DEV_STAMP := .venv/.installed-dev
NODE_STAMP := tests/node/node_modules/.installed

# The development set contains the run-time set: once it is there, nothing takes it away.
READY := $(if $(wildcard $(DEV_STAMP)),$(DEV_STAMP),$(RUNTIME_STAMP))

# ---- what one uses -------------------------------------------------------------------------------

.PHONY: help demo serve test check fix bench bench-short torture setup lock clean

help: ## these lines
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: $(READY) ## the whole job on the sample fund, into $(OUT)
	.venv/bin/partita demo --out $(OUT)

serve: $(READY) ## the same, then the web API on localhost
	.venv/bin/partita demo --out $(OUT) --serve

test: $(DEV_STAMP) node ## the suite
	$(PYTHON) -m pytest -n $(JOBS) --dist loadfile tests

check: $(DEV_STAMP) ## format, lint, types, import contracts, tidiness, plug-ins, documents
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(PYTHON) -m pytest -q tests/test_tidy.py tests/test_plugins.py tests/test_docs.py

fix: $(DEV_STAMP) ## format, and mend what the linter can mend
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

bench: $(DEV_STAMP) node ## measure everything; writes benchmarks/results.json
	$(PYTHON) -m benchmarks

bench-short: $(DEV_STAMP) node ## the same without what takes minutes each
	$(PYTHON) -m benchmarks short

torture: $(DEV_STAMP) node ## the long tests, and many more examples of each property
	PARTITA_HYPOTHESIS_PROFILE=torture $(PYTHON) -m pytest -n $(JOBS) --dist loadfile \
		--hypothesis-seed=$(SEED) -m "torture or hypothesis" tests

setup: $(DEV_STAMP) node ## the development environment alone

lock: $(UV) ## resolve anew what the locks pin; LOCK_ARGUMENTS=--upgrade moves everything
	$(UV) pip compile pyproject.toml --group build $(LOCK_OPTIONS) -o requirements.lock
	$(UV) pip compile pyproject.toml --group build --group dev -c requirements.lock \
		$(LOCK_OPTIONS) -o requirements-dev.lock
	$(UV) pip compile benchmarks/tax_peers.in $(LOCK_OPTIONS) -o benchmarks/tax_peers.lock

clean: ## remove environments and everything that runs left behind
	rm -rf .venv .uv .peers tests/node/node_modules $(OUT) dist .pytest_cache .mypy_cache .ruff_cache \
		.import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ---- how it is set up ----------------------------------------------------------------------------

# no annotation of origins: a lock must not change when only the reason for a package does
LOCK_OPTIONS = --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-annotate --custom-compile-command "make lock" $(LOCK_ARGUMENTS)

FIND_PYTHON := for python in python3.13 python3.12 python3.11 python3; do \
	if $$python -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	then echo $$python; exit 0; fi; done; \
	echo "Partita needs Python 3.11 or newer with venv (Debian: python3 and python3-venv)." >&2; exit 1

# The environment of uv is apart: a sync of .venv removes what its lock does not name.
$(UV): Makefile
	@echo "uv $(UV_VERSION)"
	@python=$$($(FIND_PYTHON)); \
	[ "$$($(UV) --version 2>/dev/null | cut -d' ' -f2)" = "$(UV_VERSION)" ] || { \
		$$python -m venv --clear .uv; \
		.uv/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION); }
	@touch $@

$(PYTHON): | $(UV)
	@python=$$($(FIND_PYTHON)); $(UV) venv --quiet --clear --python $$python .venv

define install
	@echo "installing $(1)"
	@$(UV) pip sync --quiet --python $(PYTHON) --require-hashes --compile-bytecode $(1)
	@$(UV) pip install --quiet --python $(PYTHON) --no-deps --no-build-isolation -e .
	@touch $@
endef

$(RUNTIME_STAMP): requirements.lock pyproject.toml | $(PYTHON)
	$(call install,requirements.lock)

$(DEV_STAMP): requirements-dev.lock pyproject.toml | $(PYTHON)
	$(call install,requirements-dev.lock)

# Node runs the contract compiler and brings the test chain's binary. No package's script is run.
.PHONY: node
ifneq ($(shell command -v npm),)
node: $(NODE_STAMP)
else
node:
	@echo "npm is not on this machine: tests on a real chain will be skipped." >&2
endif

$(NODE_STAMP): tests/node/package-lock.json tests/node/package.json
	@echo "installing tests/node"
	@cd tests/node && npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --silent
	@touch $@
