"""`create` and `add` as most people would write them: FastAPI and SQLAlchemy's async ORM on the very same schema.

Honestly tuned: uvloop and httptools, a warm pool of the size that measured best, every look-up on an index, the key and its
account in one query, statements built once, one flush for the three rows, WAL and `synchronous=FULL` on SQLite, no echo, no
middleware, `expire_on_commit` off. It writes what Stampwell writes (stamp, ledger row, outbox row, one transaction) and
checks what Stampwell checks, but it counts no rate limits, knows no custom domains and no idempotency keys, keeps no metrics
and explains no error.

Run: DATABASE_URL=postgresql+asyncpg://… uvicorn fastapi_orm:app
"""

import datetime as dt
import hashlib
import os
import secrets
import string
import time
from collections.abc import AsyncIterator
from typing import Annotated, ClassVar, Literal

from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import BaseModel, ConfigDict, EmailStr, Field
from sqlalchemy import BigInteger, Boolean, ForeignKey, Integer, bindparam, event, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, joinedload, mapped_column, relationship

URL = os.environ["DATABASE_URL"]
SQLITE = URL.startswith("sqlite")
Id = BigInteger().with_variant(Integer, "sqlite")

# Measured under 32 connections: PostgreSQL 4, 8, 16, 32; SQLite 1, 2, 3, 4, 5. No overflow: it would connect anew each time.
engine = create_async_engine(URL, pool_size=2 if SQLITE else 8, max_overflow=0)
new_session = async_sessionmaker(engine, expire_on_commit=False)

if SQLITE:

    @event.listens_for(engine.sync_engine, "connect")
    def set_pragmas(connection, _record) -> None:  # noqa: ANN001
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000", "cache_size=-16384"):
            connection.execute(f"PRAGMA {pragma}")


class Base(DeclarativeBase):
    type_annotation_map: ClassVar = {int: Id, bool: Boolean}


class Account(Base):
    __tablename__ = "account"
    account_id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    plan: Mapped[str]
    time_zone: Mapped[str]
    suspended_at: Mapped[int | None]


class ApiKey(Base):
    __tablename__ = "api_key"
    key_id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.account_id"))
    prefix: Mapped[str]
    digest: Mapped[str]
    revoked_at: Mapped[int | None]
    account: Mapped[Account] = relationship()


class Card(Base):
    __tablename__ = "card"
    card_id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int]
    max_stamps: Mapped[int]
    reward_title: Mapped[str]
    cooldown_s: Mapped[int]
    daily_max: Mapped[int]
    active: Mapped[bool]
    archived_at: Mapped[int | None]


class Stamp(Base):
    __tablename__ = "stamp"
    stamp_id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int]
    card_id: Mapped[int]
    code: Mapped[str]
    domain: Mapped[str]
    starts_on: Mapped[str]
    ends_on: Mapped[str]
    active: Mapped[bool]
    stamps: Mapped[int]
    max_stamps: Mapped[int]
    reward_title: Mapped[str]
    cooldown_s: Mapped[int]
    daily_max: Mapped[int]
    memo: Mapped[str | None]
    user_id: Mapped[str]
    user_name: Mapped[str | None]
    user_phone: Mapped[str | None]
    user_phone_digits: Mapped[str | None]
    user_email: Mapped[str | None]
    user_etc1: Mapped[str | None]
    user_etc2: Mapped[str | None]
    redeemed_at: Mapped[int | None]
    sequence: Mapped[int]
    created_at: Mapped[int]
    events: Mapped[list["StampEvent"]] = relationship()
    told: Mapped[list["Outbox"]] = relationship()


class StampEvent(Base):
    __tablename__ = "stamp_event"
    event_id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int]
    stamp_id: Mapped[int] = mapped_column(ForeignKey("stamp.stamp_id"))
    sequence: Mapped[int]
    kind: Mapped[str]
    stamps_before: Mapped[int]
    stamps_after: Mapped[int]
    actor_kind: Mapped[str]
    actor_id: Mapped[int | None]
    channel: Mapped[str]
    note: Mapped[str | None]
    occurred_at: Mapped[int]
    recorded_at: Mapped[int]
    local_day: Mapped[str]


class Outbox(Base):
    __tablename__ = "outbox"
    outbox_id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int]
    stamp_id: Mapped[int] = mapped_column(ForeignKey("stamp.stamp_id"))
    kind: Mapped[str]
    sequence: Mapped[int]
    created_at: Mapped[int]


class CreateStamp(BaseModel):
    model_config = ConfigDict(extra="forbid")

    cardIdx: int
    domain: str = "https://vvd.bz"
    strtYmd: dt.date
    endYmd: dt.date
    activeYn: Literal["Y", "N"] = "Y"
    memo: str | None = Field(default=None, max_length=1000)
    userId: str | None = Field(default=None, max_length=100)
    userNm: str | None = Field(default=None, max_length=100)
    userPhnno: str | None = Field(default=None, max_length=30)
    userEml: EmailStr | None = None
    userEtc1: str | None = Field(default=None, max_length=255)
    userEtc2: str | None = Field(default=None, max_length=255)


class AddMarks(BaseModel):
    model_config = ConfigDict(extra="forbid")

    stampIdx: int
    count: int = Field(default=1, ge=1, le=20)
    note: str | None = Field(default=None, max_length=1000)


class Answer(BaseModel):
    code: int = 0
    message: str = ""
    result: int | None


