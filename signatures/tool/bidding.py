"""What a bidder does with the tool: seal, withdraw, submit, check the receipt."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from kernel import canonical
from kernel.refusal import Refused, refuse
from signatures import cms, notes
from signatures.files import make_private_folder
from signatures.notes import NoteProblem, VerifierKey
from signatures.sealed import bids, points, receipts
from signatures.sealed.bids import SealedEnvelope
from signatures.sealed.chains import Act
from signatures.sealed.judging import Signed
from signatures.sealed.payload import Attachment
from signatures.sealed.readout import FILE_NAME, ReadOut
from signatures.sealed.readout import read as read_readout
from signatures.sealed.release import Terms, closing_of, time_refusal
from signatures.sealed.statements import Statement
from signatures.sealed.with_cms import cms_signing
from signatures.signers import Signer
from signatures.tool import folder, keyfiles
from signatures.tool.checking import CheckedTender
from signatures.tool.server import Server, from_base64
from signatures.trust import Trust

CITE = "SEALED_BID 3"
READ_OUT_PART = "price"


def client_build() -> str:
    """The digest of this client: of the sources of the sealed-bid library and of the tool."""
    root = Path(__file__).parents[1]
    seen = hashlib.sha256()
    for path in sorted((*root.glob("sealed/*"), *root.glob("tool/*"))):
        if path.suffix in (".py", ".json"):
            name = path.relative_to(root).as_posix()
            seen.update(f"{name}\n{canonical.digest(path.read_bytes())}\n".encode())
    return f"sha256:{seen.hexdigest()}"


def enforce_fingerprint(checked: CheckedTender, printed: str) -> None:
    """The fingerprint that a person read off the notice is the committee's."""
    if "".join(printed.split()).lower() != "".join(checked.committee.fingerprint.split()):
        raise Refused(refuse("fingerprint_differs", "SEALED_BID 3.0"))


def seal(
    checked: CheckedTender,
    *,
    lot: str,
    bidder: str,
    files: Mapping[str, Path | None],
    before: Act | None,
    signer: Signer,
    passphrase: str,
    out: Path,
    said: ReadOut | None = None,
) -> str:
    """Seal every part of a lot into a folder; the digest of the act that is ready to be sent.

    What will be read out is `said`, or the bidder's own `readout.json` in the files of the price.
    """
    keyfiles.check_passphrase(passphrase)
    _check_place(checked, lot, bidder, before)
    if said is not None:
        read_readout(said.encode(), currency=checked.currency)
    given = {
        part: _attachments(part, files.get(part), said if part == READ_OUT_PART else None)
        for part in checked.committee.parts
    }
    _check_read_out(files.get(READ_OUT_PART), said, checked.currency)
    make_private_folder(out)
    sign = cms_signing(signer)
    envelopes = [
        _seal_part(checked, lot, part, bidder, attachments, signer, out)
        for part, attachments in given.items()
    ]
    statement = bids.bid_act(
        checked.committee,
        lot=lot,
        bidder=bidder,
        seq=before.seq + 1 if before else 1,
        prev=before.digest if before else None,
        notice=checked.notices[-1],
        client=client_build(),
        signers=[signer.certificate.fingerprint],
        envelopes=[each.entry for each in envelopes],
    )
    act = canonical.digest(statement)
    keyfiles.write_bid_secrets(
        out / "secrets.age",
        passphrase,
        act=act,
        identities={each.part: each.identity for each in envelopes},
    )
    folder.write_act(out, Signed(statement, sign(statement)), envelopes)
    return act


def withdraw(last: Act, signer: Signer, out: Path) -> str:
    """The withdrawal of what a bidder has sent, in a folder of its own."""
    statement = bids.withdrawal_act(
        origin=last.statement["origin"],
        tender=last.statement["tender"],
        lot=last.lot,
        bidder=last.bidder,
        seq=last.seq + 1,
        prev=last.digest,
    )
    make_private_folder(out)
    folder.write_act(out, Signed(statement, cms.sign_statement(statement, signer)))
    return canonical.digest(statement)


def submit(server: Server, bid: Path) -> dict[str, Any]:
    """Upload what the act names, send the act, keep the receipt once it is seen to be its own."""
    signed, act = folder.read_act(bid)
    tender = str(act.statement["tender"])
    for envelope in act.statement.get("envelopes", ()):
        path = folder.ciphertext_path(bid, envelope["part"])
        if path.stat().st_size != envelope["size"]:
            raise Refused(refuse("ciphertext_size", CITE, part=envelope["part"]))
        server.put_blob(path, envelope["ciphertext"])
    answer = server.send_act(tender, signed, folder.read_boxes(bid))
    _receipt_of(answer, act)
    folder.write_receipt(bid, answer)
    return answer


def fetch_held(server: Server, bid: Path) -> bool:
    """Write `held.json`, which `journal.verify` reads; whether it has the path to the closed root.

    The receipt in it must be the one that was kept: a server that shows another is refused.
    """
    _, act = folder.read_act(bid)
    kept = from_base64(folder.read_receipt(bid)["receipt"]).decode()
    for own in server.own_acts(str(act.statement["tender"])):
        if own["act"] == act.digest:
            if own["held"]["receipt"] != kept:
                raise Refused(refuse("receipt_changed", "SEALED_BID 4"))
            folder.write_held(bid, own["held"])
            return "proof" in own["held"]
    raise Refused(refuse("act_missing", "SEALED_BID 4", act=act.digest))


