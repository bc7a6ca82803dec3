"""Sentences written in English here and said in the reader's language at the edge."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from stampwell.core.particles import with_particles


class Translate(Protocol):
    """An English template -> the same in another language; of two, for one and for `many`, the one for that `count`."""

    def __call__(self, template: str, many: str = "", count: int = 1, /) -> str: ...


class Counted(NamedTuple):
    """A sentence that depends on how many: `by` names the parameter that counts."""

    by: str
    one: str
    many: str


Template = str | Counted


def translatable(template: str) -> str:
    """The template itself: marks it for the catalogues."""
    return template


def counted(by: str, one: str, many: str) -> Counted:
    """`counted("count", "{count} mark", "{count} marks")`, in place of a template. Marks both for the catalogues.

    Both name the number: in French none is like one, and other languages differ more.
    """
    return Counted(by, one, many)


def english(template: str, many: str = "", count: int = 1, /) -> str:
    """The `Translate` of English."""
    return many if many and count != 1 else template


class Language(NamedTuple):
    """A language by its BCP 47 tag, and the way into it."""

    tag: str
    translate: Translate


class Phrase(NamedTuple):
    """A template and what to put into it; a parameter may be a Phrase itself."""

    template: Template
    parameters: Mapping[str, object]

    def said(self, translate: Translate) -> str:
        """The sentence, whole, in the language of `translate`."""
        return say(self.template, self.parameters, translate)


def phrase(template: Template, /, **parameters: object) -> Phrase:
    """A Phrase; marks its template for the catalogues, unless that is `counted` already."""
    return Phrase(template, parameters)


def say(template: Template, parameters: Mapping[str, object], translate: Translate) -> str:
    """The template in the language of `translate`, its parameters filled in."""
    values = {name: value.said(translate) if isinstance(value, Phrase) else value for name, value in parameters.items()}
    return with_particles(worded(template, parameters, translate), values).format(**values) if template else ""


def worded(template: Template, parameters: Mapping[str, object], translate: Translate) -> str:
    """The template in the language of `translate`, nothing filled in yet."""
    if isinstance(template, str):
        return translate(template)
    number: Any = parameters[template.by]
    return translate(template.one, template.many, int(number))


def to_plain(phrase: Phrase) -> list[Any]:
    """The phrase as JSON can hold it."""
    return [phrase.template, {name: _plain(value) for name, value in phrase.parameters.items()}]


def from_plain(plain: list[Any]) -> Phrase:
    """The phrase that `to_plain` was given, also after JSON held it."""
    template, parameters = plain
    values = {name: from_plain(value) if isinstance(value, list) else value for name, value in parameters.items()}
    return Phrase(template if isinstance(template, str) else Counted(*template), values)


def _plain(value: object) -> object:
    if isinstance(value, Phrase):
        return to_plain(value)
    return value if isinstance(value, int) else str(value)
