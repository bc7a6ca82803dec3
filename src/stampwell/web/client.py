"""Where a request comes from: as the server library has it, after the proxies that the operator trusts."""

from starlette.requests import Request
from starlette.responses import Response

from stampwell.core.ip_addresses import network_of, readable_address


def client_address(request: Request) -> str:
    """The client's address, to be shown to people; blank where a proxy says what is none."""
    return readable_address(_host(request))


def client_network(request: Request) -> str:
    """What the client is counted by, whatever is counted: misses, tries, e-mails."""
    return network_of(_host(request))


def nobody_left() -> Response:
    """What is answered to a client that hung up before its request was complete: the server sends it to nobody."""
    return Response(status_code=400)


def _host(request: Request) -> str:
    return "" if request.client is None else request.client.host
