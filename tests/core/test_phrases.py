"""Sentences that are said in the reader's language, with what is in them."""

from stampwell.core.errors import FieldError, FieldsWrong
from stampwell.core.phrases import english, phrase, say

GERMAN = {"there are {number} of {what}": "von {what} gibt es {number}", "marks": "Stempeln", "required": "nötig"}


def german(template: str) -> str:
    return GERMAN.get(template, template)


def test_a_phrase_is_said_in_english_or_another_language() -> None:
    there_are = phrase("there are {number} of {what}", number=3, what=phrase("marks"))
    assert there_are.said(english) == "there are 3 of marks"
    assert there_are.said(german) == "von Stempeln gibt es 3"


def test_what_is_no_phrase_is_not_translated() -> None:
    assert say("there are {number} of {what}", {"number": 3, "what": "marks"}, german) == "von marks gibt es 3"


def test_values_are_not_read_as_templates() -> None:
    assert phrase("{name}", name="{number} {}").said(german) == "{number} {}"


def test_the_summary_of_wrong_fields_is_in_one_language() -> None:
    error = FieldsWrong([FieldError("a", phrase("required")), FieldError("b", phrase("required"))])
    assert error.message == "a: required (also wrong: b; see errors)"
    assert error.said(german) == "a: nötig (also wrong: b; see errors)"
