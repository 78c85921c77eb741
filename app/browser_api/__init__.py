"""What the pages' modules ask for, under the cookie (decision 14)."""

from app.browser_api.routes import browser_api

__all__ = ["browser_api"]
