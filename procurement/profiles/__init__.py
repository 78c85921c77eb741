"""The law as data: rule profiles, their loader, and the counting of the periods they set."""

from procurement.profiles.loader import check, load_profile, profile_names, profile_on
from procurement.profiles.model import (
    Category,
    Confidence,
    Method,
    Opening,
    Parameter,
    PriceVisible,
    Profile,
    TieBreak,
    Unit,
)

__all__ = [
    "Category",
    "Confidence",
    "Method",
    "Opening",
    "Parameter",
    "PriceVisible",
    "Profile",
    "TieBreak",
    "Unit",
    "check",
    "load_profile",
    "profile_names",
    "profile_on",
]
