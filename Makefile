# Everything runs from .venv, which the first target that needs it sets up. Nothing has to be activated.
PYTHON ?= python3
BIN := .venv/bin

# One thread and a fixed hash seed, so that a notebook gives the same numbers in a run, in nbval and in
# JupyterLab; small problems are slower, not faster, on several threads.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
export MKL_NUM_THREADS := 1
export PYTHONHASHSEED := 0
export MPLBACKEND := module://matplotlib_inline.backend_inline

.PHONY: help setup reports test test-all check lab docs pictures notebooks bench lock clean
.DEFAULT_GOAL := help

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.ready  ## Create .venv from the lock file (the other targets do this by themselves)

.venv/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make virtual environments; on Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

reports: setup  ## Run every study; open reports/index.html afterwards
	$(BIN)/workbench run --all --jobs 2

test: setup  ## Run the tests of methods, files, claims, notebooks' form, and one fault of each kind
	$(BIN)/python -m pytest -q --numprocesses=2 --dist=worksteal -m "not slow"

test-all: setup  ## Run every test, doctest and stored output, the browser, the servers, the wheel
	$(BIN)/python -m pytest -q --numprocesses=2 --dist=worksteal --durations=15
	$(BIN)/python -m pytest -q --nbval --nbval-cell-timeout=300 -p no:cacheprovider -o addopts="" --ignore=notebooks/mine notebooks

check: setup  ## Lint, formatting, who imports whom, types
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/lint-imports --no-cache
	$(BIN)/basedpyright

lab: setup  ## Open JupyterLab: a first page, a form for each notebook, its report
	$(BIN)/jupyter lab --ServerApp.root_dir=. --LabApp.extra_labextensions_path=workbench/lab/jupyter/share/jupyter/labextensions

docs: setup  ## Build the site, its samples from reports/; open docs/_site/index.html afterwards
	$(BIN)/sphinx-build --quiet --fresh-env --fail-on-warning --keep-going --jobs 2 docs docs/_site
	@touch docs/_site/.built

pictures: setup  ## Take the pictures of the studies anew, from reports/ (needs Chromium)
	$(BIN)/python docs/building/pictures.py

notebooks: setup  ## Execute the notebooks in place, so that their stored outputs are current
	$(BIN)/jupyter nbconvert --log-level=WARN --to notebook --inplace --execute --ExecutePreprocessor.record_timing=False notebooks/*.ipynb notebooks/analyses/*.ipynb

bench: setup  ## Measure the ratios of docs/speed.md, and write it anew (half an hour, nothing else running)
	$(BIN)/python -m pytest -q -o addopts="" tests/benchmarks --write-docs

lock: setup  ## Resolve requirements.lock anew (needs uv)
	uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 --generate-hashes --no-header --no-annotate pyproject.toml --extra run --extra lab --extra realdata --extra postgresql --group dev --upgrade --output-file requirements.lock

clean:  ## Remove the environment and the generated reports
	rm -rf .venv docs/_site docs/generated reports/*.html reports/*.json reports/*.ipynb
