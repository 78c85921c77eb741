"""The components of govuk-frontend-jinja, in an environment of their own.

They lean on lenient undefined values; our templates must not (a misspelt name has to fail). So they
render apart, and `govuk("button", text=…)` hands the finished markup over. A parameter that the
component does not know is refused here, where the package would pass it over in silence. Our macros
in `templates/components/forms.html` stand before it with named arguments.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, PrefixLoader
from markupsafe import Markup

_FIELD = "id name disabled describedBy label hint errorMessage formGroup classes attributes "
_CHOICES = "fieldset hint errorMessage formGroup idPrefix name items classes attributes "
_WORDS = "text html id classes attributes "

# Component to its macro and the parameters of its macro-options.json in govuk-frontend 6.3.0; only
# those whose CSS `scripts/vendor_govuk.py` keeps.
_COMPONENTS: dict[str, tuple[str, str]] = {
    "back-link": ("govukBackLink", "text html href classes attributes"),
    "button": (
        "govukButton",
        _WORDS + "type name value disabled href preventDoubleClick isStartButton",
    ),
    "character-count": (
        "govukCharacterCount",
        _FIELD + "rows value maxlength maxwords threshold spellcheck countMessage "
        "textareaDescriptionText charactersUnderLimitText charactersAtLimitText "
        "charactersOverLimitText wordsUnderLimitText wordsAtLimitText wordsOverLimitText",
    ),
    "checkboxes": ("govukCheckboxes", _CHOICES + "describedBy values"),
    "date-input": (
        "govukDateInput",
        "id namePrefix items hint errorMessage formGroup fieldset classes attributes",
    ),
    "details": ("govukDetails", _WORDS + "summaryText summaryHtml open"),
    "error-message": ("govukErrorMessage", _WORDS + "visuallyHiddenText"),
    "error-summary": (
        "govukErrorSummary",
        "titleText titleHtml descriptionText descriptionHtml errorList disableAutoFocus classes "
        "attributes",
    ),
    "fieldset": ("govukFieldset", "describedBy legend classes role attributes html"),
    "file-upload": ("govukFileUpload", _FIELD + "multiple"),
    "hint": ("govukHint", _WORDS),
    "input": (
        "govukInput",
        _FIELD + "type inputmode value prefix suffix autocomplete pattern spellcheck "
        "autocapitalize inputWrapper",
    ),
    "inset-text": ("govukInsetText", _WORDS),
    "label": ("govukLabel", "text html for isPageHeading classes attributes"),
    "password-input": (
        "govukPasswordInput",
        _FIELD + "value autocomplete showPasswordText hidePasswordText showPasswordAriaLabelText "
        "hidePasswordAriaLabelText passwordShownAnnouncementText passwordHiddenAnnouncementText "
        "button",
    ),
    "radios": ("govukRadios", _CHOICES + "value"),
    "select": ("govukSelect", _FIELD + "items value"),
    "summary-list": ("govukSummaryList", "rows card classes attributes"),
    "textarea": ("govukTextarea", _FIELD + "spellcheck rows value autocomplete"),
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
def _macro(component: str) -> tuple[Any, frozenset[str]]:
    name, parameters = _COMPONENTS[component]
    path = f"govuk_frontend_jinja/components/{component}/macro.html"
    module = _environment().get_template(path).module
    return getattr(module, name), frozenset(parameters.split())


def govuk(component: str, **params: Any) -> Markup:
    """Render a component of govuk-frontend; parameters that are None are left out."""
    macro, known = _macro(component)
    unknown = params.keys() - known
    if unknown:
        raise TypeError(f"{component} knows no {', '.join(sorted(unknown))}")
    given = {name: value for name, value in params.items() if value is not None}
    return Markup(str(macro(given)).strip())  # noqa: S704 - the macro escapes


def choices(items: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    """Choices of a field from (value, word, whether it is chosen) and perhaps a hint."""
    return [
        {
            "value": value,
            "text": word,
            "checked": chosen,
            "selected": chosen,
            **({"hint": {"text": hint[0]}} if hint else {}),
        }
        for value, word, chosen, *hint in items
    ]
