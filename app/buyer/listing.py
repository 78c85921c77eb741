"""The list of files, and the one page from which everything of a file is reached."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, url_for

from app.buyer import files
from app.buyer.file_views import FilePage, Head, Link, PartRow
from app.buyer.files import File, Part
from app.buyer.findings import Finding, checked
from app.buyer.history import happened
from app.buyer.lists import PAGE_ROWS, Asked, sliced
from app.buyer.sections import SECTIONS
from app.buyer.standing import may_with_purchase, may_with_tender, name_of, person_name
from app.container import Container
from journal.work import Work
from kernel.refusal import NotFound
from kernel.text import Text
from kernel.vocabulary import Action, Actor, LotStage, PurchaseStage, TenderStage
from procurement.tenders import of_buyer, queries
from reports.labels import LOT_STAGES, TENDER_STAGES

_NOT_SAVED = Text("还没有保存", "Not saved yet")
_READY = frozenset({PurchaseStage.APPROVED, PurchaseStage.INTENDED})


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file in the list."""

    key: str
    number: str
    title: Text
    stage: TenderStage | None
    state: Text
    closes_at: datetime | None


@dataclass(frozen=True, slots=True)
class FilesPage:
    """The buyer's tender files, and the purchases for which none is drafted."""

    files: Sequence[FileRow]
    to_draft: Sequence[FileRow]
    asked: Asked


def tenders(work: Work, who: Actor, buyers: Collection[str], question: Asked) -> FilesPage:
    """A page of the files of these buyers, the newest draft first.

    What can be drafted stands on the list as it opens, and not on what is searched in it.
    """
    found = of_buyer.tenders_listed(
        work.session,
        buyers,
        stage=question.stage,
        words=question.terms,
        after=question.after,
        limit=PAGE_ROWS + 1,
    )
    question, shown = sliced(question, found)
    first = question.is_empty and question.after is None
    return FilesPage(
        files=[_file_row(one) for one in shown],
        to_draft=_to_draft(work, who, buyers) if first else [],
        asked=question,
    )


def _file_row(one: of_buyer.TenderOfBuyer) -> FileRow:
    stage, row = TenderStage(one.tender.stage), one.tender
    title = Text(row.title_zh, row.title_en)
    return FileRow(row.id, one.ocid, title, stage, TENDER_STAGES[stage], row.closes_at)


def _to_draft(work: Work, who: Actor, buyers: Collection[str]) -> list[FileRow]:
    return [
        FileRow(row.id, row.ocid, Text(row.title_zh, row.title_en), None, _NOT_SAVED, None)
        for row in of_buyer.purchases_to_draft(work.session, buyers, _READY)
        if may_with_purchase(work, who, Action.DRAFT_TENDER, row)
    ]


def head(file: File) -> Head:
    """What stands above every page of a file."""
    stage = TenderStage(file.tender.stage) if file.tender else None
    return Head(
        key=file.key,
        purchase=file.purchase.id,
        number=file.purchase.ocid,
        title=file.title,
        stage=stage,
        state=TENDER_STAGES[stage] if stage else _NOT_SAVED,
        version=file.version,
        saved=file.tender is not None,
    )


def may_write(work: Work, who: Actor, file: File) -> bool:
    """Whether the person writes this file, and it can be written now."""
    if file.tender is not None:
        return file.tender.stage == TenderStage.DRAFT and may_with_tender(
            work, who, Action.DRAFT_TENDER, file.tender
        )
    return PurchaseStage(file.purchase.stage) in _READY and may_with_purchase(
        work, who, Action.DRAFT_TENDER, file.purchase
    )


def require_writable(work: Work, who: Actor, file: File) -> None:
    """A part is nobody's page who cannot write it."""
    if not may_write(work, who, file):
        raise NotFound("section", file.key)


