"""Which language a page is in: Chinese at `/…`, English at `/en/…`. This is the one place.

The prefix is taken off before routing and put on again by `url_for`, because it travels as the
WSGI script name: no route, no link and no test has to name it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import request
from flask_babel import get_locale

from app.web.addresses import written_path
from kernel.text import Text

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CHINESE, ENGLISH = "zh", "en"
PREFIXES = {ENGLISH: "/en"}
LOCALES = {CHINESE: "zh_Hans_CN", ENGLISH: "en"}
HTML_LANGUAGES = {CHINESE: "zh-Hans", ENGLISH: "en"}
OWN_NAMES = {CHINESE: "中文", ENGLISH: "English"}
_ENVIRON = "sunlit.language"


class LanguagePrefix:
    """WSGI middleware that reads the language from the path and moves its prefix out of the way."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ[_ENVIRON] = CHINESE
        path = environ.get("PATH_INFO", "")
        for language, prefix in PREFIXES.items():
            if path == prefix or path.startswith(prefix + "/"):
                environ[_ENVIRON] = language
                environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + prefix
                environ["PATH_INFO"] = path[len(prefix) :] or "/"
        return self._app(environ, start_response)


def requested_locale() -> str:
    """The locale of the present request, for Flask-Babel's selector."""
    return LOCALES[request.environ.get(_ENVIRON, CHINESE)]


def language() -> str:
    """`zh` or `en`: of the request, or of `force_locale` where a mail or a document is made."""
    locale = get_locale()
    return ENGLISH if locale is not None and locale.language == ENGLISH else CHINESE


def root_without_language() -> str:
    """Where the installation is mounted, without the language: the place of static files."""
    root = request.script_root
    prefix = PREFIXES.get(request.environ.get(_ENVIRON, CHINESE), "")
    return root[: len(root) - len(prefix)] if prefix else root


def same_page_in(other: str) -> str:
    """The address of the page being shown, in another language."""
    query = request.query_string.decode("ascii", "replace")
    path = root_without_language() + PREFIXES.get(other, "") + written_path(request.path)
    return path + (f"?{query}" if query else "")


def other_language() -> str:
    """The language that the switch in the header offers."""
    return CHINESE if language() == ENGLISH else ENGLISH


def say(words: Text | Any) -> str:
    """Published words in the reader's language; anything else as it prints."""
    return words.in_language(language()) if isinstance(words, Text) else str(words)
