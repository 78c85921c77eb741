"""A purchase played step by step by its people; each method is one scene of it.

What a scene does is done by the use cases alone, signed by the person whose step it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from app.documents import papers
from app.documents.papers import Paper
from app.jobs import timekeeping
from app.rehearsal import sealed
from app.rehearsal.cast import Cast, Player
from app.rehearsal.planning import Planning
from app.rehearsal.plot import Plot, Staff
from app.web.signing import PreparedPdf, SignedPart
from bidding.envelopes.services import Receipt
from bidding.opening import queries as openings
from bidding.opening import services as opening
from bidding.opening.confirming import confirm_opening
from kernel.money import Money
from kernel.text import Text
from kernel.vocabulary import Part, TenderStage
from procurement.parties.signing import ExaminedPdf
from procurement.tenders import queries as tender_queries
from procurement.tenders import services as tenders
from procurement.tenders.commands import Amendment, NamedHolder, TenderDraft
from signatures.sealed import committee
from signatures.tool.prepared_pdf import sign_prepared


class Play(Planning):
    """One purchase from need to tender, and the sealed time of its tender."""

    def __init__(self, cast: Cast, staff: Staff, plot: Plot) -> None:
        super().__init__(cast, staff, plot)
        self.tender = ""
        self.lots: tuple[str, ...] = ()
        self.bidders: dict[str, dict[str, Player]] = {}
        # What bidders keep at home: the identities of their last envelopes by lot, firm and part.
        self.own_keys: dict[tuple[str, str, str], str] = {}
        # Whether its people sign the papers too, and not the statements alone.
        self.papered = False

    def paper(
        self,
        player: Player,
        paper: Paper,
        subject: str,
        prepare: Callable[[], PreparedPdf],
        statement: bytes | None = None,
    ) -> ExaminedPdf | None:
        """A paper as the player signs it on a page; None in a play without papers."""
        if not self.papered:
            return None
        prepared = prepare()
        value = sign_prepared(prepared.package, player.signer)
        part = SignedPart(request=prepared.request, value=value)
        return papers.finish(self.installation, player.actor, paper, subject, part, statement)

    # Tender

    def draft(self, *, returned: str = "", approved: bool = True) -> str:
        """The officer drafts the tender, another person approves it, if it is `approved`.

        With a reason in `returned` the approver sends the draft back once.
        """
        staff, made = self.staff, self.tender_draft()
        with self.installation.journal.write() as work:
            self.tender = tenders.draft_tender(work, staff.officer.actor, self.purchase, made)
        if returned:
            with self.installation.journal.write() as work:
                tenders.return_tender(work, staff.approver.actor, self.tender, returned)
            with self.installation.journal.write() as work:
                tenders.edit_tender(work, staff.officer.actor, self.tender, 1, made)
        if approved:
            self.approve_draft()
        return self.tender

    def approve_draft(self) -> None:
        """The buyer's approver approves the tender as it was drafted."""
        with self.installation.journal.read() as work:
            found = tender_queries.tender(work.session, self.tender)
            self.lots = tuple(lot.id for lot in found.lots)
            version = found.version
        with self.installation.journal.write() as work:
            tenders.approve_tender(work, self.staff.approver.actor, self.tender, version)

    def tender_draft(self) -> TenderDraft:
        """The tender as the plot has it, for these holders."""
        plot, staff = self.plot, self.staff
        return TenderDraft(
            title=plot.title,
            award_criteria=plot.award_criteria,
            lots=plot.lots,
            criteria=plot.criteria,
            documents=plot.documents,
            terms=plot.terms,
            holders=tuple(
                NamedHolder(holder.person, holder.firm.id != staff.buyer.id)
                for holder in staff.holders
            ),
            threshold=plot.threshold,
            closes_at=plot.closes_at,
            facts=plot.facts,
        )

    def make_keys(self, *, holders: Sequence[Player] | None = None) -> None:
        """Every holder makes a fresh key for each part, and shows that it is at hand."""
        checkpoint = timekeeping.latest_checkpoint_digest(self.installation)
        for holder in holders or self.staff.holders:
            for part in Part:
                self._make_key(holder, part, checkpoint)

    def _make_key(self, holder: Player, part: Part, checkpoint: str) -> None:
        identity = sealed.new_identity()
        holder.identities[(self.tender, str(part))] = identity
        origin = self.installation.journal.origin
        with self.installation.journal.read() as work:
            index = sealed.index_of(work.session, holder, self.tender, str(part))
        made = committee.holder_statement(
            origin=origin,
            tender=self.tender,
            part=str(part),
            index=index,
            identity=identity,
            made_at=self.clock.now(),
        )
        shown = committee.possession_statement(
            origin=origin,
            tender=self.tender,
            part=str(part),
            index=index,
            identity=identity,
            checkpoint=checkpoint,
        )
        registration = self.cast.examined(holder, made)
        possession = self.cast.examined(holder, shown)
        with self.installation.journal.write() as work:
            tenders.register_holder_key(work, holder.actor, self.tender, part, registration)
            tenders.show_possession(work, holder.actor, self.tender, part, possession)

    def set_committee(self) -> None:
        """The officer fixes who together can open the bids."""
        officer = self.staff.officer
        origin = self.installation.journal.origin
        with self.installation.journal.read() as work:
            statement = tenders.prepare_committee(work.session, origin, self.tender)
            known = tenders.committee_to_examine(work.session, origin, self.tender)
        examined = tenders.examine_committee(
            statement,
            officer.signs(statement),
            known,
            trust=self.installation.trust,
            at=self.clock.now(),
        )
        with self.installation.journal.write() as work:
            tenders.set_committee(work, officer.actor, self.tender, examined)

    def publish(self, *, pdf: ExaminedPdf | None = None) -> None:
        """The officer signs and publishes the notice."""
        officer = self.staff.officer
        if pdf is None and self.cast.make_notice is not None:
            pdf = self.cast.make_notice(self)
        with self.installation.journal.read() as work:
            statement = tenders.prepare_notice(
                work.session, work.origin, self.tender, at=self.clock.now()
            )
        examined = self.cast.examined(officer, statement)
        pdf = pdf or self.paper(
            officer,
            Paper.NOTICE,
            self.tender,
            lambda: papers.notice_to_sign(self.installation, officer.actor, self.tender, statement),
            statement,
        )
        with self.installation.journal.write() as work:
            tenders.publish_tender(
                work,
                officer.actor,
                self.tender,
                examined,
                pdf=pdf,
                early_reason=self.plot.early_reason,
            )
        timekeeping.publish_record(self.installation)

    def to_publication(self) -> None:
        """All scenes up to the published notice, at the clock's present instant."""
        self.plan()
        self.intend()
        self.draft()
        self.make_keys()
        self.set_committee()
        self.publish()

    def ask(self, supplier: Player, words: str) -> str:
        """A supplier asks, and nobody learns who asked."""
        with self.installation.journal.write() as work:
            return tenders.ask_question(work, supplier.actor, self.tender, words)

    def answer(self, question: str, words: Text) -> None:
        """The officer answers everybody at once."""
        with self.installation.journal.write() as work:
            tenders.answer_question(work, self.staff.officer.actor, question, words)

    def amend(self, amendment: Amendment) -> None:
        """The officer signs and publishes a corrigendum."""
        officer = self.staff.officer
        with self.installation.journal.read() as work:
            statement = tenders.prepare_amendment(work.session, work.origin, self.tender, amendment)
        examined = self.cast.examined(officer, statement)
        pdf = self.paper(
            officer,
            Paper.CORRIGENDUM,
            self.tender,
            lambda: papers.corrigendum_to_sign(
                self.installation, officer.actor, self.tender, amendment, statement
            ),
            statement,
        )
        with self.installation.journal.write() as work:
            tenders.amend_tender(work, officer.actor, self.tender, amendment, examined, pdf=pdf)

    def cancel(self, reason: Text) -> None:
        """The officer ends the tender without a result."""
        with self.installation.journal.write() as work:
            tenders.cancel_tender(work, self.staff.officer.actor, self.tender, reason)

    # Sealed time

    def bid(
        self,
        bidder: Player,
        lot: str,
        price: Money,
        *,
        technical: Mapping[str, bytes] | None = None,
        delivery: str = "",
    ) -> Receipt:
        """A supplier seals, signs and sends a bid, or one that takes the place of the last."""
        made = sealed.seal_bid(
            self.installation,
            bidder,
            self.tender,
            lot,
            price,
            technical=technical,
            delivery=delivery,
        )
        receipt = sealed.submit(self.installation, bidder, made.submission)
        self.keep_keys(bidder, lot, made)
        self.bidders.setdefault(lot, {})[bidder.firm.id] = bidder
        return receipt

    def keep_keys(self, bidder: Player, lot: str, made: sealed.SealedBid) -> None:
        """The bidder keeps the own file, in case that the holders fall short."""
        for each in made.envelopes:
            self.own_keys[lot, bidder.firm.identifier, each.part] = each.identity

    def withdraw(self, bidder: Player, lot: str) -> Receipt:
        """A supplier withdraws the bid."""
        made = sealed.seal_withdrawal(self.installation, bidder, self.tender, lot)
        receipt = sealed.submit(self.installation, bidder, made)
        self.bidders.get(lot, {}).pop(bidder.firm.id, None)
        return receipt

    def close(self) -> bool:
        """The clock closes the tender; whether it is closed now."""
        timekeeping.close_tender(self.installation, self.tender)
        timekeeping.publish_record(self.installation)
        return self.stage is TenderStage.CLOSED

    @property
    def stage(self) -> TenderStage:
        """The stage the tender is in."""
        with self.installation.journal.read() as work:
            return TenderStage(tender_queries.tender(work.session, self.tender).stage)

    # Opening

    def release(self, lot: str, *, holders: Sequence[Player] | None = None) -> None:
        """Holders release their shares of both parts; as many as the threshold if none is named."""
        chosen = holders or self.staff.holders[: self.plot.threshold]
        for part in Part:
            for holder in chosen:
                signed = sealed.make_release(self.installation, holder, self.tender, lot, str(part))
                sealed.send_release(self.installation, holder, self.tender, lot, str(part), signed)

    def leave_sealed(self, lot: str) -> bool:
        """The lot stays sealed if it has too few bids."""
        with self.installation.journal.write() as work:
            return opening.leave_sealed(work, lot)

    def open(self, lot: str) -> bytes:
        """The lot is opened whole, and the officer signs the record."""
        record = sealed.open_lot(self.installation, self.tender, lot)
        officer = self.staff.officer
        self.sign_record(officer, lot, record)
        return record

    def sign_record(self, player: Player, lot: str, record: bytes) -> None:
        """The officer, or a key holder who was there, signs the record of the opening."""
        examined = self.cast.examined(player, record)
        pdf = self.paper(
            player,
            Paper.OPENING_RECORD,
            lot,
            lambda: papers.opening_record_to_sign(self.installation, player.actor, lot),
        )
        with self.installation.journal.write() as work:
            opening.sign_opening_record(work, player.actor, lot, examined, pdf=pdf)

    def confirm_opening(self, bidder: Player, lot: str, record: bytes) -> None:
        """A bidder signs the record of the opening as right."""
        examined = self.cast.examined(bidder, record)
        with self.installation.journal.write() as work:
            confirm_opening(work, bidder.actor, lot, examined)

    def opened(self, lot: str) -> dict[str, str]:
        """The opened bids of a lot by the bidder's registered identifier."""
        with self.installation.journal.read() as work:
            firms = {firm.id: firm.identifier for firm in self.cast.firms.values()}
            return {
                firms[bid.bidder_id]: bid.id
                for bid in openings.opened_bids(work.session, lot)
                if bid.state == "open"
            }
