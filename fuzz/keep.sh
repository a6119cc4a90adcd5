#!/usr/bin/env bash
# Adds to corpus/TARGET what run.sh has found that reaches code which the corpus does not:
# fuzz/keep.sh TARGET [KILOBYTES]
#
# The shortest inputs first, so long as the corpus stays smaller than the kilobytes (500).
set -euo pipefail
cd "$(dirname "$0")"
target=${1:?the target: feel, xml, markdown, tck or evaluation}
most=$(( ${2:-500} * 1024 ))
export RUSTC_BOOTSTRAP=1
merged=$(mktemp -d)
trap 'rm -rf "$merged"' EXIT
cp "corpus/$target"/* "$merged"
build=()
[ "$target" = evaluation ] && build=(--no-trace-compares)
# By edges alone, and not by how often each is taken: that is a tenth of the inputs.
cargo fuzz run --fuzz-dir . --sanitizer none "${build[@]}" "$target" "$merged" "found/$target" -- \
  -merge=1 -use_counters=0 -use_value_profile=0 -max_len=4096 -timeout=10
size=$(cat "corpus/$target"/* | wc -c)
count=$(find "corpus/$target" -type f | wc -l)
while read -r bytes file; do
  [ -e "corpus/$target/$(basename "$file")" ] && continue
  size=$(( size + bytes )) count=$(( count + 1 ))
  [ "$size" -le "$most" ] && [ "$count" -le 250 ] || break
  cp "$file" "corpus/$target/"
done < <(find "$merged" -type f -printf '%s %p\n' | sort -n)
du -sh "corpus/$target"
