"""A county in which a tender can be prepared: its people with real keys, and the steps they take.

Every state is reached by the use cases, under a clock that stands still.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Engine, select

from journal.models import EntryField, EntryRow
from journal.work import Journal, Work
from kernel.clock import FixedClock
from kernel.money import Money
from kernel.text import Text
from kernel.vocabulary import Action, Actor, Part, Role
from procurement.disclosure import DISCLOSURE
from procurement.parties import queries as parties
from procurement.parties import services as people
from procurement.parties.services import NewOrganization, NewPerson
from procurement.parties.signing import ExaminedSignature, examine_signature
from procurement.plans import services as plans
from procurement.plans.commands import Allotment, NewNeed, NewPlan
from procurement.profiles import Category, Method, load_profile
from procurement.tenders import queries, services
from procurement.tenders.commands import (
    Amendment,
    NamedHolder,
    NewCriterion,
    NewDocument,
    NewItem,
    NewLot,
    TenderDraft,
    Terms,
)
from procurement.tenders.holders import ExaminedCommittee
from signatures import cms
from signatures.development import DevelopmentPki
from signatures.sealed.committee import holder_statement, make_identity, possession_statement
from signatures.signers import Signer

ORIGIN = "sunlit.example/6f2c8e2b7a9d4c51a0e3b4f5c6d7e8f9"
CHECKPOINT = "sha256:" + "c" * 64
UNIT, BUYER, AUDITORS, FIRM = "91UNIT", "91BUYER", "91AUDITORS", "91FIRM"
HOLDERS = ("holder1", "holder2", "holder3")
# Nine in the morning in Beijing, thirty days after the intention of 2 March.
PUBLISHED_AT = datetime(2026, 4, 1, 1, 0, tzinfo=UTC)
# Twenty days after the publication; ten in the morning.
CLOSES_AT = datetime(2026, 4, 21, 2, 0, tzinfo=UTC)

_ROLES = {
    "author": (UNIT, Role.USING_UNIT),
    "colleague": (UNIT, Role.USING_UNIT),
    "unit_approver": (UNIT, Role.UNIT_APPROVER),
    "finance": (BUYER, Role.FINANCE),
    "officer": (BUYER, Role.OFFICER),
    "second_officer": (BUYER, Role.OFFICER),
    "approver": (BUYER, Role.APPROVER),
    "holder1": (BUYER, Role.HOLDER),
    "holder2": (UNIT, Role.HOLDER),
    "holder3": (AUDITORS, Role.HOLDER),
    "supplier": (FIRM, Role.SUPPLIER),
}
# Only they sign here; a key for each of the others would cost time for nothing.
SIGNERS = ("officer", "second_officer", "approver", *HOLDERS)


def cny(amount: str) -> Money:
    """An amount in yuan."""
    return Money(Decimal(amount), "CNY")


@dataclass
class Town:
    """People, their keys, and one purchase at a time."""

    engine: Engine
    clock: FixedClock
    pki: DevelopmentPki
    journal: Journal
    organizations: dict[str, str] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    signers: dict[str, Signer] = field(default_factory=dict)
    identities: dict[tuple[str, Part], bytes] = field(default_factory=dict)
    needs: list[str] = field(default_factory=list)
    line: str = ""
    purchase: str = ""
    tender: str = ""

    @contextmanager
    def work(self) -> Iterator[Work]:
        """A writing transaction."""
        with self.journal.write() as work:
            yield work

    def examined(self, who: str, statement: bytes) -> ExaminedSignature:
        """A statement signed by that person and examined as the server does."""
        signature = cms.sign_statement(statement, self.signers[who])
        return examine_signature(statement, signature, trust=self.pki.trust(), at=self.clock.now())

    # Need, budget, plan

    def new_need(self, **changes: Any) -> NewNeed:
        """A need of the unit for the buyer."""
        need = NewNeed(
            unit_id=self.organizations[UNIT],
            buyer_id=self.organizations[BUYER],
            title=Text("课桌椅", "Desks and chairs"),
            specification=Text("学生课桌椅五百套"),
            category=Category.GOODS,
            estimate=cny("1000000.00"),
        )
        return replace(need, **changes)

    def write_need(self, who: str = "author", **changes: Any) -> str:
        """The unit writes a need."""
        with self.work() as work:
            return plans.write_need(work, self.actors[who], self.new_need(**changes))

    def approved_need(self, **changes: Any) -> str:
        """A need that is written and approved."""
        need = self.write_need(**changes)
        with self.work() as work:
            plans.approve_need(work, self.actors["unit_approver"], need)
        return need

    def allot(self, amount: str = "1000000.00", code: str = "2050201") -> str:
        """Finance allots a line."""
        new = Allotment(self.organizations[BUYER], code, 2026, cny(amount))
        with self.work() as work:
            return plans.allot_budget(work, self.actors["finance"], new)

    def new_plan(self, **changes: Any) -> NewPlan:
        """A plan of all needs so far for the whole line."""
        plan = NewPlan(
            buyer_id=self.organizations[BUYER],
            need_ids=tuple(self.needs),
            budget_line_id=self.line,
            profile="cn-gov",
            title=Text("课桌椅采购", "Desks and chairs"),
            category=Category.GOODS,
            budget=cny("1000000.00"),
            planned_start_on=date(2026, 4, 1),
        )
        return replace(plan, **changes)

    def planned(self, **changes: Any) -> str:
        """A purchase that is planned and not yet approved."""
        self.needs = [self.approved_need()]
        self.line = self.line or self.allot()
        with self.work() as work:
            self.purchase = plans.make_plan(
                work, self.actors["officer"], self.new_plan(**changes), ocid_prefix="ocds-test00"
            )
        return self.purchase

    def approved_plan(self, **changes: Any) -> str:
        """A purchase whose plan is approved."""
        self.planned(**changes)
        with self.work() as work:
            plans.approve_plan(work, self.actors["approver"], self.purchase)
        return self.purchase

    def intended(self, **changes: Any) -> str:
        """A purchase whose intention is out."""
        self.approved_plan(**changes)
        with self.work() as work:
            plans.publish_intention(
                work, self.actors["officer"], self.purchase, Text("学生课桌椅五百套")
            )
        return self.purchase

    # Tender

    def new_draft(self, **changes: Any) -> TenderDraft:
        """A lawful draft."""
        draft = TenderDraft(
            title=Text("课桌椅采购", "Desks and chairs"),
            award_criteria=Method.COMPOSITE,
            lots=(self.new_lot(),),
            criteria=(
                NewCriterion("qualification", Text("独立承担民事责任的能力")),
                NewCriterion("compliance", Text("交货期不超过三十日")),
                NewCriterion(
                    "quality",
                    Text("样品质量"),
                    Decimal("60"),
                    rule=Text("优秀六十分，良好四十分"),
                ),
                NewCriterion("price", Text("投标报价"), Decimal("40"), objective=True),
            ),
            documents=(NewDocument("招标文件.pdf", "application/pdf", "sha256:" + "d" * 64, 9),),
            terms=self.new_terms(),
            holders=tuple(
                NamedHolder(self.actors[who].person, who == "holder3") for who in HOLDERS
            ),
            threshold=2,
            closes_at=CLOSES_AT,
            facts=Text("学生课桌椅五百套，详见招标文件。"),
        )
        return replace(draft, **changes)

    def new_lot(self, **changes: Any) -> NewLot:
        """A lot of five hundred sets for the whole budget."""
        lot = NewLot(
            title=Text("课桌椅"),
            budget=cny("1000000.00"),
            ceiling=cny("980000.00"),
            items=(NewItem(Text("课桌椅"), Decimal("500"), "套"),),
        )
        return replace(lot, **changes)

    def new_terms(self, **changes: Any) -> Terms:
        """The profile's own terms, with what a notice must say."""
        chosen = {"contact": Text("王老师，010-000000"), "opening_place": Text("线上开标大厅")}
        return Terms.of_profile(load_profile("cn-gov"), **chosen | changes)

    def drafted(self, **changes: Any) -> str:
        """A draft of an intended purchase."""
        if not self.purchase:
            self.intended()
        with self.work() as work:
            self.tender = services.draft_tender(
                work, self.actors["officer"], self.purchase, self.new_draft(**changes)
            )
        return self.tender

    def holder_statement(self, who: str, part: Part, /, **changes: Any) -> bytes:
        """What a holder signs about a fresh key."""
        values = {
            "origin": ORIGIN,
            "tender": self.tender,
            "part": str(part),
            "index": HOLDERS.index(who) + 1,
            "identity": self.identities.setdefault((who, part), make_identity(_random)),
            "made_at": self.clock.now(),
        }
        return holder_statement(**values | changes)

    def possession_statement(self, who: str, part: Part, /, **changes: Any) -> bytes:
        """What a holder signs after the self-test."""
        values = {
            "origin": ORIGIN,
            "tender": self.tender,
            "part": str(part),
            "index": HOLDERS.index(who) + 1,
            "identity": self.identities[who, part],
            "checkpoint": CHECKPOINT,
        }
        return possession_statement(**values | changes)

    def register(self, who: str, part: Part, /, **changes: Any) -> None:
        """A holder registers a key."""
        examined = self.examined(who, self.holder_statement(who, part, **changes))
        with self.work() as work:
            services.register_holder_key(work, self.actors[who], self.tender, part, examined)

    def show(self, who: str, part: Part, /, **changes: Any) -> None:
        """A holder shows possession of the registered key."""
        examined = self.examined(who, self.possession_statement(who, part, **changes))
        with self.work() as work:
            services.show_possession(work, self.actors[who], self.tender, part, examined)

    def register_all(self, *, possession: bool = True) -> None:
        """Every holder registers every key and shows that it is at hand."""
        for who in HOLDERS:
            for part in Part:
                self.register(who, part)
                if possession:
                    self.show(who, part)

    def examined_committee(self, who: str = "officer") -> ExaminedCommittee:
        """The committee signed by that person and examined."""
        with self.journal.read() as work:
            statement = services.prepare_committee(work.session, ORIGIN, self.tender)
            known = services.committee_to_examine(work.session, ORIGIN, self.tender)
        return services.examine_committee(
            statement,
            cms.sign_statement(statement, self.signers[who]),
            known,
            trust=self.pki.trust(),
            at=self.clock.now(),
        )

    def set_committee(self) -> None:
        """The officer sets the committee."""
        examined = self.examined_committee()
        with self.work() as work:
            services.set_committee(work, self.actors["officer"], self.tender, examined)

    def approve(self) -> None:
        """The approver releases the newest version."""
        with self.work() as work:
            version = queries.tender(work.session, self.tender).version
            services.approve_tender(work, self.actors["approver"], self.tender, version)

    def ready(self, **changes: Any) -> str:
        """A tender that can be published on 1 April."""
        self.drafted(**changes)
        self.register_all()
        self.set_committee()
        self.approve()
        self.clock.set(PUBLISHED_AT)
        return self.tender

    def notice(self) -> bytes:
        """The bytes of the notice as it would be published now."""
        with self.journal.read() as work:
            return services.prepare_notice(work.session, ORIGIN, self.tender, at=self.clock.now())

    def publish(self, who: str = "officer", **given: Any) -> str:
        """The officer signs and publishes the notice."""
        examined = self.examined(who, self.notice())
        with self.work() as work:
            return services.publish_tender(work, self.actors[who], self.tender, examined, **given)

    def opened(self, **changes: Any) -> str:
        """A published tender."""
        self.ready(**changes)
        self.publish()
        return self.tender

    def new_amendment(self, **changes: Any) -> Amendment:
        """A corrigendum that brings a new version of the document and moves nothing."""
        amendment = Amendment(
            closes_at=CLOSES_AT,
            changes=Text("更正技术参数"),
        )
        return replace(amendment, **changes)

    def amend(self, amendment: Amendment) -> str:
        """The officer signs and publishes a corrigendum."""
        with self.journal.read() as work:
            statement = services.prepare_amendment(work.session, ORIGIN, self.tender, amendment)
        examined = self.examined("officer", statement)
        with self.work() as work:
            return services.amend_tender(
                work, self.actors["officer"], self.tender, amendment, examined
            )

    def cancel(self) -> None:
        """The officer cancels the tender."""
        with self.work() as work:
            services.cancel_tender(work, self.actors["officer"], self.tender, Text("采购任务取消"))

    # Reading

    def entries(self, action: Action) -> list[dict[str, tuple[str, str]]]:
        """Of each entry of an action its fields: name to visibility and canonical value."""
        with self.journal.read() as work:
            ids = work.session.scalars(
                select(EntryRow.id).where(EntryRow.action == str(action)).order_by(EntryRow.seq)
            ).all()
            return [self._fields(work, id) for id in ids]

    @staticmethod
    def _fields(work: Work, entry: str) -> dict[str, tuple[str, str]]:
        rows = work.session.scalars(select(EntryField).where(EntryField.entry == entry))
        return {row.name: (row.visibility, row.value or "") for row in rows}


