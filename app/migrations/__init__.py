"""The schema, step by step (Alembic). `scripts/new_migration.py` writes the next one."""
