#!/usr/bin/env bash
# Makes .venv from the locked requirements. `run` is what the product needs, `dev` adds what checks it,
# `verify` what only the long checks need.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

part="${1:?run, dev or verify}"
venv=.venv
# WeasyPrint draws with Pango and subsets with HarfBuzz; PDFs need a Chinese font.
run_packages=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk)
# Outside opinions in the tests: age opens our envelopes, openssl our signatures, poppler (pdfsig)
# and qpdf our documents, Debian's PostgreSQL runs a part of the suite, and Chromium the pages.
dev_packages=(age chromium openssl postgresql poppler-utils qpdf)
# A second browser, and Go with its library for transparency logs.
verify_packages=(firefox-esr golang-go golang-golang-x-mod-dev)

find_python() {
    local name
    for name in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if command -v "$name" >/dev/null &&
            "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
            command -v "$name"
            return
        fi
    done
    echo "Python 3.11 or newer is needed (Debian 12, Ubuntu 24.04 or later: apt-get install python3)." >&2
    return 1
}

# Installs the system packages that are missing, where there is apt; elsewhere names them.
need_packages() {
    local missing=() name
    for name in "$@"; do
        if command -v dpkg-query >/dev/null; then
            dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
        fi
    done
    if ! command -v dpkg-query >/dev/null; then
        echo "This is neither Debian nor Ubuntu. Their packages that are needed here too: $*" >&2
        return
    fi
    [ ${#missing[@]} -eq 0 ] && return
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "Please let an administrator run: apt-get install ${missing[*]}" >&2
            return 1
        fi
        as_root=(sudo)
    fi
    echo "Installing system packages: ${missing[*]}"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -q
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
}

python="$(find_python)"
if [ "$part" = run ]; then
    need_packages "${run_packages[@]}"
    "$python" -c 'import ensurepip, venv' 2>/dev/null || need_packages python3-venv
    [ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
    "$venv/bin/python" -m pip install -q --require-hashes -r requirements.txt
    # The project itself, from this folder; setuptools is in the lock, so nothing is fetched.
    "$venv/bin/python" -m pip install -q --no-deps --no-build-isolation --no-index -e .
    touch "$venv/.ready"
elif [ "$part" = verify ]; then
    need_packages "${verify_packages[@]}"
else
    need_packages "${dev_packages[@]}"
    "$venv/bin/python" -m pip install -q --require-hashes -r requirements-dev.txt
    touch "$venv/.ready-dev"
fi
