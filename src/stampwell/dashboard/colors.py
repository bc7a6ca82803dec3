"""Colours in forms: a box says whether there is one of its own, beside it the colour."""

from stampwell.core.colors import parse_color
from stampwell.core.errors import FieldError
from stampwell.core.phrases import phrase
from stampwell.core.unseen import unseen_or
from stampwell.web.forms import Form


def read_color(form: Form, field: str, wrong: list[FieldError]) -> str:
    """Six hexadecimal digits; blank where the form asks for none of its own. What is wrong is noted."""
    if not form.has(own_box(field)):
        return ""
    color = parse_color(form.text(field))
    if color is None:
        problem = phrase("Choose a colour, such as #b3261e.")
        wrong.append(FieldError(field, unseen_or(form.text(field), problem)))
        return ""
    return color


def own_box(field: str) -> str:
    """The box that belongs to the colour's field: `ownColor` to `color`."""
    return f"own{field[0].upper()}{field[1:]}"
