"""The key holders of a tender: their keys, their statements, and the rules they must keep.

No key of the tender exists anywhere: n people each hold one key for each part, and t of them
together open a bid (SEALED_BID 2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kernel import canonical
from kernel.clock import instant
from kernel.refusal import Refusal, Refused, enforce, refuse
from signatures.sealed import judging, points, statements
from signatures.sealed.header import Randomness, open_header, write_header
from signatures.sealed.judging import Signed, Verify
from signatures.sealed.statements import HOLDERS_MAX, PARTS

CITE = "SEALED_BID 2"


@dataclass(frozen=True, slots=True)
class Holder:
    """One key holder: a person's certificate, and for each part a key and the statement of it."""

    index: int
    certificate: str
    person: str
    organization: str | None
    recipients: Mapping[str, str]
    statements: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Committee:
    """A committee whose signatures and rules were checked; indices are 1…n in order."""

    origin: str
    tender: str
    digest: str
    threshold: int
    holders: tuple[Holder, ...]
    officer: str
    officer_organization: str | None

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts that a bid in this tender has."""
        return tuple(part for part in PARTS if part in self.holders[0].recipients)

    @property
    def fingerprint(self) -> str:
        """The digest in groups of four, as the notice prints it and a person compares it."""
        return fingerprint_of(self.digest)

    def recipients(self, part: str) -> tuple[str, ...]:
        """The holders' keys for a part, in the order of their indices."""
        return tuple(holder.recipients[part] for holder in self.holders)

    def statements(self, part: str) -> tuple[str, ...]:
        """The digests of the holders' statements for a part, in the order of their indices."""
        return tuple(holder.statements[part] for holder in self.holders)


def fingerprint_of(digest: str) -> str:
    """64 hex digits in 16 groups: short forms would let somebody search for a look-alike."""
    hexadecimal = digest.removeprefix("sha256:")
    return " ".join(hexadecimal[at : at + 4] for at in range(0, 64, 4))


def make_identity(random: Randomness) -> bytes:
    """A fresh age X25519 identity; clamped, so that its scalar can be dealt and found again."""
    return points.clamped(random(32))


def holder_statement(
    *, origin: str, tender: str, part: str, index: int, identity: bytes, made_at: datetime
) -> bytes:
    """What a holder signs about the key for one part."""
    return statements.encode(
        "holder",
        origin=origin,
        tender=tender,
        part=part,
        index=index,
        recipient=points.recipient_of(identity),
        made_at=instant(made_at),
    )


def committee_statement(
    *, origin: str, tender: str, threshold: int, holders: Sequence[bytes]
) -> bytes:
    """What the officer signs: the holders' statements by digest, part after part, by index."""
    ordered = sorted(holders, key=_place)
    return statements.encode(
        "committee",
        origin=origin,
        tender=tender,
        threshold=threshold,
        holders=[canonical.digest(each) for each in ordered],
    )


def possession_statement(
    *, origin: str, tender: str, part: str, index: int, identity: bytes, checkpoint: str
) -> bytes:
    """What a holder signs after the client opened a box that it made itself.

    The box comes from here and not from the server: a "test box" of the server's would be a
    decryption oracle before the closing (SEALED_BID 2).
    """
    recipient = points.recipient_of(identity)
    secret = bytes(range(16))
    box = write_header(points.read_recipient(recipient), secret, _ephemeral_for_self_test)
    if open_header(box, identity) != secret:
        raise Refused(refuse("possession_not_shown", CITE, part=part, index=index))
    return statements.encode(
        "possession",
        origin=origin,
        tender=tender,
        part=part,
        index=index,
        recipient=recipient,
        checkpoint=checkpoint,
    )


def destruction_statement(
    *, origin: str, tender: str, part: str, index: int, recipient: str, destroyed_at: datetime
) -> bytes:
    """What a holder signs when the key for a part is destroyed, after the challenge period."""
    return statements.encode(
        "destruction",
        origin=origin,
        tender=tender,
        part=part,
        index=index,
        recipient=recipient,
        destroyed_at=instant(destroyed_at),
    )


