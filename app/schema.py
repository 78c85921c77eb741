"""A database's schema in words that can be compared, with what Alembic does not look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, text

_FUNCTIONS = text(
    """
    SELECT p.proname, pg_get_functiondef(p.oid) FROM pg_proc p
    JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = 'public' AND p.prokind = 'f'
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    ORDER BY 1
    """
)
_TRIGGERS = text(
    """
    SELECT c.relname, t.tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t
    JOIN pg_class c ON c.oid = t.tgrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND NOT t.tgisinternal ORDER BY 1, 2
    """
)
_COLUMNS = text(
    """
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
           a.attidentity, pg_get_expr(d.adbin, d.adrelid)
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'
    JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE n.nspname = 'public' AND a.attnum > 0 AND NOT a.attisdropped
      AND c.relname <> 'alembic_version'
    """
)
_CONSTRAINTS = text(
    """
    SELECT c.relname, k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k
    JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relname <> 'alembic_version'
    """
)
_INDEXES = text(
    """
    SELECT tablename, indexdef FROM pg_indexes
    WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    """
)


@dataclass(frozen=True, slots=True)
class Routines:
    """Functions by name, and triggers by table and name, each as the statement that makes it."""

    functions: Mapping[str, str]
    triggers: Mapping[tuple[str, str], str]


def routines(connection: Connection) -> Routines:
    """The functions and triggers of a database."""
    return Routines(
        {row[0]: row[1] for row in connection.execute(_FUNCTIONS)},
        {(row[0], row[1]): row[2] for row in connection.execute(_TRIGGERS)},
    )


def everything(connection: Connection) -> frozenset[str]:
    """Each column, constraint, index, function and trigger of a database as one line."""
    found = [
        f"{kind} " + " | ".join(map(str, row))
        for kind, query in (
            ("column", _COLUMNS),
            ("constraint", _CONSTRAINTS),
            ("index", _INDEXES),
            ("function", _FUNCTIONS),
            ("trigger", _TRIGGERS),
        )
        for row in connection.execute(query)
    ]
    return frozenset(found)
