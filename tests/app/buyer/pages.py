"""What the tests of the buyer's pages share: forms by their address, a file of parts, documents."""

from __future__ import annotations

import io
import zipfile

from webtest import TestResponse

from app.rehearsal.plot import Staff
from tests.app.visiting import Visit

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
CRITERIA = (
    "资格\t能独立承担民事责任\t\t\t\t营业执照\n"
    "价格\t价格\tPrice\t40\n评分\t技术响应\t\t35\n评分\t售后服务\t\t25"
)


def form_to(page: TestResponse, action: str) -> int:
    """The place of the form whose address ends so."""
    places = [
        place
        for place, form in page.forms.items()
        if isinstance(place, int) and form.action.endswith(action)
    ]
    assert places, (action, [form.action for form in page.forms.values()])
    return places[0]


def fill(
    officer: Visit, key: str, name: str, *, status: int = 200, **fields: object
) -> TestResponse:
    """Fill in one part of a file and send it."""
    page = officer.open(f"/buying/tenders/{key}/parts/{name}")
    return officer.send(page, form=form_to(page, f"/{name}"), status=status, **fields)


def upload(officer: Visit, key: str, name: str, data: bytes, *, status: int = 200) -> TestResponse:
    """Add a document to a file."""
    page = officer.open(f"/buying/tenders/{key}/parts/documents")
    return officer.send(page, form=form_to(page, "/documents"), status=status, file=(name, data))


def write_file(officer: Visit, key: str, staff: Staff, *, criteria: str = CRITERIA) -> TestResponse:
    """Every part of a file, in the order of the list; the task list comes back."""
    fill(
        officer,
        key,
        "basics",
        facts_zh="供应商须能独立承担民事责任。",
        contact_zh="采购办 0911-1234567",
    )
    fill(
        officer,
        key,
        "lots",
        lots="课桌椅\tDesks\t1200000.00\t1200000.00\t否",
        items="1\t可升降课桌椅\tAdjustable desk\t1000\t套\t",
    )
    fill(officer, key, "criteria", criteria=criteria)
    upload(officer, key, "采购文件.pdf", PDF)
    fill(officer, key, "terms")
    people = [holder.person for holder in staff.holders]
    fill(officer, key, "holders", holders=people, threshold="2")
    return fill(officer, key, "dates", closes_at="2026-04-28T09:30")


def packed(*names: str) -> bytes:
    """A ZIP archive with these entries."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return buffer.getvalue()
