#!/usr/bin/env bash
# Measures Xianlu beside its peers, on the same people and the same rules, in one run, and prints
# the tables. Every engine's results are checked against those of a loop by hand.
#
#   benches/run.sh [PEOPLE]        one million without an argument
#
# XIANLU_CACHE=/some/dir   build and keep the Python packages there instead of in benches/target
set -euo pipefail
cd "$(dirname "$0")"
people=${1:-1000000}
cache=${XIANLU_CACHE:-$PWD/target}
mkdir -p "$cache"
export CARGO_TARGET_DIR="$cache/benches"
# Versions that the peers' times in README.md were measured with.
packages=(duckdb==2.0.1 numpy==2.4.6 OpenFisca-Core==46.0.1 policyengine-core==3.33.12)

cargo build --release --locked
venv="$cache/benches-python"
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check "${packages[@]}"

bench="$CARGO_TARGET_DIR/release/xianlu-benches"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
report="$folder/report.jsonl"
"$bench" people "$folder" "$people"
"$bench" run "$report" "$people"
# One core for everyone.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
(cd peers &&
  "$venv/bin/python" numpy_peer.py "$folder" "$report" &&
  "$venv/bin/python" duckdb_peer.py "$folder" "$report" &&
  "$venv/bin/python" microsimulation.py openfisca_core "$folder" "$report" &&
  "$venv/bin/python" microsimulation.py policyengine_core "$folder" "$report")
"$bench" shapes "$report"
"$bench" print "$report"