def objects(server: Server, bid: Path, words: str, *, with_receipt: bool = True) -> dict[str, Any]:
    """Object at the opening; the receipt in the folder proves a dropped bid (SEALED_BID 6)."""
    _, act = folder.read_act(bid)
    kept = None
    if with_receipt:
        answer = folder.read_receipt(bid)
        _receipt_of(answer, act)
        kept = {name: str(answer[name]) for name in ("receipt", "note")}
    return server.object_at_opening(str(act.statement["tender"]), act.lot, words, receipt=kept)


def give_own_keys(
    server: Server, bid: Path, passphrase: str, *, terms: Terms, now: datetime
) -> list[str]:
    """Give the keys of the own envelopes that the holders do not open; the parts given.

    The server's word that a key is wanted is not enough: asked for before the closing, it would be
    a way to read the bid early. So the own clock, the signed notices and the closing are asked.
    """
    _, act = folder.read_act(bid)
    known = terms.committee
    if (act.statement["origin"], act.statement["tender"]) != (known.origin, known.tender):
        raise Refused(refuse("act_of_another_tender", CITE, act=act.digest))
    refusal = time_refusal(terms, now)
    if refusal is not None:
        raise Refused(refusal)
    closing, wanted = server.wanted_keys(known.tender, act.lot)
    closing_of(closing, terms)
    if not wanted:
        raise Refused(refuse("own_key_not_needed", "SEALED_BID 6", lot=act.lot))
    identities = keyfiles.read_bid_secrets(bid / "secrets.age", passphrase)
    for part in wanted:
        _check_own(act, part, identities)
    for part in wanted:
        server.give_own_key(known.tender, act.lot, part, identities[part])
    return wanted


def _check_own(act: Act, part: str, identities: Mapping[str, str]) -> None:
    """The key in the file is the one of the envelope that the act names, and of no other bid."""
    envelope = act.envelope(part)
    identity = identities.get(part)
    if (
        envelope is None
        or identity is None
        or points.recipient_of(points.read_identity(identity)) != envelope["recipient"]
    ):
        raise Refused(refuse("identity_differs", "SEALED_BID 6", part=part))


def check_receipt(bid: Path, key: VerifierKey, trust: Trust | None, now: datetime) -> Statement:
    """The receipt in a folder: for this act, under the receipt key and, by `trust`, the seal."""
    signed, act = folder.read_act(bid)
    answer = folder.read_receipt(bid)
    said = _receipt_of(answer, act)
    raw = from_base64(answer["receipt"])
    value = canonical.digest(cms.statement_signature(signed.cms))
    if said["signature"] != value:
        raise Refused(refuse("receipt_not_of_act", "SEALED_BID 4", act=act.digest))
    try:
        text = notes.verify(answer["note"].encode(), [key])
    except NoteProblem as problem:
        raise Refused(refuse("receipt_note_wrong", "SEALED_BID 4", problem=str(problem))) from None
    if text != receipts.note_text(raw):
        raise Refused(refuse("receipt_note_wrong", "SEALED_BID 4"))
    if trust is not None:
        verdict = cms.verify_document(raw, from_base64(answer["seal"]), trust, now)
        if not verdict.passed:
            raise Refused(refuse("receipt_seal_wrong", "SEALED_BID 4", found=verdict.code))
    return said


def _receipt_of(answer: Mapping[str, Any], act: Act) -> Statement:
    said = receipts.read_receipt(from_base64(answer["receipt"]))
    refusal = receipts.receipt_refusal(said, act)
    if refusal is not None:
        raise Refused(refusal)
    return said


def _check_place(checked: CheckedTender, lot: str, bidder: str, before: Act | None) -> None:
    known = checked.committee
    if lot not in checked.lots:
        raise Refused(refuse("lot_unknown", CITE, lot=lot))
    if before is None:
        return
    said = (before.statement["origin"], before.statement["tender"], before.lot, before.bidder)
    if said != (known.origin, known.tender, lot, bidder):
        raise Refused(refuse("act_before_of_another", CITE, act=before.digest))


def _attachments(part: str, files: Path | None, said: ReadOut | None) -> list[Attachment]:
    if files is None and said is None:
        raise Refused(refuse("part_missing", CITE, part=part))
    paths = sorted(path for path in files.iterdir() if path.is_file()) if files else []
    found = [Attachment.of_path(path.name, path) for path in paths]
    return found if said is None else [*found, Attachment.of_bytes(FILE_NAME, said.encode())]


def _check_read_out(files: Path | None, said: ReadOut | None, currency: str) -> None:
    """Refuse here what the opening would have to refuse, when nobody can mend it any more."""
    own = files / FILE_NAME if files else None
    if own is None or not own.is_file():
        if said is None:
            raise Refused(refuse("readout_missing", "SEALED_BID 3.2", file=FILE_NAME))
        return
    if said is not None:
        raise Refused(refuse("readout_given_twice", "SEALED_BID 3.2", file=FILE_NAME))
    read_readout(own.read_bytes(), currency=currency)


def _seal_part(
    checked: CheckedTender,
    lot: str,
    part: str,
    bidder: str,
    files: list[Attachment],
    signer: Signer,
    out: Path,
) -> SealedEnvelope:
    with folder.ciphertext_path(out, part).open("xb") as target:
        return bids.seal_envelope(
            checked.committee,
            lot=lot,
            part=part,
            bidder=bidder,
            files=files,
            sign=cms_signing(signer),
            out=target,
        )
