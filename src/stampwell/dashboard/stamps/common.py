"""What pages about one stamp share: the reason that somebody types, and what can be undone."""

from stampwell.core.errors import FieldError, FieldsWrong
from stampwell.core.validation import RequestModel, validate
from stampwell.dashboard.context import DashboardContext
from stampwell.features.people.model import Permission
from stampwell.features.stamps.contract.request_fields import Note
from stampwell.features.stamps.undo import UndoRule, rule_of_member


class ReasonForm(RequestModel):
    """Why somebody does what they do: it goes into the history."""

    blank_is_absent = frozenset({"note"})

    note: Note = None


def read_reason(context: DashboardContext) -> tuple[str | None, list[FieldError]]:
    """The reason that was typed, and what is wrong with it, to be told with whatever else is wrong."""
    try:
        return validate(ReasonForm, context.form.fields(("note",)), context=context).note, []
    except FieldsWrong as wrong:
        return None, list(wrong.fields)


def undo_rule(context: DashboardContext) -> UndoRule:
    """What the person may undo."""
    return rule_of_member(context.actor, corrections=context.may(Permission.STAMPS))
