"""S12 and S14: the company file, and whether this computer can bid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from flask import Blueprint, Response, redirect, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from app.container import Container
from app.supplier import company_file
from app.supplier.company_file import NewDocument
from app.supplier.firms import Firm, firm_of
from app.web.access import actor
from app.web.audience import open_to
from app.web.files import private_file
from app.web.forms import Attachment, Day, Form, Selected, Words, trying
from app.web.pages import page
from app.web.shown import Lamp
from journal.work import Work
from kernel.vocabulary import Audience
from procurement.parties import queries as parties
from procurement.parties.models import Account, Ban

FILE_BYTES_MAX = 20 << 20
KINDS: dict[str, Any] = {
    "licence": _l("营业执照"),
    "tax": _l("纳税证明"),
    "social": _l("社保缴纳证明"),
    "finance": _l("财务报告或资信证明"),
    "certificate": _l("资质证书"),
    "reference": _l("业绩证明"),
    "other": _l("其他"),
}
SIZES: dict[str, Any] = {
    "micro": _l("微型企业"),
    "small": _l("小型企业"),
    "medium": _l("中型企业"),
    "large": _l("大型企业"),
}


class DocumentForm(Form):
    """A document for the company file."""

    file = Attachment(
        _l("文件"),
        most=FILE_BYTES_MAX,
        hint=_l("最大20 MB。建议用PDF。"),
        missing=_l("请选择一个文件"),
    )
    kind = Selected(_l("种类"), items=tuple(KINDS.items()), missing=_l("请选择种类"))
    name = Words(
        _l("名称"), most=100, needed=False, hint=_l("评审专家看到的文件名。不填就用原来的文件名。")
    )
    valid_until = Day(_l("有效期至"), needed=False, hint=_l("到期前30天起会提醒您。"))
    refused_at: ClassVar[Mapping[str, str]] = {
        "file_name_length": "name",
        "file_name_text": "name",
        "file_name_path": "name",
    }


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """A document of the file as the page shows it."""

    id: str
    kind: str
    name: str
    size: int
    content: str
    added_at: datetime
    valid_until: date | None
    lamp: Lamp


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate of a person, and whether it still holds."""

    fingerprint: str
    valid_to: datetime
    lamp: Lamp


@dataclass(frozen=True, slots=True)
class AuthorisedPerson:
    """Somebody who may bid and sign for the firm."""

    name: str
    is_me: bool
    certificates: Sequence[Certificate]


@dataclass(frozen=True, slots=True)
class CompanyPage:
    """All that the system knows of a firm."""

    firm: Firm
    kinds: dict[str, Any]
    size: Any
    people: Sequence[AuthorisedPerson]
    documents: Sequence[KeptDocument]
    bans: Sequence[Ban]
    running_out: int
    form: DocumentForm


@dataclass(frozen=True, slots=True)
class SelfTestPage:
    """Whether this computer can bid: the server's clock, and the person's certificate."""

    now: datetime
    certificate: Certificate | None
    account: str
    origin: str


def company_pages(pages: Blueprint, container: Container) -> None:
    """Add the pages to the surface."""

    @pages.get("/company")
    @open_to(Audience.SUPPLIER)
    def company() -> Response:
        return _drawn(DocumentForm())

    @pages.post("/company/documents")
    @open_to(Audience.SUPPLIER)
    def add_document() -> AnyResponse:
        form = DocumentForm(sent=True)
        if form.valid():
            upload = form.file.data
            name = form.name.data or upload.filename
            with trying(form):
                content = container.blobs.put(upload.stream)
                with container.journal.write() as work:
                    company_file.add_document(
                        work,
                        actor(),
                        firm_of(work, actor()),
                        NewDocument(
                            form.kind.data,
                            name,
                            upload.mimetype or "application/octet-stream",
                            content,
                            container.blobs.size(content),
                            form.valid_until.data,
                        ),
                    )
                return redirect(url_for(".company", _anchor="documents"), 303)
        return _drawn(form, 422)

    @pages.post("/company/documents/<document>/removal")
    @open_to(Audience.SUPPLIER)
    def remove_document(document: str) -> AnyResponse:
        with container.journal.write() as work:
            company_file.remove_document(work, firm_of(work, actor()), document)
        return redirect(url_for(".company", _anchor="documents"), 303)

    @pages.get("/company/documents/<document>")
    @open_to(Audience.SUPPLIER)
    def company_document(document: str) -> Response:
        """The bytes, for the firm's own people: also where `bid.js` takes a copy for a bid."""
        with container.journal.read() as work:
            row = company_file.document(work, firm_of(work, actor()), document)
            name, media_type, content = row.name, row.media_type, row.content
        return private_file(container.blobs.open(content), name, media_type)

    @pages.get("/self-test")
    @open_to(Audience.SUPPLIER)
    def self_test() -> Response:
        with container.journal.read() as work:
            view = SelfTestPage(
                now=work.now(),
                certificate=signing_certificate(work, actor().person, work.now()),
                account=login_of(work, actor().person),
                origin=work.origin,
            )
        return page("supplier/self_test.html", view)

    def _drawn(form: DocumentForm, status: int = 200) -> Response:
        with container.journal.read() as work:
            view = _company(work, form)
        return page("supplier/company.html", view, status=status)


def signing_certificate(work: Work, person: str, now: datetime) -> Certificate | None:
    """The certificate that a person signs with now."""
    row = parties.signing_certificate(work.session, person, now)
    if row is None:
        return None
    return Certificate(row.fingerprint, row.valid_to, _lamp(now, row.valid_to))


def login_of(work: Work, person: str) -> str:
    """The log-in name, as the offline tool asks for it."""
    row = work.session.get(Account, person)
    return row.login if row else ""


def _company(work: Work, form: DocumentForm) -> CompanyPage:
    me, now = actor(), work.now()
    firm = firm_of(work, me)
    today = now.date()
    people = [
        AuthorisedPerson(
            one.person.name,
            one.person.id == me.person,
            [
                Certificate(c.fingerprint, c.valid_to, _lamp(now, c.valid_to))
                for c in one.certificates
            ],
        )
        for one in company_file.authorised(work, firm)
    ]
    documents = [
        KeptDocument(
            row.id, row.kind, row.name, row.size, row.content, row.added_at, row.valid_until,
            _day_lamp(today, row.valid_until),
        )
        for row in company_file.documents(work, firm)
    ]  # fmt: skip
    lamps = [one.lamp for one in documents] + [c.lamp for p in people for c in p.certificates]
    return CompanyPage(
        firm=firm,
        kinds=KINDS,
        size=SIZES[firm.size],
        people=people,
        documents=documents,
        bans=[ban for ban in parties.bans_of(work.session, firm.id) if ban.until_on >= today],
        running_out=sum(lamp in (Lamp.AMBER, Lamp.RED) for lamp in lamps),
        form=form,
    )


def _lamp(now: datetime, until: datetime) -> Lamp:
    if now >= until:
        return Lamp.RED
    return Lamp.AMBER if until - now <= company_file.WARNED_BEFORE else Lamp.GREEN


def _day_lamp(today: date, until: date | None) -> Lamp:
    if until is None:
        return Lamp.IDLE
    if until < today:
        return Lamp.RED
    return Lamp.AMBER if until - today <= company_file.WARNED_BEFORE else Lamp.GREEN
