#!/usr/bin/env bash
# Fuzzes a target for some seconds, on the stable toolchain: fuzz/run.sh TARGET SECONDS
# Without cargo-fuzz: cargo install cargo-fuzz
#
# Starts from corpus/TARGET and what was found before. What is found is kept in found/TARGET, and
# a crash or a slow input in artifacts/TARGET; `fuzz/keep.sh TARGET` adds the best to the corpus.
set -euo pipefail
cd "$(dirname "$0")"
target=${1:?the target: feel, xml, markdown, tck or evaluation}
seconds=${2:?the seconds}
export RUSTC_BOOTSTRAP=1
# The stack of a thread, in which the server evaluates too.
ulimit -s 2048
seeds=()
[ "$target" = markdown ] && seeds=(../packs)
dictionary=()
[ -f "dictionaries/$target" ] && dictionary=(-dict="dictionaries/$target")
mkdir -p "found/$target"
# No address sanitizer: the crates of the product forbid unsafe code.
exec cargo fuzz run --fuzz-dir . --sanitizer none "$target" \
  "found/$target" "corpus/$target" "${seeds[@]}" -- \
  -max_total_time="$seconds" -timeout=10 -rss_limit_mb=3000 -max_len=16384 "${dictionary[@]}"
