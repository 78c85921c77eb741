"""What holds in an installation at every moment, asked of the rows and not of the code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise

from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from app.models import metadata
from bidding.evaluation.models import PriceCorrection, RankedBid, ScoreSheet
from bidding.opening.models import OpenedBid
from journal.models import EntryRow
from kernel.vocabulary import Action, Role
from procurement.parties.models import Capacity
from procurement.profiles import load_profile
from procurement.tenders.models import Criterion

Print = Mapping[str, tuple[int, int]]

# How many rows each verb leaves, for verbs that leave one row each and never take it away.
ROWS_OF: Mapping[str, tuple[Action, ...]] = {
    "need": (Action.WRITE_NEED,),  # rewriting leaves an entry and no further row
    "purchase": (Action.MAKE_PLAN,),
    "tender": (Action.DRAFT_TENDER,),
    "notice": (Action.PUBLISH_TENDER, Action.AMEND_TENDER),
    "question": (Action.ASK_QUESTION,),
    "bid_act": (Action.SUBMIT_BID, Action.REPLACE_BID, Action.WITHDRAW_BID),
    "refused_bid": (Action.REFUSE_BID,),
    "closing": (Action.CLOSE_TENDER,),
    "share_release": (Action.RELEASE_SHARES,),
    "own_key": (Action.GIVE_OWN_KEY,),
    "opening_record": (Action.OPEN_LOT,),
    "opening_objection": (Action.OBJECT_AT_OPENING,),
    "opening_confirmation": (Action.CONFIRM_OPENING,),
    "panel_draw": (Action.DRAW_PANEL,),
    "price_correction": (Action.CORRECT_PRICE,),
    "price_question": (Action.QUESTION_PRICE,),
    "ranking": (Action.RANK_BIDS,),
    "report_signature": (Action.SIGN_REPORT,),
    "award": (Action.DECIDE_AWARD,),
    "challenge": (Action.FILE_CHALLENGE,),
    "contract": (Action.DRAFT_CONTRACT,),
    "acceptance": (Action.ACCEPT_DELIVERY, Action.REJECT_DELIVERY),
    "invoice": (Action.SUBMIT_INVOICE,),
    "payment": (Action.PREPARE_PAYMENT,),
}

_BROKEN = {
    "opened before it was closed": """
        SELECT o.id FROM opened_bid o JOIN tender t ON t.id = o.tender_id
        LEFT JOIN closing c ON c.tender_id = t.id
        WHERE c.closed_at IS NULL OR c.closed_at < t.closes_at OR o.opened_at < c.closed_at""",
    "shares released before it was closed": """
        SELECT r.id FROM share_release r LEFT JOIN closing c ON c.tender_id = r.tender_id
        WHERE c.closed_at IS NULL OR r.released_at < c.closed_at""",
    "a bid accepted at the closing instant or after": """
        SELECT a.id FROM bid_act a JOIN tender t ON t.id = a.tender_id
        WHERE a.accepted_at >= t.closes_at""",
    "paid above the contract": """
        SELECT c.id FROM contract c LEFT JOIN payment p ON p.contract_id = c.id
        GROUP BY c.id HAVING coalesce(sum(p.amount_minor), 0) > c.amount_minor
        OR coalesce(sum(p.amount_minor) FILTER (WHERE p.settled_at IS NOT NULL), 0)
           <> c.paid_minor""",
    "invoiced above the contract": """
        SELECT c.id FROM contract c LEFT JOIN invoice i ON i.contract_id = c.id
        GROUP BY c.id HAVING c.invoiced_minor > c.amount_minor OR c.invoiced_minor
        <> coalesce(sum(i.amount_minor) FILTER (WHERE i.stage <> 'returned'), 0)""",
    "budget overspent": """
        SELECT l.id FROM budget_line l LEFT JOIN purchase p ON p.budget_line_id = l.id
        GROUP BY l.id HAVING l.reserved_minor > l.amount_minor OR l.reserved_minor < 0
        OR l.reserved_minor <> coalesce(sum(p.reserved_minor), 0)""",
    "awarded above what is reserved": """
        SELECT p.id FROM purchase p JOIN award a ON a.purchase_id = p.id
        WHERE a.lapsed_at IS NULL AND p.stage = 'tendered'
        GROUP BY p.id HAVING sum(a.amount_minor) > p.reserved_minor""",
    "a contract of another amount than its award or bid": """
        SELECT c.id FROM contract c JOIN award a ON a.id = c.award_id
        JOIN opened_bid o ON o.id = a.bid_id
        LEFT JOIN price_correction p ON p.bid_id = o.id AND p.confirmed
        WHERE c.amount_minor <> a.amount_minor
        OR a.amount_minor <> coalesce(p.price_minor, o.price_minor)""",
    "a price that was never confirmed binds": """
        SELECT p.id FROM price_correction p JOIN ranked_bid r ON r.bid_id = p.bid_id
        WHERE p.confirmed IS NOT TRUE""",
    "two live awards of a lot": """
        SELECT lot_id FROM award WHERE lapsed_at IS NULL GROUP BY lot_id HAVING count(*) > 1""",
    "one person prepares and releases a payment": """
        SELECT id FROM payment WHERE prepared_by = released_by""",
    "who bought accepts": """
        SELECT a.id FROM acceptance a JOIN contract c ON c.id = a.contract_id
        JOIN tender t ON t.id = c.tender_id
        WHERE a.inspected_by IN (t.drafted_by, c.drafted_by, c.buyer_signed_by)""",
    "a panelist holds a key": """
        SELECT m.id FROM panel_member m JOIN lot l ON l.id = m.lot_id
        JOIN holder_key k ON k.tender_id = l.tender_id AND k.person_id = m.person_id""",
    "signed while suspended": """
        SELECT c.id FROM contract c JOIN suspension s ON s.lot_id = c.lot_id
        WHERE c.buyer_signed_at > s.from_at AND c.buyer_signed_at < coalesce(
            s.ended_at, s.until_at)""",
    "a gap in a log": """
        SELECT log FROM entry_position GROUP BY log
        HAVING min(position) <> 0 OR max(position) + 1 <> count(*)""",
}


def fingerprint(engine: Engine) -> Print:
    """How many rows each table has and which transaction wrote the newest of them.

    An insert, an update or a delete that was committed changes it; one that was rolled back never.
    """
    parts = [
        f"SELECT '{table}', count(*), coalesce(max(xmin::text::bigint), 0) FROM \"{table}\""
        for table in sorted(metadata.tables)
    ]
    with engine.connect() as connection:
        rows = connection.execute(text(" UNION ALL ".join(parts))).all()
    return {table: (count, newest) for table, count, newest in rows}


def entries(engine: Engine) -> Counter[Action]:
    """How many entries there are of each verb."""
    with Session(engine) as session:
        counted = session.execute(select(EntryRow.action, func.count()).group_by(EntryRow.action))
        return Counter({Action(action): count for action, count in counted})


def check_money_and_time(engine: Engine) -> None:
    """Nothing opened early, nothing overspent, no two hands that are one, no gap."""
    with engine.connect() as connection:
        for what, query in _BROKEN.items():
            assert connection.execute(text(query)).first() is None, what


def check_rows_and_entries(engine: Engine) -> None:
    """Each row has its entry, and each entry its row."""
    found, known = fingerprint(engine), entries(engine)
    for table, verbs in ROWS_OF.items():
        rows, recorded = found[table][0], sum(known[verb] for verb in verbs)
        if table in ("need", "tender"):
            assert rows <= recorded, table
        else:
            assert rows == recorded, table


def check_exclusions(engine: Engine, profile: str) -> None:
    """No person ever acted in two capacities of one purchase that exclude each other."""
    pairs = load_profile(profile).exclusions
    held: dict[tuple[str, str], set[Role]] = {}
    with Session(engine) as session:
        for purchase, person, role in session.execute(
            select(Capacity.purchase_id, Capacity.person_id, Capacity.role)
        ):
            held.setdefault((purchase, person), set()).add(Role(role))
    for roles in held.values():
        for pair in pairs:
            assert not {pair.first, pair.second} <= roles, pair


def check_ranking(engine: Engine) -> None:
    """The ranking is what prices and sheets say, whatever order the bids came in.

    Computed here once more and otherwise: cent by cent, sheet by sheet, with nothing of the engine.
    """
    with Session(engine) as session:
        ranked = {row.bid_id: row.rank for row in session.scalars(select(RankedBid))}
        if not ranked:
            return
        price_weight = session.scalar(select(Criterion.weight).where(Criterion.kind == "price"))
        bids = {bid.id: bid.price_minor for bid in session.scalars(select(OpenedBid))}
        for correction in session.scalars(select(PriceCorrection)):
            if correction.confirmed:
                bids[correction.bid_id] = correction.price_minor
        sheets = [_sums(sheet) for sheet in session.scalars(select(ScoreSheet))]
    prices = {bid: Fraction(bids[bid] or 0) for bid in ranked}
    lowest = min(prices.values())
    totals = {
        bid: lowest / prices[bid] * Fraction(price_weight or 0)
        + (sum((sheet.get(bid, Fraction(0)) for sheet in sheets), Fraction(0)) / len(sheets))
        for bid in ranked
    }
    order = sorted(ranked, key=lambda bid: ranked[bid])
    assert [ranked[bid] for bid in order] == list(range(1, len(order) + 1))
    for above, below in pairwise(order):
        assert (totals[above], -prices[above]) >= (totals[below], -prices[below])


def _sums(sheet: ScoreSheet) -> dict[str, Fraction]:
    found: dict[str, Fraction] = {}
    for score in sheet.scores:
        found[score.bid_id] = found.get(score.bid_id, Fraction(0)) + Fraction(score.points)
    return found
