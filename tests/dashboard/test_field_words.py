"""What is wrong with a field, as the people of a shop read it: never the API's words."""

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from stampwell.core.errors import FieldError
from stampwell.core.model_problems import TOO_LONG, TOO_SHORT
from stampwell.core.phrases import Phrase, english, phrase
from stampwell.dashboard.field_words import problem_in_words

TEMPLATE = Path(__file__).parents[2] / "src/stampwell/locales/stampwell.pot"
# What is wrong with values, as far as pages ask for them.
_FOUND_BY = (
    "core/fields.py",
    "core/model_problems.py",
    "core/unseen.py",
    "features/cards/requests.py",
    "features/cards/rules.py",
    "features/cards/service.py",
    "features/domains/rules.py",
    "features/imports/layouts.py",
    "features/locations/rules.py",
    "features/people/",
    "features/stamps/contract/",
    "features/stamps/issuing.py",
    "features/stamps/merging.py",
    "features/webhooks/rules.py",
    "outbound/urls.py",
)
_BEGINNINGS = ("must ", "required", "has {", "is ", "choose ", "another reward", "an account", "location {", "somebody ")
# Only programs can send these: a form has no such field, sends texts only, or offers what there is.
_OF_PROGRAMS = {
    "has {name} more than once; give each type once",
    "has {number} more than once; give each location once",
    "must be a string in double quotes",
    "must be an array",
    "must be an object",
    "must be at most 7 days ago",
    "must be written YYYY-MM-DD HH:mm:ss, such as 2026-11-29 14:05:00, or with an offset: +09:00 or Z",
    "must have at least {min_length} items",
    "must not be in the future: the server's clock shows {now}",
}


def _problems() -> list[str]:
    """Templates of problems in the catalogue's order; of a counted one, that for many."""
    with TEMPLATE.open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    ids = [
        message.id if isinstance(message.id, str) else message.id[1]
        for message in messages
        if any(place.removeprefix("src/stampwell/").startswith(_FOUND_BY) for place, _ in message.locations)
    ]
    return [sentence for sentence in ids if sentence.startswith(_BEGINNINGS)]


def _said(field: str, problem: Phrase) -> str:
    return problem_in_words(FieldError(field, problem)).said(english)


def test_every_problem_has_words_for_people() -> None:
    problems = _problems()
    assert len(problems) > 40
    unsaid = {said for said in problems if problem_in_words(FieldError("x", Phrase(said, {}))).template == said}
    assert unsaid == _OF_PROGRAMS


@pytest.mark.parametrize(
    ("field", "problem", "words"),
    [
        ("cardNm", phrase("required"), "Enter a name."),
        ("rewards.2.rewardTtl", phrase("required"), "Enter the name of the reward."),
        ("cardIdx", phrase("required"), "Choose a card."),
        ("somethingNew", phrase("required"), "Fill this in."),
        ("cardNm", phrase("must have at least one character that is not a space"), "Enter a name."),
        ("cardNm", phrase(TOO_SHORT, min_length=1), "Enter a name."),
        ("onsitePwd", phrase(TOO_SHORT, min_length=4), "Use at least 4 characters."),
        ("memo", phrase(TOO_LONG, max_length=1000), "Use at most 1000 characters."),
        ("endYmd", phrase("must not be before strtYmd ({start})", start="2030-01-01"), "Choose 1 Jan 2030 or later."),
        ("strtYmd", phrase("must not be after endYmd ({end})", end="2030-01-01"), "Choose 1 Jan 2030 or earlier."),
        (
            "endYmd",
            phrase("must be at most {years} years from today: {latest} or earlier", years=5, latest="2031-11-29"),
            "Choose 29 Nov 2031 or earlier: a card is valid for at most 5 years from today.",
        ),
        (
            "userNm",
            phrase("has {what} ({code}) at the end: remove it", what=phrase("a tab"), code="U+0009"),
            "This ends with something invisible (a tab). Remove it.",
        ),
        ("maxStamps", phrase("something that nobody foresaw"), "something that nobody foresaw"),
    ],
)
def test_says_what_to_do(field: str, problem: Phrase, words: str) -> None:
    assert _said(field, problem) == words