def read_committee(
    committee: Signed,
    holders: Sequence[Signed],
    *,
    origin: str,
    tender: str,
    verify: Verify,
    buyer: str | None = None,
) -> Committee:
    """The committee in these signed statements, if it keeps every rule; refused otherwise.

    `buyer` is the buyer's registered identifier; left out, it is that of the officer's certificate.
    """
    statement = statements.read(committee.statement, "committee", origin=origin, tender=tender)
    officer = verify(committee.statement, committee.cms)
    enforce(judging.signature_refusal(officer, stale_allowed=False, cite=CITE))
    signer = officer.signer
    assert signer is not None  # noqa: S101  # signature_refusal saw it
    found = [_read_holder(each, origin, tender, verify) for each in holders]
    if [canonical.digest(each.statement) for each in holders] != statement["holders"]:
        raise Refused(refuse("committee_holders_differ", CITE))
    joined = _joined(found)
    read = Committee(
        origin=origin,
        tender=tender,
        digest=canonical.digest(committee.statement),
        threshold=statement["threshold"],
        holders=joined,
        officer=signer.fingerprint,
        officer_organization=officer.organization_identifier,
    )
    enforce(committee_refusal(read, buyer=buyer or officer.organization_identifier))
    return read


def committee_refusal(committee: Committee, *, buyer: str | None) -> Refusal | None:
    """The rules of section 2 that look at all holders together."""
    holders = committee.holders
    if not 2 <= committee.threshold <= len(holders) <= HOLDERS_MAX:
        return refuse(
            "committee_threshold", CITE, threshold=committee.threshold, holders=len(holders)
        )
    if len({each.certificate for each in holders}) != len(holders):
        return refuse("committee_certificates", CITE)
    if len({each.person for each in holders}) != len(holders):
        return refuse("committee_persons", CITE)
    keys = [points.read_recipient(key) for each in holders for key in each.recipients.values()]
    if len(set(keys)) != len(keys):  # compared after decoding: two spellings are one key
        return refuse("committee_keys", CITE)
    if buyer is None:
        return refuse("committee_buyer_unknown", CITE)
    if all(each.organization in (None, buyer) for each in holders):
        return refuse("committee_outsider", CITE, buyer=buyer)
    return None


def _read_holder(signed: Signed, origin: str, tender: str, verify: Verify) -> Holder:
    statement = statements.read(signed.statement, "holder", origin=origin, tender=tender)
    points.read_recipient(statement["recipient"])
    judgement = verify(signed.statement, signed.cms)
    enforce(judging.signature_refusal(judgement, stale_allowed=False, cite=CITE))
    signer = judgement.signer
    assert signer is not None  # noqa: S101  # signature_refusal saw it
    return Holder(
        index=statement["index"],
        certificate=signer.fingerprint,
        person=signer.person_serial_number or signer.common_name or signer.fingerprint,
        organization=judgement.organization_identifier,
        recipients={statement["part"]: statement["recipient"]},
        statements={statement["part"]: canonical.digest(signed.statement)},
    )


def _joined(found: Sequence[Holder]) -> tuple[Holder, ...]:
    """One holder per index from one statement per part and index, in the one order allowed."""
    parts = [part for part in PARTS if any(part in each.recipients for each in found)]
    count = len(found) // max(1, len(parts))
    places = [(*each.recipients, each.index) for each in found]
    if places != [(part, index) for part in parts for index in range(1, count + 1)]:
        raise Refused(refuse("committee_indices", CITE))
    joined = []
    for index in range(1, count + 1):
        first, *others = [each for each in found if each.index == index]
        if any(each.certificate != first.certificate for each in others):
            raise Refused(refuse("committee_certificates", CITE, index=index))
        mine = (first, *others)
        joined.append(
            Holder(
                index=index,
                certificate=first.certificate,
                person=first.person,
                organization=first.organization,
                recipients={part: key for each in mine for part, key in each.recipients.items()},
                statements={part: key for each in mine for part, key in each.statements.items()},
            )
        )
    return tuple(joined)


def _place(statement: bytes) -> tuple[int, int]:
    read = statements.read(statement, "holder")
    return PARTS.index(read["part"]), read["index"]


def _ephemeral_for_self_test(size: int) -> bytes:
    """No randomness is needed to learn whether one holds a key: the box is thrown away."""
    return bytes(range(1, size + 1))
