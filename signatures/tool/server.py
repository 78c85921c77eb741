"""The server's API as the offline tool uses it. Bytes are base64 in JSON.

    POST   /api/v1/session {account, password}            -> {token}: a bearer for all that follows
    DELETE /api/v1/session                                ends it
    GET    /api/v1/tenders/<id>/committee                 -> {origin, tender, buyer, closes_at,
             lots, digest, fingerprint, entry, committee: signed, holders: [{part, index,
             holder: signed, possession: signed or null}], notices: [{number, digest, entry,
             signed}]}
             where signed = {statement, cms, token or null}
    PUT    /api/v1/blobs/<sha256 hex>                     raw ciphertext -> {digest, size}
    POST   /api/v1/tenders/<id>/acts {act, cms, boxes: {part: [box]}}
             -> {act, receipt, seal, note (text), accepted_at, live}
    GET    /api/v1/tenders/<id>/acts/mine                 -> [{lot, seq, kind, act (digest),
             statement, cms, receipt, seal, note, live}]
    GET    /api/v1/tenders/<id>/work?lot=&part=           for holders, after the closing ->
             {index, checkpoint, closing, leaves, acts: {digest: signed}, boxes: {digest: box}}
    POST   /api/v1/tenders/<id>/releases {release, cms}   -> {release, judged}
    GET    /api/v1/tenders/<id>/holder-keys               for holders, before publication ->
             {origin, checkpoint, places: [{part, index, recipient or null, possession: bool}]}
    POST   /api/v1/tenders/<id>/holder-keys {statements: [{statement, cms}]}
             -> {registered: [{statement (digest), entry}]}: those that it did not have yet
    POST   /api/v1/tenders/<id>/objections {lot, text, receipt, note} -> {objection, stops_the_lot}
    GET    /api/v1/tenders/<id>/own-keys?lot=             for bidders, after the closing ->
             {closing, wanted: [{part, context, ends_at}]}
    POST   /api/v1/tenders/<id>/own-keys {lot, part, identity} -> {own_key}
    refusals: status 4xx {error: code, cites, facts, words}

The inner statement is not sent apart: it lies in the ciphertext. What the server says about terms
and keys is not believed; `checking` takes them from signed statements.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from kernel.refusal import Refused, refuse
from signatures.sealed.judging import Signed
from signatures.sealed.release import Work

TIMEOUT_SECONDS = 60.0
_PIECE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Stamped:
    """A signed statement with the token that lies beside it, if there is one."""

    signed: Signed
    token: bytes | None


@dataclass(frozen=True, slots=True)
class Package:
    """What the server gives before a bid is sealed; nothing of it is believed unchecked."""

    origin: str
    tender: str
    committee: Stamped
    holders: tuple[Stamped, ...]
    possessions: tuple[Stamped, ...]
    notices: tuple[Stamped, ...]


class Server:
    """One session with a server."""

    def __init__(self, address: str, transport: httpx.BaseTransport | None = None) -> None:
        self._client = httpx.Client(base_url=address, timeout=TIMEOUT_SECONDS, transport=transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if "Authorization" in self._client.headers:
            self._client.delete("/api/v1/session")
        self._client.close()

    def log_in(self, account: str, password: str) -> None:
        """Begin a session: a bearer token goes with every request that follows."""
        body = {"account": account, "password": password}
        token = self._ask("POST", "/session", json=body)["token"]
        self._client.headers["Authorization"] = f"Bearer {token}"

    def package(self, tender: str) -> Package:
        """Committee, holders and notices of a tender."""
        return package_of(self.package_record(tender))

    def package_record(self, tender: str) -> dict[str, Any]:
        """The same as it came, to be kept in a file for a computer without a network."""
        found: dict[str, Any] = self._ask("GET", f"/tenders/{tender}/committee")
        return found

    def own_acts(self, tender: str) -> list[dict[str, Any]]:
        """The acts that this bidder sent before."""
        found: list[dict[str, Any]] = self._ask("GET", f"/tenders/{tender}/acts/mine")
        return found

    def put_blob(self, path: Path, digest: str) -> None:
        """Upload a ciphertext under its digest; sending it again does no harm."""
        name = digest.removeprefix("sha256:")
        headers = {"Content-Length": str(path.stat().st_size)}
        self._ask("PUT", f"/blobs/{name}", content=_pieces(path), headers=headers)

    def send_act(
        self, tender: str, act: Signed, boxes: Mapping[str, Sequence[bytes]]
    ) -> dict[str, Any]:
        """Send an act; a retry gets the stored receipt."""
        body = {
            "act": to_base64(act.statement),
            "cms": to_base64(act.cms),
            "boxes": {part: [to_base64(box) for box in each] for part, each in boxes.items()},
        }
        found: dict[str, Any] = self._ask("POST", f"/tenders/{tender}/acts", json=body)
        return found

    def work(self, tender: str, lot: str, part: str) -> tuple[Work, str]:
        """A holder's work for a lot and part, and the digest of the latest checkpoint."""
        query = {"lot": lot, "part": part}
        record = self._ask("GET", f"/tenders/{tender}/work", params=query)
        return work_of(record), str(record["checkpoint"])

    def send_release(self, tender: str, release: Signed) -> dict[str, Any]:
        """Send a holder's release."""
        body = {"release": to_base64(release.statement), "cms": to_base64(release.cms)}
        found: dict[str, Any] = self._ask("POST", f"/tenders/{tender}/releases", json=body)
        return found

    def own_places(self, tender: str) -> dict[str, Any]:
        """A holder's own places in a tender's committee, and the latest checkpoint."""
        found: dict[str, Any] = self._ask("GET", f"/tenders/{tender}/holder-keys")
        return found

    def register_keys(self, tender: str, signed: Sequence[Signed]) -> set[str]:
        """Send a holder's statements on keys and possession; digests of those that were new."""
        statements = [
            {"statement": to_base64(each.statement), "cms": to_base64(each.cms)} for each in signed
        ]
        path = f"/tenders/{tender}/holder-keys"
        found = self._ask("POST", path, json={"statements": statements})
        return {str(each["statement"]) for each in found["registered"]}

    def object_at_opening(
        self, tender: str, lot: str, words: str, *, receipt: Mapping[str, str] | None
    ) -> dict[str, Any]:
        """Object, with a receipt and its note as the server once gave them, if there is one."""
        body = {"lot": lot, "text": words, **(receipt or {})}
        found: dict[str, Any] = self._ask("POST", f"/tenders/{tender}/objections", json=body)
        return found

    def wanted_keys(self, tender: str, lot: str) -> tuple[bytes, list[str]]:
        """The closing as the server has it, and the parts whose key the bidder may give now."""
        record = self._ask("GET", f"/tenders/{tender}/own-keys", params={"lot": lot})
        return from_base64(record["closing"]), [str(each["part"]) for each in record["wanted"]]

    def give_own_key(self, tender: str, lot: str, part: str, identity: str) -> dict[str, Any]:
        """Give the identity of the bidder's own envelope."""
        body = {"lot": lot, "part": part, "identity": identity}
        found: dict[str, Any] = self._ask("POST", f"/tenders/{tender}/own-keys", json=body)
        return found

    def _ask(self, method: str, path: str, **given: Any) -> Any:
        answer = self._client.request(method, f"/api/v1{path}", **given)
        if answer.is_success:
            return answer.json()
        raise Refused(refuse("server_refused", **_facts(answer)))


