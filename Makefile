# The two commands of a newcomer are `make run` and `make test`; each does its own set-up.
PY := .venv/bin/python
export PYTHONUTF8 = 1

.PHONY: run test check bench shots lock setup clean

setup:
	@packaging/setup.sh

run: setup
	@$(PY) packaging/run_demo.py var/demo

test: setup check
	@$(PY) packaging/run_tests.py

check: setup
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-cache

bench: setup
	@$(PY) -m tests.bench

shots: setup
	@QT_QPA_PLATFORM=offscreen $(PY) -m tests.shots var/shots

# Needs pip-tools; run it after changing a .in file. The lock files carry hashes, not addresses.
lock:
	cd packaging && for f in requirements requirements-dev; do \
	  pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header --no-annotate \
	    --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options -o $$f.txt $$f.in; done

clean:
	rm -rf var build dist
