#!/usr/bin/env bash
# The case API under load, on a PostgreSQL of its own, which is thrown away in the end.
#
#   benches/cases/run.sh [CASES [SECONDS [more]]]     100000 cases and two minutes without arguments
#
# CASES is at most 800000. With `more`, every case is then put there nine times more, and the same
# is measured again. Needs PostgreSQL's programs, Node.js and a Rust toolchain, and about 8 kB of
# disk for each case.
#
# XIANLU_PROGRAMS=DIR   programs that are built already: DIR/xianlu and DIR/examples/fill
# XIANLU_CHECK=no       does not fold every case anew before the run
# PER_SECOND=200        how many requests per second the fifty clients make together
set -euo pipefail
cd "$(dirname "$0")/../.."
cases=${1:-100000}
seconds=${2:-120}
per_second=${PER_SECOND:-200}
more=${3:-}

if [ -z "${XIANLU_PROGRAMS:-}" ]; then
  cargo build --release --locked -p xianlu
  cargo build --release --locked -p xianlu-store --example fill
  XIANLU_PROGRAMS=${CARGO_TARGET_DIR:-$PWD/target}/release
fi
xianlu=$XIANLU_PROGRAMS/xianlu
fill=$XIANLU_PROGRAMS/examples/fill
for folder in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V); do PATH=$folder:$PATH; done

folder=$(mktemp -d "${TMPDIR:-/tmp}/xianlu-load.XXXXXX")
chmod 755 "$folder"
postgres=$folder/postgres
server=
finish() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  scripts/postgres.sh stop "$postgres" immediate 2>/dev/null || true
  rm -rf "$folder"
}
trap finish EXIT
database="postgres://test@localhost/postgres?host=$postgres"
sql() { psql --host "$postgres" --username test --dbname postgres --no-psqlrc --quiet "$@"; }
usual=(shared_buffers=512MB max_wal_size=4GB checkpoint_timeout=15min)

# Without syncing, since nothing is measured here.
fast=(fsync=off full_page_writes=off)
settle() {
  sql --command 'VACUUM (ANALYZE)' --command CHECKPOINT
  scripts/postgres.sh stop "$postgres" fast
  sync
  scripts/postgres.sh start "$postgres" "${usual[@]}"
  sql --tuples-only --command "SELECT name, setting FROM pg_settings
    WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers')"
}

echo "== filling $cases cases"
scripts/postgres.sh start "$postgres" "${usual[@]}" "${fast[@]}"
time "$fill" "$database" "$cases"
settle
if [ "${XIANLU_CHECK:-yes}" = yes ]; then time "$xianlu" store check --database "$database"; fi

token() { "$xianlu" token make --database "$database" --name load "$@" 2>/dev/null; }
department=foreign-expert-authority
clerk=$(token --person clerk-7 --role intake-clerk --department $department)
watcher=$(token --person watcher --role case-officer --department $department \
  --scope events:read --scope webhooks:manage)
# Officers first, then applicants; officer-7 must not see one case in a hundred.
people=()
for number in $(seq 50); do
  people+=("$(token --person "officer-$number" --role case-officer --department $department)")
done
for number in $(seq 50); do people+=("$(token --person "load-$number" --role applicant)"); done

status=0
hooked=
measure() {
  "$xianlu" serve --listen 127.0.0.1:0 --database "$database" ${SERVE_OPTIONS:-} >"$folder/serve.log" 2>&1 8>&- 9>&- &
  server=$!
  address=
  for _ in $(seq 100); do
    address=$(sed -n 's|.*http://\(.*\)/$|\1|p' "$folder/serve.log" | head -1)
    [ -z "$address" ] || break
    kill -0 "$server" || { cat "$folder/serve.log" >&2; exit 1; }
    sleep 0.2
  done
  # What the single row is: a webhook for something that does not happen during the run.
  [ -n "$hooked" ] || curl --silent --fail "http://$address/api/v1/webhooks" \
    --header "Authorization: Bearer $watcher" \
    --json '{"url": "https://example.org/hook", "kinds": ["annul-decision"]}' >/dev/null
  hooked=yes

  known=$(sql --tuples-only --no-align --command "
    SELECT json_agg(case_id) FROM (SELECT case_id FROM queue WHERE owner = '$department' AND
      procedure LIKE 'cn/work-permit%' AND status <> 'draft' ORDER BY hashtext(case_id) LIMIT 2000) AS chosen")
  events=$(sql --tuples-only --no-align --command "SELECT value / 2 FROM counter WHERE name = 'position'")
  node -e '
    const [host, port] = process.argv[1].split(":");
    const [seconds, perSecond, clerk, watcher, department, known, events, ...people] =
      process.argv.slice(2);
    const facts = JSON.parse(require("fs").readFileSync("examples/doctor-shanghai.json", "utf8"));
    for (const key of ["on", "place", "programme"]) delete facts[key];
    console.log(JSON.stringify({ host, port: Number(port), seconds: Number(seconds), warmup: 10,
      perSecond: Number(perSecond), clerk, watcher, department, cases: JSON.parse(known),
      events: Number(events), deepPages: 200, officers: people.slice(0, 50), applicants: people.slice(50), facts }));
  ' "$address" "$seconds" "$per_second" "$clerk" "$watcher" "$department" "$known" "$events" \
    "${people[@]}" >"$folder/plan.json"

  echo "== 50 clients, $per_second requests per second, $seconds seconds"
  node benches/cases/load.mjs "$folder/plan.json" || status=1
  kill "$server"
  wait "$server" || true
  server=
  tail -n +2 "$folder/serve.log"
  sql --file benches/cases/explain.sql
}

measure
if [ "$more" = more ]; then
  echo "== ten times as many cases"
  scripts/postgres.sh stop "$postgres" fast
  scripts/postgres.sh start "$postgres" "${usual[@]}" "${fast[@]}"
  time sql --file benches/cases/multiply.sql
  settle
  measure
fi
exit $status
