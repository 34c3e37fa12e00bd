# For developers. To start the product or run the tests, `python3 run.py` and `python3 run.py test` are enough.

.DEFAULT_GOAL := help
.PHONY: help check docs fix test prove bench screenshots lock

BIN := .venv/bin
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes

help: ## What can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

check: .venv ## All that must pass before a change goes in: lint, format, types, tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	python3 run.py test

docs: .venv ## Write docs/who_can_do_what.md anew from the permission table
	$(BIN)/python -m tcsuper.reports.permissions

fix: .venv ## Mend what ruff can mend, and format
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

test: ## The tests, on both databases and in a browser
	python3 run.py test

prove: ## The long proofs, which the tests leave out and CI runs besides
	python3 run.py test -m proof

bench: .venv ## How long a click takes where a number is promised
	$(BIN)/python -m benchmarks.sign_in
	$(BIN)/python -m benchmarks.team
	$(BIN)/python -m benchmarks.imports
	if [ -f var/demo.db ]; then \
		TCSUPER_MODE=demo TCSUPER_DATABASE_URL=sqlite:///var/demo.db $(BIN)/python -m benchmarks.audit_pack; \
	else echo "The audit pack is timed on the demonstration, which python3 run.py makes."; fi

screenshots: ## Pictures of the pages, wide and on a phone, into var/screenshots
	python3 run.py test tests/browser

lock: .venv ## Bring both requirements.txt files up to their .in files
	$(LOCK) requirements.in -o requirements.txt
	$(LOCK) requirements-dev.in -o requirements-dev.txt

.venv:
	python3 run.py test --version
