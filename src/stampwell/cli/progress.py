"""Long work: a bar on a terminal, and Ctrl-C that ends it between two steps."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stop:
    """Whether somebody wants the work to end. In a `with`, the first Ctrl-C or SIGTERM asks; the second ends it at once."""

    def __init__(self) -> None:
        self.requested = False
        self._before = [signal.getsignal(number) for number in _SIGNALS]

    def __enter__(self) -> Self:
        for number in _SIGNALS:
            signal.signal(number, self._ask)
        return self

    def __exit__(self, *_: object) -> None:
        self._restore()

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.requested = True
        self._restore()

    def _restore(self) -> None:
        for number, handler in zip(_SIGNALS, self._before, strict=True):
            signal.signal(number, handler)


class Pace:
    """How long something takes, and how much of it is done in a second."""

    def __init__(self) -> None:
        self._began_s = time.monotonic()

    @property
    def seconds(self) -> float:
        return round(time.monotonic() - self._began_s, 1)

    def a_second(self, count: int) -> int:
        """On average since it began."""
        return round(count / max(time.monotonic() - self._began_s, 0.001))


class _Speed(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed or 0:,.0f}/s")


@contextmanager
def progress(what: str, *, total: int | None, shown: bool) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, if that is a terminal; call it with how much of `total` is done. None: not known yet."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Speed(), TimeRemainingColumn())
    # What the command prints goes where it belongs, not above the bar.
    bar = Progress(
        *columns, console=console, transient=True, redirect_stdout=False, disable=not (shown and console.is_terminal)
    )
    with bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.update(task, completed=done)