def package_of(record: Mapping[str, Any]) -> Package:
    """A package from the server's record of it."""
    holders = record["holders"]
    return Package(
        origin=str(record["origin"]),
        tender=str(record["tender"]),
        committee=_stamped(record["committee"]),
        holders=tuple(_stamped(each["holder"]) for each in holders),
        possessions=tuple(_stamped(each["possession"]) for each in holders if each["possession"]),
        notices=tuple(_stamped(each["signed"]) for each in record["notices"]),
    )


def work_of(record: Mapping[str, Any]) -> Work:
    """A holder's work from the server's record of it."""
    return Work(
        closing=from_base64(record["closing"]),
        leaves=[from_base64(each) for each in record["leaves"]],
        acts={digest: _stamped(each).signed for digest, each in record["acts"].items()},
        boxes={digest: from_base64(each) for digest, each in record["boxes"].items()},
    )


def to_base64(raw: bytes) -> str:
    """Bytes as the API writes them."""
    return base64.b64encode(raw).decode("ascii")


def from_base64(written: str) -> bytes:
    """Bytes as the API reads them."""
    try:
        return base64.b64decode(written, validate=True)
    except ValueError as problem:
        raise Refused(refuse("answer_malformed")) from problem


def _stamped(record: Mapping[str, Any]) -> Stamped:
    signed = Signed(from_base64(record["statement"]), from_base64(record["cms"]))
    token = record.get("token")
    return Stamped(signed, from_base64(token) if token else None)


def _facts(answer: httpx.Response) -> dict[str, object]:
    try:
        body = answer.json()
    except ValueError:
        return {"status": answer.status_code}
    return {"status": answer.status_code, "error": body.get("error"), "said": body.get("facts")}


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as source:
        while piece := source.read(_PIECE_BYTES):
            yield piece
