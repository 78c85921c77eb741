"""Handing a letter to a mail server, or to a folder where none is set."""

from __future__ import annotations

import re
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from urllib.parse import unquote, urlsplit

from kernel.clock import Clock
from kernel.identifiers import new_id
from signatures.files import make_private_folder, write_private

_SECONDS = 30
# RFC 5321 in what an office uses; the confirming letter shows whether it arrives.
ADDRESS = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", re.ASCII)


def letter(sender: str, to: str, subject: str, body: str, clock: Clock) -> EmailMessage:
    """A plain letter. A line end in address or subject is a ValueError: no header is slipped in."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2] or "localhost")
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no machine should answer it
    message.set_content(body)
    return message


def send(message: EmailMessage, *, smtp_url: str, folder: Path) -> None:
    """Send it, or keep it in the folder where no server is set; an OSError if it cannot go."""
    if not smtp_url:
        make_private_folder(folder)
        write_private(folder / f"{new_id('mail')}.eml", bytes(message))
        return
    where = urlsplit(smtp_url)
    host, port = where.hostname or "localhost", where.port
    if where.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, port or 465, timeout=_SECONDS, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(host, port or 25, timeout=_SECONDS)
    with server:
        if where.scheme == "smtp" and where.username:
            # A password goes over an encrypted line or not at all.
            server.starttls(context=ssl.create_default_context())
        if where.username:
            server.login(unquote(where.username), unquote(where.password or ""))
        server.send_message(message)
