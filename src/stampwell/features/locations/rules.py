"""What the name of a location must be, and when two names are the same."""

import re

from stampwell.core.errors import FieldError
from stampwell.core.phrases import phrase
from stampwell.core.text import CONTROL_CHARACTERS, normalized
from stampwell.core.unseen import unseen_or

LONGEST_NAME = 100

MOST_LOCATIONS = 1000
"""Of an account: lists of locations are not paged."""

NAME_FIELD = "locationNm"

# Lone surrogates are what the command line makes of bytes that are no UTF-8.
_UNUSABLE = re.compile(rf"[{CONTROL_CHARACTERS}\ud800-\udfff]")


def name_key(name: str) -> str:
    """Names with the same key are the same name: case, width and blanks at the ends make no difference."""
    folded = normalized("NFKC", name.strip(), longest=LONGEST_NAME).casefold()
    # Folding may leave what composes again. A character has at most 18 others in its place.
    return normalized("NFKC", folded, longest=18 * LONGEST_NAME)


def name_problems(name: str) -> list[FieldError]:
    """What is wrong with the name of a location, whichever others there are."""
    if name.strip() and len(name) <= LONGEST_NAME and not _UNUSABLE.search(name):
        return []
    problem = phrase("must have 1 to {most} printable characters", most=LONGEST_NAME)
    return [FieldError(NAME_FIELD, unseen_or(name, problem))]


def name_taken(name: str, location_id: int) -> FieldError:
    """That another location has the name. location_id: of that one."""
    problem = phrase(
        "location {location_id} is already called {name}; choose another name, or use that location",
        location_id=location_id,
        name=name,
    )
    return FieldError(NAME_FIELD, problem)


def no_room() -> FieldError:
    """That the account has all the locations that it may have."""
    problem = phrase("an account has at most {most} locations; rename one that is not used any more", most=MOST_LOCATIONS)
    return FieldError(NAME_FIELD, problem)
