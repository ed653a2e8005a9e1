# The habits of AirDesk. `make help` lists them.

PORT ?= 8000
DATA ?= data
SUITES ?=

BIN := .venv/bin
PYTHON_READY := .venv/airdesk.stamp
NODE_READY := web/node_modules/airdesk.stamp
PAGES_READY := web/apps/plain/dist/airdesk.stamp
PAGE_SOURCES := $(shell find web -name node_modules -prune -o -name dist -prune -o -name .types -prune \
                  -o -type f -not -path '*/test/*' -print)

# The environment of the person who types must not reach into ours.
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run test check check-python check-house check-web check-locks check-docs \
        bench fmt lock docs clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' Makefile

setup: $(PYTHON_READY) $(PAGES_READY) ## Make .venv with airdesk and the checking tools, build the pages

$(PYTHON_READY): pyproject.toml requirements/dev.txt tools/make_venv.sh tools/find_python.sh
	@sh tools/check_node.sh # first, so that nobody waits for one half to hear that the other fails
	@sh tools/make_venv.sh
	@touch $@

$(NODE_READY): web/package.json web/package-lock.json $(wildcard web/*/*/package.json)
	@sh tools/check_node.sh
	@echo "Installing the packages of web/ ..."
	@cd web && npm ci --loglevel=error
	@touch $@

$(PAGES_READY): $(NODE_READY) $(PAGE_SOURCES)
	@echo "Building the pages ..."
	@cd web && npm run build --silent
	@touch $@

run: setup ## Serve on PORT (8000), with the data in DATA (./data)
	@exec $(BIN)/airdesk serve --demo --port $(PORT) --data $(DATA)

test: setup ## Run all suites, or those of SUITES="unit web"
	@sh tools/install_system_packages.sh
	@$(BIN)/python tools/run_suites.py $(SUITES)

check: check-python check-house check-web check-locks check-docs ## Lint, types, the house, locks and docs; `make -k check` shows all
	@echo "All checks passed."

check-python: $(PYTHON_READY)
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy src tests tools $(wildcard benchmarks)

check-house: $(PYTHON_READY)
	$(BIN)/lint-imports --no-logo
	$(BIN)/pytest --quiet tests/unit/test_house.py

check-web: $(NODE_READY)
	cd web && npm run check --silent

check-locks: $(PYTHON_READY)
	$(BIN)/python tools/check_locks.py

check-docs: $(PYTHON_READY)
	$(BIN)/python tools/generate_reference.py --check
	$(BIN)/python tools/generate_state_diagram.py --check
	$(BIN)/python tools/generate_vectors.py --check
	$(BIN)/pytest --quiet tests/unit/test_docs.py

bench: setup ## Measure the log, the path of a message, and the opening of the widget; results in .cache/bench
	@mkdir -p .cache/bench
	$(BIN)/airdesk bench log --json - >.cache/bench/log.json
	$(BIN)/airdesk bench path --json - >.cache/bench/path.json
	$(BIN)/python -m benchmarks.widget_open >.cache/bench/widget.json
	@cat .cache/bench/log.json .cache/bench/path.json .cache/bench/widget.json

fmt: $(PYTHON_READY) $(NODE_READY) ## Format everything, mend what the linter can mend
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format --quiet .
	cd web && npm run fmt --silent

docs: $(PYTHON_READY) ## Write docs/reference anew
	$(BIN)/python tools/generate_reference.py

lock: ## Write the lock files anew from pyproject.toml and web/package.json; UPGRADE=1 takes newer versions
	@sh tools/lock.sh $(if $(UPGRADE),--upgrade)

clean: ## Remove what the other targets made (never the data)
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache \
	  web/node_modules web/.types web/apps/*/dist web/apps/*/demo/dist web/apps/*/preview/dist
