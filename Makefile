# The verbs of this project; CONTRIBUTING.md says what each is for.

PYTHON ?= python3
PORT ?= 8000
DATA_DIR ?= var
ONLY ?=
ARGS ?=
VENV := .venv/bin

.PHONY: demo test check format bench lock runtime dev
.DEFAULT_GOAL := demo

runtime:
	@$(PYTHON) scripts/bootstrap.py runtime

dev:
	@$(PYTHON) scripts/bootstrap.py dev

demo: runtime  ## the product with a seeded demo project, in the foreground
	@exec $(VENV)/python manage.py demo --port "$(PORT)" --data-dir "$(DATA_DIR)"

test: dev  ## every test, with what they need installed first
	@scripts/debian.sh
	@exec scripts/test.sh $(ARGS)

check: dev  ## everything that can be said about the code without running the product
	$(VENV)/ruff format --check .
	$(VENV)/ruff check .
	$(VENV)/mypy
	$(VENV)/lint-imports
	$(VENV)/djlint --profile django --lint --quiet templates
	$(VENV)/deptry .
	$(VENV)/python scripts/handbook.py --check

format: dev
	$(VENV)/ruff format .
	$(VENV)/ruff check --fix .

bench: dev  ## what we promise, measured: make bench ONLY=identity
	@exec $(VENV)/python -m bench $(ONLY)

# The lock files name no package index, so they serve whichever one pip is set up with.
UV_COMPILE = $(VENV)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url
lock: dev  ## pin the dependencies anew after a change in pyproject.toml
	@test -x $(VENV)/uv || $(VENV)/python -m pip install --quiet --disable-pip-version-check uv
	$(UV_COMPILE) --extra embedded --group dev -o requirements/dev.txt
	$(UV_COMPILE) --constraint requirements/dev.txt --extra embedded -o requirements/runtime.txt
	$(UV_COMPILE) --constraint requirements/dev.txt -o requirements/server.txt
