#!/usr/bin/env bash
# Sends random requests, made from our own description, to a server with a database of its own, and
# looks for answers of 5xx and for answers that the description does not tell of.
# Where Python or the package cannot be had, it says so and does nothing.
#
#   schemathesis/run.sh PROGRAM [EXAMPLES]    how many examples of each operation; 50 without
set -euo pipefail
program=$1
examples=${2:-50}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'kill "${server:-}" 2>/dev/null || true; rm -rf "$work"' EXIT

if ! "$here/../../../scripts/venv.sh" "$work/venv" "$here/requirements.txt"; then
  echo "the API is not fuzzed"
  exit 0
fi
export DATABASE_URL="sqlite:$work/cases.db"
"$program" serve --listen 127.0.0.1:0 --documents "$work/documents" --requests-per-second 0 \
  >"$work/serve.log" &
server=$!
for _ in $(seq 100); do
  address=$(grep -o 'http://[0-9.:]*' "$work/serve.log" || true)
  [ -n "$address" ] && break
  sleep 0.1
done
token() {
  "$program" token make "$@" --days 1 2>/dev/null --scope cases:read --scope cases:act \
    --scope queue:read --scope events:read --scope webhooks:manage --scope export
}
applicant=$(token --person maria --role applicant)
officer=$(token --person qian --role case-officer --department foreign-expert-authority)
# A case that was handed in, so that not every reference leads nowhere.
export XIANLU_SERVER=$address
case=$(XIANLU_TOKEN=$applicant "$program" case open cn/work-permit --format json |
  python3 -c 'import json, sys; print(json.load(sys.stdin)["case"])')
for what in '{"save-draft": {}}' submit; do
  XIANLU_TOKEN=$applicant "$program" case act "$case" "$what" >"$work/log"
done
cat >"$work/schemathesis.toml" <<TOML
[parameters]
case = "$case"
TOML
cd "$work"
# One after the other: Python 3.11 cannot parse its own sources in two threads at a time.
for token in "$applicant" "$officer"; do
  "$work/venv/bin/schemathesis" --config-file "$work/schemathesis.toml" run \
    "$address/api/openapi.json" --url "$address" --header "Authorization: Bearer $token" \
    --max-examples "$examples" --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance \
    --phases examples,coverage,fuzzing --suppress-health-check all --workers 1 --no-color
done
kill -0 "$server"
