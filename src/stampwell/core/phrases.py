"""Sentences written in English here and said in the reader's language at the edge."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

Translate = Callable[[str], str]
"""An English template -> the same in another language."""


def translatable(template: str) -> str:
    """The template itself: marks it for the catalogues."""
    return template


def english(template: str) -> str:
    """The `Translate` of English."""
    return template


class Language(NamedTuple):
    """A language by its BCP 47 tag, and the way into it."""

    tag: str
    translate: Translate


class Phrase(NamedTuple):
    """A template and what to put into it; a parameter may be a Phrase itself."""

    template: str
    parameters: Mapping[str, object]

    def said(self, translate: Translate) -> str:
        """The sentence, whole, in the language of `translate`."""
        return say(self.template, self.parameters, translate)


def phrase(template: str, /, **parameters: object) -> Phrase:
    """A Phrase; marks its template for the catalogues."""
    return Phrase(template, parameters)


def say(template: str, parameters: Mapping[str, object], translate: Translate) -> str:
    """The template in the language of `translate`, its parameters filled in."""
    values = {name: value.said(translate) if isinstance(value, Phrase) else value for name, value in parameters.items()}
    return translate(template).format(**values) if template else ""
