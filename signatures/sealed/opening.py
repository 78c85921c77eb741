"""Opening: from shares to the identity, from the identity to the files, and whose fault if not.

No price is shown until every live bid of the lot is open or finally failed (SEALED_BID 6).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kernel import canonical
from kernel.refusal import Refusal, Refused, enforce, refuse
from signatures.sealed import judging, payload, points, shares, stream
from signatures.sealed.committee import Committee
from signatures.sealed.judging import Judgement, Signed, Verify
from signatures.sealed.payload import Opening, Sink
from signatures.sealed.release import LiveEnvelope, Release
from signatures.sealed.statements import Statement
from signatures.sealed.stream import Reader

CITE = "SEALED_BID 6"

# Whose doing it is that an envelope does not open; every other code is the bidder's, who sealed
# what the act says. The profile says what follows (revoked, withdrawn).
FAULTS = {
    "shares_missing": "holders",
    "ciphertext_missing": "operator",
    "ciphertext_differs": "operator",
}
_MAY_STILL_OPEN = frozenset({"shares_missing", "ciphertext_missing", "ciphertext_differs"})


@dataclass(frozen=True, slots=True)
class Opened:
    """An envelope that opened, signed inside by the bidder; its files went to the sink."""

    context: str
    identity: str = field(repr=False)
    inner: Signed = field(repr=False)
    openings: tuple[Opening, ...] = field(repr=False)
    signer: str
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Failed:
    """An envelope that did not open; `final` when nothing that may still come can open it."""

    context: str
    cause: Refusal
    final: bool

    @property
    def fault(self) -> str:
        """`bidder`, `holders` or `operator`."""
        return fault_of(self.cause.code)


def fault_of(code: str) -> str:
    """Whose doing a cause is: `bidder`, `holders` or `operator`."""
    return FAULTS.get(code, "bidder")


def counting_releases(
    releases: Iterable[Release], *, closing: str, threshold: int
) -> tuple[Release, ...]:
    """The releases that name this closing, if at least t holders do; none before that.

    Several acts of one holder count once for the threshold, and all of their shares are tried.
    """
    same = tuple(each for each in releases if each.closing == closing)
    return same if len({each.index for each in same}) >= threshold else ()


def valid_shares(live: LiveEnvelope, releases: Iterable[Release]) -> dict[int, str]:
    """The shares for an envelope that its commitments fix, by the holder's index."""
    found: dict[int, str] = {}
    for release in releases:
        share = release.shares.get(live.context)
        if share is not None and shares.share_valid(
            share, release.index, live.envelope["commitments"]
        ):
            found[release.index] = share
    return found


def recover_identity(
    live: LiveEnvelope, releases: Sequence[Release], *, closing: str, threshold: int
) -> str:
    """The envelope's identity from t valid shares; `shares_missing` while there are too few."""
    counted = counting_releases(releases, closing=closing, threshold=threshold)
    found = valid_shares(live, counted)
    if len(found) < threshold:
        raise Refused(refuse("shares_missing", CITE, shares=len(found), threshold=threshold))
    chosen = {index: found[index] for index in sorted(found)[:threshold]}
    return points.write_identity(shares.recover(chosen, live.envelope["recipient"]))


def open_envelope(
    live: LiveEnvelope,
    *,
    identity: str,
    ciphertext: Reader | None,
    committee: Committee,
    verify: Verify,
    sink: Sink,
    signers: Collection[str] = (),
) -> Opened | Failed:
    """Decrypt an envelope and check all that was promised about it, to the last byte.

    `identity` comes from `recover_identity`, or from the bidder's own file where holders fall
    short. `signers` are certificates that may sign for the bidder besides those of the firm: the
    act's signer and its `signers`. On `Failed` the caller throws away what the sink got.
    """
    try:
        if ciphertext is None:
            raise Refused(refuse("ciphertext_missing", CITE))
        return _opened(live, identity, ciphertext, committee, verify, sink, signers)
    except Refused as refused:
        cause = refused.refusal
        return Failed(live.context, cause, final=cause.code not in _MAY_STILL_OPEN)