def unfilled(file: File, parts: Mapping[str, Part]) -> list[Finding]:
    """The parts that cannot be read as they stand, each with its first fault."""
    problems = []
    for name, part in parts.items():
        if files.filled(part):
            continue
        title = SECTIONS[name].title
        if name == "documents":
            said = Text("没有采购文件。", "There are no documents.")
            field = "file"
        else:
            fault, field = part.form.faults[0]
            shown = fault.zh if isinstance(fault, Text) else str(fault)
            label = str(part.form[field].label.text) if field in part.form else ""
            said = Text(f"{label}：{shown}" if label else shown)
        problems.append(
            Finding(
                "unfilled",
                Text(f"{title.zh}：{said.zh}", f"{title.en}: {said.en or said.zh}"),
                None,
                f"{url_for('.section', tender=file.key, section=name)}#{field}",
                Text(f"去填：{title.zh}", f"Fill in: {title.en}"),
            )
        )
    return problems


def file_page(
    container: Container,
    work: Work,
    who: Actor,
    file: File,
    problems: Sequence[Finding] = (),
) -> FilePage:
    """The task list, with the next step and who takes it."""
    writes = may_write(work, who, file)
    parts = files.parts_of(container, work, who, file) if writes else {}
    tender = file.tender
    judged = checked(work, file) if tender and tender.published_at is None else None
    unsaved = sum(part.is_draft for part in parts.values())
    objects = [file.purchase.id] + ([tender.id] if tender else [])
    next_step, next_url = _next(work, who, file, unsaved)
    return FilePage(
        head=head(file),
        buyer=name_of(work, file.purchase.buyer_id),
        budget=file.budget,
        parts=[_row(part) for part in parts.values()],
        unsaved=unsaved,
        stale=[
            SECTIONS[part.name].title
            for part in parts.values()
            if part.is_draft and part.base != file.version
        ],
        may_write=writes,
        why_not=_why_not(file, writes),
        problems=problems,
        checked=judged,
        links=_links(work, who, file),
        next=next_step,
        next_url=next_url,
        returned_reason=tender.returned_reason if tender else None,
        cancelled_reason=_cancelled(file),
        closes_at=tender.closes_at if tender else None,
        drafted_by=person_name(work, tender.drafted_by) if tender else "",
        may_cancel=bool(
            tender
            and TenderStage(tender.stage) is not TenderStage.CANCELLED
            and may_with_tender(work, who, Action.CANCEL_TENDER, tender)
        ),
        lots=_lots(file),
        public_url=_public(file),
        record=happened(work, objects),
    )


def _row(part: Part) -> PartRow:
    section = SECTIONS[part.name]
    if not files.filled(part):
        state, kind = Text("还要填", "To fill in"), "due"
    elif part.is_draft:
        state, kind = Text("已填，未保存", "Filled in, not saved"), "draft"
    else:
        state, kind = Text("已完成", "Done"), "done"
    return PartRow(part.name, section.title, section.hint, state, kind)


def _why_not(file: File, writes: bool) -> Text | None:
    if writes or file.tender is None:
        return None
    if file.tender.stage == TenderStage.APPROVED:
        return Text(
            "已批准的版本不能再改。要改，请审批人退回。",
            "An approved version is not changed. To change it, ask the approver to return it.",
        )
    if file.tender.stage == TenderStage.OPEN:
        return Text(
            "公告之后只能用更正公告修改，不能改采购标的和资格。",
            "After the notice only a corrigendum changes it, and neither subject nor"
            " qualification.",
        )
    return None


