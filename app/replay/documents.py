"""Signed notices for a replay: rendered, signed by the officer, verified, kept."""

from __future__ import annotations

from app.rehearsal.cast import Cast
from app.rehearsal.play import Play
from app.replay.playing import NoticeMaker
from kernel.refusal import Refused, refuse
from procurement.tenders import services as tenders
from reports.documents.notice import notice_pdf
from signatures import pades
from signatures.certificates import Certificate

FIELD = "officer"


def signed_notices(cast: Cast) -> NoticeMaker:
    """Makes the signed PDF of a play's notice and returns its digest in the blob store."""
    installation = cast.installation

    def make(play: Play) -> str:
        officer = play.staff.officer
        with installation.journal.read() as work:
            statement = tenders.prepare_notice(
                work.session, work.origin, play.tender, at=play.clock.now()
            )
            unsigned = notice_pdf(work.session, play.tender, statement)
        signed = pades.sign_pdf(
            unsigned,
            officer.signer,
            reason="招标公告 / tender notice",
            field=FIELD,
            tsa=installation.examiner.stamper,
            claimed_at=play.clock.now(),
        )
        require_signed_by(play, signed, officer.signer.certificate)
        return installation.blobs.put(signed)

    return make


def require_signed_by(play: Play, pdf: bytes, certificate: Certificate) -> None:
    """Verify a signed notice before it is kept, as the server does for every signed document."""
    verdicts = pades.verify_pdf(
        pdf,
        play.installation.trust,
        play.clock.now(),
        expected_fields=(FIELD,),
        expected_signers={FIELD: certificate.fingerprint},
    )
    for verdict in verdicts:
        if not verdict.passed:
            raise Refused(refuse("signature_not_valid", "ESL art. 13", cause=str(verdict.code)))
