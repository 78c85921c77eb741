"""The architecture is looked at in a founded installation."""

from __future__ import annotations

from tests.app.conftest import container, password_hash

__all__ = ["container", "password_hash"]
