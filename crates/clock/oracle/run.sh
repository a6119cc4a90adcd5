#!/usr/bin/env bash
# Compares our calendar and clocks with two Python packages: every day, and a million clocks.
# Where Python or the packages cannot be had, it says so and does nothing.
#
#   oracle/run.sh [CLOCKS]     how many random clocks; 1,000,000 without
set -euo pipefail
cd "$(dirname "$0")/.."

clocks=${1:-1000000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if ! ../../scripts/venv.sh "$work/venv" oracle/requirements.txt; then
  echo "the clocks are compared with the fixture only"
  exit 0
fi
oracle() { "$work/venv/bin/python" oracle/oracle.py "$@"; }

oracle days | diff - ../../packs/cn/calendar/days.csv
oracle years | diff - tests/clocks/fixtures/years.csv
oracle second | diff - oracle/disputed.csv
oracle clocks "$clocks" "$(date +%s)" >"$work/clocks.csv"
CLOCKS="$work/clocks.csv" cargo test --quiet --release --package xianlu-clock --test clocks -- \
  --exact oracle::clocks_are_due_as_the_oracle_says --nocapture
