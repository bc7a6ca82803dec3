"""What happens to every request of a page, whatever the surface: a handler answers, refusals become pages."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Generic, Literal, Protocol, TypeVar

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from stampwell.core.errors import AppError
from stampwell.http.dispatch import without_faults
from stampwell.web.client import nobody_left


class Page(Protocol):
    """As much of a surface's route as this kit needs. path: Starlette's pattern, such as `/dashboard/cards/{card_id:idx}`."""

    @property
    def method(self) -> Literal["GET", "POST"]: ...

    @property
    def path(self) -> str: ...


class _Number(Convertor[int]):
    """`{card_id:idx}` in a path: a number that the database can count to."""

    regex = "[0-9]{1,18}"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


PageT = TypeVar("PageT", bound=Page)
VisitorT = TypeVar("VisitorT")


class PageDispatcher(ABC, Generic[PageT, VisitorT]):
    """Makes Starlette's routes of a surface's pages.

    A visitor is what the surface knows of who asks, with or without a context: their language at least. log: where faults
    are written to.
    """

    def __init__(self, log: Any) -> None:
        self._log = log

    @abstractmethod
    def visitor_of(self, request: Request) -> VisitorT:
        """What the request itself says of who asks. Raises nothing."""

    @abstractmethod
    async def handle(self, page: PageT, request: Request, visitor: VisitorT) -> Response:
        """The answer. Raises AppError and ClientDisconnect."""

    @abstractmethod
    def refused(self, request: Request, visitor: VisitorT, refusal: AppError) -> Response:
        """The page of a refusal."""

    def routes_of(self, pages: Iterable[PageT]) -> list[Route]:
        register_url_convertor("idx", _Number())
        return [Route(page.path, self.endpoint(page), methods=[page.method]) for page in pages]

    def endpoint(self, page: PageT) -> Callable[[Request], Awaitable[Response]]:
        """The page, as Starlette calls it."""

        async def answer(request: Request) -> Response:
            visitor = self.visitor_of(request)
            try:
                return await without_faults(
                    self.handle(page, request, visitor),
                    log=self._log,
                    request_id=request.scope["request_id"],
                    method=request.method,
                    path=page.path,
                )
            except ClientDisconnect:
                return nobody_left()
            except AppError as refusal:
                return self.refused(request, visitor, refusal)

        return answer
