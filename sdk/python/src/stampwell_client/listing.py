"""Lists that fetch their pages when they are needed."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from stampwell_client.calls import Call, following
from stampwell_client.models import Page

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """Iterates over every row, page after page. Each iteration starts anew."""

    _run: Callable[[Call[Page[T]]], Page[T]]
    _first: Call[Page[T]]

    def __iter__(self) -> Iterator[T]:
        for page in self.pages():
            yield from page.list

    def pages(self) -> Iterator[Page[T]]:
        """The pages themselves."""
        call: Call[Page[T]] | None = self._first
        while call is not None:
            page = self._run(call)
            yield page
            call = following(call, page)


@dataclass(frozen=True, slots=True)
class AsyncListing(Generic[T]):
    """Iterates over every row, page after page. Each iteration starts anew."""

    _run: Callable[[Call[Page[T]]], Awaitable[Page[T]]]
    _first: Call[Page[T]]

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.pages():
            for row in page.list:
                yield row

    async def pages(self) -> AsyncIterator[Page[T]]:
        """The pages themselves."""
        call: Call[Page[T]] | None = self._first
        while call is not None:
            page = await self._run(call)
            yield page
            call = following(call, page)
