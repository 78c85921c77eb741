"""The demo is an installation like another: at every stage at once, and its record fits."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, func, select

import app.replay
from app.container import Container
from app.demo.building import KEYS_PASSPHRASE, PEOPLE_FOLDER, Demo, choose_real
from app.demo.pages import go_to_next_due
from app.demo.stories import DEMO_INSTANT
from app.replay.reading import RealData, read_real
from app.surfaces import application
from app.wiring import clock_of, wire
from bidding.evaluation.models import PanelMember
from journal.audit import audit
from kernel.vocabulary import LotStage, PurchaseStage, Role, TenderStage
from procurement.parties.models import Account
from procurement.plans.models import Purchase
from procurement.tenders.models import HolderKey, Lot, Tender
from signatures import pades
from signatures.development import PASSWORD
from signatures.sealed import points
from signatures.signers import Signer
from signatures.tool import keyfiles
from tests.worlds import database_of

DATA = Path(app.replay.__file__).parent / "data"
NAME = "prozorro-lviv-2026w41"


@pytest.fixture(scope="module")
def real() -> RealData:
    """The data that is shipped."""
    return read_real(DATA / f"{NAME}.tenders.jsonl", DATA / f"{NAME}.replay.csv")


def stages(installation: Container) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """How many purchases, tenders and lots stand in which stage."""
    with installation.journal.read() as work:
        return tuple(  # type: ignore[return-value]
            Counter(
                dict(
                    work.session.execute(
                        select(rows.stage, func.count()).group_by(rows.stage)
                    ).all()
                )
            )
            for rows in (Purchase, Tender, Lot)
        )


def test_there_is_a_purchase_at_every_stage(demo: Demo) -> None:
    purchases, tenders, lots = stages(demo.installation)
    assert purchases[PurchaseStage.CLOSED] == 1
    assert tenders[TenderStage.OPEN] >= 2
    assert tenders[TenderStage.CLOSED] >= 3
    assert {LotStage.SEALED, LotStage.FAILED, LotStage.CONTRACTED} <= lots.keys()
    assert demo.installation.clock.now() == DEMO_INSTANT


def test_its_record_fits(demo: Demo) -> None:
    with demo.installation.journal.read() as work:
        assert audit(work.session, work.origin) == []


def test_everybody_can_be_played(demo: Demo) -> None:
    """Each has a key file on the disk, and every role of a purchase is somebody's."""
    folder = demo.installation.settings.var / "pki"
    for person in demo.people:
        [p12] = folder.rglob(f"{person.login}.p12")
        assert Signer.from_p12(p12.read_bytes(), PASSWORD)
    held = {role for person in demo.people for role in person.roles}
    assert set(Role) - held <= {
        Role.ADMINISTRATOR,
        Role.SYSTEM,
        Role.AUDITOR,
        Role.BUYER_PANELIST,
    }


@pytest.fixture
def copied(
    demo: Demo, template: tuple[Engine, str], postgres: URL, tmp_path: Path
) -> Iterator[Container]:
    """The demo once more, for who moves its clock."""
    built = demo.installation
    built.engine.dispose()  # a database is copied only while nobody is connected to it
    var = tmp_path / "var"
    shutil.copytree(built.settings.var, var)
    settings = replace(built.settings, var=var)
    with database_of((template[0], built.engine.url.database or ""), postgres) as engine:
        yield wire(settings, engine, clock_of(settings))


def test_whoever_sits_on_a_panel_can_be_played(demo: Demo) -> None:
    """A draw knows no difference between the people of a story and those of the real tenders."""
    listed = {person.login for person in demo.people}
    with demo.installation.journal.read() as work:
        seated = work.session.scalars(
            select(Account.login).join(PanelMember, PanelMember.person_id == Account.person_id)
        ).all()
    assert seated
    assert set(seated) <= listed


def test_the_clock_goes_on_to_what_is_due(copied: Container) -> None:
    """Each press moves it on, and time does its work: what was open closes in the end."""
    seen = [copied.clock.now()]
    while len(seen) < 30 and (at := go_to_next_due(copied)):
        seen.append(at)
    assert len(seen) > 2
    assert seen == sorted(set(seen))
    with copied.journal.read() as work:
        assert audit(work.session, work.origin) == []
        late = select(Tender.id).where(
            Tender.stage == str(TenderStage.OPEN), Tender.closes_at <= seen[-1]
        )
        assert work.session.scalars(late).all() == []


@pytest.mark.parametrize("per_stage", [0, 1, 3])
def test_real_tenders_of_each_stage_are_chosen(real: RealData, per_stage: int) -> None:
    chosen = choose_real(real.tenders, per_stage=per_stage)
    assert len(chosen) == len({tender.id for tender in chosen}) == 3 * per_stage
    assert sum(tender.closes_at > DEMO_INSTANT for tender in chosen) == per_stage
    assert all(tender.opens_at < DEMO_INSTANT for tender in chosen)


def test_the_holders_have_their_keys_for_what_is_sealed(demo: Demo) -> None:
    """Each opens with its passphrase, and holds the very keys that the committee names."""
    installation = demo.installation
    folder = installation.settings.var / PEOPLE_FOLDER
    with installation.journal.read() as work:
        known = {
            (key.tender_id, key.index, key.part): key.recipient
            for key in work.session.scalars(select(HolderKey))
        }
    files = sorted(folder.glob("holder*.age"))
    assert len({path.name.split("-", 1)[0] for path in files}) == 3
    said, identities = keyfiles.read_part_keys(files[0], KEYS_PASSPHRASE)
    for part, identity in identities.items():
        assert points.recipient_of(identity) == known[said["tender"], said["index"], part]


def test_the_page_gives_everybody_what_they_need_to_play(demo: Demo) -> None:
    client = application(demo.installation).test_client()
    page = client.get("/demo/").get_data(as_text=True)
    assert "/demo/files/officer.p12" in page
    with client.get("/demo/files/officer.p12") as taken:
        assert Signer.from_p12(taken.data, PASSWORD)
    for name in ("../keys/log.key", "..%2fkeys%2flog.key", "nobody.p12", "officer.p12%00.age"):
        assert client.get(f"/demo/files/{name}").status_code in (404, 308)


def test_every_notice_is_a_document_that_its_officer_signed(demo: Demo) -> None:
    installation = demo.installation
    with installation.journal.read() as work:
        published = work.session.scalars(select(Tender).where(Tender.published_at.is_not(None)))
        first = [notice for tender in published for notice in tender.notices if notice.number == 1]
    assert len(first) >= 7
    for notice in first:
        assert notice.pdf is not None
        pdf = installation.blobs.read(notice.pdf)
        assert pdf.startswith(b"%PDF-")
    [verdict] = pades.verify_pdf(pdf, installation.trust, installation.clock.now())
    assert verdict.passed
