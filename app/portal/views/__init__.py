"""What the public pages show: one frozen dataclass a page, and nothing of the database.

The route hands one of these to its template and nothing else. Words that are published come as
`Text`; words of the interface are in the templates. What must never be shown is refused here too,
so that a mistaken query fails loudly instead of telling the public how many bids came in.
"""

from __future__ import annotations

from app.portal.views.facts import (
    Committee,
    Criterion,
    Document,
    KeyFacts,
    KeyHolder,
    Lot,
    LotsPage,
    NextStep,
    Question,
    RecordItem,
    RulesName,
)
from app.portal.views.listed import (
    Figure,
    Happening,
    HomePage,
    TenderCard,
    TenderFilter,
    TenderSlice,
    TendersPage,
)
from app.portal.views.outcomes import (
    Challenge,
    Contract,
    ContractChange,
    LotOpening,
    LotResult,
    OpenedBid,
    Payment,
    RankedBid,
    ScoreReason,
    Stop,
)
from app.portal.views.ruling import (
    Parameter,
    ParameterGroup,
    Profile,
    ProfilePage,
    RulesPage,
)
from app.portal.views.sitting import HolderAtOpening, LotSitting, OpeningPage
from app.portal.views.tenders import (
    TenderPage,
)
from app.portal.views.verifying import (
    Answer,
    Download,
    Inclusion,
    LogEntry,
    LogFacts,
    Verdict,
    VerifyPage,
)

__all__ = [
    "Answer",
    "Challenge",
    "Committee",
    "Contract",
    "ContractChange",
    "Criterion",
    "Document",
    "Download",
    "Figure",
    "Happening",
    "HolderAtOpening",
    "HomePage",
    "Inclusion",
    "KeyFacts",
    "KeyHolder",
    "LogEntry",
    "LogFacts",
    "Lot",
    "LotOpening",
    "LotResult",
    "LotSitting",
    "LotsPage",
    "NextStep",
    "OpenedBid",
    "OpeningPage",
    "Parameter",
    "ParameterGroup",
    "Payment",
    "Profile",
    "ProfilePage",
    "Question",
    "RankedBid",
    "RecordItem",
    "RulesName",
    "RulesPage",
    "ScoreReason",
    "Stop",
    "TenderCard",
    "TenderFilter",
    "TenderPage",
    "TenderSlice",
    "TendersPage",
    "Verdict",
    "VerifyPage",
]
