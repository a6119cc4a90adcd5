#!/usr/bin/env bash
# Starts the program at a free address of this machine: PORT if it is given and free, else 8080,
# else the next free one.
set -euo pipefail
program=$1
shift
wanted=${PORT:-8080}

is_taken() {
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

port=$wanted
while is_taken "$port"; do
  port=$((port + 1))
  if [ "$port" -gt $((wanted + 100)) ]; then
    echo "no free port between $wanted and $port; choose another: PORT=9000 make run" >&2
    exit 2
  fi
done
if [ "$port" != "$wanted" ]; then
  echo "port $wanted is taken; using $port"
fi
exec "$program" serve --listen "127.0.0.1:$port" "$@"
