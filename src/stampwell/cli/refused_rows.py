"""The report of the rows that an import refused: in the form of the file, beside it, to be mended and imported again."""

import csv
import json
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from stampwell.cli.atomic_file import WholeFile
from stampwell.cli.sources import Source
from stampwell.features.imports.encodings import UTF_16, errors_of
from stampwell.features.imports.json_rows import REPORTED_ROW
from stampwell.features.imports.layouts import TableRow
from stampwell.features.imports.tables import REPORT_COLUMNS, is_report

_INFIX = ".refused"


class RefusedRows(AbstractContextManager["RefusedRows"]):
    """In a `with`: whole when `finish` was called, else not there. One of an earlier import goes when this one begins."""

    def __init__(self, source: Source) -> None:
        path = source.path.with_name(f"{source.path.stem}{_INFIX}{source.path.suffix}")
        # What opens the file opens the report. Bytes that were no characters go out as they came in.
        self._codec = source.text.codec
        encoding = "utf-16" if self._codec in UTF_16 else self._codec
        self._whole = WholeFile(path, encoding=encoding, errors=errors_of(self._codec))
        self._header = source.layout.header if source.is_table else None
        self._separator = source.layout.separator
        # The file may be such a report itself.
        self._first = len(REPORT_COLUMNS) if is_report(source.layout.header) else 0
        self._csv: Any = None
        self._count = 0

    def __enter__(self) -> Self:
        self._whole.__enter__()
        self._whole.path.unlink(missing_ok=True)
        if self._header is not None:
            self._csv = csv.writer(self._whole.text, delimiter=self._separator, lineterminator="\n")
            self._csv.writerow([*REPORT_COLUMNS, *map(self._encodable, self._header[self._first :])])
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._whole.__exit__(kind, error, trace)

    def add(self, row: TableRow, reasons: Sequence[str]) -> None:
        self._count += 1
        if self._csv is not None:
            self._csv.writerow([row.line, self._encodable("; ".join(reasons)), *row.cells[self._first :]])
        else:
            self._whole.text.write(_json_line(row, reasons))

    def finish(self) -> Path | None:
        """The report, if there is anything in it."""
        if not self._count:
            return None
        self._whole.finish()
        return self._whole.path

    def _encodable(self, text: str) -> str:
        """Our own sentences may have signs that the encoding lacks."""
        return text.encode(self._codec, "replace").decode(self._codec)


def import_name(path: Path) -> str:
    """What an import of the file is called: a report of refused rows goes on with the import that made it."""
    stem = path.stem
    while stem.endswith(_INFIX):
        stem = stem.removesuffix(_INFIX)
    return f"{stem}{path.suffix}"


def _json_line(row: TableRow, reasons: Sequence[str]) -> str:
    # A line that was read stays JSON, to the letter; any other is a text.
    original = json.dumps(row.cells[0]) if row.problem else row.cells[0]
    line, why = REPORT_COLUMNS
    return f'{{"{line}": {row.line}, "{why}": {json.dumps(list(reasons), ensure_ascii=False)}, "{REPORTED_ROW}": {original}}}\n'
