"""Writes the next migration: what the models have and the migrations do not.

    .venv/bin/python scripts/new_migration.py award_standstill

Tables, columns, constraints and indexes come from Alembic's comparison, functions and triggers
from a comparison of the two databases. Read what it wrote before you commit it: a column that was
renamed looks like one that went and one that came.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from app.database import create_if_missing, engine_for, upgrade
from app.models import metadata
from app.postgres import EmbeddedPostgres
from app.schema import Routines, routines

VERSIONS = Path(__file__).resolve().parent.parent / "app" / "migrations" / "versions"
_HEAD = '''"""{title}."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "{revision}"
down_revision = {down}


def upgrade() -> None:
    """Go up."""
{up}


def downgrade() -> None:
    """Go down."""
{down_steps}
'''


def main(name: str) -> None:
    """Write the migration and say where it is."""
    if not re.fullmatch("[a-z][a-z0-9_]+", name):
        raise SystemExit("the name is lower case words with underscores")
    before = sorted(path.stem for path in VERSIONS.glob("[0-9]*.py"))
    number = len(before) + 1
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedPostgres(Path(folder), durable=False)
        with server.running():
            up, down = _compare(server)
    path = VERSIONS / f"{number:04d}_{name}.py"
    path.write_text(
        _HEAD.format(
            title=name.replace("_", " ").capitalize(),
            revision=f"{number:04d}",
            down=repr(f"{number - 1:04d}") if before else None,
            up=up,
            down_steps=down,
        ),
        encoding="utf-8",
    )
    print(path)


def _compare(server: EmbeddedPostgres) -> tuple[str, str]:
    for database in ("migrated", "modelled"):
        create_if_missing(server.url(), database)
    migrated, modelled = engine_for(server.url("migrated")), engine_for(server.url("modelled"))
    try:
        if any(VERSIONS.glob("[0-9]*.py")):
            upgrade(migrated)
        metadata.create_all(modelled)
        with migrated.connect() as old, modelled.connect() as new:
            up, down = _tables(old)
            create, drop = _routines(routines(old), routines(new))
    finally:
        migrated.dispose()
        modelled.dispose()
    return up + create, drop + down


def _tables(connection: Connection) -> tuple[str, str]:
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "compare_server_default": True}
    )
    steps = produce_migrations(context, metadata)
    rendered = [
        render_python_code(each, migration_context=context)
        for each in (steps.upgrade_ops, steps.downgrade_ops)
        if each is not None
    ]
    # The compiler doubles the percent sign of LIKE, and running the migration does so again.
    up, down = (
        re.sub(r"^\s*# ### .*\n?", "", code, flags=re.M).replace("%%", "%") for code in rendered
    )
    return _indented(up), _indented(down)


def _indented(code: str) -> str:
    lines = [
        f"    {line.strip()}" if not line.startswith("    ") else line for line in code.split("\n")
    ]
    return "\n".join(line for line in lines if line.strip()) or "    pass"


def _routines(old: Routines, new: Routines) -> tuple[str, str]:
    """Statements that bring functions and triggers up, and down again."""
    up, down = [], []
    for name, made in new.functions.items():
        if old.functions.get(name) != made:
            up.append(_execute(made))
            down.append(_execute(old.functions.get(name) or f"DROP FUNCTION {name}"))
    for (table, name), made in new.triggers.items():
        if (table, name) not in old.triggers:
            up.append(_execute(made))
            down.insert(0, _execute(f"DROP TRIGGER {name} ON {table}"))
    gone = set(old.triggers) - set(new.triggers), set(old.functions) - set(new.functions)
    if any(gone):
        raise SystemExit(f"these went; write their migration by hand: {gone}")
    # Going down, functions are dropped after the tables whose triggers use them are free of them.
    return "".join(f"\n{line}" for line in up), "".join(f"{line}\n" for line in down)


def _execute(statement: str) -> str:
    return f'    op.execute(\n        r"""{statement.strip()}"""\n    )'


if __name__ == "__main__":
    main(sys.argv[1])
