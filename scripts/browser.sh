#!/usr/bin/env bash
# Prints the path of a Chromium for the browser journeys; installs Debian's where that is possible.
# CHROMIUM names another one.
set -euo pipefail

find_browser() {
  local name path
  if [ -n "${CHROMIUM:-}" ]; then
    command -v "$CHROMIUM" && return 0
    echo "CHROMIUM names $CHROMIUM, which cannot be run" >&2
    exit 2
  fi
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    path=$(command -v "$name") && echo "$path" && return 0
  done
  for path in "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
    "/Applications/Chromium.app/Contents/MacOS/Chromium"; do
    [ -x "$path" ] && echo "$path" && return 0
  done
  return 1
}

has_chinese_font() {
  ! command -v fc-list >/dev/null || [ -n "$(fc-list :lang=zh-cn family 2>/dev/null | head -n 1)" ]
}

install() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  echo "installing $* with apt-get" >&2
  {
    DEBIAN_FRONTEND=noninteractive apt-get update -qq &&
      DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
  } </dev/null >&2
}

if ! browser=$(find_browser); then
  install chromium fonts-noto-cjk || true
  browser=$(find_browser) || {
    echo "The browser journeys need Chromium and a Chinese font. On Debian or Ubuntu:" >&2
    echo "    sudo apt-get install chromium fonts-noto-cjk" >&2
    echo "or name a Chromium or Chrome that you have: CHROMIUM=/path/to/chrome make test" >&2
    exit 2
  }
fi
has_chinese_font || install fonts-noto-cjk ||
  echo "no Chinese font is installed; screenshots will show boxes" >&2
echo "$browser"
