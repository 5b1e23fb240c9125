# The two commands of a newcomer are `make run` and `make test`; each does its own set-up.
PY := .venv/bin/python
export PYTHONUTF8 = 1

.PHONY: run test check bench shots simulate fuzz lock setup clean package-windows package-linux package-lock packages-if-changed

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

# make fuzz MINUTES=10 TARGETS=manifest,frame SEED=1: what was found lies beside the targets.
fuzz: setup
	@$(PY) -m tests.fuzz $(or $(MINUTES),10) $(if $(TARGETS),--targets $(TARGETS)) $(if $(SEED),--seed $(SEED))

# make simulate STEPS=200000 SEED=1: the report lies beside the simulator.
simulate: setup
	@$(PY) -m tests.simulator $(or $(STEPS),200000) $(or $(SEED),1)

# Needs pip-tools; run it after changing a .in file. The lock files carry hashes, not addresses.
lock:
	cd packaging && for f in requirements requirements-dev; do \
	  pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header --no-annotate \
	    --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options -o $$f.txt $$f.in; done

# Both build an installer in var/packages and prove it; RELEASE.md says what they cannot prove.
package-windows: setup
	@$(PY) packaging/package.py windows

package-linux: setup
	@$(PY) packaging/package.py linux

packages-if-changed: setup
	@$(PY) packaging/package.py if-changed

# After `make lock`: the same versions for the frozen programs.
package-lock: setup
	cd packaging && ../$(PY) -m installers.locks

clean:
	rm -rf var build dist
