# Everything stays inside this folder: the virtual environment in .venv, the data in data/.
# Delete both and the machine is as it was.

PYTHON ?= python3

VENV := .venv
BIN := $(VENV)/bin/python
READY := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help run test test-sqlite test-postgres test-browser test-proxy test-dates soak contention abuse restore-test rotation-test upgrade-test deployment-test cluster-test lint fix bench install lock release sbom

# "##@ " begins a group, and the text after "## " describes a target.
help: ## this list
	@awk -F ':[^#]*## ' '/^##@ / {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z-]+:[^#]*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ Try it

run: $(READY) ## start the demo clinic on http://localhost:$PORT (8000); Ctrl-C stops it, its data stays
	@exec $(BIN) -m clinic.supervisor

##@ Test

test: $(READY) ## lint, then all tests on SQLite, PostgreSQL and in a browser (REQUIRE_ALL=1: none may be left out)
	@$(BIN) -m tests.everything

test-sqlite: $(READY) ## only the tests on SQLite
	@$(BIN) -m tests.everything sqlite

test-postgres: $(READY) ## only the tests that depend on the database, on PostgreSQL
	@$(BIN) -m tests.everything postgresql

test-browser: $(READY) ## only the tests in a real browser
	@$(BIN) -m tests.everything browser

test-proxy: $(READY) ## only the tests behind a cache (nginx)
	@$(BIN) -m tests.everything proxy

test-dates: $(READY) ## all tests with the clock on a leap day, New Year's Eve, changes of clocks
	@$(BIN) -m tests.dates $(PARTS)

soak: $(READY) ## an hour of load and faults on both databases (SHORT=1: each fault once, as make test does)
	@$(BIN) -m tests.soak

contention: $(READY) ## 100,000 attempts at the same times on each database, by eight processes
	@$(BIN) -m tests.soak.contention

abuse: $(READY) ## what visitors could do to a site: floods of holds and mails, slow bodies, times of sign-ins (on a demo of its own)
	@$(BIN) -m tests.abuse $(TRIALS)

restore-test: $(READY) ## back up 100,000 appointments while guests book, restore them, compare and print times
	@$(BIN) -m tests.trials restore

rotation-test: $(READY) ## change both keys while guests book, with rotate_keys killed five times
	@$(BIN) -m tests.trials rotate-keys

upgrade-test: $(READY) ## upgrade from four older states with 200,000 appointments while guests book (SHORT=1: 2,000)
	@$(BIN) -m tests.upgrade

deployment-test: $(READY) ## install a release on a new Debian by docs/deployment.md, on both databases (needs root)
	@$(BIN) -m tests.deployment

cluster-test: $(READY) ## kill a web server, a worker, Redis and the primary of a cluster while guests book (needs Debian packages)
	@$(BIN) -m tests.cluster

##@ Check

lint: $(READY) ## style, formatting, import rules, templates, scripts, styles, types, missing migrations
	@$(BIN) -m tests.everything lint

bench: $(READY) ## measure the speed of what matters
	@$(BIN) -m tests.benchmarks

##@ Write

install: $(READY) ## only make the virtual environment (make run and make test do it themselves)

fix: $(READY) ## repair what can be repaired: style and formatting
	$(BIN) -m ruff check --fix .
	$(BIN) -m ruff format .
	$(VENV)/bin/oxlint --fix clinic/static
	$(VENV)/bin/oxfmt clinic/static
	find templates -name '*.html' -exec $(VENV)/bin/djade {} + || true # it fails when it repairs...
	find templates -name '*.html' -exec $(VENV)/bin/djade --check {} + # ...so what is left is asked for

##@ Release

release: $(READY) ## write the archive that operators install: dist/clinic-booking-VERSION.tar.gz
	@$(BIN) -m clinic.release

# Two environments of their own: one has the tool, which the site never imports, and the other exactly
# the packages of a production server, whose licenses the tool reads.
sbom: ## list the packages of a production server with licenses: dist/clinic-booking.cdx.json (CycloneDX)
	@test -x .sbom-venv/bin/cyclonedx-py || { $(PYTHON) -m venv --clear .sbom-venv \
	  && .sbom-venv/bin/python -m pip install -qq --disable-pip-version-check 'cyclonedx-bom>=7.5,<8'; }
	@mkdir -p dist
	@$(PYTHON) -m clinic.production_packages > dist/production.txt
	@$(PYTHON) -m venv --clear --without-pip .sbom-packages
	@.sbom-venv/bin/python -m pip --python .sbom-packages install -qq --disable-pip-version-check \
	  --require-hashes -r dist/production.txt
	@.sbom-venv/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible \
	  --output-file dist/clinic-booking.cdx.json .sbom-packages/bin/python
	@rm -rf .sbom-packages dist/production.txt
	@echo dist/clinic-booking.cdx.json

# uv has an environment of its own: it is needed only to write the lock, not to use it.
lock: ## write requirements.txt again from pyproject.toml, with the newest versions allowed
	@test -x .lock-venv/bin/uv || { $(PYTHON) -m venv --clear .lock-venv \
	  && .lock-venv/bin/python -m pip install -qq --disable-pip-version-check uv; }
	.lock-venv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --group test pyproject.toml --output-file requirements.txt

$(READY): requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "This needs Python 3.11 or newer; '$(PYTHON)' is not. Try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -m clinic.install
