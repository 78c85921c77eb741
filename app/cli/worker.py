"""`sunlit worker`: what time alone demands, again and again."""

from __future__ import annotations

import logging
import signal
import threading

import click

from app.accounts import recovery
from app.accounts import services as accounts
from app.cli.installation import installation
from app.documents import requests
from app.drafts import services as drafts
from app.jobs.outbox import empty_outbox
from app.jobs.proceeding import proceed
from app.jobs.timekeeping import keep_time
from app.settings import Settings
from app.surfaces import application

_LOG = logging.getLogger(__name__)
# Checkpoints come by timer and not by event, or their times would tell of bids (SEALED_BID 4).
EVERY_SECONDS = 5.0


@click.command("worker")
@click.option("--once", is_flag=True, help="Do what is due now and stop.")
@click.pass_obj
def command(settings: Settings, once: bool) -> None:
    """Place entries, close tenders, go on with lots, sign the log, send letters, sweep."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with installation(settings) as container:
        web = application(container)  # letters are written from the same templates
        while not stopped.is_set():
            try:
                for tender in keep_time(container):
                    _LOG.info("closed %s", tender)
                for lot in proceed(container):
                    _LOG.info("went on with %s", lot)
                with container.journal.write() as work:
                    accounts.sweep(work, container.session_limits)
                    requests.sweep(work)
                    recovery.sweep(work)
                    drafts.sweep(work)
                empty_outbox(web, container)
            except Exception:
                if once:
                    raise
                # The worker must outlive a fault of one round: the next deadline will come.
                _LOG.exception("a round failed; the next follows")
            if once:
                return
            stopped.wait(EVERY_SECONDS)
