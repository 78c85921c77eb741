"""What the tool checks before it seals or decrypts, against the person's own trust anchors.

Otherwise one bidder can be shown a committee of the operator's (SEALED_BID 3.0).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kernel import canonical
from kernel.clock import parse_instant
from kernel.refusal import Refusal, Refused, enforce, refuse
from signatures import timestamps
from signatures.sealed import judging, statements
from signatures.sealed.committee import Committee, read_committee
from signatures.sealed.judging import Verify
from signatures.sealed.release import Terms
from signatures.sealed.statements import STATEMENT_BYTES_MAX, read_canonical
from signatures.sealed.with_cms import cms_verifier
from signatures.tool.public_log import PublicLog
from signatures.tool.server import Package
from signatures.trust import Trust

CITE = "SEALED_BID 3.0"
_PUBLISHED, _AMENDED, _CLOSED = "tender.publish", "tender.amend", "tender.close"


@dataclass(frozen=True, slots=True)
class CheckedTender:
    """A tender whose committee and notices were checked; its terms come from the signed notices."""

    committee: Committee
    notices: tuple[str, ...]
    last_notice: Mapping[str, Any]
    logged: bool

    @property
    def closes_at(self) -> datetime:
        """When the last notice says that it closes."""
        return parse_instant(self.last_notice["closes_at"])

    @property
    def currency(self) -> str:
        """The currency of the last notice."""
        return str(self.last_notice["currency"])

    @property
    def lots(self) -> tuple[str, ...]:
        """The lots of the last notice."""
        return tuple(str(lot["lot"]) for lot in self.last_notice["lots"])


def check_package(
    package: Package, trust: Trust, now: datetime, log: PublicLog | None = None
) -> CheckedTender:
    """Everything of section 3.0: officer, holders, rules, the chain of notices, the public log."""
    verify = cms_verifier(trust, now, _tokens(package))
    notices = _read_notices(package, verify)
    last = notices[-1]
    committee = read_committee(
        package.committee.signed,
        [each.signed for each in package.holders],
        origin=package.origin,
        tender=package.tender,
        verify=verify,
        buyer=last["buyer"],
    )
    for notice in notices:
        if notice["committee"] != committee.digest:
            raise Refused(refuse("notice_names_another_committee", CITE))
        if notice["fingerprint"] != committee.fingerprint:
            raise Refused(refuse("notice_prints_another_fingerprint", CITE))
    _check_possessions(package, committee, verify)
    digests = tuple(canonical.digest(each.signed.statement) for each in package.notices)
    if log is not None:
        enforce(_logged_refusal(log, package.origin, package.tender, committee, digests))
    return CheckedTender(committee, digests, last, logged=log is not None)


def terms_of(checked: CheckedTender, *, evidence: Evidence, closing_known: str | None) -> Terms:
    """What a holder's client holds the work against."""
    last = checked.last_notice
    return Terms(
        committee=checked.committee,
        notices=checked.notices,
        closes_at=checked.closes_at,
        objection_minutes=last["objection_minutes"],
        bids_min=last["live_bids_min"],
        anchored=evidence.refusal,
        closing_known=closing_known,
    )


@dataclass(frozen=True, slots=True)
class Evidence:
    """What shows that a closing was fixed outside the operator's house.

    Either the public log holds it under the checkpoint that a witness signed, or an outside
    authority's token is over it. `waived` is the holder's own word that there is neither
    (SEALED_BID 7).
    """

    trust: Trust
    now: datetime
    tender: str
    log: PublicLog | None = None
    token: bytes | None = None
    waived: bool = False

    def refusal(self, closing: bytes) -> Refusal | None:
        """Why the closing rests on nobody's word but the operator's, if it does."""
        if self.log is not None and not self._in_log(self.log, closing):
            return refuse("closing_not_in_log", "SEALED_BID 6")
        witnessed = self.log is not None and bool(self.log.witnesses)
        if witnessed or self.waived or self._stamped_outside(closing):
            return None
        return refuse("closing_without_outside_evidence", "SEALED_BID 6")

    def _in_log(self, log: PublicLog, closing: bytes) -> bool:
        found = [each.get("body.closing") for each in log.entries(_CLOSED, self.tender)]
        return found == [canonical.digest(closing)]

    def _stamped_outside(self, closing: bytes) -> bool:
        if self.token is None:
            return False
        imprint = bytes.fromhex(canonical.digest(closing).removeprefix("sha256:"))
        verdict = timestamps.verify_token(self.token, imprint, self.trust, self.now)
        return verdict.passed and verdict.outside


