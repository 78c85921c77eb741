"""Lists, paging, verifying, downloads, static files and faults, through HTTP."""

from __future__ import annotations

import gzip
import io
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.portal.asking import Digest, EntryId, EntryNumber, Receipt, read_asked
from app.portal.routes import UPLOAD_BYTES_MAX
from app.portal.views import Verdict
from app.web.audience import audiences_of, open_to
from app.web.headers import DOCUMENT_POLICY
from kernel.refusal import NotFound, Refused, StaleWrite, refuse
from kernel.vocabulary import Audience
from tests.app.portal import samples
from tests.app.portal.memory import MemoryQueries, file_digest, make_app
from tests.app.portal.reading import read


def test_every_route_says_for_whom_it_is(client: FlaskClient) -> None:
    app: Flask = client.application
    for rule in app.url_map.iter_rules():
        assert audiences_of(app.view_functions[rule.endpoint]) == {Audience.PUBLIC}, rule


def test_a_view_that_says_nothing_is_for_nobody() -> None:
    assert audiences_of(lambda: None) == frozenset()
    assert audiences_of(None) == frozenset()
    with pytest.raises(ValueError, match="open to somebody"):
        open_to()


# The list


def test_paging_goes_on_where_it_stopped(client: FlaskClient) -> None:
    seen: list[str] = []
    address = "/tenders"
    while address:
        page = read(client, address)
        seen += [
            str(at["href"])
            for at in page.named("a")
            if str(at.get("href", "")).startswith("/tenders/QS")
        ]
        address = next((str(at["href"]) for at in page.named("a") if at.get("rel") == "next"), "")
    assert seen == [f"/tenders/{card.key}" for card in samples.CARDS]


def test_the_question_stands_in_the_address_of_the_next_page() -> None:
    client = make_app(MemoryQueries(page_length=1)).test_client()
    page = read(client, "/tenders?q=2027&status=open")
    assert len(page.with_class("sl-card")) == 1
    page = read(client, "/tenders?q=%E5%8E%BF%E4%BA%BA&status=open&after=gone")
    assert page.status == 200
    page = read(client, "/tenders?status=open")
    following = next(str(at["href"]) for at in page.named("a") if at.get("rel") == "next")
    assert "status=open" in following


@pytest.mark.parametrize("address", ["/tenders?status=nonsense", "/tenders?after=nonsense"])
def test_nonsense_in_the_address_asks_for_nothing(client: FlaskClient, address: str) -> None:
    assert read(client, address).with_class("sl-card")


def test_nothing_found_says_what_was_asked_and_what_to_do(client: FlaskClient) -> None:
    page = read(client, "/tenders?q=潜水艇")
    assert "没有含“潜水艇”的项目" in page.text
    assert "/tenders" in {at.get("href") for at in page.named("a")}
    page = read(client, "/tenders?q=潜水艇&status=open")
    assert "不限状态再找" in page.text


def test_a_capped_count_is_told_as_more_than() -> None:
    class Many(MemoryQueries):
        def list_tenders(self, wanted, after):  # type: ignore[no-untyped-def]
            return replace(super().list_tenders(wanted, after), count=10_000, count_is_capped=True)

    assert "超过10,000个项目" in read(make_app(Many()).test_client(), "/tenders").text


# Verifying


@pytest.mark.parametrize(
    ("pasted", "asked"),
    [
        ("47902", EntryNumber(47_902)),
        (" 第47,902条 ", EntryNumber(47_902)),
        ("no. 47,902", EntryNumber(47_902)),
        ("0", EntryNumber(0)),
        ("entry_" + "a2" * 13, EntryId("entry_" + "a2" * 13)),
        ("sha256:" + "Ab" * 32, Digest("sha256:" + "ab" * 32)),
        (" ".join(["00112233"] * 8), Digest("sha256:" + "00112233" * 8)),
        ('{"type":"sunlit/receipt/v1"}', Receipt('{"type":"sunlit/receipt/v1"}')),
        ("", None),
        ("   ", None),
        ("ab" * 31, None),
        ("-5", None),
        ("1e9", None),
        ("9" * 16, None),
        ("公告", None),
        ("sunlit/receipt/v1" + " " * 70_000 + "x", None),
    ],
)
def test_reading_what_was_pasted(pasted: str, asked: object) -> None:
    assert read_asked(pasted) == asked


def test_proved_shows_place_root_and_path(client: FlaskClient) -> None:
    page = read(client, "/verify?q=47902")
    for words in ("与记录一致", "第47,902条", samples.CHECKPOINT.root, "路径上的16个哈希"):
        assert words in page.text


@pytest.mark.parametrize(
    ("number", "verdict"), [(n, one) for n, one in enumerate(Verdict, start=1)]
)
def test_each_verdict_has_its_heading(client: FlaskClient, number: int, verdict: Verdict) -> None:
    headings = {
        Verdict.PROVED: "与记录一致",
        Verdict.WAITING: "已登记，等待入账",
        Verdict.NOT_FOUND: "记录里没有它",
        Verdict.DIFFERS: "与记录不符",
        Verdict.UNSETTLED: "暂时不能确认",
    }
    assert (
        f'<h1 class="govuk-heading-l">{headings[verdict]}</h1>'
        in read(client, f"/verify?q={number}").html
    )


