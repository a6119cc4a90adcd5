# Xianlu 贤路
#
#   make run     build, and serve at a printed address of this machine
#   make check   the inner loop: format, lints and tests of what has changed
#   make test    everything: check, worked cases, licences, browser journeys
#   make bench   benchmarks; `benches/run.sh` measures the peers too
#
# PORT=9000 make run      that port; without it 8080, or the next one that is free
# XIANLU_CACHE=/some/dir  build there instead of in target/
# CHROMIUM=/path          the browser for the journeys

SHELL := bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

ifdef XIANLU_CACHE
export CARGO_TARGET_DIR ?= $(XIANLU_CACHE)/target
export npm_config_cache ?= $(XIANLU_CACHE)/npm
endif

TARGET = $(or $(CARGO_TARGET_DIR),target)
NEXTEST = $(shell cargo nextest --version >/dev/null 2>&1 && echo yes)

.PHONY: help run check test format lint unit unit-postgres crashes clocks cases api licences e2e bench advisories

help:
	@sed -n '3,/^$$/s/^# \{0,1\}//p' $(firstword $(MAKEFILE_LIST))

run:
	cargo build --release --package xianlu
	exec $(TARGET)/release/xianlu serve --demo $(if $(PORT),--listen 127.0.0.1:$(PORT)) </dev/null

check: format lint unit

test: format lint unit unit-postgres crashes clocks cases api licences e2e

format:
	cargo fmt --all --check

lint:
	cargo clippy --workspace --all-targets -- -D warnings

unit:
ifeq ($(NEXTEST),yes)
	cargo nextest run --workspace -E 'not binary(crashes) and not binary(killed)'
	cargo test --workspace --doc
else
	cargo test --workspace
endif

# The case API on PostgreSQL too.
unit-postgres:
ifeq ($(NEXTEST),yes)
	XIANLU_TEST_POSTGRES=1 cargo nextest run --package xianlu-server -E 'test(tests::cases::)'
else
	XIANLU_TEST_POSTGRES=1 cargo test --package xianlu-server tests::cases::
endif

# Programs and servers that are killed while they write, and disks that are full.
crashes:
ifeq ($(NEXTEST),yes)
	cargo nextest run --workspace -E 'binary(crashes) or binary(killed)'
endif

# A million clocks beside two Python packages, where those can be set up.
clocks:
	crates/clock/oracle/run.sh

cases:
	cargo run --quiet --package xianlu -- rules test

# The five worked cases of China through the API of a server; documents in a bucket, and random
# requests, where Python can be set up.
api:
	cargo build --package xianlu
	examples/five-cases.sh $(TARGET)/debug/xianlu >/dev/null
	crates/store/s3/run.sh $$(cd $(TARGET)/debug && pwd)/xianlu
	crates/server/schemathesis/run.sh $$(cd $(TARGET)/debug && pwd)/xianlu

licences:
	node scripts/licences.mjs
	@if cargo deny --version >/dev/null 2>&1; then \
	  cargo deny --offline check licenses bans sources; \
	else \
	  echo "cargo deny is not installed: only licences are checked"; \
	fi

advisories:
	cargo deny check advisories

e2e:
	cargo build --package xianlu
	XIANLU=$$(cd $(TARGET)/debug && pwd)/xianlu e2e/run.sh

bench:
	cargo bench --workspace
