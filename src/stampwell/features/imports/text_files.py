"""Text in files, a line at a time: on disk or in memory, in whatever encoding."""

from collections.abc import Callable, Iterator
from io import TextIOWrapper
from typing import BinaryIO, TextIO

from stampwell.core.phrases import phrase
from stampwell.features.imports.encodings import errors_of
from stampwell.features.imports.tables import LONGEST_LINE, TableWrong

OpenFile = Callable[[], BinaryIO]
"""Opens the file at its beginning; may be called any number of times."""

_MARK = "\ufeff"


class TextFile:
    """Can be read any number of times. Bytes that are no characters of the encoding become lone surrogates."""

    def __init__(self, open_file: OpenFile, codec: str) -> None:
        self.codec = codec
        self._open = open_file

    def lines(self) -> Iterator[str]:
        """Physical lines with their ends, without a byte order mark. Raises TableWrong; OSError where the file is on disk."""
        with TextIOWrapper(self._open(), encoding=self.codec, errors=errors_of(self.codec), newline="") as text:
            try:
                mark = _MARK
                for line in _bounded_lines(text):
                    yield line.removeprefix(mark)
                    mark = ""
            except UnicodeDecodeError:
                raise TableWrong(phrase("The file ends in the middle of a character. Save it again.")) from None


def is_readable(text: str) -> bool:
    """Whether all of it was characters of the file's encoding."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def shown(text: str) -> str:
    """The text, with a sign in place of what is unreadable."""
    return text if is_readable(text) else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _bounded_lines(text: TextIO) -> Iterator[str]:
    while line := text.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            raise TableWrong(phrase("a line is longer than {most} characters.", most=f"{LONGEST_LINE:,}"))
        yield line