def test_a_number_or_digest_gets_an_address_to_pass_on(client: FlaskClient) -> None:
    answer = client.post("/en/verify", data={"q": "第47,902条"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/en/verify?q=47902"


def test_a_receipt_never_gets_into_an_address(client: FlaskClient, queries: MemoryQueries) -> None:
    receipt = '{"bidder":"91330000X","type":"sunlit/receipt/v1"}'
    answer = client.post("/verify", data={"q": receipt})
    assert answer.status_code == 200
    assert queries.asked == [Receipt(receipt)]
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_an_uploaded_file_is_reckoned_and_asked_for_by_digest(client: FlaskClient) -> None:
    data = b"%PDF-1.7 notice"
    answer = client.post("/verify", data={"file": (io.BytesIO(data), "notice.pdf"), "q": ""})
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/verify?q={file_digest(data)}".replace(":", "%3A") or (
        answer.headers["Location"] == f"/verify?q={file_digest(data)}"
    )


def test_what_is_not_understood_asks_nobody(client: FlaskClient, queries: MemoryQueries) -> None:
    page = read(client, "/verify?q=hello")
    assert "没有看懂" in page.text
    assert queries.asked == []


# Documents


def test_a_document_goes_out_as_the_bytes_that_are_logged() -> None:
    data = b"%PDF-1.7 tender document"
    digest = file_digest(data)
    client = make_app(MemoryQueries(files={("QS", digest): data})).test_client()
    answer = client.get(f"/tenders/QS/documents/{digest}", headers={"Accept-Encoding": "gzip"})
    assert answer.get_data() == data
    assert answer.headers["Content-Security-Policy"] == DOCUMENT_POLICY
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["ETag"] == f'"{digest}"'
    again = client.get(f"/tenders/QS/documents/{digest}", headers={"If-None-Match": f'"{digest}"'})
    assert again.status_code == 304
    assert client.get(f"/tenders/other/documents/{digest}").status_code == 404


# Transfers


def test_a_page_is_compressed_and_known_by_its_etag(client: FlaskClient) -> None:
    answer = client.get("/tenders/open", headers={"Accept-Encoding": "gzip, br"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert "数字化" in gzip.decompress(answer.get_data()).decode()
    assert answer.headers["Cache-Control"] == "no-cache"
    again = client.get("/tenders/open", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert again.get_data() == b""


def test_without_gzip_a_page_goes_plain(client: FlaskClient) -> None:
    assert "Content-Encoding" not in client.get("/").headers
    refused = client.get("/", headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in refused.headers


def test_a_page_for_somebody_signed_in_is_neither_kept_nor_compressed(client: FlaskClient) -> None:
    client.set_cookie("session", "x")
    answer = client.get("/tenders/open", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_static_files_are_kept_for_good_and_sent_small(client: FlaskClient) -> None:
    address = next(
        str(at["href"]) for at in read(client, "/en/").named("link") if at["rel"] == "stylesheet"
    )
    assert address.startswith("/static/")
    answer = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]
    assert b"--sl-brand" in gzip.decompress(answer.get_data())
    assert b"--sl-brand" in client.get(address).get_data()
    assert client.get("/static/manifest.json").status_code == 404
    assert client.get("/static/sunlit.css").status_code == 404
    assert client.get("/static/%2e%2e/VENDORED.md").status_code == 404


# Faults


class Failing(MemoryQueries):
    """Queries that end in every way a use case can."""

    problem: Exception = RuntimeError()

    def rules(self):  # type: ignore[no-untyped-def]
        raise self.problem


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize(
    ("problem", "status"),
    [
        (NotFound("tender", "x"), 404),
        (StaleWrite("tender", "x"), 409),
        (Refused(refuse("late", "Order 87 art. 33", closes_at="2026-11-30")), 422),
        (RuntimeError("a secret of the machine"), 500),
    ],
)
def test_each_end_has_its_page(prefix: str, problem: Exception, status: int) -> None:
    queries = Failing()
    queries.problem = problem
    client = make_app(queries).test_client()
    page = read(client, f"{prefix}/rules")
    assert page.status == status
    assert page.is_closed
    assert len(page.named("h1")) == 1
    assert "secret of the machine" not in page.html


def test_a_refusal_shows_code_rule_and_facts() -> None:
    queries = Failing()
    queries.problem = Refused(refuse("late", "财政部令第87号第三十三条", closes_at="09:30"))
    text = read(make_app(queries).test_client(), "/rules").text
    for words in ("late", "财政部令第87号第三十三条", "closes_at 09:30"):
        assert words in text


def test_a_fault_has_a_code_to_quote_and_needs_nothing_that_may_be_broken(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken() -> object:
        raise RuntimeError("the database is gone")

    app = make_app(MemoryQueries())
    app.extensions["sunlit.site"] = broken
    page = read(app.test_client(), "/")
    assert page.status == 500
    code = caplog.records[-1].getMessage().split(":")[0].removeprefix("fault ")
    assert f"编号{code}" in page.text


def test_a_wrong_method_says_which_are_right(client: FlaskClient) -> None:
    answer = client.post("/tenders")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_too_large_an_upload_is_refused(client: FlaskClient) -> None:
    answer = client.post(
        "/verify",
        content_type="multipart/form-data; boundary=x",
        input_stream=io.BytesIO(b"--x--"),
        environ_overrides={"CONTENT_LENGTH": str(UPLOAD_BYTES_MAX + 1)},
    )
    assert answer.status_code == 413
    assert "文件太大" in answer.get_data(as_text=True)


def test_downloads_and_command_are_there(client: FlaskClient) -> None:
    page = read(client, "/verify")
    assert samples.LOG.command in page.text
    assert {one.url for one in samples.LOG.downloads} <= {at.get("href") for at in page.named("a")}
    assert samples.LOG.key in page.text
