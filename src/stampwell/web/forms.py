"""What a form sent, and what is to be shown in it again when something was wrong."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from typing import Any, BinaryIO, Self

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import Request

from stampwell.core.errors import AppError, FieldError
from stampwell.core.text import with_line_feeds
from stampwell.web.errors import FormTooLarge, FormUnreadable, HasNul
from stampwell.web.origin import require_same_origin

LARGEST_FORM = 256 * 1024
"""Bytes: long texts, and ticks for many stamps."""

LARGEST_OPEN_FORM = 16 * 1024
"""Of forms that anybody may send: a name, an address, a password. A longer one keeps the parser busy."""

_MOST_FIELDS = 1000
_CHUNK = 256 * 1024
_LONGEST_SHOWN = 40
_LONGEST_TYPE = 300
# RFC 2046, 5.1.1, without the blank, which no browser uses.
_BOUNDARY = re.compile(r"(?:^|;)[ \t]*boundary=(\"?)([0-9A-Za-z'()+_,./:=?-]{1,70})\1[ \t]*(?:;|$)", re.IGNORECASE)
_INTEGER = re.compile(r"-?[0-9]{1,18}")


class Upload:
    """A file as the browser sent it, on the disk if it is large. Neither its name nor its content can be trusted."""

    def __init__(self, name: str, file: BinaryIO) -> None:
        self.name = name
        self._file = file

    @property
    def content(self) -> bytes:
        """All of it, in memory: for who has the turn to read it."""
        self._file.seek(0)
        return self._file.read()

    def digest(self) -> bytes:
        self._file.seek(0)
        hashed = hashlib.sha256()
        while chunk := self._file.read(_CHUNK):
            hashed.update(chunk)
        return hashed.digest()

    def close(self) -> None:
        self._file.close()


class Form:
    """Texts, lists and files by field; `errors` are sentences by field, and `problem` one about the whole."""

    def __init__(
        self,
        lists: Mapping[str, Sequence[str]] | None = None,
        files: Mapping[str, Upload] | None = None,
    ) -> None:
        self._lists = dict(lists or {})
        self.files = dict(files or {})
        self.errors: dict[str, str] = {}
        self.problem = ""

    @classmethod
    def filled(cls, values: Mapping[str, object]) -> Self:
        """A form that shows those values, of a list each; None is shown as nothing."""
        lists = {name: value if isinstance(value, list) else [value] for name, value in values.items()}
        return cls({name: ["" if one is None else str(one) for one in each] for name, each in lists.items()})

    def close(self) -> None:
        """Lets go of its files."""
        for upload in self.files.values():
            upload.close()

    def text(self, name: str) -> str:
        """What was typed, its lines ending in LF, without space around it; blank when nothing was."""
        return with_line_feeds(self._lists.get(name, [""])[-1]).strip()

    def raw(self, name: str) -> str:
        """What was typed, with its spaces: for passwords."""
        return self._lists.get(name, [""])[-1]

    def all(self, name: str) -> list[str]:
        """Every value of a field that may have several."""
        return list(self._lists.get(name, []))

    def has(self, name: str) -> bool:
        """Whether the field was sent: for check boxes, and for the button that was pressed."""
        return name in self._lists

    def fields(self, names: Iterable[str], *, integers: Iterable[str] = (), flags: Iterable[str] = ()) -> dict[str, Any]:
        """Values for a request model, by the contract's names.

        What is blank is left out. `integers` become int where they are one. `flags` are check boxes: `Y` or `N`, always.
        """
        values: dict[str, Any] = {}
        whole = set(integers)
        for name in names:
            text = self.text(name)
            if text:
                values[name] = int(text) if name in whole and _INTEGER.fullmatch(text) else text
        return values | {name: "Y" if self.has(name) else "N" for name in flags}

    def refuse(
        self, refusal: AppError, sentence: str, problem: Callable[[FieldError], str], *, fields: Iterable[str] | None = None
    ) -> Self:
        """Notes what was wrong: beside its field where it has one (of `fields`, if given), above the form otherwise.

        sentence: what the refusal says as a whole. problem: the words for what is wrong with a field.
        """
        shown = None if fields is None else set(fields)
        for row in refusal.fields:
            if shown is None or row.field in shown:
                self.errors.setdefault(row.field, problem(row))
            else:
                self.problem = problem(row)
        if not refusal.fields:
            self.problem = sentence
        return self

    def digest(self) -> str:
        """The same for the same answers, hexadecimal."""
        hashed = hashlib.sha256()
        for name in sorted(self._lists):
            for value in self._lists[name]:
                hashed.update(f"{len(name)}:{name}={len(value)}:{value};".encode("utf-8", "surrogatepass"))
        for name in sorted(self.files):
            hashed.update(name.encode("utf-8", "surrogatepass") + self.files[name].digest())
        return hashed.hexdigest()


async def read_form(request: Request, *, most_bytes: int, upload_bytes: int = 0, no_referrer: bool = False) -> Form:
    """The form that one of our own pages sent, in UTF-8, whatever else it says it is in; an empty one for a GET. Close it.

    Raises ForeignForm, as `require_same_origin` does; FormTooLarge beyond `most_bytes` and `upload_bytes` of files, HasNul,
    FormUnreadable for what is no form, and Starlette's ClientDisconnect.
    """
    if request.method != "POST":
        return Form()
    require_same_origin(request, no_referrer=no_referrer)
    limit = most_bytes + upload_bytes
    declared = request.headers.get("content-length", "")
    headers = _cleaned(request.headers.get("content-type", ""))
    if headers is None or not re.fullmatch("[0-9]{1,18}", declared):
        raise FormUnreadable
    if int(declared) > limit:
        raise FormTooLarge(limit_kib=limit // 1024)
    bounds = {"max_fields": _MOST_FIELDS, "max_part_size": most_bytes}
    try:
        async with aclosing(request.stream()) as stream:
            if "boundary" in headers["content-type"]:
                parser = MultiPartParser(headers, stream, max_files=1 if upload_bytes else 0, **bounds)
                sent = await parser.parse()
            else:
                sent = await FormParser(headers, stream, **bounds).parse()
    except MultiPartException as error:
        raise FormUnreadable from error
    try:
        return _form(sent.multi_items())
    except HasNul:
        await sent.close()
        raise


def require_no_nul(field: str, value: str) -> None:
    """Raises HasNul. Of what pages are sent, forms and parameters of addresses alike."""
    if "\0" in value or "\0" in field:
        raise HasNul(field=field.replace("\0", "")[:_LONGEST_SHOWN])


def _cleaned(content_type: str) -> Headers | None:
    """Its kind and boundary, without the charset: the parser would take that for a decoder of Python's, of which some take
    minutes. None for what is no form.
    """
    kind, _, parameters = content_type[:_LONGEST_TYPE].partition(";")
    kind = kind.strip().lower()
    if kind == "application/x-www-form-urlencoded":
        return Headers({"content-type": kind})
    boundary = _BOUNDARY.search(parameters) if kind == "multipart/form-data" else None
    if boundary is None:
        return None
    return Headers({"content-type": f'{kind}; boundary="{boundary[2]}"'})


def _form(items: Iterable[tuple[str, UploadFile | str]]) -> Form:
    lists: dict[str, list[str]] = {}
    files: dict[str, Upload] = {}
    for name, value in items:
        if isinstance(value, str):
            require_no_nul(name, value)
            lists.setdefault(name, []).append(value)
        elif value.filename:
            require_no_nul(name, value.filename)
            files[name] = Upload(value.filename, value.file)
        else:
            # What browsers send of a field in which no file was chosen.
            value.file.close()
    return Form(lists, files)
