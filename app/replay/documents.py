"""Signed notices for a replay: drawn, signed by the officer, examined as the server does."""

from __future__ import annotations

from app.documents import papers
from app.documents.papers import Paper
from app.rehearsal.cast import Cast
from app.rehearsal.play import Play
from app.replay.playing import NoticeMaker
from app.web.signing import SignedPart
from procurement.parties.signing import ExaminedPdf
from procurement.tenders import services as tenders
from signatures.tool.prepared_pdf import sign_prepared


def signed_notices(cast: Cast) -> NoticeMaker:
    """Makes the signed PDF of a play's notice, and keeps it once it is found good."""
    installation = cast.installation

    def make(play: Play) -> ExaminedPdf:
        officer, about = play.staff.officer, play.tender
        with installation.journal.read() as work:
            statement = tenders.prepare_notice(
                work.session, work.origin, about, at=play.clock.now()
            )
        prepared = papers.notice_to_sign(installation, officer.actor, about, statement)
        value = sign_prepared(prepared.package, officer.signer)
        part = SignedPart(request=prepared.request, value=value)
        return papers.finish(installation, officer.actor, Paper.NOTICE, about, part, statement)

    return make
