"""What stands in the way of a tender: each rule's answer with its source and where it is mended."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType

from flask import url_for

from app.buyer import tables, words
from app.buyer.files import File
from app.buyer.sections import FIELD_WHERE, SECTIONS, WHERE
from app.buyer.standing import cited
from app.web.refusals import words_of
from journal.work import Work
from kernel.refusal import Refusal
from kernel.text import Text
from procurement.profiles import Category
from procurement.profiles.model import Effect
from procurement.tenders import rules
from procurement.tenders.content import Content, present
from procurement.tenders.lawful import asked
from procurement.tenders.services import publication_asked

# A sentence that a reader can take in (the interface's own rule is shorter still).
SENTENCE_CHARACTERS_MAX = 80


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend, or to look at again."""

    code: str
    words: Text
    cites: Text | None
    url: str | None
    where: Text | None
    bars: bool = True


@dataclass(frozen=True, slots=True)
class Checked:
    """What the rules say of a tender, and how many were asked."""

    approval: tuple[Finding, ...]
    publication: tuple[Finding, ...]
    advice: tuple[Finding, ...]
    asked: int

    @property
    def bars(self) -> bool:
        """Whether an approver would be refused."""
        return bool(self.approval)


def checked(work: Work, file: File) -> Checked:
    """The rules of approval and of publication, asked of the saved tender as it is now."""
    content, tender = file.content, file.tender
    if content is None or tender is None:
        return Checked((), (), (), 0)
    answers = list(
        asked(
            file.profile,
            category=Category(file.purchase.category),
            budget=file.budget,
            content=content,
        )
    )
    answers.append(rules.notice_complete(profile=file.profile, present=present(content)))
    approval = [answer for answer in answers if answer is not None]
    known = {answer.code for answer in approval}
    later = [
        answer
        for answer in publication_asked(work.session, tender.id, at=work.clock.now())
        if answer.code not in known
    ]
    return Checked(
        tuple(found(file, approval)),
        tuple(found(file, later)),
        tuple(_advice(file, content)),
        len(answers),
    )


def found(file: File, refusals: Iterable[Refusal]) -> list[Finding]:
    """Refusals as findings; what a notice lacks is told field by field."""
    made: list[Finding] = []
    for refusal in refusals:
        if refusal.code == "notice_incomplete":
            made += [_lacking(file, refusal, str(name)) for name in _missing(refusal)]
            continue
        section, field = WHERE.get(refusal.code, ("", ""))
        made.append(
            Finding(
                refusal.code,
                told(file, refusal),
                cited(file.profile, refusal.cites),
                *_place(file, refusal.code, section, field),
            )
        )
    return made


def told(file: File, refusal: Refusal) -> Text:
    """The sentence of a refusal, with criteria and holders by their names instead of codes."""
    named = [_named(file, str(one)) for one in _listed(refusal)]
    facts = dict(refusal.facts)
    if isinstance(facts.get("sum"), str) and refusal.code == "weights_wrong":
        facts["sum"] = tables.plain(Decimal(str(facts["sum"])))
    said = {
        language: words_of(
            replace(refusal, facts=MappingProxyType(facts | _replaced(refusal, each)))
        )
        for language, each in (
            ("zh", [one.zh for one in named]),
            ("en", [one.in_language("en") for one in named]),
        )
    }
    return Text(said["zh"].zh, said["en"].en)


_LISTS = ("criteria", "missing")


def _listed(refusal: Refusal) -> list[object]:
    """What a refusal lists, where its list is of codes."""
    for name in _LISTS:
        found = refusal.facts.get(name)
        if isinstance(found, list | tuple):
            return list(found)
    return []


def _replaced(refusal: Refusal, listed: list[str]) -> dict[str, object]:
    name = next((one for one in _LISTS if one in refusal.facts), None)
    return {name: listed} if name and listed else {}


