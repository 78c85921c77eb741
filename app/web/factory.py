"""Makes the web application from what it is handed. No other module makes one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from flask import Blueprint, Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from app.container import Container
from app.web.access import install_access
from app.web.account import account_pages
from app.web.assets import static_files
from app.web.faults import install_faults
from app.web.headers import install_headers
from app.web.health import health_pages
from app.web.pages import install_pages
from app.web.refusals import words_of
from app.web.site import Site
from app.web.sizes import install_sizes
from app.web.transfer import install_transfer

# A form without files is small; a route that takes files raises its own limit.
FORM_BYTES_MAX = 2 << 20


def create_app(
    container: Container,
    make_site: Callable[[], Site],
    surfaces: Sequence[Blueprint],
    *,
    without_form_token: Sequence[str] = (),
) -> Flask:
    """The application with these surfaces.

    `without_form_token` names blueprints, or endpoints, whose POST either changes nothing or is
    authorised by a bearer token, which no foreign page can send.
    """
    app = Flask("app", static_folder=None)
    _configure(app, container)
    install_pages(app, make_site)
    # Functions that run after a request run in reverse order: headers come last of all.
    install_headers(app)
    install_transfer(app)
    install_faults(app, words_of)
    install_access(app, container)
    install_sizes(app)
    tokens = CSRFProtect(app)
    own = (static_files(), account_pages(container), health_pages(container))
    for surface in (*own, *surfaces):
        app.register_blueprint(surface)
    for name in without_form_token:
        tokens.exempt(app.blueprints.get(name) or app.view_functions[name])
    return app


def _configure(app: Flask, container: Container) -> None:
    settings = container.settings
    app.config.update(
        SECRET_KEY=container.cookie_key,
        SESSION_COOKIE_NAME="sunlit" if settings.demo else "__Host-sunlit",
        SESSION_COOKIE_SECURE=not settings.demo,  # the demonstration runs on plain localhost
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        MAX_CONTENT_LENGTH=FORM_BYTES_MAX,
        MAX_FORM_MEMORY_SIZE=FORM_BYTES_MAX,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a form may take a supplier hours
        PROPAGATE_EXCEPTIONS=False,
    )
    if not settings.demo:
        # Addresses on pages and in open data are made from the name that was asked for. Another's
        # name gets no page; a monitor on the same machine may ask by the machine's own.
        app.config["TRUSTED_HOSTS"] = [settings.host_name, "localhost", "127.0.0.1"]
    if settings.proxies:
        trusted = settings.proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=trusted, x_proto=trusted, x_host=trusted
        )
