from stampwell.core.errors import PageError
from stampwell.core.phrases import translatable
from stampwell.features.stamps.model import Stamp


class CannotUndo(PageError):
    status = 409
    template = translatable("That cannot be undone any more: it is too late, or something came after it.")


class StampChanged(PageError):
    """`present`: the stamp as somebody else has left it."""

    status = 409
    template = translatable("Somebody else has changed this stamp since you opened it. Nothing of yours was saved yet.")

    def __init__(self, present: Stamp) -> None:
        super().__init__()
        self.present = present