def _named(file: File, said: str) -> Text:
    """`quality 4: brand` as the criterion's title, `price/2` as the holder's name."""
    if match := _CRITERION.fullmatch(said):
        content = file.content
        titles = {each["number"]: each["title"] for each in content.criteria} if content else {}
        title = titles.get(int(match["number"]), {"zh": said, "en": ""})
        kind = words.FORBIDDEN.get(match["kind"], Text(match["kind"]))
        return Text(
            f"{title['zh']}（{kind.zh}）",
            f"{title['en'] or title['zh']} ({kind.in_language('en')})",
        )
    part, _, index = said.partition("/")
    if part in words.ENVELOPES and index.isdigit():
        envelope = words.ENVELOPES[part]
        return Text(f"第{index}位的{envelope.zh}", f"holder {index}, {envelope.en}")
    return Text(said)


_CRITERION = re.compile(r"\w+ (?P<number>\d+): (?P<kind>\w+)")


def _missing(refusal: Refusal) -> list[object]:
    missing = refusal.facts.get("missing")
    return list(missing) if isinstance(missing, list | tuple) else []


def _lacking(file: File, refusal: Refusal, name: str) -> Finding:
    """One field that the notice must have."""
    said = words.NOTICE_FIELDS.get(name, Text(name))
    one = {
        language: words_of(
            replace(refusal, facts=MappingProxyType({**refusal.facts, "missing": [word]}))
        )
        for language, word in (("zh", said.zh), ("en", said.en or said.zh))
    }
    section, field = FIELD_WHERE.get(name, ("basics", "title_zh"))
    return Finding(
        refusal.code,
        Text(one["zh"].zh, one["en"].en),
        cited(file.profile, refusal.cites),
        *_place(file, refusal.code, section, field),
    )


def _place(file: File, code: str, section: str, field: str) -> tuple[str | None, Text | None]:
    if section:
        title = SECTIONS[section].title
        url = url_for("buyer.section", tender=file.key, section=section)
        return f"{url}#{field}", Text(f"去改：{title.zh}", f"Mend it: {title.en}")
    if code in ("committee_missing", "possession_not_shown", "holder_keys_missing"):
        return (
            url_for("buyer.committee", tender=file.key),
            Text("去看：开标人和公钥", "See: key holders and keys"),
        )
    if code.startswith("intention_"):
        return (
            url_for("buyer.plan", plan=file.purchase.id),
            Text("去看：采购计划", "See: the plan"),
        )
    return None, None


def _advice(file: File, content: Content) -> Iterable[Finding]:
    """What no rule forbids, and a reader would still trip over."""
    for each in content.criteria:
        said = f"{each['title']['zh']} {each['rule']['zh']}"
        for row in rules.suspicious_words(file.profile, said):
            if row.effect is Effect.JUSTIFY and each["justification"].strip():
                yield _look(
                    file,
                    "justified",
                    Text(
                        f"“{each['title']['zh']}”里有容易限制竞争的词，已写必要性说明，审批人会核对。",
                        f"“{each['title']['en'] or each['title']['zh']}” holds words that may limit"
                        " competition. A reason is given; the approver checks it.",
                    ),
                    ("criteria", "criteria"),
                    cited(file.profile, (row.cites,)),
                )
    if not content.title["en"]:
        yield _look(
            file,
            "no_english",
            Text("没有英文名称，英文页面会显示中文。", "There is no English title."),
            ("basics", "title_en"),
        )
    long = [part for part in re.split(r"[。；！？\n]", content.facts["zh"]) if _too_long(part)]
    if long:
        yield _look(
            file,
            "long_sentence",
            Text(
                f"采购需求里有{len(long)}句超过{SENTENCE_CHARACTERS_MAX}字：“{long[0][:20]}…”。拆成短句更好读。",
                f"{len(long)} sentences of the requirement are longer than"
                f" {SENTENCE_CHARACTERS_MAX} characters. Short ones read better.",
            ),
            ("basics", "facts_zh"),
        )


def _too_long(sentence: str) -> bool:
    return len(sentence.strip()) > SENTENCE_CHARACTERS_MAX


def _look(
    file: File, code: str, said: Text, place: tuple[str, str], cites: Text | None = None
) -> Finding:
    return Finding(code, said, cites, *_place(file, code, *place), bars=False)
