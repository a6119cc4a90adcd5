#!/usr/bin/env bash
# Runs the browser journeys against the program that XIANLU names.
set -euo pipefail
cd "$(dirname "$0")"
: "${XIANLU:?names the program to test, as ../target/debug/xianlu}"

if ! [ -e node_modules/.ready ] || [ package-lock.json -nt node_modules/.ready ]; then
  npm ci --ignore-scripts --no-audit --no-fund </dev/null
  touch node_modules/.ready
fi
CHROMIUM=$(../scripts/browser.sh)
export CHROMIUM XIANLU
echo "browser: $CHROMIUM"
exec node --test --test-reporter=spec --test-concurrency=2 ./*.test.mjs </dev/null
