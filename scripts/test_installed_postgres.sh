#!/usr/bin/env bash
# Runs the part of the suite that leans on the database once more, on the system's PostgreSQL.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if ! compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null && ! command -v initdb >/dev/null; then
    echo "No PostgreSQL is installed on this system; the suite ran on the embedded one alone."
    exit 0
fi
TEST_POSTGRES=installed exec .venv/bin/pytest -q -n "${JOBS:-2}" -m "not slow" \
    tests/app/test_database.py tests/architecture/test_migrations.py tests/journal
