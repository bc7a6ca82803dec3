"""Where a request comes from: as the server library has it, after the proxies that the operator trusts."""

from starlette.requests import Request

from stampwell.core.addresses import network_of, readable_address


def client_address(request: Request) -> str:
    """The client's address, to be shown to people; blank where a proxy says what is none."""
    return readable_address(_host(request))


def client_network(request: Request) -> str:
    """What the client is counted by, whatever is counted: misses, tries, letters."""
    return network_of(_host(request))


def _host(request: Request) -> str:
    return "" if request.client is None else request.client.host
