"""Builds the demonstration: an installation with its people, and purchases at every stage."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, select

from app.accounts.passwords import hash_password
from app.container import Container
from app.demo.clock import FILE_NAME, FileClock
from app.demo.stories import DEMO_INSTANT, county_scripts
from app.jobs import timekeeping
from app.rehearsal.cast import Cast, Player
from app.rehearsal.plots import (
    ADMINISTRATORS,
    OPERATOR,
    county_staff,
    county_suppliers,
)
from app.rehearsal.sealed import index_of
from app.rehearsal.timeline import Script, perform
from app.replay.documents import signed_notices
from app.replay.playing import Outcome, play_tender
from app.replay.reading import RealTender, read_real
from app.replay.staging import PREPARATION
from app.settings import Settings
from app.wiring import wire
from kernel.text import Text
from kernel.vocabulary import LotStage, Part, Role
from procurement.tenders.models import Lot
from signatures.development import DevelopmentPki
from signatures.stampers import DevelopmentStamper
from signatures.tool import keyfiles

PASSWORD = "sunlit-demo"  # noqa: S105  # everybody may know it: it opens invented people only
PKI_FOLDER = "pki"
# Where the page of the demo finds what its people would keep at home: certificates and key files.
PEOPLE_FOLDER = Path(PKI_FOLDER) / "people"
KEYS_PASSPHRASE = "sunlit-demo-keys"  # noqa: S105  # as the password: printed on the page
READY_FILE = "demo-ready"
REAL_PER_STAGE = 2
_DATA = Path(__file__).resolve().parents[1] / "replay" / "data"
_REAL_NAME = "prozorro-lviv-2026w41"
_CHECKPOINT_EVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody who can log in to the demo."""

    login: str
    name: str
    organization: Text
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Demo:
    """What was built."""

    installation: Container
    people: tuple[DemoPerson, ...]


def build(
    settings: Settings,
    engine: Engine,
    *,
    progress: Callable[[str], None] = lambda _words: None,
    real_per_stage: int = REAL_PER_STAGE,
) -> Demo:
    """Fill an empty database and folder; the clock ends at the demo's instant."""
    progress("people and keys")
    real = choose_real(
        read_real(
            _DATA / f"{_REAL_NAME}.tenders.jsonl", _DATA / f"{_REAL_NAME}.replay.csv"
        ).tenders,
        per_stage=real_per_stage,
    )
    clock = FileClock(settings.var / FILE_NAME, datetime.fromisoformat("2026-03-30T01:00:00+00:00"))
    pki = DevelopmentPki.create(settings.var / PKI_FOLDER, clock)
    trust = settings.var / "trust"
    trust.mkdir(exist_ok=True)
    pki.trust().to_directory(trust)
    installation = wire(settings, engine, clock, stamper=DevelopmentStamper(pki, clock))
    cast = Cast(installation, pki, password_hash=hash_password(PASSWORD), keep_keys=True)
    cast.make_notice = signed_notices(cast)
    cast.found(OPERATOR, ADMINISTRATORS)
    staff = county_staff(cast)
    suppliers = _suppliers(cast)
    scripts: list[tuple[datetime, Script]] = county_scripts(cast, staff, suppliers)
    cast.keeps_keys = False  # the many people of the real tenders sign, and nobody logs in as them
    scripts += [
        (tender.opens_at - PREPARATION, play_tender(cast, tender, Outcome())) for tender in real
    ]
    published = [clock.now()]

    def keep_record() -> None:
        if clock.now() - published[0] >= _CHECKPOINT_EVERY:
            timekeeping.seal_due_heads(installation)
            timekeeping.publish_record(installation)
            published[0] = clock.now()
            progress(f"{clock.now():%Y-%m-%d}")

    perform(scripts, clock, until=DEMO_INSTANT, before_each=keep_record)
    timekeeping.keep_time(installation)
    progress("key files of the holders")
    _keep_holders_keys(installation, staff.holders)
    people = tuple(_as_person(player) for player in (*staff.everybody, *suppliers))
    (settings.var / READY_FILE).write_text("built\n", encoding="ascii")
    return Demo(installation, people)


def _keep_holders_keys(installation: Container, holders: Iterable[Player]) -> None:
    """A key file for each holder and tender that is still sealed, so that its opening is played.

    A real holder keeps it on the own computer; the demo's people have no other place than this one.
    """
    folder = installation.settings.var / PEOPLE_FOLDER
    with installation.journal.read() as work:
        sealed = set(
            work.session.scalars(select(Lot.tender_id).where(Lot.stage == str(LotStage.SEALED)))
        )
        for holder in holders:
            for tender in sorted({tender for tender, _part in holder.identities} & sealed):
                keyfiles.write_part_keys(
                    folder / f"{holder.login}-{tender}.age",
                    KEYS_PASSPHRASE,
                    origin=installation.journal.origin,
                    tender=tender,
                    index=index_of(work.session, holder, tender, str(Part.PRICE)),
                    identities={str(part): holder.identities[tender, str(part)] for part in Part},
                )


def choose_real(tenders: Iterable[RealTender], *, per_stage: int) -> list[RealTender]:
    """Some real tenders for each stage that they had at the demo's instant, the fullest first."""
    stages: dict[str, list[RealTender]] = {"open": [], "closed": [], "awarded": []}
    for tender in sorted(tenders, key=lambda tender: -sum(len(lot.bids) for lot in tender.lots)):
        stage = _stage_of(tender)
        if stage is not None and len(stages[stage]) < per_stage:
            stages[stage].append(tender)
    return [tender for chosen in stages.values() for tender in chosen]


def _stage_of(tender: RealTender) -> str | None:
    awards = [lot.winner.award_at for lot in tender.lots if lot.winner and lot.winner.award_at]
    if tender.opens_at >= DEMO_INSTANT or not awards:
        return None
    if tender.closes_at > DEMO_INSTANT:
        return "open"
    return "awarded" if max(awards) < DEMO_INSTANT else "closed"


def _suppliers(cast: Cast) -> list[Player]:
    return [
        cast.player(f"supplier{number}", name, firm, [(Role.SUPPLIER, firm)])
        for number, (name, firm) in enumerate(
            zip(("钱进", "段平", "侯敏", "史强", "陶冶"), county_suppliers(cast), strict=True), 1
        )
    ]


def _as_person(player: Player) -> DemoPerson:
    roles = sorted({grant.role for grant in player.actor.grants})
    return DemoPerson(player.login, player.name, player.firm.name, tuple(roles))
