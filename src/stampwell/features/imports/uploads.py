"""Uploaded files: whether they can be read, and how."""

from io import BytesIO
from typing import NamedTuple

from stampwell.core.phrases import phrase
from stampwell.features.imports.model import LARGEST_FILE, MOST_ROWS
from stampwell.features.imports.surveys import Survey, survey
from stampwell.features.imports.tables import TableWrong
from stampwell.features.imports.text_files import TextFile


class ReadUpload(NamedTuple):
    """A file that can be read, as it was sent."""

    content: bytes
    survey: Survey


def read_upload(content: bytes, *, encoding: str | None = None, separator: str | None = None) -> ReadUpload:
    """Reads it to its end; what is named is taken as it is. Raises TableWrong, which says what to do."""
    if len(content) > LARGEST_FILE:
        raise TableWrong(phrase("The file is larger than {most} MB. Split it, or import it on the command line.", most=20))
    found = survey(lambda: BytesIO(content), encoding=encoding, separator=separator, at_row=_check_rows)
    if not found.rows:
        raise TableWrong(phrase("The file has no rows under its first line, which must name the columns."))
    _check_rows(found.rows)
    return ReadUpload(content, found)


def text_of(content: bytes, encoding: str) -> TextFile:
    """What an uploaded file says."""
    return TextFile(lambda: BytesIO(content), encoding)


def _check_rows(rows: int) -> None:
    if rows > MOST_ROWS:
        raise TableWrong(
            phrase("The file has more than {most} rows. Split it, or import it on the command line.", most=f"{MOST_ROWS:,}")
        )
