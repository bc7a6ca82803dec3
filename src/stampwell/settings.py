"""Every setting, its default and its reason. A wrong value stops the start and names itself."""

import os
from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from stampwell.core.origins import canonical_origin
from stampwell.core.text import nearest
from stampwell.core.unseen import unseen_or_in_english
from stampwell.db.database import Preparing
from stampwell.db.opening import is_database_url
from stampwell.features.domains.checking import NameServer
from stampwell.mail.smtp import SmtpServer, sender, smtp_server
from stampwell.outbound.reach import Network, read_networks

PREFIX = "STAMPWELL_"

LISTEN_KEY, LISTEN_SECRET = f"{PREFIX}LISTEN_KEY", f"{PREFIX}LISTEN_SECRET"
"""What `stampwell listen` reads, and no server."""

# What tests and scripts around the server read.
_NOT_SETTINGS = (f"{PREFIX}TEST_", LISTEN_KEY, LISTEN_SECRET)

_DNS_PORT = 53


class SettingsWrong(Exception):
    """One line for every environment variable that cannot be used."""


def _origin(text: str) -> str:
    origin = canonical_origin(text)
    if origin is None:
        raise ValueError(unseen_or_in_english(text, "must be an origin such as https://stamps.example.com, without a path"))
    return origin


def _origins(texts: str | frozenset[str]) -> frozenset[str]:
    listed = texts.split(",") if isinstance(texts, str) else texts
    return frozenset(_origin(text.strip()) for text in listed if text.strip())


def _origin_or_none(text: str | None) -> str | None:
    return None if text is None else _origin(text)


def _name_servers(texts: str | tuple[NameServer, ...]) -> tuple[NameServer, ...]:
    listed = texts.split(",") if isinstance(texts, str) else texts
    return tuple(_name_server(text.strip()) if isinstance(text, str) else text for text in listed if text)


def _name_server(text: str) -> NameServer:
    host, _, port = text.rpartition(":")
    # A lone IPv6 address has colons, but no port.
    if not host or (":" in host and not host.endswith("]")):
        host, port = text, str(_DNS_PORT)
    try:
        address, number = str(ip_address(host.strip("[]"))), int(port)
    except ValueError:
        number = 0
    if number not in range(1, 65536):
        raise ValueError("must be addresses such as 192.0.2.53 or 192.0.2.53:5353, separated by commas")
    return NameServer(address, number)


def _database_url(url: str) -> str:
    if not is_database_url(url):
        raise ValueError("must be sqlite:///./file.db, sqlite:////absolute/file.db or postgresql://user:password@host/name")
    return url


def _redis_url(url: str | None) -> str | None:
    if not url:
        return None
    # Valkey speaks Redis's protocol; the client library knows one name for it.
    url = url.replace("valkey://", "redis://", 1).replace("valkeys://", "rediss://", 1)
    if not url.startswith(("redis://", "rediss://")):
        raise ValueError("must begin with redis://, rediss://, valkey:// or valkeys://")
    return url


def _smtp_server(url: str | SmtpServer | None) -> SmtpServer | None:
    return smtp_server(url) if isinstance(url, str) else url


def _sender(text: str | None) -> str | None:
    return None if text is None else sender(text)


def _proxies(texts: str | tuple[str, ...]) -> tuple[str, ...]:
    listed = tuple(text.strip() for text in texts.split(",") if text.strip()) if isinstance(texts, str) else texts
    try:
        return listed if listed == ("*",) else tuple(str(ip_network(text)) for text in listed)
    except ValueError:
        raise ValueError("must be addresses or networks such as 127.0.0.1,10.0.0.0/8, separated by commas, or *") from None


def _networks(texts: str | tuple[Network, ...]) -> tuple[Network, ...]:
    if not isinstance(texts, str):
        return texts
    try:
        return read_networks(text.strip() for text in texts.split(",") if text.strip())
    except ValueError as error:
        wanted = "must be addresses or networks such as 10.0.0.5,192.168.0.0/16, separated by commas"
        raise ValueError(f"{wanted}: {error}") from None


