"""docs/settings.md and the settings are the same list; no page or deploy file names a setting that does not exist."""

import re
from typing import get_args

from texts import PAGES, ROOT, page, sections

from stampwell.settings import LISTEN_KEY, LISTEN_SECRET, PREFIX, Settings

# Of the test suite and of a command, not of the server.
_OTHERS = {"STAMPWELL_TEST_POSTGRES_URL", LISTEN_KEY, LISTEN_SECRET}

_FIELDS = {PREFIX + name.upper(): field for name, field in Settings.model_fields.items()}
_SECTIONS = sections(page("docs/settings.md"))


def _shown(default: object) -> str:
    if default is None:
        return "none"
    return "empty" if default in (frozenset(), ()) else f"`{default}`"


def test_every_setting_has_its_section_in_the_order_of_the_code() -> None:
    assert list(_SECTIONS) == list(_FIELDS)


def test_defaults() -> None:
    shown = {name: section.strip().splitlines()[0] for name, section in _SECTIONS.items()}
    assert shown == {name: f"Default: {_shown(field.default)}" for name, field in _FIELDS.items()}


def test_choices_and_limits() -> None:
    wanted = {
        name: [f"`{choice}`" for choice in get_args(field.annotation) if isinstance(choice, str)]
        for name, field in _FIELDS.items()
    }
    for name, section in _SECTIONS.items():
        bounds = {type(limit).__name__: limit for limit in _FIELDS[name].metadata}
        if "Ge" in bounds and "Le" in bounds and bounds["Le"].le < 65535:
            wanted[name].append(f"{bounds['Ge'].ge} to {bounds['Le'].le}")
        assert [words for words in wanted[name] if words not in section] == [], name


def test_each_says_what_it_does() -> None:
    assert [name for name, section in _SECTIONS.items() if len(section.split()) < 10] == []


def test_nobody_names_a_setting_that_does_not_exist() -> None:
    files = [*PAGES, *(path for path in (ROOT / "deploy").iterdir() if path.is_file())]
    named = {
        name for path in files for name in re.findall(r"\bSTAMPWELL_[A-Z][A-Z_]*[A-Z]\b", path.read_text(encoding="utf-8"))
    }
    # Placeholders of the pages themselves.
    assert named - _OTHERS - {"STAMPWELL_NAME"} <= set(_FIELDS)
