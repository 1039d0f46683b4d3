# Two commands do everything: `make demo` shows the main job, `make test` proves it.
# Each makes .venv and installs the pinned versions there; nothing else on the machine is used or changed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
WHATIFS := scenarios/whatifs

.PHONY: demo test test-all bench lint clean

$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: $(INSTALLED)
	$(BIN)/python cli.py map data/clear_creek
	$(BIN)/python cli.py compare --rule-table $(addprefix $(WHATIFS)/clear_creek/, recommended.yaml status_quo.yaml \
	  vendor_prices_up_15.yaml largest_partner_withdraws.yaml no_layoffs.yaml transition_budget_halved.yaml \
	  sheriff_does_not_consent.yaml savings_fall_short.yaml five_year_roadmap.yaml)
	$(BIN)/python cli.py solve $(WHATIFS)/three_counties.yaml

test: $(INSTALLED)
	$(BIN)/pytest -n auto -m "not slow"

test-all: $(INSTALLED)
	$(BIN)/pytest -n auto

bench: $(INSTALLED)
	$(BIN)/python benchmarks/years.py

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

clean:
	rm -rf $(VENV) runs
