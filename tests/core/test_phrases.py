"""Sentences that are said in the reader's language, with what is in them."""

import json
from datetime import date

from stampwell.core.errors import FieldError, FieldsWrong
from stampwell.core.phrases import counted, english, from_plain, phrase, say, to_plain
from stampwell.locales.languages import Languages

GERMAN = {"there are {number} of {what}": "von {what} gibt es {number}", "marks": "Stempeln", "required": "nötig"}


def german(template: str, many: str = "", count: int = 1, /) -> str:
    english = many if many and count != 1 else template
    return GERMAN.get(english, english)


def test_a_phrase_is_said_in_english_or_another_language() -> None:
    there_are = phrase("there are {number} of {what}", number=3, what=phrase("marks"))
    assert there_are.said(english) == "there are 3 of marks"
    assert there_are.said(german) == "von Stempeln gibt es 3"


def test_a_counted_sentence_is_said_by_its_number() -> None:
    template = counted("number", "{number} mark for {name}", "{number} marks for {name}")
    said = [phrase(template, number=number, name="Kim").said(english) for number in (0, 1, 2, 21)]
    assert said == ["0 marks for Kim", "1 mark for Kim", "2 marks for Kim", "21 marks for Kim"]


def test_every_language_counts_in_its_own_way() -> None:
    """In French none is like one; Korean and Japanese tell nothing apart."""
    template = counted("goal", "{count} of {goal} stamp", "{count} of {goal} stamps")
    said = {
        tag: [phrase(template, count=0, goal=goal).said(Languages("stamp_page")(tag.encode()).translate) for goal in (0, 1, 2)]
        for tag in ("en", "de", "fr", "es", "ko")
    }
    assert said == {
        "en": ["0 of 0 stamps", "0 of 1 stamp", "0 of 2 stamps"],
        "de": ["0 von 0 Stempeln", "0 von 1 Stempel", "0 von 2 Stempeln"],
        "fr": ["0 sur 0 tampon", "0 sur 1 tampon", "0 sur 2 tampons"],
        "es": ["0 de 0 sellos", "0 de 1 sello", "0 de 2 sellos"],
        "ko": ["도장 0개 중 0개", "도장 1개 중 0개", "도장 2개 중 0개"],
    }


def test_phrases_come_back_from_where_they_are_kept() -> None:
    inner = phrase(counted("n", "{n} mark", "{n} marks"), n=1)
    for one in (
        phrase("plain"),
        phrase("a {b}", b="c"),
        inner,
        phrase("has {what} of {day}", what=inner, day=date(2026, 1, 2)),
    ):
        kept = json.loads(json.dumps(to_plain(one)))
        assert from_plain(kept).said(english) == one.said(english)


def test_what_is_no_phrase_is_not_translated() -> None:
    assert say("there are {number} of {what}", {"number": 3, "what": "marks"}, german) == "von marks gibt es 3"


def test_values_are_not_read_as_templates() -> None:
    assert phrase("{name}", name="{number} {}").said(german) == "{number} {}"


def test_the_summary_of_wrong_fields_is_in_one_language() -> None:
    error = FieldsWrong([FieldError("a", phrase("required")), FieldError("b", phrase("required"))])
    assert error.message == "a: required (also wrong: b; see errors)"
    assert error.said(german) == "a: nötig (also wrong: b; see errors)"
