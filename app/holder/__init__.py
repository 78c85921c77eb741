"""Pages of key holders: their keys before publication, their shares after the closing."""

from app.holder.routes import holder_pages
from app.holder.tasks import holder_tasks

__all__ = ["holder_pages", "holder_tasks"]
