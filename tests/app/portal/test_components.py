"""Macros: they refuse what they do not know, escape what they are given, and draw fields whole."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask, render_template_string
from jinja2 import UndefinedError
from markupsafe import Markup

from app.web.govuk import govuk
from app.web.icons import icon
from kernel.money import Money
from tests.app.portal import samples
from tests.app.portal.memory import MemoryQueries
from tests.app.portal.reading import Page

HOSTILE = '"><script>alert(1)</script>'
FIELDS = {
    "text_input": "text_input(name='f', label=w, value=w, hint=w, error=w, prefix=w, suffix=w)",
    "money_input": "money_input(name='f', label=w, value=w, hint=w, error=w)",
    "textarea": "textarea(name='f', label=w, value=w, hint=w, error=w)",
    "select": "select(name='f', label=w, items=[(w, w, true), ('b', w, false)], error=w)",
    "radios": "radios(name='f', legend=w, items=[(w, w, true, w)], hint=w, error=w)",
    "checkboxes": "checkboxes(name='f', legend=w, items=[(w, w, true)], small=true)",
    "file_upload": "file_upload(name='f', label=w, hint=w, error=w, accept='.pdf')",
    "button": "button(label=w, icon_name='seal', name='f', value=w)",
    "error_summary": "error_summary(errors=[(w, 'f')])",
}


def draw(portal_app: tuple[MemoryQueries, Flask], template: str, **names: object) -> str:
    _queries, app = portal_app
    with app.test_request_context("/"):
        return render_template_string(template, **names)


@pytest.mark.parametrize("name", FIELDS)
def test_fields_are_whole_and_escape(portal_app: tuple[MemoryQueries, Flask], name: str) -> None:
    template = f'{{% from "components/forms.html" import {name} %}}{{{{ {FIELDS[name]} }}}}'
    html = draw(portal_app, template, w=HOSTILE)
    page = Page(html=html)
    assert page.is_closed
    assert page.named("script") == []
    assert HOSTILE in page.text or name == "error_summary"


@pytest.mark.parametrize("name", FIELDS)
def test_a_misspelt_argument_fails(portal_app: tuple[MemoryQueries, Flask], name: str) -> None:
    call = FIELDS[name].replace("(", "(labl=1, ", 1)
    template = f'{{% from "components/forms.html" import {name} %}}{{{{ {call} }}}}'
    with pytest.raises(TypeError, match="labl"):
        draw(portal_app, template, w="x")


@pytest.mark.parametrize(
    "template",
    [
        '{% from "components/proof.html" import proof %}{{ proof(off=none) }}',
        '{% from "components/state.html" import tag %}{{ tag(kind="open", icn="done") }}',
        '{% from "components/money.html" import money %}{{ money(value=1, bigg=true) }}',
    ],
)
def test_components_refuse_what_they_do_not_know(
    portal_app: tuple[MemoryQueries, Flask], template: str
) -> None:
    with pytest.raises(TypeError):
        draw(portal_app, template)


def test_a_misspelt_name_in_a_template_fails(portal_app: tuple[MemoryQueries, Flask]) -> None:
    with pytest.raises(UndefinedError):
        draw(portal_app, "{{ pge }}")


def test_a_misspelt_parameter_of_govuk_fails() -> None:
    with pytest.raises(TypeError, match="logo"):
        govuk("button", logo="x")
    with pytest.raises(KeyError):
        govuk("header")


def test_an_icon_that_is_not_drawn_fails(portal_app: tuple[MemoryQueries, Flask]) -> None:
    _queries, app = portal_app
    with app.test_request_context("/"), pytest.raises(KeyError, match="crown"):
        icon("crown")


def test_an_error_leads_to_its_field(portal_app: tuple[MemoryQueries, Flask]) -> None:
    html = draw(
        portal_app,
        '{% from "components/forms.html" import error_summary, money_input %}'
        "{{ error_summary(errors=[(w, 'price')]) }}"
        "{{ money_input(name='price', label='报价', error=w) }}",
        w="填写含税总价，如1168000.00",
    )
    page = Page(html=html)
    assert "#price" in {at.get("href") for at in page.named("a")}
    field = next(at for at in page.named("input"))
    assert field["id"] == "price"
    assert field["aria-describedby"] == "price-error"
    assert field["inputmode"] == "decimal"


def test_a_missing_proof_draws_nothing(portal_app: tuple[MemoryQueries, Flask]) -> None:
    template = '{% from "components/proof.html" import proof %}{{ proof(of=none) }}'
    assert draw(portal_app, template).strip() == ""


@pytest.mark.parametrize(
    ("left", "chinese", "english"),
    [
        (timedelta(days=4, hours=19, minutes=30), "还剩4天19小时", "4 days 19 hours left"),
        (timedelta(days=13), "还剩13天", "13 days left"),
        (timedelta(days=1, hours=1), "还剩1天1小时", "1 day 1 hour left"),
        (timedelta(hours=2, minutes=1), "还剩2小时1分钟", "2 hours 1 minute left"),
        (timedelta(seconds=59), "还剩0分钟", "0 minutes left"),
        (timedelta(), "已截止", "Closed"),
        (timedelta(seconds=-1), "已截止", "Closed"),
    ],
)
def test_what_is_left_in_lists(
    portal_app: tuple[MemoryQueries, Flask], left: timedelta, chinese: str, english: str
) -> None:
    template = '{% from "components/state.html" import left_tag %}{{ left_tag(until=at) }}'
    at = samples.NOW + left
    assert chinese in draw(portal_app, template, at=at)
    _queries, app = portal_app
    with app.test_request_context("/", environ_overrides={"sunlit.language": "en"}):
        assert english in render_template_string(template, at=at)


def test_capitals_only_for_renminbi(portal_app: tuple[MemoryQueries, Flask]) -> None:
    template = '{% from "components/money.html" import binding_money %}{{ binding_money(value=m) }}'
    assert "大写：壹元整" in draw(portal_app, template, m=Money.parse("1", "CNY"))
    assert "大写" not in draw(portal_app, template, m=Money.parse("1", "EUR"))


def test_markup_given_as_words_is_not_escaped_twice() -> None:
    assert "A &amp; B" in govuk("button", text=Markup("A &amp; B"))
