"""`sunlit serve`: everything that one machine needs, started and stopped together."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import click

from app.database import engine_for, reached, upgrade
from app.settings import Settings

_LOG = logging.getLogger(__name__)
_ROOT = Path(__file__).resolve().parents[2]
# Two processes of four threads: more threads lose to Python's lock (reference/performance, a).
WEB_WORKERS, WEB_THREADS = 2, 4
_STOP_SECONDS = 20


@click.command("serve")
@click.pass_obj
def command(settings: Settings) -> None:
    """Start database (if embedded), web server and worker; stop them cleanly on Ctrl-C."""
    with reached(settings) as url:
        engine = engine_for(url)
        upgrade(engine)
        engine.dispose()
        environment = os.environ | {
            "DATABASE_URL": url.render_as_string(hide_password=False),
            "SUNLIT_VAR": str(settings.var),
        }
        click.echo(f"http://{settings.host}:{settings.port}/")
        failed = run_together(commands(settings), environment)
    sys.exit(1 if failed else 0)


def commands(settings: Settings) -> tuple[tuple[str, ...], ...]:
    """The processes of one machine."""
    web = (
        *(sys.executable, "-m", "gunicorn", "wsgi:app", "--chdir", str(_ROOT)),
        *("--bind", f"{settings.host}:{settings.port}", "--worker-class", "gthread"),
        *("--workers", str(WEB_WORKERS), "--threads", str(WEB_THREADS)),
        # Without it gunicorn opens a socket for its control in the home folder of whoever runs it.
        "--no-control-socket",
        *("--access-logfile", "-", "--max-requests", "20000", "--max-requests-jitter", "2000"),
    )
    return web, (sys.executable, "-m", "app.cli", "worker")


def run_together(wanted: Sequence[Sequence[str]], environment: dict[str, str]) -> bool:
    """Run processes until one ends or we are told to stop; whether one ended by itself."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    # A session of their own: Ctrl-C reaches us alone, and we stop them in order.
    running = [
        # Our own programs by their paths, and no shell.
        subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603
        for command in wanted
    ]
    failed = False
    while not stopped.wait(0.3):
        for process in running:
            if process.poll() is not None:
                _LOG.error("%s ended with %s", process.args, process.returncode)
                failed = True
                stopped.set()
    for process in running:
        process.terminate()
    for process in running:
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    return failed