def _read_notices(package: Package, verify: Verify) -> list[dict[str, Any]]:
    """The chain of notices: each names its predecessor, all by officers of one organisation."""
    found: list[dict[str, Any]] = []
    previous: str | None = None
    for number, each in enumerate(package.notices, 1):
        notice = _read_notice(each.signed.statement)
        said = (notice["origin"], notice["tender"], notice["number"], notice["previous"])
        if said != (package.origin, package.tender, number, previous):
            raise Refused(refuse("notice_chain_broken", CITE, number=number))
        judgement = verify(each.signed.statement, each.signed.cms)
        enforce(judging.signature_refusal(judgement, stale_allowed=False, cite=CITE))
        if judgement.organization_identifier is None:
            raise Refused(refuse("notice_of_no_organisation", CITE, number=number))
        previous = canonical.digest(each.signed.statement)
        found.append(notice)
    if not found:
        raise Refused(refuse("notice_missing", CITE))
    return found


def _read_notice(raw: bytes) -> dict[str, Any]:
    """A notice is the buyer's statement; the tool reads of it what sealing depends on."""
    notice = read_canonical(raw, STATEMENT_BYTES_MAX)
    read = {
        "origin": statements.ORIGIN,
        "tender": statements.IDENTIFIER,
        "number": statements.SIZE,
        "previous": statements.nullable(statements.DIGEST),
        "buyer": statements.IDENTIFIER,
        "closes_at": statements.INSTANT,
        "currency": statements.text_of("[A-Z]{3}"),
        "committee": statements.DIGEST,
        "fingerprint": statements.text_of(r"[0-9a-f]{4}( [0-9a-f]{4}){15}"),
        "live_bids_min": statements.SIZE,
        "objection_minutes": statements.SIZE,
    }
    if not isinstance(notice, dict) or notice.get("type") != statements.type_name("notice"):
        raise Refused(refuse("statement_type", "SEALED_BID 1", expected="notice"))
    for key, kind in read.items():
        if not kind(notice.get(key, "")):
            raise Refused(refuse("statement_value", "SEALED_BID 1", statement="notice", key=key))
    return notice


def _check_possessions(package: Package, committee: Committee, verify: Verify) -> None:
    for each in package.possessions:
        said = statements.read(
            each.signed.statement, "possession", origin=package.origin, tender=package.tender
        )
        listed = dict(enumerate(committee.recipients(said["part"]), 1)).get(said["index"])
        judgement = verify(each.signed.statement, each.signed.cms)
        enforce(judging.signature_refusal(judgement, stale_allowed=False, cite="SEALED_BID 2"))
        holder = committee.holders[said["index"] - 1] if listed else None
        signer = judgement.signer
        if holder is None or signer is None or signer.fingerprint != holder.certificate:
            raise Refused(refuse("possession_of_another", "SEALED_BID 2", index=said["index"]))
        if said["recipient"] != listed:
            raise Refused(refuse("possession_of_another", "SEALED_BID 2", index=said["index"]))


def _logged_refusal(
    log: PublicLog, origin: str, tender: str, committee: Committee, notices: tuple[str, ...]
) -> Refusal | None:
    """Notice and committee stand in the public log, and no other does for this tender."""
    if log.origin != origin:
        return refuse("log_of_another_installation", CITE, origin=log.origin)
    published = list(log.entries(_PUBLISHED, tender))
    amended = list(log.entries(_AMENDED, tender))
    if tuple(each.get("body.notice") for each in (*published, *amended)) != notices:
        return refuse("notices_not_in_log", CITE)
    if [each.get("body.committee") for each in published] != [committee.digest]:
        return refuse("committee_not_in_log", CITE)
    return None


def _tokens(package: Package) -> dict[str, bytes]:
    stamped = (package.committee, *package.holders, *package.possessions, *package.notices)
    return {
        canonical.digest(each.signed.statement): each.token
        for each in stamped
        if each.token is not None
    }
