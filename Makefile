# make run     set up, build, fill a demonstration company on the first start, serve
# make test    all that CI runs: format, no warnings, unit tests, tests of the running server and of the screens; on SQLite and on PostgreSQL
# make pictures  a picture of every screen into build/pictures
# make simulation  two years of a company on a virtual clock, as a release build (`make test` has it in debug)
# make bench   measure a release build and write Benchmarks/RESULTS.md
# make format  bring the Swift code into the house's form

SHELL := /bin/bash
.DEFAULT_GOAL := help
SWIFT_SOURCES := Package.swift Sources Tests
ARGS ?=
PYTEST = env WEIBAO_BIN=$${WEIBAO_BIN:-$$PWD/.build/debug/weibao} .venv/bin/python -m pytest
# Where ARGS choose tests, one of two runs may have none of them.
NONE_CHOSEN = $(if $(ARGS),|| test $$? = 5)
# About half of the time that they take.
FIRST_SYSTEM_TESTS = $(addprefix Tests/System/test_,$(addsuffix .py,access backup bad_days bad_input casefile cli crash inbound papers privacy))
# What the running server must do on PostgreSQL too; the rest looks into SQLite's file, or knows no engine.
POSTGRES_TESTS = $(addprefix Tests/System/test_,postgres.py interface.py one_fault.py bad_input.py access.py backup.py)

.PHONY: help run build release setup format lint unit simulation system browser pictures test check bench clean \
  system-first system-second system-postgres-first system-postgres-second browser-every-screen browser-work

help:
	@sed -n 's/^# make/make/p' Makefile

run:
	@Scripts/run $(ARGS)

setup:
	@Scripts/setup test

build: setup
	swift build

release:
	@Scripts/setup run
	swift build -c release --product weibao

format: setup
	swift format format --in-place --recursive --parallel $(SWIFT_SOURCES)

lint: setup
	swift format lint --strict --recursive --parallel $(SWIFT_SOURCES)

# Warnings are errors by the package's own settings. Many tests wait for disks and programs, but with more of them on two cores their
# programs (PDFs, previews) would run into their limits of time. The two years are simulated without a database, so once.
unit: export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH = 8
unit: setup
	swift build --build-tests
	swift test --skip-build --disable-xctest
	Scripts/with-postgres swift test --skip-build --disable-xctest --filter 'PersistenceTests|OperationsTests|WebTests' --skip TwoYearsTests

# A folder of its own: what is built to be tested is not what is shipped.
simulation: SIMULATION = -c release -Xswiftc -enable-testing --scratch-path .build/simulation
simulation: setup
	swift build $(SIMULATION) --build-tests
	swift test $(SIMULATION) --skip-build --disable-xctest --filter TwoYearsTests

# The real program, in a temporary folder, on a free port. WEIBAO_BIN names another binary. Two runs side by side, as servers and clients wait for
# each other; each says what it has to say when it has ended.
system: setup
	swift build --product weibao
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target system-first system-second
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target system-postgres-first system-postgres-second

system-first:
	$(PYTEST) $(FIRST_SYSTEM_TESTS) $(ARGS) $(NONE_CHOSEN)

system-second:
	$(PYTEST) $(filter-out $(FIRST_SYSTEM_TESTS),$(wildcard Tests/System/test_*.py)) $(ARGS) $(NONE_CHOSEN)

system-postgres-first:
	Scripts/with-postgres $(PYTEST) $(firstword $(POSTGRES_TESTS)) $(ARGS) $(NONE_CHOSEN)

system-postgres-second:
	Scripts/with-postgres $(PYTEST) $(wordlist 2,99,$(POSTGRES_TESTS)) $(ARGS) $(NONE_CHOSEN)

# The screens, as people use them: Playwright on Debian's Chromium.
browser: setup
	swift build --product weibao
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target browser-every-screen browser-work

browser-every-screen:
	$(PYTEST) Tests/Browser/test_every_screen.py $(ARGS) $(NONE_CHOSEN)

browser-work:
	$(PYTEST) Tests/Browser --ignore Tests/Browser/test_every_screen.py $(ARGS) $(NONE_CHOSEN)

# Of every screen: on a phone and at a desk, light and dark, in both languages.
pictures: setup
	swift build --product weibao
	@$(MAKE) browser-every-screen ARGS="-k test_a_screen_is_whole $(ARGS)"
	@echo "They are in build/pictures."

test: lint unit system browser

# What CI runs.
check: test

bench:
	@Scripts/setup bench
	python3 Benchmarks/run.py $(ARGS)
	Scripts/with-postgres python3 Benchmarks/postgres.py --write

clean:
	rm -rf .build .venv
