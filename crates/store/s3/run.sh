#!/usr/bin/env bash
# Keeps documents in a bucket of what speaks as S3 does, on this machine: the tests of the place
# itself, then a server, and a document that is handed in and given out again.
# Where Python or the package cannot be had, it says so and does nothing.
#
#   s3/run.sh PROGRAM
set -euo pipefail
program=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'kill "${bucket:-}" "${server:-}" 2>/dev/null || true; rm -rf "$work"' EXIT

if ! "$here/../../../scripts/venv.sh" "$work/venv" "$here/requirements.txt"; then
  echo "no bucket is tried"
  exit 0
fi
"$work/venv/bin/moto_server" --host 127.0.0.1 --port 0 >"$work/bucket.log" 2>&1 &
bucket=$!
address() { # LOG: the address that a program says it listens at
  for _ in $(seq 200); do
    grep -o 'http://127[0-9.:]*' "$1" && return
    sleep 0.1
  done
  cat "$1" >&2
  return 1
}
AWS_ENDPOINT=$(address "$work/bucket.log")
export AWS_ENDPOINT AWS_ALLOW_HTTP=true AWS_REGION=us-east-1
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test
curl --silent --fail --request PUT "$AWS_ENDPOINT/documents" >"$work/log"
XIANLU_TEST_S3=s3://documents/tests cargo test --quiet --workspace --test objects

export DATABASE_URL="sqlite:$work/cases.db" XIANLU_DOCUMENTS=s3://documents/served
"$program" serve --listen 127.0.0.1:0 >"$work/serve.log" &
server=$!
XIANLU_SERVER=$(address "$work/serve.log")
XIANLU_TOKEN=$("$program" token make --person maria --role applicant --days 1 2>/dev/null)
export XIANLU_SERVER XIANLU_TOKEN
case=$("$program" case open cn/work-permit --format json |
  python3 -c 'import json, sys; print(json.load(sys.stdin)["case"])')
printf '%%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%%%EOF\n' >"$work/passport.pdf"
"$program" case upload "$case" passport "$work/passport.pdf" --id passport-1 >"$work/log"
"$program" case documents "$case"
"$program" case download "$case" passport-1 "$work/again.pdf" >"$work/log"
cmp "$work/passport.pdf" "$work/again.pdf"
"$program" store check

# The bucket is away: nothing is given or taken, and this is said at once.
kill "$bucket"
wait "$bucket" || true
for away in "download $case passport-1 $work/never.pdf" "upload $case passport $work/again.pdf"; do
  if said=$("$program" case $away 2>&1); then
    echo "\`case $away\` cannot have worked without the bucket" >&2
    exit 1
  fi
  echo "without the bucket: $said"
  grep -q "away or full" <<<"$said"
done
[ ! -e "$work/never.pdf" ]
if "$program" store check 2>"$work/log"; then exit 1; fi
grep -q "not available" "$work/log"
kill -0 "$server"
