"""A file that appears when all of it is written."""

import os
import tempfile
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from stampwell.core.errors import OperatorError


class WholeFile:
    """In a `with`: `text` is written beside `path` and takes its place with `finish`; without that nothing is left.

    Readable by its owner alone: there are customers in it. Raises OperatorError when the folder takes no file.
    """

    def __init__(self, path: Path, *, encoding: str = "utf-8", errors: str = "strict") -> None:
        self.path = path
        self._encoding = encoding
        self._errors = errors

    def __enter__(self) -> Self:
        if self.path.exists() and not self.path.is_file():
            raise OperatorError(f"{self.path}: is not an ordinary file. Name another one.")
        try:
            handle, name = tempfile.mkstemp(prefix=f".{self.path.name}.", dir=self.path.parent)
        except OSError as error:
            raise self._refusal(error) from error
        self._part = Path(name)
        self.text: IO[str] = os.fdopen(handle, "w", encoding=self._encoding, errors=self._errors, newline="")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            self.text.close()
        except OSError as full:
            raise self._refusal(full) from full
        finally:
            self._part.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise self._refusal(error) from error

    def finish(self) -> None:
        """Raises OperatorError when the disk is full, or `path` is a folder."""
        try:
            self.text.flush()
            os.fsync(self.text.fileno())
            self._part.replace(self.path)
        except OSError as error:
            raise self._refusal(error) from error

    def _refusal(self, error: OSError) -> OperatorError:
        return OperatorError(f"{self.path}: {error.strerror}")