def _next(work: Work, who: Actor, file: File, unsaved: int) -> tuple[Text, str | None]:
    """The one next step, and its address where it is this person's."""
    tender = file.tender
    if tender is None:
        return Text(
            "各项填好后，点清单下面的“保存并提交审批”。",
            "Once every part is filled in, press “Save and send for approval” below the list.",
        ), None
    stage, key = TenderStage(tender.stage), file.key
    if stage is TenderStage.DRAFT:
        if unsaved:
            return Text("保存改动，审批人才能看到。", "Save; only then the approver sees it."), None
        approves = may_with_tender(work, who, Action.APPROVE_TENDER, tender)
        return (
            Text(
                f"审批人审批第{tender.version}版。",
                f"The approver decides on version {tender.version}.",
            ),
            url_for(".approval", tender=key) if approves else None,
        )
    if stage is TenderStage.APPROVED:
        publishes = may_with_tender(work, who, Action.PUBLISH_TENDER, tender)
        if tender.committee_digest is None:
            return (
                Text(
                    "开标人登记公钥后，经办人签名确定名单。",
                    "Once the holders' keys are in, the officer signs the list.",
                ),
                url_for(".committee", tender=key) if publishes else None,
            )
        return (
            Text("经办人签名并发布招标公告。", "The officer signs and publishes the notice."),
            url_for(".publish", tender=key) if publishes else None,
        )
    if stage is TenderStage.OPEN:
        return Text("截止前答复询问。", "Answer questions until the closing."), url_for(
            ".questions", tender=key
        )
    if stage is TenderStage.CANCELLED:
        return Text(
            "项目已终止。需求可以重新编入计划。", "It has ended. Its needs may be planned anew."
        ), None
    return Text("已截止，等待开标。", "Closed; the opening comes next."), None


def _links(work: Work, who: Actor, file: File) -> list[Link]:
    tender, key = file.tender, file.key
    if tender is None:
        return []
    stage = TenderStage(tender.stage)
    preview = Link(Text("预览", "Preview"), url_for(".preview", tender=key))
    if stage in (TenderStage.DRAFT, TenderStage.APPROVED):
        ready = tender.committee_digest is not None
        links = [
            Link(Text("合规检查", "Checks"), url_for(".checks", tender=key)),
            preview,
            Link(
                Text("审批", "Approval"),
                url_for(".approval", tender=key),
                TENDER_STAGES[stage] if stage is TenderStage.APPROVED else None,
                "done" if stage is TenderStage.APPROVED else "idle",
            ),
            Link(
                Text("开标人和公钥", "Key holders and keys"),
                url_for(".committee", tender=key),
                Text("已确定", "Fixed") if ready else Text("未确定", "Not fixed"),
                "done" if ready else "idle",
            ),
        ]
        if may_with_tender(work, who, Action.PUBLISH_TENDER, tender):
            links.append(Link(Text("发布公告", "Publish"), url_for(".publish", tender=key)))
        return links
    if stage is TenderStage.CANCELLED and tender.published_at is None:
        return [preview]
    waiting = len(queries.waiting_questions(work.session, [tender.id]).get(tender.id, ()))
    links = [
        preview,
        Link(
            Text("询问答复", "Questions"),
            url_for(".questions", tender=key),
            Text(f"{waiting}条待答复", f"{waiting} to answer") if waiting else None,
            "due" if waiting else "idle",
        ),
        Link(Text("开标人和公钥", "Key holders and keys"), url_for(".committee", tender=key)),
    ]
    if stage is TenderStage.OPEN and may_with_tender(work, who, Action.AMEND_TENDER, tender):
        links.append(Link(Text("更正公告", "Corrigendum"), url_for(".amend", tender=key)))
    return links


def _lots(file: File) -> list[Link]:
    """The lots after the closing, where the surface that carries them on is there."""
    tender = file.tender
    if tender is None or TenderStage(tender.stage) not in (TenderStage.CLOSED, TenderStage.CLOSING):
        return []
    there = "outcome.lot" in current_app.view_functions
    return [
        Link(
            Text(lot.title_zh, lot.title_en),
            url_for("outcome.lot", lot=lot.id) if there else "",
            LOT_STAGES[LotStage(lot.stage)],
        )
        for lot in tender.lots
    ]


def _public(file: File) -> str | None:
    if file.tender is None or file.tender.published_at is None:
        return None
    return url_for("portal.tender", key=file.purchase.ocid)


def _cancelled(file: File) -> Text | None:
    tender = file.tender
    if tender is None or not tender.cancelled_zh:
        return None
    return Text(tender.cancelled_zh, tender.cancelled_en or "")
