"""Whether a form was sent from our own pages."""

from starlette.requests import Request

from stampwell.web.errors import ForeignForm


def require_same_origin(request: Request, *, no_referrer: bool = False) -> None:
    """Raises ForeignForm for a POST that another site made a browser send, and for one that says nothing of its origin.

    Browsers say `Sec-Fetch-Site` on https and localhost, and `Origin` with every POST. no_referrer: the page is under the
    policy of that name, with which browsers send `Origin: null` along with our own forms too. Then the site counts where it is
    sent, and the rest is left to the form's token, which nobody has who was not given the page.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None and site != "same-origin":
        raise ForeignForm
    if no_referrer and origin in (None, "null"):
        return
    if origin is None:
        if site is None:
            raise ForeignForm
        return
    if not _is_of_host(origin, request):
        raise ForeignForm


def _is_of_host(origin: str, request: Request) -> bool:
    """Whether an Origin names the host that the request was sent to. Taken apart by its signs alone: whoever sends it may be
    anybody, and the standard library's parser raises at some of what is no address.
    """
    _, signs, host = origin.partition("://")
    return bool(signs) and host == request.headers.get("host")
