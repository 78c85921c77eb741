"""Pages of the panel: declare, read, judge, score, sign; each member for himself (S31 to S35)."""

from app.panel.routes import panel_pages
from app.panel.tasks import panel_tasks

__all__ = ["panel_pages", "panel_tasks"]
