"""The addresses of the open data, as a program of somebody outside meets them."""

from __future__ import annotations

import gzip
import hashlib
import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.reports.ocds.journey import Published


def crawl(client: FlaskClient, address: str) -> list[dict[str, Any]]:
    """Every page of a feed, by `links.next` alone."""
    pages = []
    following: str | None = address
    while following:
        answer = client.get(following)
        assert answer.status_code == 200
        pages.append(answer.get_json())
        following = pages[-1].get("links", {}).get("next")
        if following:
            assert f'<{following}>; rel="next"' == answer.headers["Link"]
    return pages


def test_the_feed_has_every_release_once_and_in_order(
    client: FlaskClient, published: Published
) -> None:
    for limit in (1, 3, 17, 500):
        pages = crawl(client, f"/ocds/releases?limit={limit}")
        found = [release for page in pages for release in page["releases"]]
        assert found == published.releases
        assert all(len(page["releases"]) <= limit for page in pages)


def test_whoever_comes_back_gets_what_is_new_and_nothing_else(
    client: FlaskClient, published: Published
) -> None:
    pages = crawl(client, "/ocds/releases?limit=5")
    last = client.get(pages[-2]["links"]["next"]).get_json()
    assert last["releases"] == pages[-1]["releases"]
    far = client.get(f"/ocds/releases?since={1 << 40}").get_json()
    assert far["releases"] == []
    assert "links" not in far


def test_the_feed_of_records_has_every_process(client: FlaskClient, published: Published) -> None:
    [page] = crawl(client, "/ocds/records")
    [record] = page["records"]
    assert record["ocid"] == published.ocid
    assert record["releases"] == published.releases
    assert client.get(f"/ocds/record/{published.ocid}").get_json()["records"] == [record]


def test_a_release_at_its_own_address(client: FlaskClient, published: Published) -> None:
    for release in published.releases:
        address = f"/ocds/release/{published.ocid}/{release['id']}"
        answer = client.get(address)
        package = answer.get_json()
        assert package["releases"] == [release]
        assert package["uri"] == f"http://localhost{address}"
        assert package["publishedDate"] == release["date"]
        assert client.get(address).data == answer.data


def test_nobody_needs_to_log_in_and_any_page_may_read(
    client: FlaskClient, published: Published
) -> None:
    for address in ("/ocds/", "/ocds/releases", f"/ocds/record/{published.ocid}", "/ocds/nothing"):
        answer = client.get(address, headers={"Origin": "https://elsewhere.example"})
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "Set-Cookie" not in answer.headers
        assert answer.mimetype == "application/json"
    asked = client.options(
        "/ocds/releases",
        headers={
            "Origin": "https://elsewhere.example",
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "If-None-Match",
        },
    )
    assert asked.status_code == 200
    assert asked.headers["Access-Control-Allow-Headers"] == "If-None-Match"


def test_what_has_not_changed_is_not_sent_again(client: FlaskClient, published: Published) -> None:
    for address in ("/ocds/releases?limit=3", f"/ocds/record/{published.ocid}"):
        first = client.get(address)
        again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["Access-Control-Allow-Origin"] == "*"
        other = client.get(address, headers={"If-None-Match": 'W/"other"'})
        assert other.status_code == 200


def test_it_is_compressed_for_whoever_takes_that(client: FlaskClient) -> None:
    plain = client.get("/ocds/releases")
    packed = client.get("/ocds/releases", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 4


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/ocds/releases?since=-1", 400),
        ("/ocds/releases?since=x", 400),
        ("/ocds/releases?since=１", 400),
        ("/ocds/releases?since=99999999999999999999999", 400),
        ("/ocds/releases?limit=0", 400),
        ("/ocds/releases?limit=501", 400),
        ("/ocds/records?limit=51", 400),
        ("/ocds/record/ocds-none-1", 404),
        ("/ocds/record/%00", 404),
        ("/ocds/release/ocds-none-1/ent_1", 404),
        ("/ocds/files/releases-2026-13.jsonl.gz", 404),
        ("/ocds/files/..%2Fkeys", 404),
        ("/ocds/files/releases-1999-01.jsonl.gz", 404),
        ("/ocds/nothing/of/this", 404),
    ],
)
def test_what_cannot_be_answered_is_said_in_json(
    client: FlaskClient, address: str, status: int
) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert answer.mimetype == "application/json"
    assert answer.get_json()["error"] in ("not_found", f"http_{status}")


def test_a_release_of_one_process_is_not_found_under_another(
    client: FlaskClient, published: Published
) -> None:
    id = published.releases[0]["id"]
    assert client.get(f"/ocds/release/ocds-other-1/{id}").status_code == 404


def test_the_files_hold_the_same_as_the_feed(client: FlaskClient, published: Published) -> None:
    index = client.get("/ocds/").get_json()
    assert index["license"].startswith("https://creativecommons.org/")
    lines: dict[str, list[dict[str, Any]]] = {"releases": [], "compiled": []}
    for file in reversed(index["files"]):
        answer = client.get(file["url"])
        assert answer.mimetype == "application/gzip"
        assert hashlib.sha256(answer.data).hexdigest() == file["sha256"]
        assert len(answer.data) == file["bytes"]
        content = [json.loads(line) for line in gzip.decompress(answer.data).splitlines()]
        assert len(content) == file["lines"]
        lines[file["name"].split("-")[0]] += content
    assert lines["releases"] == published.releases
    record = client.get(f"/ocds/record/{published.ocid}").get_json()["records"][0]
    assert lines["compiled"] == [record["compiledRelease"]]


def test_the_addresses_of_the_index_answer(client: FlaskClient, published: Published) -> None:
    index = client.get("/ocds/").get_json()
    names = {"ocid": published.ocid, "id": published.releases[3]["id"]}
    for name in ("releases", "records", "release", "record", "publicationPolicy"):
        assert client.get(index[name].format(**names)).status_code == 200


def test_a_file_that_a_release_names_can_be_fetched(
    client: FlaskClient, published: Published
) -> None:
    urls = [
        document["url"]
        for release in published.releases
        for document in release.get("tender", {}).get("documents", ())
        if "url" in document
    ]
    assert len(urls) >= 4
    for url in urls:
        assert url.startswith("http://localhost:8000/")
        with client.get(url.removeprefix("http://localhost:8000")) as answer:
            assert answer.status_code == 200
            if (digest := url.partition("sha256:")[2]) != "":
                assert hashlib.sha256(answer.data).hexdigest() == digest


def test_the_page_says_what_there_is(client: FlaskClient, published: Published) -> None:
    for prefix, words in (("", "开放数据"), ("/en", "Open data")):
        answer = client.get(f"{prefix}/data")
        said = answer.get_data(as_text=True)
        assert answer.status_code == 200
        assert f'<h1 class="govuk-heading-l">{words}</h1>' in said
        assert "compiled-2026.jsonl.gz" in said
        assert "CC BY 4.0" in said
        assert "http://localhost/ocds/releases?limit=1" in said


def test_the_tender_page_leads_to_its_record(client: FlaskClient, published: Published) -> None:
    for prefix in ("", "/en"):
        said = client.get(f"{prefix}/tenders/{published.ocid}").get_data(as_text=True)
        assert f'href="/ocds/record/{published.ocid}"' in said
        assert f'href="{prefix}/data"' in said  # in the footer
