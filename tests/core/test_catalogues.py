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
from stampwell.stamp_page.refusals import SENTENCES
from stampwell.web.errors import PageError

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "src" / "stampwell" / "locales"
TRANSLATED = [tag for tag in Languages().tags if tag != "en"]
OF_THE_PAGE = [tag for tag in Languages("stamp_page").tags if tag != "en"]

_PAGE = "stampwell.stamp_page."

in_every_language = pytest.mark.parametrize("tag", TRANSLATED)
in_every_catalogue = pytest.mark.parametrize(
    ("name", "tag"), [*(("stampwell", tag) for tag in TRANSLATED), *(("stamp_page", tag) for tag in OF_THE_PAGE)]
)


def _catalogue(name: str, tag: str) -> Catalog:
    with (FOLDER / tag / "LC_MESSAGES" / f"{name}.po").open("rb") as file:
        return read_po(file, locale=tag)


def _messages(tag: str, name: str = "stampwell") -> list[Message]:
    return [message for message in _catalogue(name, tag) if message.id]


def _values(template: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(template) if name is not None)


def _refusals(*, of_the_page: bool = False) -> list[type[AppError]]:
    found, waiting = [], [AppError]
    while waiting:
        waiting += (children := waiting.pop().__subclasses__())
        found += children
    # Other tests may make refusals of their own.
    ours = [error for error in found if error.__module__.startswith("stampwell.") and error is not PageError]
    return [error for error in ours if error.__module__.startswith(_PAGE) == of_the_page]


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.suffix in {".pot", ".po", ".mo"}
    }


def test_there_are_korean_and_japanese_and_on_the_customers_page_three_more() -> None:
    assert TRANSLATED == ["ko", "ja"]
    assert OF_THE_PAGE == ["ko", "ja", "de", "fr", "es"]


def test_make_messages_has_nothing_to_do(tmp_path: Path) -> None:
    """The template is what the code says, the catalogues have its sentences, the compiled ones are theirs."""
    folder = tmp_path / "locales"
    shutil.copytree(FOLDER, folder)
    subprocess.run([ROOT / "tools" / "messages.sh", folder], check=True, timeout=120)
    assert _files(folder) == _files(FOLDER)


@in_every_catalogue
class TestEveryCatalogue:
    def test_no_message_is_untranslated(self, name: str, tag: str) -> None:
        assert [message.id for message in _messages(tag, name) if not message.string or message.fuzzy] == []

    def test_a_translation_has_the_same_values_in_it(self, name: str, tag: str) -> None:
        messages = _messages(tag, name)
        assert [message.id for message in messages if _values(str(message.id)) != _values(str(message.string))] == []


@in_every_language
class TestCatalogue:
    def test_every_refusal_is_in_it(self, tag: str) -> None:
        known = {message.id for message in _messages(tag)}
        assert [error.__name__ for error in _refusals() if error.template not in known] == []

    def test_a_refusal_is_said_in_it(self, tag: str) -> None:
        translate = Languages()(tag.encode()).translate
        assert [error.__name__ for error in _refusals() if translate(error.template) == error.template] == [
            # Names and values only, but for what is in them.
            "FieldsWrong",
        ]


@pytest.mark.parametrize("tag", OF_THE_PAGE)
def test_every_refusal_of_the_customers_page_is_said_in_its_languages(tag: str) -> None:
    translate = Languages("stamp_page")(tag.encode()).translate
    own = [error.template for error in _refusals(of_the_page=True)]
    assert own
    assert [sentence for sentence in (*own, *SENTENCES.values()) if translate(sentence) == sentence] == []
