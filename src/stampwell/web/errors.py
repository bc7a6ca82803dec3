"""What can be wrong with a request for a page before any feature sees it."""

from stampwell.core.errors import PageError
from stampwell.core.phrases import translatable


class NoSuchPage(PageError):
    status = 404
    template = translatable("There is nothing at this address. It may have been deleted, or the link is incomplete.")


class NotAllowed(PageError):
    status = 403
    template = translatable("Your role does not allow this. Ask an owner of the shop.")


class ForeignForm(PageError):
    status = 403
    template = translatable(
        "This form did not come from this page, or it is out of date. Go back, reload the page and try again."
    )


class FormTooLarge(PageError):
    status = 413
    template = translatable("That is too large: at most {limit_kib} KiB can be sent here.")


class HasNul(PageError):
    """No page has such a field, and PostgreSQL cannot store one: it is refused before anybody asks what the field is for."""

    status = 400
    template = translatable(
        "{field}: there is a character in it that nobody can see and that cannot be stored (NUL). Type it again and try again."
    )


class FormUnreadable(PageError):
    status = 400
    template = translatable("The form could not be read. Go back, reload the page and try again.")