def found_town(
    engine: Engine, clock: FixedClock, pki: DevelopmentPki, signers: dict[str, Signer]
) -> Town:
    """Found an installation and let everybody in: each with the roles of their place."""
    town = Town(engine, clock, pki, Journal(engine, clock, ORIGIN, DISCLOSURE))
    town.signers = signers
    with town.work() as work:
        founded = people.found_installation(
            work,
            NewOrganization("91OPERATOR", "CN-USCC", Text("运营单位")),
            [NewPerson(name, name, "hash") for name in ("first", "second")],
        )
        first, second = (parties.actor_for(work.session, id) for id in founded.administrators)
        for identifier in (UNIT, BUYER, AUDITORS, FIRM):
            town.organizations[identifier] = people.register_organization(
                work, first, NewOrganization(identifier, "CN-USCC", Text(identifier))
            )
        for name, (identifier, role) in _ROLES.items():
            home = town.organizations[identifier]
            person = people.enrol_person(work, first, home, NewPerson(name, name, "hash"))
            if name in signers:
                people.enrol_certificate(work, first, person, signers[name].certificate)
            grant = people.propose_grant(work, first, person, role, home)
            people.confirm_grant(work, second, grant)
            town.actors[name] = parties.actor_for(work.session, person)
    return town


def issue_signers(pki: DevelopmentPki) -> dict[str, Signer]:
    """A certificate for each who signs, naming the organization of their role."""
    return {
        name: pki.issue_person(
            name,
            _ROLES[name][0],
            _ROLES[name][0],
            serial_number=f"SN{number}",
            keep=False,
        )
        for number, name in enumerate(SIGNERS)
    }


def later(clock: FixedClock, **by: float) -> None:
    """Let time pass."""
    clock.advance(timedelta(**by))


def _random(size: int) -> bytes:
    return secrets.token_bytes(size)
