"""The icons: 24-unit drawings, each beside a word. A page carries only those that it uses."""

from __future__ import annotations

from flask import g
from markupsafe import Markup

_ROUND = 'stroke-linecap="round" stroke-linejoin="round"'
_LINE = f'fill="none" stroke="currentColor" stroke-width="2" {_ROUND}'
_CUT = f'class="sl-cut" fill="none" stroke-width="2.2" {_ROUND}'
_DISC = '<circle cx="12" cy="12" r="10" fill="currentColor"/>'
_OCTAGON = '<path d="M8 2h8l6 6v8l-6 6H8l-6-6V8z" fill="currentColor"/>'
_PADLOCK = '<rect x="4.5" y="10" width="15" height="11" rx="2" fill="currentColor"/>'

ICONS: dict[str, str] = {
    "done": f'{_DISC}<path {_CUT} d="m7.5 12.3 3 3 6-6.4"/>',
    "now": (
        '<circle cx="12" cy="12" r="9.5" fill="#f5b82e" stroke="currentColor" stroke-width="3"/>'
        '<circle cx="12" cy="12" r="3.4" fill="currentColor"/>'
    ),
    "next": '<circle cx="12" cy="12" r="9" fill="#fff" stroke="currentColor" stroke-width="2"/>',
    "oct": f'{_OCTAGON}<path {_CUT} d="m8.8 8.8 6.4 6.4m0-6.4-6.4 6.4"/>',
    "tri": (
        '<path d="M12 2.5 23 21.5H1z" fill="currentColor" stroke="currentColor"'
        f' stroke-linejoin="round"/><path {_CUT} d="M12 9.5v5M12 17.9v.1"/>'
    ),
    "idle": f'<g {_LINE}><circle cx="12" cy="12" r="9"/><path d="M8 12h8"/></g>',
    "pause": f'<rect x="3" y="3" width="18" height="18" rx="3" fill="currentColor"/>'
    f'<path {_CUT} d="M9.5 8.5v7M14.5 8.5v7"/>',
    "seal": (
        '<path d="m12 1.5 2.6 2 3.2-.5 1.2 3 3 1.2-.5 3.2 2 2.6-2 2.6.5 3.2-3 1.2-1.2 3-3.2-.5'
        '-2.6 2-2.6-2-3.2.5-1.2-3-3-1.2.5-3.2-2-2.6 2-2.6-.5-3.2 3-1.2 1.2-3 3.2.5z"'
        f' transform="translate(1 .2) scale(.92)" fill="currentColor"/>'
        f'<path {_CUT} d="m8 12.2 2.8 2.8 5.4-5.8"/>'
    ),
    "wait": f'<g {_LINE}><circle cx="12" cy="12" r="9" stroke-dasharray="3.2 2.5"/>'
    '<path d="M12 7.5V12l2.8 1.8"/></g>',
    "lock": f'{_PADLOCK}<path {_LINE} d="M8 10V7.5a4 4 0 0 1 8 0V10"/>',
    "unlock": f'{_PADLOCK}<path {_LINE} d="M8 10V6.5a4 4 0 0 1 7.6-1.7"/>',
    "clock": f'<g {_LINE}><circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.2 2"/></g>',
    "eye": f'<g {_LINE}><path d="M1.8 12S5.5 5 12 5s10.2 7 10.2 7-3.7 7-10.2 7S1.8 12 1.8 12z"/>'
    '<circle cx="12" cy="12" r="3" fill="currentColor"/></g>',
    "doc": f'<path {_LINE} d="M6 2.8h8l4.5 4.5v14H6zM13.5 3v5h5M9 12.5h6.5M9 16.5h6.5"/>',
    "search": f'<g {_LINE}><circle cx="10" cy="10" r="7"/><path d="m15.5 15.5 6 6"/></g>',
    "key": f'<g {_LINE}><circle cx="7" cy="12" r="4.5"/><path d="M11.5 12H22v4M17.5 12v3"/></g>',
    "down": f'<path {_LINE} d="M12 3v12m-5-4.5 5 5 5-5M4 21h16"/>',
    "mark": (
        '<rect width="40" height="40" rx="9" fill="#0e4a5b"/>'
        '<path d="M9.8 21.5a10.2 10.2 0 0 1 20.4 0z" fill="#f5b82e"/><g fill="#fff">'
        '<rect x="7" y="23.6" width="26" height="2.5" rx="1.25"/>'
        '<rect x="10.5" y="28" width="19" height="2.5" rx="1.25"/>'
        '<rect x="14" y="32.4" width="12" height="2.5" rx="1.25"/></g>'
    ),
}
_VIEW_BOX = "0 0 24 24"
_VIEW_BOXES = {"mark": "0 0 40 40"}


def icon(name: str) -> Markup:
    """A use of an icon; the page's sprite, drawn at its end, will hold the drawing."""
    _note(name)
    return Markup(  # noqa: S704 - the name is a key of ICONS
        f'<svg class="sl-i" aria-hidden="true" focusable="false"><use href="#i-{name}"/></svg>'
    )


def logo_mark() -> Markup:
    """The mark for the header, where it is larger than an icon."""
    _note("mark")
    return Markup(
        '<svg viewBox="0 0 40 40" aria-hidden="true" focusable="false"><use href="#i-mark"/></svg>'
    )


def sprite() -> Markup:
    """The drawings that the page has used so far, to be put at the end of its body."""
    symbols = "".join(
        f'<symbol id="i-{name}" viewBox="{_VIEW_BOXES.get(name, _VIEW_BOX)}">{ICONS[name]}</symbol>'
        for name in sorted(g.get("icons", ()))
    )
    return Markup(  # noqa: S704 - drawings come from ICONS alone
        f'<svg class="sl-sprite" aria-hidden="true" focusable="false">{symbols}</svg>'
    )


def _note(name: str) -> None:
    if name not in ICONS:
        raise KeyError(f"no icon {name!r}")
    g.setdefault("icons", set()).add(name)