FIND_KEY = select(ApiKey).options(joinedload(ApiKey.account)).where(ApiKey.prefix == bindparam("prefix"))
FIND_CARD = select(Card).where(Card.account_id == bindparam("account_id"), Card.card_id == bindparam("card_id"))
LOCK_STAMP = (
    select(Stamp).where(Stamp.account_id == bindparam("account_id"), Stamp.stamp_id == bindparam("stamp_id")).with_for_update()
)


async def session() -> AsyncIterator[AsyncSession]:
    async with new_session() as opened:
        yield opened


Session = Annotated[AsyncSession, Depends(session)]


async def authenticated(db: Session, authorization: Annotated[str, Header()]) -> ApiKey:
    token = authorization.removeprefix("APIKey ")
    key = await db.scalar(FIND_KEY, {"prefix": token[:20]})
    digest = hashlib.sha256(token.encode()).hexdigest()
    if key is None or key.revoked_at is not None or not secrets.compare_digest(digest, key.digest):
        raise HTTPException(401)
    if key.account.suspended_at is not None:
        raise HTTPException(403)
    return key


app = FastAPI()
FIVE_YEARS = dt.timedelta(days=5 * 365 + 1)
DAY_US = 86_400_000_000
BEGIN = text("BEGIN IMMEDIATE")
ALPHABET = string.digits + string.ascii_uppercase


@app.post("/api/stamp/v1/create")
async def create(body: CreateStamp, db: Session, key: Annotated[ApiKey, Depends(authenticated)]) -> Answer:
    today = dt.datetime.now(dt.UTC).date()
    if body.endYmd < body.strtYmd or body.endYmd > today + FIVE_YEARS:
        raise HTTPException(400)
    card = await db.scalar(FIND_CARD, {"account_id": key.account_id, "card_id": body.cardIdx})
    if card is None or not card.active or card.archived_at is not None:
        raise HTTPException(404)
    now_us = time.time_ns() // 1000
    stamp = Stamp(
        account_id=key.account_id,
        card_id=card.card_id,
        code="".join(secrets.choice(ALPHABET) for _ in range(16)),
        domain=body.domain,
        starts_on=body.strtYmd.isoformat(),
        ends_on=body.endYmd.isoformat(),
        active=body.activeYn == "Y",
        stamps=0,
        max_stamps=card.max_stamps,
        reward_title=card.reward_title,
        cooldown_s=card.cooldown_s,
        daily_max=card.daily_max,
        memo=body.memo,
        user_id=body.userId or secrets.token_hex(6),
        user_name=body.userNm,
        user_phone=body.userPhnno,
        user_phone_digits="".join(filter(str.isdigit, body.userPhnno or "")),
        user_email=body.userEml,
        user_etc1=body.userEtc1,
        user_etc2=body.userEtc2,
        sequence=1,
        created_at=now_us,
        events=[_event(key, "issued", now_us, sequence=1, before=0, after=0)],
        told=[Outbox(account_id=key.account_id, kind="stamp.issued", sequence=1, created_at=now_us)],
    )
    db.add(stamp)
    await db.commit()
    return Answer(result=stamp.stamp_id)


@app.put("/api/stamp/v1/add")
async def add(body: AddMarks, db: Session, key: Annotated[ApiKey, Depends(authenticated)]) -> Answer:
    if SQLITE:
        # It knows no FOR UPDATE: the writer's lock is taken before the count is read.
        await db.execute(BEGIN)
    stamp = await db.scalar(LOCK_STAMP, {"account_id": key.account_id, "stamp_id": body.stampIdx})
    if stamp is None:
        raise HTTPException(404)
    now_us = time.time_ns() // 1000
    today = dt.datetime.now(dt.UTC).date().isoformat()
    usable = stamp.active and stamp.redeemed_at is None and stamp.starts_on <= today <= stamp.ends_on
    if not usable or stamp.stamps + body.count > stamp.max_stamps:
        raise HTTPException(409)
    if (stamp.cooldown_s or stamp.daily_max) and await _too_soon(db, stamp, body.count, now_us):
        raise HTTPException(409)
    stamp.sequence += 1
    event = _event(key, "added", now_us, sequence=stamp.sequence, before=stamp.stamps, after=stamp.stamps + body.count)
    event.stamp_id, event.note = stamp.stamp_id, body.note
    stamp.stamps += body.count
    told = Outbox(
        account_id=key.account_id, stamp_id=stamp.stamp_id, kind="stamp.added", sequence=stamp.sequence, created_at=now_us
    )
    db.add_all([event, told])
    await db.commit()
    return Answer(result=None)


def _event(key: ApiKey, kind: str, now_us: int, *, sequence: int, before: int, after: int) -> StampEvent:
    return StampEvent(
        account_id=key.account_id,
        sequence=sequence,
        kind=kind,
        stamps_before=before,
        stamps_after=after,
        actor_kind="api_key",
        actor_id=key.key_id,
        channel="api",
        occurred_at=now_us,
        recorded_at=now_us,
        local_day=dt.datetime.now(dt.UTC).date().isoformat(),
    )


async def _too_soon(db: AsyncSession, stamp: Stamp, count: int, now_us: int) -> bool:
    midnight_us = now_us - now_us % DAY_US
    added = StampEvent.stamps_after - StampEvent.stamps_before
    marked = select(func.max(StampEvent.occurred_at), func.sum(added).filter(StampEvent.occurred_at >= midnight_us)).where(
        StampEvent.account_id == stamp.account_id, StampEvent.stamp_id == stamp.stamp_id, StampEvent.kind == "added"
    )
    last_us, today = (await db.execute(marked)).one()
    soon = last_us is not None and now_us - last_us < stamp.cooldown_s * 1_000_000
    return soon or bool(stamp.daily_max and (today or 0) + count > stamp.daily_max)
