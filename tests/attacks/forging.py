"""Bids as a dishonest bidder's own program makes them: any part can be bent before it is signed."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.rehearsal.cast import Player
from app.rehearsal.play import Play
from bidding.envelopes import queries as envelopes
from bidding.envelopes.examining import Submission
from kernel import canonical
from kernel.money import Money
from procurement.tenders import queries as tenders
from signatures.sealed import bids, boxes, payload, points, shares, statements, stream
from signatures.sealed.committee import Committee, make_identity
from signatures.sealed.judging import Signed
from signatures.sealed.payload import Attachment
from signatures.sealed.points import GROUP_ORDER
from signatures.sealed.readout import FILE_NAME, ReadOut

PRICE = Money.parse("980000.00", "CNY")
CLIENT = canonical.digest(b"a client of his own making")

Bytes = Callable[[bytes], bytes]


def unchanged(raw: bytes) -> bytes:
    """Leave it as it is."""
    return raw


@dataclass
class Forger:
    """A bidder who makes one part of his bid with care; every step can be bent.

    `secret` takes the place of the identity's scalar, `plain` alters the payload before it is
    encrypted, `ciphertext` what is uploaded, `share` and `box` what a holder gets, `entry` what the
    act says.
    """

    play: Play
    bidder: Player
    part: str = "price"
    lot: str | None = None
    files: Mapping[str, bytes] = field(default_factory=lambda: {FILE_NAME: ReadOut(PRICE).encode()})
    inner: Callable[[dict[str, Any]], object] = lambda _stated: None
    plain: Bytes = unchanged
    ciphertext: Bytes = unchanged
    secret: int | None = None
    share: Callable[[int, str], str] = lambda _index, share: share
    box: Callable[[int, bytes], bytes] = lambda _index, box: box
    entry: Callable[[dict[str, Any]], object] = lambda _entry: None

    @property
    def committee(self) -> Committee:
        """The committee that everybody knows."""
        return committee_of(self.play)

    @property
    def where(self) -> str:
        """The lot that the bid is for."""
        return self.lot or self.play.lots[0]

    def envelope(self) -> tuple[dict[str, Any], tuple[bytes, ...]]:
        """The entry of the act and the boxes."""
        identity = make_identity(os.urandom)
        recipient = points.recipient_of(identity)
        if self.secret is None:
            dealt = shares.deal(
                identity, self.committee.threshold, len(self.committee.holders), os.urandom
            )
        else:
            dealt = deal_scalar(self.secret, self.committee)
            recipient = points.write_recipient(
                points.montgomery(bytes.fromhex(dealt.commitments[0]))
            )
        inner, plain = self._payload(recipient)
        out = io.BytesIO()
        stream.encrypt([self.plain(plain)], recipient, out, os.urandom)
        uploaded = self.ciphertext(out.getvalue())
        entry: dict[str, Any] = {
            "part": self.part,
            "ciphertext": self.play.installation.blobs.put(uploaded),
            "size": len(uploaded),
            "recipient": recipient,
            "commitments": list(dealt.commitments),
            "inner": canonical.digest(inner),
        }
        self.entry(entry)
        made = self._boxes(entry, dealt.shares)
        return entry | {"boxes": [canonical.digest(each) for each in made]}, made

    def _payload(self, recipient: str) -> tuple[bytes, bytes]:
        files = [Attachment.of_bytes(name, data) for name, data in sorted(self.files.items())]
        openings = payload.make_openings(files, os.urandom)
        stated: dict[str, Any] = {
            "type": statements.type_name("inner"),
            "origin": self.committee.origin,
            "tender": self.committee.tender,
            "lot": self.where,
            "part": self.part,
            "bidder": self.bidder.firm.identifier,
            "recipient": recipient,
            "files": [payload.commit(each) for each in openings],
        }
        self.inner(stated)
        inner = canonical.encode(stated)
        written = payload.write_payload(
            part=self.part,
            inner=inner,
            cms=self.bidder.signs(inner),
            openings=openings,
            files=files,
        )
        return inner, b"".join(written)

    def _boxes(self, entry: dict[str, Any], dealt: Sequence[str]) -> tuple[bytes, ...]:
        context = boxes.context_of(
            self.committee, lot=self.where, bidder=self.bidder.firm.identifier, envelope=entry
        )
        made = []
        recipients = self.committee.recipients(self.part)
        for index, (share, key) in enumerate(zip(dealt, recipients, strict=True), 1):
            box = boxes.seal_box(
                origin=self.committee.origin,
                context=context,
                index=index,
                share=self.share(index, share),
                recipient=key,
                random=os.urandom,
            )
            made.append(self.box(index, box))
        return tuple(made)


def bid(play: Play, bidder: Player, *, lot: str | None = None, **bent: Any) -> Submission:
    """A bid whose price part is bent as `Forger` says, and whose technical part is good."""
    made = {
        "technical": Forger(
            play, bidder, "technical", lot, {"offer.json": b'{"offer":"as specified"}'}
        ).envelope(),
        "price": Forger(play, bidder, "price", lot, **bent).envelope(),
    }
    return submission(
        play,
        bidder,
        [entry for entry, _ in made.values()],
        {part: given for part, (_, given) in made.items()},
        lot=lot,
    )


def submission(
    play: Play,
    bidder: Player,
    entries: Sequence[Mapping[str, Any]],
    given: Mapping[str, tuple[bytes, ...]],
    *,
    lot: str | None = None,
    signer: Player | None = None,
    change: Callable[[dict[str, Any]], object] = lambda _stated: None,
) -> Submission:
    """The act over these envelopes, signed; `change` alters it before it is signed."""
    lot = lot or play.lots[0]
    with play.installation.journal.read() as work:
        before = envelopes.acts_of_bidder(work.session, lot, bidder.firm.identifier)
        notice = tenders.last_notice(work.session, play.tender).digest
    stated: dict[str, Any] = {
        "type": statements.type_name("bid"),
        "origin": play.installation.journal.origin,
        "tender": play.tender,
        "lot": lot,
        "bidder": bidder.firm.identifier,
        "seq": len(before) + 1,
        "prev": before[-1].digest if before else None,
        "notice": notice,
        "committee": committee_of(play).digest,
        "client": CLIENT,
        "signers": [bidder.signer.certificate.fingerprint],
        "envelopes": [dict(each) for each in entries],
    }
    change(stated)
    act = canonical.encode(stated)
    return Submission(
        play.tender, lot, "bid", Signed(act, (signer or bidder).signs(act)), dict(given)
    )


def withdrawal(
    play: Play,
    bidder: Player,
    *,
    signer: Player | None = None,
    change: Callable[[dict[str, Any]], object] = lambda _stated: None,
) -> Submission:
    """The withdrawal of what this bidder has sent, signed by whom you like."""
    with play.installation.journal.read() as work:
        before = envelopes.acts_of_bidder(work.session, play.lots[0], bidder.firm.identifier)
    act = bids.withdrawal_act(
        origin=play.installation.journal.origin,
        tender=play.tender,
        lot=play.lots[0],
        bidder=bidder.firm.identifier,
        seq=len(before) + 1,
        prev=before[-1].digest,
    )
    stated: Any = canonical.decode(act)
    change(stated)
    act = canonical.encode(stated)
    signed = Signed(act, (signer or bidder).signs(act))
    return Submission(play.tender, play.lots[0], "withdrawal", signed)


def committee_of(play: Play) -> Committee:
    """The committee of the tender."""
    with play.installation.journal.read() as work:
        tender = tenders.tender(work.session, play.tender)
        return play.installation.examiner.committee(work.session, tender)


def deal_scalar(secret: int, committee: Committee) -> shares.Deal:
    """Deal any scalar, which honest sealing does only for the scalar of a clamped identity."""
    coefficients = [secret] + [
        int.from_bytes(os.urandom(64), "little") % GROUP_ORDER
        for _ in range(committee.threshold - 1)
    ]

    def value(at: int) -> int:
        return sum(each * at**power for power, each in enumerate(coefficients)) % GROUP_ORDER

    return shares.Deal(
        commitments=tuple(points.multiply_base(each).hex() for each in coefficients),
        shares=tuple(
            shares.write_scalar(value(index)) for index in range(1, len(committee.holders) + 1)
        ),
    )


def scalar_without_clamped_form() -> int:
    """A scalar s for which no s + kq and no q - s + kq is a clamped X25519 identity.

    Between 2^254 and 2^255 each sign has four such forms, and together they meet every residue
    modulo 8 but one: only small multiples of eight, and their negatives, have none.
    """
    value = 8 * int.from_bytes(os.urandom(12), "little")
    assert not any(
        points.is_clamped(form.to_bytes(32, "little"))
        for start in (value, GROUP_ORDER - value)
        for form in range(start, 2**255, GROUP_ORDER)
    )
    return value
