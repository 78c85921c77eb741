"""The use cases of evaluation, one function a verb, gathered from the files they stand in."""

from bidding.evaluation.concluding import (
    conclude_report,
    prepare_report_signature,
    sign_report,
)
from bidding.evaluation.correcting import (
    Detail,
    confirm_correction,
    correct_price,
    prepare_confirmation,
    void_unconfirmed,
)
from bidding.evaluation.declared import Declared
from bidding.evaluation.judging import (
    Opinion,
    answer_price,
    check_compliance,
    judge_price,
    question_price,
    triggers_of,
)
from bidding.evaluation.panels import Tie
from bidding.evaluation.qualifying import Qualification, fail_lot, qualify_bids
from bidding.evaluation.reporting import rank_bids
from bidding.evaluation.seating import (
    PanelPlan,
    declare_interests,
    draw_panel,
    prepare_declaration,
    prepare_draw,
    stamp_draw,
)
from bidding.evaluation.sheets import Points, prepare_score_sheet, score_bids

__all__ = [
    "Declared",
    "Detail",
    "Opinion",
    "PanelPlan",
    "Points",
    "Qualification",
    "Tie",
    "answer_price",
    "check_compliance",
    "conclude_report",
    "confirm_correction",
    "correct_price",
    "declare_interests",
    "draw_panel",
    "fail_lot",
    "judge_price",
    "prepare_confirmation",
    "prepare_declaration",
    "prepare_draw",
    "prepare_report_signature",
    "prepare_score_sheet",
    "qualify_bids",
    "question_price",
    "rank_bids",
    "score_bids",
    "sign_report",
    "stamp_draw",
    "triggers_of",
    "void_unconfirmed",
]
