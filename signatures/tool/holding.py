"""What a key holder does with the tool: keys before publication, boxes after the closing."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from kernel import canonical
from kernel.refusal import Refused, enforce, refuse
from signatures import cms
from signatures.files import make_private_folder
from signatures.sealed import committee, points, release, statements
from signatures.sealed.judging import Signed, Verify
from signatures.sealed.release import CheckedWork
from signatures.sealed.with_cms import cms_verifier
from signatures.signers import Signer
from signatures.tool import checking, folder, keyfiles
from signatures.tool.options import HolderWork, connect
from signatures.tool.server import Server
from signatures.trust import Trust

KEY_FILE = "keys.age"


def make_keys(
    out: Path,
    passphrase: str,
    signer: Signer,
    *,
    origin: str,
    tender: str,
    parts: Sequence[str],
    index: int,
    made_at: datetime,
) -> dict[str, str]:
    """Make and keep a key for each part, and sign a statement about it; the recipients by part."""
    keyfiles.check_passphrase(passphrase)
    make_private_folder(out)
    identities = {part: committee.make_identity(os.urandom) for part in parts}
    keyfiles.write_part_keys(
        out / KEY_FILE,
        passphrase,
        origin=origin,
        tender=tender,
        index=index,
        identities=identities,
    )
    for part, identity in identities.items():
        statement = committee.holder_statement(
            origin=origin,
            tender=tender,
            part=part,
            index=index,
            identity=identity,
            made_at=made_at,
        )
        _write_signed(out, f"holder-{part}", statement, signer)
    return {part: points.recipient_of(identity) for part, identity in identities.items()}


def show_possession(
    key_file: Path, passphrase: str, signer: Signer, checkpoint: str, out: Path
) -> list[str]:
    """Sign for each part that the key is at hand; the names of the files written."""
    said, identities = keyfiles.read_part_keys(key_file, passphrase)
    return [
        _write_signed(
            out,
            f"possession-{part}",
            committee.possession_statement(
                origin=said["origin"],
                tender=said["tender"],
                part=part,
                index=said["index"],
                identity=identity,
                checkpoint=checkpoint,
            ),
            signer,
        )
        for part, identity in identities.items()
    ]


def register_keys(server: Server, home: Path) -> list[str]:
    """Send what lies in a holder's folder: the statements on the keys, and on their possession.

    What was new to the server is named. Possessions that are signed later go by a later call.
    """
    found = {
        path.stem: Signed(path.read_bytes(), path.with_suffix(".p7s").read_bytes())
        for name in ("holder", "possession")
        for path in sorted(home.glob(f"{name}-*.json"))
    }
    tenders = {_tender_of(name, signed) for name, signed in found.items()}
    if len(tenders) > 1:
        raise Refused(refuse("statement_mismatch", "SEALED_BID 2", key="tender"))
    new = server.register_keys(tenders.pop(), list(found.values())) if found else set()
    names = [name for name, each in found.items() if canonical.digest(each.statement) in new]
    if not names:
        raise Refused(refuse("nothing_to_register", "SEALED_BID 2", folder=str(home)))
    return names


def _tender_of(name: str, signed: Signed) -> str:
    return str(statements.read(signed.statement, name.partition("-")[0])["tender"])


def destroy_keys(
    key_file: Path, passphrase: str, signer: Signer, out: Path, destroyed_at: datetime
) -> list[str]:
    """Sign for each part that the key is destroyed, then delete the file.

    Other copies are the holder's to delete: the statement is the holder's word for all of them.
    """
    said, identities = keyfiles.read_part_keys(key_file, passphrase)
    names = [
        _write_signed(
            out,
            f"destruction-{part}",
            committee.destruction_statement(
                origin=said["origin"],
                tender=said["tender"],
                part=part,
                index=said["index"],
                recipient=points.recipient_of(identity),
                destroyed_at=destroyed_at,
            ),
            signer,
        )
        for part, identity in identities.items()
    ]
    key_file.unlink()
    return names


def prepare_release(work: HolderWork, now: datetime) -> bytes:
    """Fetch the work, check all of section 6, open the boxes; the statement to be signed.

    The keys are unlocked last, when nothing is left that could be refused. The first closing that
    this client sees for a tender is kept beside them, and another is refused from then on.
    """
    checked, checkpoint = _checked_work(work, now)
    said, identities = keyfiles.read_part_keys(work.key_file, work.keys_passphrase)
    known = checked.terms.committee
    if (said["origin"], said["tender"]) != (known.origin, known.tender):
        raise Refused(refuse("holder_key_differs", "SEALED_BID 6", tender=said["tender"]))
    if work.part not in identities:
        raise Refused(refuse("holder_key_differs", "SEALED_BID 6", part=work.part))
    _keep_closing(work.key_file, checked.closing)
    return release.make_release(
        checked,
        index=said["index"],
        identity=identities[work.part],
        checkpoint=checkpoint,
        released_at=now,
    )


def _checked_work(work: HolderWork, now: datetime) -> tuple[CheckedWork, str]:
    trust, log = work.trusted.trust, work.trusted.log
    with connect(work.server) as session:
        session.log_in(work.account, work.password)
        tender = checking.check_package(session.package(work.tender), trust, now, log)
        evidence = checking.Evidence(
            trust=trust,
            now=now,
            tender=work.tender,
            log=log,
            token=work.closing_token,
            waived=work.waived,
        )
        terms = checking.terms_of(
            tender, evidence=evidence, closing_known=_closing_seen(work.key_file)
        )
        # Asked before anything is fetched: a box that is not here cannot be opened early.
        enforce(release.time_refusal(terms, now))
        given, checkpoint = session.work(work.tender, work.lot, work.part)
    checked = release.check_work(
        given,
        terms=terms,
        lot=work.lot,
        part=work.part,
        now=now,
        verify=_acts_verifier(trust, terms.closes_at),
        survivors=work.survivors,
    )
    return checked, log.checkpoint if log else checkpoint


def _acts_verifier(trust: Trust, closes_at: datetime) -> Verify:
    """Judges the acts as of the closing, by what was published until then.

    A certificate that ran out or was revoked afterwards undoes no bid (SEALED_BID 6).
    """
    published = tuple(crl for crl in trust.crls if crl.issued_at <= closes_at)
    return cms_verifier(trust.with_crls(published), closes_at)


def _write_signed(out: Path, name: str, statement: bytes, signer: Signer) -> str:
    folder.write_new(out / f"{name}.json", statement)
    folder.write_new(out / f"{name}.p7s", cms.sign_statement(statement, signer))
    return f"{name} {canonical.digest(statement)}"


def _closing_path(key_file: Path) -> Path:
    return key_file.with_suffix(".closing")


def _closing_seen(key_file: Path) -> str | None:
    path = _closing_path(key_file)
    return path.read_text("ascii").strip() if path.exists() else None


def _keep_closing(key_file: Path, closing: str) -> None:
    if _closing_seen(key_file) is None:
        folder.write_new(_closing_path(key_file), f"{closing}\n".encode())
