"""Published words in both languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """Words that are published: Chinese always, English where it exists."""

    zh: str
    en: str = ""

    def __post_init__(self) -> None:
        if not self.zh.strip():
            raise ValueError("the Chinese text may not be empty")

    def in_language(self, language: str) -> str:
        """The words in `zh` or `en`; English falls back to Chinese where there is none."""
        return self.en if language == "en" and self.en else self.zh

    def as_record(self) -> dict[str, str]:
        """As a JSON object for entries."""
        return {"zh": self.zh, "en": self.en}
