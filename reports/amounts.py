"""Amounts as people read them, and the capital figures (大写) that bind in Chinese practice."""

from __future__ import annotations

from decimal import Decimal

from kernel.money import Money, minor_digits

_SIGNS_ZH = {"CNY": "¥"}
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_MYRIAD = 10_000
_HUNDRED_MILLION = 100_000_000


def figure(money: Money) -> str:
    """`1,168,000.00`: the amount alone, for a column whose head names the currency."""
    return f"{money.amount:,.{minor_digits(money.currency)}f}"


def amount(money: Money, language: str) -> str:
    """`¥1,168,000.00` in Chinese, `CNY 1,168,000.00` in English, the code for other currencies."""
    sign = _SIGNS_ZH.get(money.currency) if language == "zh" else None
    if sign is None:
        return f"{money.currency} {figure(money)}"
    return f"-{sign}{figure(money)[1:]}" if money.amount < 0 else sign + figure(money)


def capitals(money: Money) -> str:
    """The amount in capital figures: `壹佰壹拾陆万捌仟元整`. Renminbi only.

    正确填写票据和结算凭证的基本规定 (支付结算办法, annex): one 零 for a run of zeros between
    figures; 整 after 元 and 角, never after 分; a 零 before 分 where there is no 角.
    """
    if money.currency != "CNY":
        raise ValueError("capital figures are written for CNY only")
    cents = abs(money.minor)
    yuan, (dime, cent) = cents // 100, divmod(cents % 100, 10)
    sign = "负" if money.amount < 0 else ""
    whole = f"{_integer(yuan)}元" if yuan or not cents else ""
    if not dime and not cent:
        return f"{sign}{whole}整"
    tenths = f"{_DIGITS[dime]}角" if dime else ("零" if yuan else "")
    return f"{sign}{whole}{tenths}" + (f"{_DIGITS[cent]}分" if cent else "整")


def _integer(number: int) -> str:
    """A whole number in capital figures, by groups of 亿 and 万."""
    for unit, name in ((_HUNDRED_MILLION, "亿"), (_MYRIAD, "万")):
        if number >= unit:
            high, low = divmod(number, unit)
            gap = "零" if 0 < low < unit // 10 else ""
            return _integer(high) + name + gap + (_integer(low) if low else "")
    return _group(number)


def _group(number: int) -> str:
    """Four digits or fewer."""
    if number == 0:
        return _DIGITS[0]
    text, gap = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            text += ("零" if gap and text else "") + _DIGITS[digit] + _PLACES[place]
        gap = digit == 0
    return text


def points(score: Decimal) -> str:
    """A score as it was rounded, without an exponent: `92.67`."""
    return f"{score:f}"


def whole(number: int) -> str:
    """`47,902`."""
    return f"{number:,}"


def decimal(value: Decimal, places_min: int = 0) -> str:
    """A quantity or a unit price, whole and grouped: `2.5`, `13,850.00`, `0.125`."""
    whole_part, _, rest = f"{value:,f}".partition(".")
    rest = rest.rstrip("0").ljust(places_min, "0")
    return f"{whole_part}.{rest}" if rest else whole_part


def size(count: int) -> str:
    """`412 KB`, `11.2 MB`, `20 MB`, `2 GB`: binary units, as file managers show them."""
    if count < 1024:
        return f"{count} B"
    if count < 1024 * 1024:
        return f"{count // 1024} KB"
    if count < 1024**3:
        return f"{count / 1024**2:.1f}".removesuffix(".0") + " MB"
    return f"{count / 1024**3:.1f}".removesuffix(".0") + " GB"
