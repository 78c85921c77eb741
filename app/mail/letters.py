"""The letters: one template each, in the language of the person, from `templates/mail/`.

The first line of a template is the subject. A letter holds nothing that is not public, but for the
link that its reader alone should have. That link is made with the letter, so no queue holds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask, render_template
from flask_babel import force_locale

from app.accounts import recovery
from app.container import Container
from app.mail.sending import letter, send
from app.web.language import LOCALES, PREFIXES
from journal.outbox import Worker
from journal.work import Work

JOB = "mail"


def queue(work: Work, name: str, person: str, /, *, key: str, **facts: str) -> None:
    """Queue a letter to a person, to be written and sent after the commit; once by its key."""
    work.enqueue(JOB, {"letter": name, "person": person, **facts}, key=f"mail/{name}/{key}")


def queue_to(work: Work, name: str, email: str, /, *, key: str, **facts: str) -> None:
    """Queue a letter to somebody who has no account."""
    work.enqueue(JOB, {"letter": name, "to": email, **facts}, key=f"mail/{name}/{key}")


def mail_worker(app: Flask, container: Container) -> Worker:
    """Writes and sends the letters that were queued."""

    def work_on(payload: Mapping[str, Any]) -> None:
        facts = {n: v for n, v in payload.items() if n not in ("letter", "person", "to")}
        name = str(payload["letter"])
        if "to" in payload:
            reader: recovery.Reader | None = recovery.stranger(str(payload["to"]))
        else:
            with container.journal.write() as work:
                person = str(payload["person"])
                reader = recovery.reader_of(work, person, facts.pop("email", None))
                if reader is not None and name in recovery.LINKS:
                    facts["secret"] = recovery.new_link(work, person, name, reader.email)
        if reader is None:
            return  # no address: there is nobody to write to, and nothing to try again
        subject, body = _written(app, container, name, reader, facts)
        settings = container.settings
        send(
            letter(settings.mail_from, reader.email, subject, body, container.clock),
            smtp_url=settings.smtp_url,
            folder=settings.var / "mail",
        )

    return work_on


def _written(
    app: Flask,
    container: Container,
    name: str,
    reader: recovery.Reader,
    facts: Mapping[str, Any],
) -> tuple[str, str]:
    settings = container.settings
    scheme = "http" if settings.demo else "https"
    port = f":{settings.port}" if settings.demo else ""
    base = f"{scheme}://{settings.host_name}{port}{PREFIXES.get(reader.language, '')}"
    with app.test_request_context(base_url=base), force_locale(LOCALES[reader.language]):
        text = render_template(f"mail/{name}.txt", reader=reader, base=base, **facts)
    subject, _, body = text.strip().partition("\n")
    return " ".join(subject.split()), body.strip() + "\n"
