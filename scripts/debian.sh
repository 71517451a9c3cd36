#!/bin/sh
# Install the Debian packages that some tests drive, or say plainly what is missing and which tests then skip.
# As root with apt-get it installs; elsewhere it only reports. CI=true makes a missing package an error.
set -eu

missing=""
# The tests make do with the whole `chromium`, but take a third longer.
for pair in chromium-headless-shell:chromium-headless-shell clickhouse-server:clickhouse-server node:nodejs npm:npm; do
    command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair##*:}"
done
[ -n "$missing" ] || exit 0
case "$missing" in
*chromium*) missing="$missing fonts-liberation" ;; # no package of Chromium asks for one; without any font, pages have no text
esac

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Debian packages for the tests:$missing"
    export DEBIAN_FRONTEND=noninteractive
    log=$(mktemp)
    # shellcheck disable=SC2086 - a list of words
    if { apt-get update -q && apt-get install -q -y --no-install-recommends $missing; } >"$log" 2>&1; then
        rm -f "$log"
        exit 0
    fi
    tail -n 20 "$log"
fi
echo "Not installed:$missing. Tests that need them say that they were skipped; on Debian: apt-get install$missing"
[ "${CI:-}" != true ]
