"""The translations: all there, up to date with the code, and with the same values in them."""

import shutil
import subprocess
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from stampwell.core.errors import AppError
from stampwell.locales.languages import Languages
from stampwell.web.errors import PageError

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "src" / "stampwell" / "locales"
TRANSLATED = [tag for tag in Languages().tags if tag != "en"]

in_every_language = pytest.mark.parametrize("tag", TRANSLATED)


def _catalogue(tag: str) -> Catalog:
    with (FOLDER / tag / "LC_MESSAGES" / "stampwell.po").open("rb") as file:
        return read_po(file, locale=tag)


def _messages(tag: str) -> list[Message]:
    return [message for message in _catalogue(tag) if message.id]


def _values(template: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(template) if name is not None)


def _refusals() -> list[type[AppError]]:
    found, waiting = [], [AppError]
    while waiting:
        waiting += (children := waiting.pop().__subclasses__())
        found += children
    # Other tests may make refusals of their own.
    return [error for error in found if error.__module__.startswith("stampwell.") and error is not PageError]


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.suffix in {".pot", ".po", ".mo"}
    }


def test_there_are_korean_and_japanese() -> None:
    assert TRANSLATED == ["ko", "ja"]


def test_make_messages_has_nothing_to_do(tmp_path: Path) -> None:
    """The template is what the code says, the catalogues have its sentences, the compiled ones are theirs."""
    folder = tmp_path / "locales"
    shutil.copytree(FOLDER, folder)
    subprocess.run([ROOT / "tools" / "messages.sh", folder], check=True, timeout=120)
    assert _files(folder) == _files(FOLDER)


@in_every_language
class TestCatalogue:
    def test_no_message_is_untranslated(self, tag: str) -> None:
        assert [message.id for message in _messages(tag) if not message.string or message.fuzzy] == []

    def test_every_refusal_is_in_it(self, tag: str) -> None:
        known = {message.id for message in _messages(tag)}
        assert [error.__name__ for error in _refusals() if error.template not in known] == []

    def test_a_translation_has_the_same_values_in_it(self, tag: str) -> None:
        messages = _messages(tag)
        assert [message.id for message in messages if _values(str(message.id)) != _values(str(message.string))] == []

    def test_a_refusal_is_said_in_it(self, tag: str) -> None:
        translate = Languages()(tag.encode()).translate
        assert [error.__name__ for error in _refusals() if translate(error.template) == error.template] == [
            # Names and values only, but for what is in them.
            "FieldsWrong",
        ]
