# One word each. `make play` is the whole product; everything a new machine needs is installed by the target that needs it.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
SHELL  := /bin/bash
NODE   := node_modules/.package-lock.json

# What loads torch, OpenVINO, numba, Skia, libwebrtc or Chromium gets a process of its own: with several of them loaded, a later fork
# has crashed pytest more than once.
NATIVE := tests/atelier tests/browser tests/model tests/peers

# What is compiled is kept, whatever the machine says: tests start dozens of processes, and each would compile it all anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: play install test check bench soak fuzz lock clean

play: install
	$(BIN)/forkreel serve

install: $(VENV)/.installed

test: $(VENV)/.installed-test $(NODE)
	node --test tests/player/*.test.js
	for part in $(NATIVE); do $(BIN)/python -m pytest $$part || exit 1; done
	$(BIN)/python -m pytest tests $(NATIVE:%=--ignore=%)

check: $(VENV)/.installed-test $(NODE)
	$(BIN)/ruff check server tests
	$(BIN)/ruff format --check server tests
	$(BIN)/mypy
	PYTHONPATH=server $(BIN)/lint-imports --no-cache
	node_modules/.bin/tsc --project .
	$(BIN)/forkreel check stories/*.yaml

bench: install
	$(BIN)/forkreel bench
	$(BIN)/forkreel bench --live
	$(BIN)/python -m forkreel.bench.flood
	$(BIN)/forkreel bench --sound

# What takes longer than a test may: thousands of viewers who come and go, ten minutes of sound, bad networks (as root, in
# network namespaces). Bounded in time.
soak: install
	timeout 600 $(BIN)/python -m tests.network.soak 60
	timeout 300 $(BIN)/python -m forkreel.bench.flood
	timeout 1200 $(BIN)/forkreel bench --live --joins 4000
	timeout 1800 $(BIN)/forkreel bench --sound --minutes 10

# Stories and templates at random, many more than the tests try, and for ten minutes bytes that coverage leads.
fuzz: $(VENV)/.installed-test
	timeout --signal=INT 3600 $(BIN)/python -m pytest tests/story/test_codegen.py tests/story/test_fuzz.py -x \
	  --hypothesis-profile=fuzz --hypothesis-show-statistics --timeout=0 || [ $$? = 124 ]  # an hour without a find
	$(BIN)/python -m pip install --quiet atheris==3.0.0
	corpus=$$(mktemp -d) && cp tests/stories/*.yaml tests/stories/broken/*.yaml $$corpus && \
	  $(BIN)/python tests/fuzzing.py -max_total_time=600 -max_len=2000 $$corpus; code=$$?; rm -r $$corpus; exit $$code

$(VENV)/.installed: pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { \
	  echo "make: '$(PYTHON) -m venv $(VENV)' failed. forkreel needs Python 3.11 or newer; on Debian: apt-get install python3-venv" >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	@./tests/helpers/debian.sh
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[test]'
	@touch $@

# The player needs no build and ships nothing of this: it is what checks its types and its accessibility.
$(NODE): package.json package-lock.json
	@./tests/helpers/debian.sh
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# Writes what is installed now as the versions that everybody gets.
lock:
	$(BIN)/python -m pip freeze --exclude-editable | grep -viE '^(pip|setuptools|wheel)==' | sed 's/+cpu$$//' > constraints.txt

clean:
	rm -rf $(VENV) node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis artefacts
