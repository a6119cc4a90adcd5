#!/usr/bin/env bash
# A Python environment of its own, with the packages that a test needs.
#
#   venv.sh DIR REQUIREMENTS   make it in DIR; exit status 1 where Python or a package cannot be had
set -euo pipefail
said=$({
  python3 -m venv "$1" &&
    "$1/bin/pip" install --quiet --disable-pip-version-check --requirement "$2"
} 2>&1) || {
  echo "the Python packages of $2 cannot be set up here: $(tail -n 1 <<<"$said")" >&2
  exit 1
}
