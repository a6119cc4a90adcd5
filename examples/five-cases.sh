#!/usr/bin/env bash
# The five worked cases of China, filed, corrected, proposed, decided, served and contested through
# the API of a server that this starts with a database of its own. Needs the program and Node 20.
#
#   examples/five-cases.sh [PROGRAM]      the program; target/release/xianlu without
set -euo pipefail
cd "$(dirname "$0")/.."
program=${1:-${CARGO_TARGET_DIR:-target}/release/xianlu}
work=$(mktemp -d)
trap 'kill "${server:-}" 2>/dev/null || true; rm -rf "$work"' EXIT
export DATABASE_URL="sqlite:$work/cases.db"

"$program" serve --listen 127.0.0.1:0 >"$work/serve.log" &
server=$!
for _ in $(seq 100); do
  address=$(grep -o 'http://[0-9.:]*' "$work/serve.log" || true)
  [ -n "$address" ] && break
  sleep 0.1
done
[ -n "$address" ] || { echo "the server printed no address" >&2; exit 1; }

token() { # NAME ROLE [DEPARTMENT]
  "$program" token make --person "$1" --role "$2" ${3:+--department "$3"} --days 1 2>/dev/null \
    --scope cases:read --scope cases:act --scope queue:read --scope events:read --scope export
}
work_permit=foreign-expert-authority
body=reconsideration-body
cat >"$work/tokens.json" <<JSON
{
  "applicant": "$(token maria applicant)",
  "stranger": "$(token john applicant)",
  "clerk": "$(token zhao intake-clerk $work_permit)",
  "officer": "$(token qian case-officer $work_permit)",
  "decider": "$(token li decider $work_permit)",
  "body-clerk": "$(token zheng intake-clerk $body)",
  "body-officer": "$(token wang case-officer $body)",
  "body-decider": "$(token feng decider $body)"
}
JSON
node examples/five-cases.mjs "$address" "$work/tokens.json"
