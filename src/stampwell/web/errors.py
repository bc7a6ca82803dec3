"""What can be wrong with a request for a page before any feature sees it."""

from stampwell.core.errors import PageError
from stampwell.core.phrases import translatable


class NoSuchPage(PageError):
    status = 404
    template = translatable("There is nothing at this address. It may have been deleted, or the link is incomplete.")


class NotAllowed(PageError):
    status = 403
    template = translatable("You don't have permission for this. Ask an owner of the shop.")


class ForeignForm(PageError):
    status = 403
    template = translatable("This page is out of date. Go back, reload it and try again.")


class FormTooLarge(PageError):
    status = 413
    template = translatable("That is too large. The limit is {limit_kib} KiB.")


class HasNul(PageError):
    """No page has such a field, and PostgreSQL cannot store one: it is refused before anybody asks what the field is for."""

    status = 400
    template = translatable("{field}: this has an invisible character in it that can't be saved. Type it again.")


class FormUnreadable(PageError):
    status = 400
    template = translatable("That couldn't be read. Go back, reload the page and try again.")
