#!/usr/bin/env bash
# Fuzzes a target for some seconds, on the stable toolchain: fuzz/run.sh TARGET SECONDS
# Without cargo-fuzz: cargo install cargo-fuzz
#
# A run takes about 5 ms of a processor for `evaluation`. At the lowest priority beside other work it
# takes far longer by the clock, so look at processor time to see whether a target has become slow.
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
# The bytes of `evaluation` are dice, of which no model throws more; what they are compared with
# tells nothing of how to throw them.
length=16384 build=()
[ "$target" = evaluation ] && length=2048 build=(--no-trace-compares)
dictionary=()
[ -f "dictionaries/$target" ] && dictionary=(-dict="dictionaries/$target")
mkdir -p "found/$target"
# No address sanitizer: the crates of the product forbid unsafe code.
exec cargo fuzz run --fuzz-dir . --sanitizer none "${build[@]}" "$target" \
  "found/$target" "corpus/$target" "${seeds[@]}" -- \
  -max_total_time="$seconds" -timeout=10 -rss_limit_mb=3000 -max_len="$length" "${dictionary[@]}"
