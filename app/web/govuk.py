"""The components of govuk-frontend-jinja, in an environment of their own.

They lean on lenient undefined values; our templates must not (a misspelt name has to fail). So they
render apart, and `govuk("button", text=…)` hands the finished markup over. Our macros in
`templates/components/forms.html` stand before it with named arguments.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, PrefixLoader
from markupsafe import Markup

# Component to its macro; only those whose CSS `scripts/vendor_govuk.py` keeps.
MACROS = {
    "back-link": "govukBackLink",
    "button": "govukButton",
    "character-count": "govukCharacterCount",
    "checkboxes": "govukCheckboxes",
    "date-input": "govukDateInput",
    "details": "govukDetails",
    "error-message": "govukErrorMessage",
    "error-summary": "govukErrorSummary",
    "fieldset": "govukFieldset",
    "file-upload": "govukFileUpload",
    "hint": "govukHint",
    "input": "govukInput",
    "inset-text": "govukInsetText",
    "label": "govukLabel",
    "pagination": "govukPagination",
    "password-input": "govukPasswordInput",
    "radios": "govukRadios",
    "select": "govukSelect",
    "summary-list": "govukSummaryList",
    "textarea": "govukTextarea",
}


@cache
def _environment() -> Environment:
    package = PackageLoader("govuk_frontend_jinja")
    return Environment(
        loader=PrefixLoader({"govuk_frontend_jinja": package}),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _macro(component: str) -> Any:
    template = _environment().get_template(
        f"govuk_frontend_jinja/components/{component}/macro.html"
    )
    return getattr(template.module, MACROS[component])


def govuk(component: str, **params: Any) -> Markup:
    """Render a component of govuk-frontend; parameters that are None are left out."""
    given = {name: value for name, value in params.items() if value is not None}
    return Markup(str(_macro(component)(given)).strip())  # noqa: S704 - the macro escapes
