"""Every verb of a tender, from its draft to its cancellation, in one place to look for them."""

from procurement.tenders.amending import amend_tender, amendment_asked, prepare_amendment
from procurement.tenders.drafting import (
    approve_tender,
    cancel_tender,
    draft_tender,
    edit_tender,
    return_tender,
)
from procurement.tenders.holders import (
    committee_to_examine,
    examine_committee,
    prepare_committee,
    register_holder_key,
    set_committee,
    show_possession,
)
from procurement.tenders.publication import (
    prepare_notice,
    publication_asked,
    publish_tender,
)
from procurement.tenders.questions import answer_question, ask_question

__all__ = [
    "amend_tender",
    "amendment_asked",
    "answer_question",
    "approve_tender",
    "ask_question",
    "cancel_tender",
    "committee_to_examine",
    "draft_tender",
    "edit_tender",
    "examine_committee",
    "prepare_amendment",
    "prepare_committee",
    "prepare_notice",
    "publication_asked",
    "publish_tender",
    "register_holder_key",
    "return_tender",
    "set_committee",
    "show_possession",
]
