"""Signed notices for a replay: rendered, signed by the officer, examined as the server does."""

from __future__ import annotations

from app.rehearsal.cast import Cast
from app.rehearsal.play import Play
from app.replay.playing import NoticeMaker
from procurement.parties.signing import ExaminedPdf, examine_pdf
from procurement.tenders import services as tenders
from reports.documents.notice import notice_pdf
from signatures import pades

FIELD = "officer"


def signed_notices(cast: Cast) -> NoticeMaker:
    """Makes the signed PDF of a play's notice, and keeps it once it is found good."""
    installation = cast.installation

    def make(play: Play) -> ExaminedPdf:
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
        return examine_pdf(
            installation.blobs,
            signed,
            field=FIELD,
            certificate=officer.signer.certificate.fingerprint,
            trust=installation.trust,
            at=play.clock.now(),
        )

    return make
