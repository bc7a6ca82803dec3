"""The dashboard as a browser without scripts uses it: cookies, forms with their hidden fields, redirects to follow."""

import re
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPMessage
from http.cookies import SimpleCookie
from typing import Self
from urllib.parse import urlencode, urlsplit

from kit.data import Data
from stampwell.features.people import service as people
from stampwell.features.people.model import Member, Role
from stampwell.features.people.sessions import open_session

_PATIENCE_S = 20.0
_TAG = re.compile(r"<[^>]*>")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class FormSeen:
    """A form of a page: where it goes, and what it holds. Check boxes that are off are not in it."""

    action: str
    method: str
    values: tuple[tuple[str, str], ...]


class _Forms(HTMLParser):
    def __init__(self, at: str) -> None:
        super().__init__()
        self.forms: list[FormSeen] = []
        self._at = at
        self._values: list[tuple[str, str]] | None = None
        self._action = self._method = ""
        self._select: tuple[str, list[tuple[str, bool]]] | None = None
        self._area: tuple[str, list[str]] | None = None
        self._in_template = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        # What a script makes fields of is no field yet.
        self._in_template = self._in_template or tag == "template"
        if self._in_template:
            return
        if tag == "form":
            self._values = []
            self._action, self._method = given.get("action") or self._at, given.get("method", "get").lower()
        if self._values is None:
            return
        name = given.get("name", "")
        if tag == "input" and name and given.get("type") not in {"submit", "file"}:
            if given.get("type") not in {"checkbox", "radio"} or "checked" in given:
                self._values.append((name, given.get("value", "on")))
        elif tag == "select":
            self._select = (name, [])
        elif tag == "option" and self._select is not None:
            self._select[1].append((given.get("value", ""), "selected" in given))
        elif tag == "textarea":
            self._area = (name, [])

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self._in_template = False
        elif tag == "form" and self._values is not None:
            self.forms.append(FormSeen(self._action, self._method, tuple(self._values)))
            self._values = None
        elif tag == "select" and self._select is not None and self._values is not None:
            name, options = self._select
            chosen = [value for value, selected in options if selected] or [value for value, _ in options[:1]]
            self._values += [(name, value) for value in chosen]
            self._select = None
        elif tag == "textarea" and self._area is not None and self._values is not None:
            self._values.append((self._area[0], "".join(self._area[1])))
            self._area = None


@dataclass(frozen=True, slots=True)
class DashboardPage:
    """What came over the wire."""

    path: str
    status: int
    headers: HTTPMessage
    content: bytes

    @property
    def html(self) -> str:
        return self.content.decode()

    @property
    def text(self) -> str:
        """What a reader sees, in one line."""
        return _SPACE.sub(" ", unescape(_TAG.sub(" ", self.html.split("<body", 1)[-1]))).strip()

    @property
    def location(self) -> str:
        return str(self.headers["Location"])

    @property
    def forms(self) -> list[FormSeen]:
        found = _Forms(self.path)
        found.feed(self.html)
        return found.forms

    def form(self, action: str) -> FormSeen:
        """The one form that goes to that path (whatever its query)."""
        (form,) = [form for form in self.forms if urlsplit(form.action).path == action]
        return form


@dataclass(slots=True)
class DashboardClient:
    """Somebody at the dashboard, signed in or not."""

    port: int
    person: Member | None = None
    cookies: dict[str, str] = field(default_factory=dict)
    language: str = "en"

    def send(
        self, method: str, path: str, content: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> DashboardPage:
        """One request, no redirect followed."""
        sent = {"Accept-Language": self.language, **(headers or {})}
        if self.cookies:
            sent.setdefault("Cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE_S)) as connection:
            connection.request(method, path, body=content, headers=sent)
            response = connection.getresponse()
            page = DashboardPage(path, response.status, response.headers, response.read())
        for line in page.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
        return page

    def get(self, path: str, **query: object) -> DashboardPage:
        return self.send("GET", f"{path}?{urlencode(query)}" if query else path)

    def post(self, path: str, values: Iterable[tuple[str, str]], *, headers: Mapping[str, str] | None = None) -> DashboardPage:
        """A form as it is, hidden fields included in `values`."""
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{self.port}"}
        return self.send("POST", path, urlencode(list(values)).encode(), {**kind, **(headers or {})})

    def submit(
        self, page: DashboardPage, action: str, *, without: Iterable[str] = (), **fields: str | list[str]
    ) -> DashboardPage:
        """Fills in the page's form that goes to `action` and sends it; a list is sent as several values."""
        form = page.form(action)
        left_out = {*without, *fields}
        values = [(name, value) for name, value in form.values if name not in left_out]
        for name, value in fields.items():
            values += [(name, one) for one in ([value] if isinstance(value, str) else value)]
        if form.method == "get":
            return self.get(action, **dict(values))
        return self.post(form.action, values)

    def upload(
        self, page: DashboardPage, action: str, file_field: str, file_name: str, content: bytes, **fields: str
    ) -> DashboardPage:
        """The same with a file, as multipart/form-data."""
        form = page.form(action)
        boundary = "----a-boundary-that-no-file-has"
        parts = [(name, value) for name, value in form.values if name not in fields] + list(fields.items())
        body = b"".join(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in parts
        )
        body += (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{file_field}"; filename="{file_name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        ).encode()
        body += content + f"\r\n--{boundary}--\r\n".encode()
        kind = {"Content-Type": f"multipart/form-data; boundary={boundary}", "Origin": f"http://127.0.0.1:{self.port}"}
        return self.send("POST", form.action, body, kind)

    def follow(self, page: DashboardPage) -> DashboardPage:
        """The page that a redirect leads to."""
        assert page.status == 303, (page.status, page.text)
        return self.get(page.location)

    def done(self, page: DashboardPage, action: str, **fields: str | list[str]) -> DashboardPage:
        """Fills in and sends a form that must go well; the page after it."""
        return self.follow(self.submit(page, action, **fields))

    @classmethod
    def signed_in(cls, port: int, data: Data, person: Member, *, now_us: int) -> Self:
        """With a fresh session of that person."""
        opened = data.write(open_session, person, device="A test", address="127.0.0.1", now_us=now_us)
        return cls(port, person, {"stampwell": opened.token})


def add_person(data: Data, account_id: int, *, name: str, role: Role, email: str, password_hash: str, now_us: int) -> Member:
    return data.write(
        people.add_person,
        account_id,
        email=email,
        name=name,
        role=role,
        password_hash=password_hash,
        now_us=now_us,
    )
