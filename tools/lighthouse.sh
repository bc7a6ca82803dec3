#!/bin/sh
# lighthouse.sh [NAME…]: how Lighthouse scores the pages that people see first, on Debian's Chromium as a slow phone.
# Installs Lighthouse from tools/lighthouse/package-lock.json, and nothing that is there already. Fails under 98.
set -eu
cd "$(dirname "$0")/.."
PATH="$PWD/.venv-generators/bin:$PATH"
here=tools/lighthouse
want=$(sha256sum "$here/package-lock.json" | cut -d' ' -f1)
if [ "$want" != "$(cat "$here/node_modules/.wanted" 2>/dev/null || true)" ]; then
    (cd "$here" && npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel error >/dev/null)
    echo "$want" > "$here/node_modules/.wanted"
fi
exec .venv/bin/python tools/lighthouse_scores.py "$@"
