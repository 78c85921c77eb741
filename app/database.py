"""The way to the database: which server, how it is spoken to, and its schema."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Engine, create_engine, make_url, text

from app.postgres import EmbeddedPostgres
from app.settings import Settings

NAME = "sunlit"


def engine_for(url: str | URL, **options: Any) -> Engine:
    """An engine on a PostgreSQL: psycopg 3, READ COMMITTED, the session in UTC.

    READ COMMITTED with explicit locks is what the use cases are written for (DESIGN section 4).
    """
    usual: dict[str, Any] = {
        "isolation_level": "READ COMMITTED",
        "pool_pre_ping": True,
        "connect_args": {"options": "-c timezone=UTC", "application_name": "sunlit"},
    }
    return create_engine(address(url), **(usual | options))


def address(url: str | URL) -> URL:
    """The URL with our driver, from any spelling that PostgreSQL's own tools take."""
    parsed = make_url(url)
    if parsed.get_backend_name() not in ("postgresql", "postgres"):
        raise ValueError(f"PostgreSQL is the only engine; this is {parsed.get_backend_name()}")
    return parsed.set(drivername="postgresql+psycopg")


def libpq_environment(url: URL) -> dict[str, str]:
    """The address for PostgreSQL's own programs, kept off their command line for its password."""
    query = {name: value for name, value in url.query.items() if isinstance(value, str)}
    given = {
        "PGHOST": url.host or query.get("host"),
        "PGPORT": str(url.port) if url.port else query.get("port"),
        "PGUSER": url.username or query.get("user"),
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
        "PGSSLMODE": query.get("sslmode"),
    }
    return {name: str(value) for name, value in given.items() if value}


@contextmanager
def reached(settings: Settings) -> Iterator[URL]:
    """The address of the database, with its server running for as long as the block lasts."""
    if settings.database_url:
        yield address(settings.database_url)
        return
    with embedded(settings).running() as server:
        create_if_missing(server.url(), NAME)
        yield address(server.url(NAME))


def embedded(settings: Settings) -> EmbeddedPostgres:
    """The embedded server of an installation; nothing is started yet."""
    return EmbeddedPostgres(settings.var / "postgres")


def create_if_missing(server: str | URL, name: str) -> None:
    """Create the database `name` on a server, if it has none of that name."""
    engine = engine_for(server)
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            known = text("SELECT 1 FROM pg_database WHERE datname = :name")
            if connection.execute(known, {"name": name}).first() is None:
                quoted = engine.dialect.identifier_preparer.quote(name)
                connection.execute(text(f"CREATE DATABASE {quoted}"))
    finally:
        engine.dispose()


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the schema up to a revision of `app/migrations`, in one transaction."""
    with engine.begin() as connection:
        command.upgrade(_alembic(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Bring the schema down to a revision; `base` is the empty database."""
    with engine.begin() as connection:
        command.downgrade(_alembic(connection), revision)


def _alembic(connection: Any = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config
