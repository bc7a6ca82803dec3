from stampwell.core.phrases import translatable
from stampwell.web.errors import PageError


class CannotUndo(PageError):
    status = 409
    template = translatable("That cannot be undone any more: it is too late, or something came after it.")