class Settings(BaseSettings):
    """Read from environment variables named `STAMPWELL_` and the field in capitals."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True, env_ignore_empty=True)

    database_url: Annotated[str, AfterValidator(_database_url)] = Field(
        default="sqlite:///./stampwell.db",
        description="Where the data is. SQLite is one file to back up; PostgreSQL 15 to 17 when one machine is not enough.",
    )
    database_connections: int = Field(
        default=4,
        ge=1,
        le=100,
        description="PostgreSQL connections of one server process. Batches share them, so few are enough.",
    )
    database_prepare: Preparing = Field(
        default="auto",
        description="Whether PostgreSQL's statements are prepared. `auto`: unless a connection pooler is found in between.",
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on. Loopback, so that nothing is public unasked.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on.")
    workers: int = Field(default=1, ge=1, le=64, description="Server processes. One serves thousands of requests a second.")
    keep_alive_seconds: int = Field(
        default=75,
        ge=1,
        le=3600,
        description="Seconds after which an idle connection is closed: longer than a proxy or a client's pool keeps one.",
    )
    head_seconds: int = Field(
        default=20,
        ge=1,
        le=3600,
        description="Seconds in which a request's line and headers have to arrive. A connection that sends nothing at all is "
        "closed then too.",
    )
    body_seconds: int = Field(
        default=600,
        ge=1,
        le=36_000,
        description="Seconds in which a request's body has to arrive, and after which an answer that nobody reads is given up.",
    )
    body_bytes_per_second: int = Field(
        default=500,
        ge=0,
        le=65_000,
        description="The least rate of a body, over every `STAMPWELL_HEAD_SECONDS`. 0 for none.",
    )
    connections_per_client: int = Field(
        default=256,
        ge=0,
        le=65_000,
        description="Connections that one client's network may have open to a server process. Trusted proxies are not counted. "
        "0 for no bound.",
    )
    default_domain: Annotated[str, AfterValidator(_origin)] = Field(
        default="https://vvd.bz", description="Origin of a stamp's link when the request names none."
    )
    shared_domains: Annotated[frozenset[str], NoDecode, BeforeValidator(_origins)] = Field(
        default=frozenset(),
        description="Further origins of this instance, separated by commas, that any plan may name.",
    )
    dashboard_url: Annotated[str | None, AfterValidator(_origin_or_none)] = Field(
        default=None,
        description="Origin that people open the dashboard at, such as https://stamps.example.com: in links that are sent or "
        "printed, and, when it is https, for cookies that are kept to it.",
    )
    smtp_url: Annotated[SmtpServer | None, NoDecode, BeforeValidator(_smtp_server)] = Field(
        default=None,
        description="Mail server for invitations and new passwords, such as smtps://user:password@mail.example.com. Needs "
        "`STAMPWELL_MAIL_FROM` and `STAMPWELL_DASHBOARD_URL`.",
    )
    mail_from: Annotated[str | None, AfterValidator(_sender)] = Field(
        default=None, description="Address that e-mails come from, such as Bean & Co <stamps@example.com>."
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_proxies)] = Field(
        default=(),
        description="Addresses or networks of reverse proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed, "
        "separated by commas, or `*`.",
    )
    dns_servers: Annotated[tuple[NameServer, ...], NoDecode, BeforeValidator(_name_servers)] = Field(
        default=(),
        description="Name servers that are asked for the proof of a custom domain, separated by commas.",
    )
    private_domains: Literal["no", "yes"] = Field(
        default="no",
        description="`yes` reads the file that proves a domain from private addresses too, for a shop in a network of its own.",
    )
    webhook_allow: Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_networks)] = Field(
        default=(),
        description="Addresses or networks that webhooks may reach although they are not public, also by http, separated by "
        "commas.",
    )
    error_status: Literal["http", "200"] = Field(
        default="http",
        description="`200` answers refusals (4xx) with HTTP 200, for clients that read only `code`.",
    )
    plans_file: Path | None = Field(default=None, description="A TOML file in place of the plan table that comes along.")
    redis_url: Annotated[str | None, AfterValidator(_redis_url)] = Field(
        default=None, description="Redis or Valkey that counts rate limits when several processes share a plan."
    )
    metrics_token: str | None = Field(
        default=None, min_length=16, description="Opens `/metrics` to `Authorization: Bearer <token>`. Without it, closed."
    )
    metrics_port: int | None = Field(
        default=None, ge=1, le=65535, description="Serves the metrics on a port of their own, on loopback, without a token."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="`debug` adds a line for every request that went well."
    )
    outbox_days: int = Field(
        default=30,
        ge=1,
        le=3650,
        description="Days for which events, and the attempts to deliver them, are kept. They are read 30 days back at most.",
    )

    @model_validator(mode="after")
    def _mail_is_whole(self) -> Self:
        given = {"MAIL_FROM": self.mail_from, "DASHBOARD_URL": self.dashboard_url}
        missing = [f"{PREFIX}{name}" for name, value in given.items() if value is None]
        if self.smtp_url is not None and missing:
            raise ValueError(f"{PREFIX}SMTP_URL: e-mails need {' and '.join(missing)} as well")
        return self

    @property
    def instance_domains(self) -> frozenset[str]:
        """The origins that any plan may name."""
        return self.shared_domains | {self.default_domain}

    @property
    def own_hosts(self) -> frozenset[str]:
        """Where the instance itself is reached by https."""
        origins = {*self.instance_domains, self.dashboard_url or ""}
        return frozenset(urlsplit(origin).netloc for origin in origins if origin.startswith("https://"))


def load_settings() -> Settings:
    """The settings of this environment. Raises SettingsWrong."""
    lines = list(_unknown_names())
    try:
        settings = Settings()
    except ValidationError as error:
        lines += [_said(row["loc"], row["msg"]) for row in error.errors()]
        raise SettingsWrong("\n".join(lines)) from error
    if lines:
        raise SettingsWrong("\n".join(lines))
    return settings


def _said(location: tuple[Any, ...], message: str) -> str:
    """The line of one problem; that of settings which do not go together names them itself."""
    sentence = message.removeprefix("Value error, ")
    return f"{_variable(str(location[0]))}: {sentence}" if location else sentence


def _unknown_names() -> Iterator[str]:
    """A mistyped setting would otherwise be its default in silence."""
    known = {_variable(field) for field in Settings.model_fields}
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in known and not name.startswith(_NOT_SETTINGS):
            near = nearest(name, known)
            yield f"{name}: there is no such setting" + (f"; did you mean {near}?" if near else "")


def _variable(field: str) -> str:
    return f"{PREFIX}{field.upper()}"
