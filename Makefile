# Two commands do everything: `make demo` shows the main job, `make test` proves it.
# Each makes .venv and installs the pinned versions there; nothing else on the machine is used or changed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
BENCH_INSTALLED := $(VENV)/.bench-installed
WHATIFS := scenarios/whatifs
# what is compiled once is kept: processes that the tests start would read every file anew
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test test-all bench bench-full lint clean

$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: $(INSTALLED)
	$(BIN)/python cli.py map data/clear_creek
	$(BIN)/python cli.py compare --processes 2 --rule-table $(addprefix $(WHATIFS)/clear_creek/, recommended.yaml status_quo.yaml \
	  vendor_prices_up_15.yaml largest_partner_withdraws.yaml no_layoffs.yaml transition_budget_halved.yaml \
	  sheriff_does_not_consent.yaml savings_fall_short.yaml five_year_roadmap.yaml)
	$(BIN)/python cli.py solve $(WHATIFS)/three_counties.yaml
	$(BIN)/python cli.py report $(WHATIFS)/clear_creek/recommended.yaml --out runs/report.html --overwrite

test: $(INSTALLED)
	$(BIN)/pytest -n auto -m "not slow"

test-all: $(INSTALLED)
	$(BIN)/pytest -n auto --hypothesis-profile all

$(BENCH_INSTALLED): $(INSTALLED)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev,bench]'
	@touch $@

# minutes: the roadmap over years, the models that are built, and the suite of small instances
bench: $(BENCH_INSTALLED)
	$(BIN)/python benchmarks/years.py
	$(BIN)/python -m benchmarks build
	$(BIN)/python -m benchmarks run --suite minutes --out results/minutes.parquet --overwrite
	$(BIN)/python -m benchmarks report results/minutes.parquet --out results/minutes

# an hour and a half or two: every family and size, every solver that is there; begun again it goes on with what is missing
bench-full: $(BENCH_INSTALLED)
	$(BIN)/python -m benchmarks build --size state-50000x400x8
	$(BIN)/python -m benchmarks run --suite full --out results/full.parquet --resume
	$(BIN)/python -m benchmarks report results/full.parquet --out results/full

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

clean:
	rm -rf $(VENV) runs results
