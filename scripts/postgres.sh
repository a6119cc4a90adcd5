#!/usr/bin/env bash
# PostgreSQL servers for tests, each in a folder of its own and on a Unix socket in it.
#
#   postgres.sh start DIR [OPTION=VALUE...]   start the server of DIR, made if it is not there
#   postgres.sh stop DIR MODE                 stop it: fast, or immediate as if it had crashed
#   postgres.sh share DIR                     start it for several tests; it stops when it has not
#                                             been shared for five minutes
#
# Installs Debian's PostgreSQL where that is possible; exit status 2 where it cannot be had.
# POSTGRES_BIN names the folder of `initdb` and `pg_ctl`, if they are not found.
set -euo pipefail

find_programs() {
  local folder
  for folder in "${POSTGRES_BIN:-}" $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV) \
    "$(dirname "$(command -v pg_ctl 2>/dev/null || echo /nowhere/pg_ctl)")"; do
    if [ -n "$folder" ] && [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ]; then
      echo "$folder"
      return 0
    fi
  done
  return 1
}

install() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  echo "installing postgresql with apt-get" >&2
  {
    DEBIAN_FRONTEND=noninteractive apt-get update -qq &&
      DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql
  } </dev/null >&2
}

bin=$(find_programs) || { install || true; bin=$(find_programs); } || {
  echo "PostgreSQL's programs initdb and pg_ctl are not here. On Debian or Ubuntu:" >&2
  echo "    sudo apt-get install postgresql" >&2
  exit 2
}

# PostgreSQL refuses to run as root.
user=$(id -un)
if [ "$(id -u)" = 0 ]; then
  user=nobody
  if id postgres >/dev/null 2>&1; then user=postgres; fi
fi
as_user() {
  if [ "$(id -un)" = "$user" ]; then
    "$@"
  else
    setpriv --reuid "$user" --regid "$(id -gn "$user")" --clear-groups --inh-caps=-all \
      env HOME=/ "$@"
  fi
}

command=${1:?start, stop or share}
dir=${2:?a folder}
shift 2

start() {
  mkdir -p "$dir"
  [ "$(id -u)" != 0 ] || chown "$user" "$dir"
  cd "$dir"
  if [ ! -e data/PG_VERSION ]; then
    as_user "$bin/initdb" --pgdata data --username test --auth trust --encoding UTF8 \
      --locale C.UTF-8 --no-sync >initdb.log 2>&1 || { cat initdb.log >&2; exit 1; }
  fi
  if as_user "$bin/pg_ctl" status --pgdata data >/dev/null; then return 0; fi
  local options=(-c listen_addresses= -c "unix_socket_directories=$dir" -c max_connections=300)
  local option
  for option in "$@"; do options+=(-c "$option"); done
  as_user "$bin/pg_ctl" start --pgdata data --log "$dir/server.log" --wait --timeout 60 \
    --options "${options[*]}" >pg_ctl.log 2>&1 </dev/null 9>&- || { cat pg_ctl.log server.log >&2; exit 1; }
}

case $command in
start) start "$@" ;;
stop)
  cd "$dir"
  as_user "$bin/pg_ctl" stop --pgdata data --mode "$1" --wait --timeout 60 >/dev/null
  ;;
share)
  mkdir -p "$dir"
  exec 9>"$dir/lock"
  flock 9
  touch "$dir/shared"
  start fsync=off full_page_writes=off
  if ! kill -0 "$(cat "$dir/keeper" 2>/dev/null || echo x)" 2>/dev/null; then
    (
      while :; do
        exec 9>&-
        sleep 10
        exec 9>"$dir/lock"
        flock 9
        # Nobody can begin to share it now.
        [ -n "$(find "$dir/shared" -mmin -5 2>/dev/null)" ] || break
      done
      cd "$dir" && as_user "$bin/pg_ctl" stop --pgdata data --mode fast --wait >/dev/null
      cd / && rm -rf "$dir/data" "$dir/keeper"
    ) </dev/null >/dev/null 2>&1 &
    echo $! >"$dir/keeper"
  fi
  ;;
*)
  echo "start, stop or share, not $command" >&2
  exit 1
  ;;
esac
