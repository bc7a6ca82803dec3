"""The translations: all there, up to date with the code, and with the same values in them."""

import re
import shutil
import subprocess
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from stampwell.core.errors import AppError, PageError
from stampwell.core.phrases import Counted, Template, Translate, worded
from stampwell.locales.languages import Languages
from stampwell.stamp_page.refusals import SENTENCES

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "src" / "stampwell" / "locales"
TRANSLATED = [tag for tag in Languages().tags if tag != "en"]
OF_THE_PAGE = [tag for tag in Languages("stamp_page").tags if tag != "en"]

_NUMBER_OF = re.compile(
    r"\{\w+\} (?:\w+ )?(?:marks|stamps|rows|characters|items|cells|columns|requests|days|seconds|minutes|years|people|domains"
    r"|imports|keys)\b"
)
# The number is a constant of ours, or the sentence is for more than a few.
_NEVER_ONE = {
    (
        "No name server answered within {seconds} seconds when asked for the TXT record at {name}. See whether the domain's "
        "name servers work, then check again."
    ),
    "No connection to {host} could be made within {seconds} seconds.",
    "None of the newest {newest} cards has its link on this domain; older ones may.",
    "The file has more than {most} rows. Split it, or import it on the command line.",
    "The file has {found} columns. The most is {most}.",
    "There are {most} unfinished imports already. Finish or remove one of them first.",
    "A shop can have {most} domains. Remove one first.",
    "Choose {day} or earlier: a card is valid for at most {years} years from today.",
    "Enter a name of at most {most} characters.",
    "There is a reward at {stamps} stamps. Choose a larger number, or move that reward.",
    "Use {least} to {most} characters.",
    "a line is longer than {most} characters.",
    "in {days} days",
    "must be at most {years} years from today: {latest} or earlier",
    "must have 1 to {most} printable characters",
    "must have {least} to {most} characters",
    "{count} API keys expire within 14 days.",
    "{count} API keys were in use until they expired.",
    "{count} domains are not verified yet.",
    "{count} domains lacked their verification record at the last check.",
    "{count} imports did not finish.",
    "{count} people have not accepted their invitation yet.",
    "{host} did not answer within {seconds} seconds.",
    "{name} has stamps, so it cannot be deleted. Archive it: they go on, and no new ones are issued.",
    "{url} did not answer within {seconds} seconds.",
}

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


def _english(message: Message) -> list[str]:
    """The sentence; of a counted one, that for one and that for many."""
    return [message.id] if isinstance(message.id, str) else list(message.id)


def _said(message: Message) -> list[str]:
    """Every form of its translation."""
    return [message.string] if isinstance(message.string, str) else list(message.string)


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


def _sentences(template: Template) -> list[str]:
    return [template] if isinstance(template, str) else [template.one, template.many]


def _untranslated(template: Template, translate: Translate) -> bool:
    said = {worded(template, {template.by: number}, translate) for number in (1, 2)} if isinstance(template, Counted) else set()
    return bool(said.intersection(_sentences(template))) if said else translate(str(template)) == template


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
        assert [message.id for message in _messages(tag, name) if not all(_said(message)) or message.fuzzy] == []

    def test_a_counted_sentence_has_every_form_of_the_language(self, name: str, tag: str) -> None:
        forms = _catalogue(name, tag).num_plurals
        counted = [message for message in _messages(tag, name) if message.pluralizable]
        assert counted
        assert [message.id for message in counted if len(_said(message)) != forms] == []

    def test_a_translation_has_the_same_values_in_it(self, name: str, tag: str) -> None:
        differing = [
            message.id
            for message in _messages(tag, name)
            if len({tuple(_values(form)) for form in (*_english(message), *_said(message))}) > 1
        ]
        assert differing == []

    def test_a_number_before_what_it_counts_is_counted(self, name: str, tag: str) -> None:
        """ "1 marks" is nobody's language: such a sentence is `counted()`."""
        plain = [message.id for message in _messages(tag, name) if not message.pluralizable]
        assert {sentence for sentence in plain if _NUMBER_OF.search(sentence)} <= _NEVER_ONE


@in_every_language
class TestCatalogue:
    def test_every_refusal_is_in_it(self, tag: str) -> None:
        known = {sentence for message in _messages(tag) for sentence in _english(message)}
        assert [error.__name__ for error in _refusals() if not known.issuperset(_sentences(error.template))] == []

    def test_a_refusal_is_said_in_it(self, tag: str) -> None:
        translate = Languages()(tag.encode()).translate
        assert [error.__name__ for error in _refusals() if _untranslated(error.template, translate)] == [
            # Names and values only, but for what is in them.
            "FieldsWrong",
            "NotValidHere",
        ]


@pytest.mark.parametrize("tag", OF_THE_PAGE)
def test_every_refusal_of_the_customers_page_is_said_in_its_languages(tag: str) -> None:
    translate = Languages("stamp_page")(tag.encode()).translate
    own = [error.template for error in _refusals(of_the_page=True)]
    assert own
    assert [sentence for sentence in (*own, *SENTENCES.values()) if _untranslated(sentence, translate)] == []
