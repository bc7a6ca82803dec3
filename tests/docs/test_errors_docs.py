"""docs/errors.md and the refusals in the code are the same list."""

import json
import pkgutil
import re
from collections import defaultdict
from importlib import import_module

import pytest
from texts import blocks, page, sections

import stampwell
from stampwell.core.errors import AppError, PageError
from stampwell.core.phrases import Template

_SECTIONS = sections(page("docs/errors.md"))


def _refusals() -> dict[str, list[type[AppError]]]:
    """Every refusal of the API by its code."""
    for module in pkgutil.walk_packages(stampwell.__path__, "stampwell."):
        if module.name.endswith(".errors"):
            import_module(module.name)
    found: dict[str, list[type[AppError]]] = defaultdict(list)
    waiting = AppError.__subclasses__()
    while waiting:
        refusal = waiting.pop(0)
        waiting += refusal.__subclasses__()
        # Other tests may make refusals of their own; pages say theirs to people, without a code.
        if refusal.__module__.startswith("stampwell.") and not issubclass(refusal, PageError):
            found[str(refusal.code)].append(refusal)
    return found


_REFUSALS = _refusals()


def _is_said_by(template: Template, message: str) -> bool:
    """Whether that is the template with its parameters filled in."""
    sentences = [template] if isinstance(template, str) else [template.one, template.many]
    return any(_pattern(sentence).fullmatch(message) for sentence in sentences)


def _pattern(sentence: str) -> re.Pattern[str]:
    # A hint may be empty.
    plain = re.split(r"\{\w+\}", sentence.removesuffix("{hint}"))
    filled = ".+?".join(re.escape(part.replace("{{", "{").replace("}}", "}")) for part in plain)
    return re.compile(filled + ".*" * sentence.endswith("{hint}"), re.DOTALL)


def test_one_section_for_every_code_in_order() -> None:
    assert list(_SECTIONS) == sorted(_REFUSALS)


def test_the_code_begins_with_the_status() -> None:
    assert {code: {refusal.status for refusal in refusals} for code, refusals in _REFUSALS.items()} == {
        code: {int(code[:3])} for code in _REFUSALS
    }


@pytest.mark.parametrize("code", sorted(_REFUSALS))
class TestSection:
    def test_names_and_status(self, code: str) -> None:
        heading = re.match(r"\s*\*\*(?P<names>[\w, ]+) · HTTP (?P<status>\d+)\.\*\*", _SECTIONS[code])
        assert heading is not None
        assert set(heading["names"].split(", ")) == {refusal.__name__ for refusal in _REFUSALS[code]}
        assert heading["status"] == code[:3]

    def test_says_what_to_do(self, code: str) -> None:
        assert "\nWhat to do: " in _SECTIONS[code]

    def test_the_example_is_what_the_code_says(self, code: str) -> None:
        (example,) = blocks(_SECTIONS[code], "json")
        envelope = json.loads(example)
        fields = envelope.pop("errors", [])
        assert list(envelope) == ["code", "message", "result"]
        assert (envelope["code"], envelope["result"]) == (int(code), None)
        assert all(list(row) == ["field", "message"] for row in fields)
        assert any(_is_said_by(refusal.template, envelope["message"]) for refusal in _REFUSALS[code])
