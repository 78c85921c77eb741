#!/usr/bin/env bash
# Makes the locks anew, with hashes and without the addresses of any index. Keeps versions that still
# fit; UPGRADE=1 takes the newest.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tools="$(mktemp -d)"
trap 'rm -rf "$tools"' EXIT
.venv/bin/python -m venv "$tools"
"$tools/bin/pip" install -q pip-tools

for name in requirements requirements-dev; do
    "$tools/bin/pip-compile" --quiet --generate-hashes --allow-unsafe --strip-extras ${UPGRADE:+--upgrade} \
        --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header \
        --output-file="$name.txt" "$name.in"
done
if grep -nE '://' requirements.txt requirements-dev.txt; then
    echo "The lock names a download address." >&2
    exit 1
fi
