"""The HTTP API of the offline tool `sunlit-bid`; docs/api.md says what routes take and give."""

from app.api.routes import api

__all__ = ["api"]