def recover_and_open(
    live: LiveEnvelope,
    releases: Sequence[Release],
    *,
    closing: str,
    ciphertext: Reader | None,
    committee: Committee,
    verify: Verify,
    sink: Sink,
    signers: Collection[str] = (),
) -> Opened | Failed:
    """Open an envelope with the holders' shares."""
    try:
        identity = recover_identity(live, releases, closing=closing, threshold=committee.threshold)
    except Refused as refused:
        cause = refused.refusal
        return Failed(live.context, cause, final=cause.code not in _MAY_STILL_OPEN)
    return open_envelope(
        live,
        identity=identity,
        ciphertext=ciphertext,
        committee=committee,
        verify=verify,
        sink=sink,
        signers=signers,
    )


def read_out_refusal(
    live: Sequence[LiveEnvelope], outcomes: Mapping[str, Opened | Failed]
) -> Refusal | None:
    """Nothing is shown of a lot until every live envelope is open or finally failed."""
    waiting = [
        each.context
        for each in live
        if not isinstance(outcomes.get(each.context), Opened)
        and not _finally_failed(outcomes.get(each.context))
    ]
    if waiting:
        return refuse("lot_not_open", CITE, waiting=len(waiting), live=len(live))
    return None


def _finally_failed(outcome: Opened | Failed | None) -> bool:
    return isinstance(outcome, Failed) and outcome.final


def _opened(
    live: LiveEnvelope,
    written_identity: str,
    ciphertext: Reader,
    committee: Committee,
    verify: Verify,
    sink: Sink,
    signers: Collection[str],
) -> Opened:
    envelope, act = live.envelope, live.act
    identity = points.read_identity(written_identity)
    if points.recipient_of(identity) != envelope["recipient"]:
        raise Refused(refuse("identity_differs", CITE))
    source = _Hashing(ciphertext)
    try:
        read = payload.read_payload(stream.decrypt(source, identity), envelope["part"], sink)
    finally:
        # What the operator stored is told apart from what the bidder sealed, whichever shows first.
        enforce(source.refusal(envelope["ciphertext"], envelope["size"]))
    if canonical.digest(read.inner) != envelope["inner"]:
        raise Refused(refuse("inner_differs", CITE))
    enforce(_inner_refusal(read.statement, live, committee))
    judgement = verify(read.inner, read.cms)
    enforce(judging.signature_refusal(judgement, stale_allowed=True, cite=CITE))
    signer = judgement.signer
    assert signer is not None  # noqa: S101  # signature_refusal saw it
    if judgement.organization_identifier != act.bidder and signer.fingerprint not in signers:
        raise Refused(refuse("signer_not_of_bidder", CITE, signer=signer.fingerprint))
    return Opened(
        context=live.context,
        identity=written_identity,
        inner=Signed(read.inner, read.cms),
        openings=read.openings,
        signer=signer.fingerprint,
        judgement=judgement,
    )


def _inner_refusal(inner: Statement, live: LiveEnvelope, committee: Committee) -> Refusal | None:
    """The inner statement is for this very place: a copied envelope names another."""
    expected = {
        "origin": committee.origin,
        "tender": committee.tender,
        "lot": live.act.lot,
        "part": live.envelope["part"],
        "bidder": live.act.bidder,
        "recipient": live.envelope["recipient"],
    }
    for key, wanted in expected.items():
        if inner[key] != wanted:
            return refuse("inner_of_another", CITE, key=key)
    return None


class _Hashing:
    """A reader that also digests what passes through it."""

    def __init__(self, source: Reader) -> None:
        self._source = source
        self._seen = hashlib.sha256()
        self._size = 0

    def read(self, size: int = -1, /) -> bytes:
        """Read on."""
        data = self._source.read(size)
        self._seen.update(data)
        self._size += len(data)
        return data

    def refusal(self, digest: str, size: int) -> Refusal | None:
        """Whether the whole source is the blob that the act names; reads what was left unread."""
        while self.read(stream.CHUNK_BYTES):
            pass
        if f"sha256:{self._seen.hexdigest()}" != digest or self._size != size:
            return refuse("ciphertext_differs", CITE, ciphertext=digest)
        return None
