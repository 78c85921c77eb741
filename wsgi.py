"""The web application for a WSGI server: `gunicorn wsgi:app`."""

from app.surfaces import from_environment

app = from_environment()
