# One environment for all targets, made anew whenever pyproject.toml changes.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= out
COUNT ?= 10000
FIRST ?= 0
CHROMIUM ?= /usr/bin/chromium
WEB := tests/web
SOURCE := kg/web/source
COG = PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/cog -I tests -p "from readme import build, event_types, ontology_page, python, query, registry, run, show"

.DEFAULT_GOAL := help
.PHONY: help run serve test test-web fuzz bundle pictures browser check lint types model docs docs-check wheel clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "make %-12s %s\n", $$1, $$2 }'

run: $(VENV)/.run ## build the graph of seeds/ into out/ and print who met whom, when, where, says who
	$(BIN)/kg build seeds -o $(OUT)
	$(BIN)/kg timeline --graph $(OUT) --status all

serve: $(OUT)/report.json ## look at the graph of seeds/ in a browser, until Ctrl-C
	$(BIN)/kg serve $(OUT)

$(OUT)/report.json:
	$(MAKE) run

test: $(VENV)/.dev ## run the tests
	$(BIN)/python -m pytest -q

test-web: browser $(VENV)/.dev $(WEB)/node_modules/.done $(SOURCE)/node_modules/.done ## open the explorer and GEXF files in Chromium; needs Node 20 with npm
	KG_WEB=1 CHROMIUM="$(CHROMIUM)" $(BIN)/python -m pytest -q -m web

fuzz: $(VENV)/.dev ## read COUNT spoiled inputs (10,000), from the seed FIRST on; each must cost itself alone
	$(BIN)/python -m tests.fuzz $(COUNT) $(FIRST)

bundle: $(SOURCE)/node_modules/.done ## bundle the scripts of the explorer anew into kg/web/static; needs Node 20 with npm
	cd $(SOURCE) && node bundle.mjs

pictures: browser $(VENV)/.dev $(WEB)/node_modules/.done ## take the pictures of the README anew, of the explorer over seeds/
	CHROMIUM="$(CHROMIUM)" $(BIN)/python tests/pictures.py kg/docs

browser:
	@test -x "$(CHROMIUM)" || { echo "make test-web: no Chromium at '$(CHROMIUM)'; install Debian's package chromium, or set CHROMIUM" >&2; exit 2; }
	@command -v npm >/dev/null || { echo "make test-web: no npm; install Node 20 or newer with npm" >&2; exit 2; }

check: lint types test docs-check ## everything that must hold before a commit

lint: $(VENV)/.dev ## ruff: rules and format
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/.dev ## mypy --strict
	$(BIN)/mypy --strict

model: ## train the language model anew from DATA (treebanks/ and corpus/); about two hours
	@test -d "$(DATA)" || { echo "make model DATA=FOLDER: no folder '$(DATA)'" >&2; exit 2; }
	$(MAKE) $(VENV)/.train
	$(BIN)/python -m kg.training "$(DATA)" kg/model

docs: $(VENV)/.dev ## write the generated parts of README.md and kg/docs anew
	$(COG) -r README.md kg/docs/*.md

docs-check: $(VENV)/.dev ## are the generated parts of README.md and kg/docs what the program prints today?
	$(COG) --check --diff README.md kg/docs/*.md

wheel: $(VENV)/.dev ## build dist/*.whl
	$(BIN)/python -m build --wheel --outdir dist .

clean: ## remove what the other targets made
	rm -rf $(VENV) $(OUT) $(WEB)/node_modules $(SOURCE)/node_modules dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find kg tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --editable '.[test,dev]'
	@touch $@ $(VENV)/.run

$(WEB)/node_modules/.done $(SOURCE)/node_modules/.done: %/node_modules/.done: %/package-lock.json
	cd $* && npm ci --silent
	@touch $@

$(VENV)/.train: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --editable '.[train]'
	@touch $@
