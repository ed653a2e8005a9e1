"""The directory's tables as they are today. How they came to be stands in `migrations`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from airdesk.adapters.sql.columns import Choice, Number, OptionalId, OptionalText, Packed
from airdesk.core.accounts import ActorKind, Day, InboxSettings, LinkPurpose
from airdesk.core.conversation import RoutingRule
from airdesk.core.kernel import Role

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)


def _id(name: str) -> Column[Any]:
    return Column(name, LargeBinary, primary_key=True)


def _text(name: str, **more: Any) -> Column[Any]:
    return Column(name, Text, nullable=False, **more)


def _bytes(name: str, **more: Any) -> Column[Any]:
    return Column(name, LargeBinary, nullable=False, **more)


def _number(name: str) -> Column[Any]:
    return Column(name, BigInteger, nullable=False)


def _flag(name: str) -> Column[Any]:
    return Column(name, Boolean, nullable=False)


def _packed(name: str, kind: Any) -> Column[Any]:
    return Column(name, Packed(kind), nullable=False)


def _of(
    table: str, here: tuple[str, ...], ondelete: str | None = "CASCADE"
) -> ForeignKeyConstraint:
    """Refer to another table, by columns of the same names."""
    return ForeignKeyConstraint(here, [f"{table}.{name}" for name in here], ondelete=ondelete)


accounts = Table(
    "accounts", metadata, _id("account_id"), _text("name"), _text("language"), _number("created_ms")
)

users = Table(
    "users",
    metadata,
    _id("user_id"),
    _text("email", unique=True),
    _text("name"),
    _text("language"),
    _text("password_hash"),
    _number("created_ms"),
)

members = Table(
    "members",
    metadata,
    _id("account_id"),
    _id("user_id"),
    Column("role", Choice(Role), nullable=False),
    Column("capacity", Integer, nullable=False),
    _packed("team_ids", tuple[bytes, ...]),
    _packed("skills", tuple[str, ...]),
    _flag("is_active"),
    _number("created_ms"),
    Column("capacity_max", Integer, nullable=False),
    _of("accounts", ("account_id",)),
    _of("users", ("user_id",)),
    Index(None, "user_id"),
)

teams = Table(
    "teams",
    metadata,
    _id("account_id"),
    _id("team_id"),
    _text("name"),
    _of("accounts", ("account_id",)),
    UniqueConstraint("account_id", "name"),
)

inboxes = Table(
    "inboxes",
    metadata,
    _id("account_id"),
    _id("inbox_id"),
    _text("name"),
    _bytes("identify_secret"),
    _packed("allowed_origins", tuple[str, ...]),
    Column("rule", Choice(RoutingRule), nullable=False),
    Column("team_id", OptionalId),
    _packed("skills", tuple[str, ...]),
    _flag("sticky"),
    _flag("has_bot"),
    _number("answer_ms_max"),
    _number("reopen_ms_max"),
    _flag("identify_required"),
    _packed("settings", InboxSettings),
    _number("created_ms"),
    _number("visitor_key_epoch"),
    _of("accounts", ("account_id",)),
    _of("teams", ("account_id", "team_id"), ondelete=None),
    UniqueConstraint("inbox_id"),
)

hours = Table(
    "hours",
    metadata,
    _id("account_id"),
    _id("inbox_id"),
    _text("timezone"),
    _packed("week", tuple[Day, ...]),
    _packed("holidays", tuple[str, ...]),
    _of("inboxes", ("account_id", "inbox_id")),
)

canned = Table(
    "canned",
    metadata,
    _id("account_id"),
    _id("canned_id"),
    _text("shortcut"),
    _text("text"),
    _of("accounts", ("account_id",)),
    UniqueConstraint("account_id", "shortcut"),
)

faq = Table(
    "faq",
    metadata,
    _id("account_id"),
    _id("faq_id"),
    _text("question"),
    _text("answer"),
    Column("inbox_id", OptionalId),
    _packed("variants", tuple[str, ...]),
    _flag("is_suggested"),
    _text("language"),
    _of("accounts", ("account_id",)),
    _of("inboxes", ("account_id", "inbox_id")),
)

labels = Table(
    "labels",
    metadata,
    _id("account_id"),
    _id("label_id"),
    _text("name"),
    _text("colour"),
    _of("accounts", ("account_id",)),
    UniqueConstraint("account_id", "name"),
)

contacts = Table(
    "contacts",
    metadata,
    _id("account_id"),
    _id("contact_id"),
    _text("name"),
    _text("email"),
    _text("phone"),
    Column("external_id", OptionalText),
    _packed("attributes", dict[str, str]),
    _flag("is_verified"),
    _number("created_ms"),
    _number("last_seen_ms"),
    _packed("visitor_ids", tuple[bytes, ...]),
    _flag("is_blocked"),
    _number("blocked_ms"),
    _text("blocked_by"),
    _packed("blocked_inbox_ids", tuple[bytes, ...]),
    _of("accounts", ("account_id",)),
    UniqueConstraint("account_id", "external_id"),
)

contact_visitors = Table(
    "contact_visitors",
    metadata,
    _id("account_id"),
    _id("visitor_id"),
    _bytes("contact_id"),
    _of("contacts", ("account_id", "contact_id")),
    Index(None, "account_id", "contact_id"),
)

files = Table(
    "files",
    metadata,
    _id("account_id"),
    _id("file_id"),
    _text("name"),
    _text("media_type"),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("conversation_id", OptionalId),
    Column("inbox_id", OptionalId),
    Column("person_id", OptionalId),
    _number("created_ms"),
    _number("bytes"),
    _of("accounts", ("account_id",)),
    Index(None, "account_id", "conversation_id"),
)

page_views = Table(
    "page_views",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    _bytes("account_id"),
    _bytes("visitor_id"),
    _text("url"),
    _text("title"),
    _number("at_ms"),
    _of("accounts", ("account_id",)),
    Index(None, "account_id", "visitor_id", "number"),
)

devices = Table(
    "devices",
    metadata,
    _id("account_id"),
    _id("visitor_id"),
    _text("browser"),
    _text("system"),
    _text("kind"),
    _number("seen_ms"),
    _of("accounts", ("account_id",)),
)

sessions = Table(
    "sessions",
    metadata,
    _id("account_id"),
    _id("session_id"),
    _bytes("user_id"),
    _bytes("secret_hash", unique=True),
    _text("csrf"),
    _number("created_ms"),
    _number("last_seen_ms"),
    _text("address"),
    _text("browser"),
    _of("members", ("account_id", "user_id")),
    Index(None, "user_id"),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    _id("account_id"),
    _id("token_id"),
    _bytes("user_id"),
    _text("name"),
    _bytes("secret_hash", unique=True),
    _packed("scopes", tuple[str, ...]),
    _number("created_ms"),
    _number("last_used_ms"),
    _of("members", ("account_id", "user_id")),
    Index(None, "user_id"),
)

invitations = Table(
    "invitations",
    metadata,
    _id("account_id"),
    _id("invitation_id"),
    _text("email"),
    Column("role", Choice(Role), nullable=False),
    _packed("team_ids", tuple[bytes, ...]),
    _bytes("secret_hash", unique=True),
    _bytes("invited_by"),
    _number("created_ms"),
    _number("expires_ms"),
    _of("accounts", ("account_id",)),
    UniqueConstraint("account_id", "email"),
)

one_time_links = Table(
    "one_time_links",
    metadata,
    _id("secret_hash"),
    Column("purpose", Choice(LinkPurpose), nullable=False),
    _number("expires_ms"),
    Column("account_id", OptionalId),
    Column("user_id", OptionalId),
    _of("accounts", ("account_id",)),
    _of("users", ("user_id",)),
)

attempts = Table(
    "attempts",
    metadata,
    Column("key", Text, primary_key=True),
    _number("began_ms"),
    Column("count", Integer, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    _id("account_id"),
    _id("audit_id"),
    _number("at_ms"),
    Column("actor_kind", Choice(ActorKind), nullable=False),
    _bytes("actor_id"),
    _text("actor_name"),
    _text("action"),
    _text("subject_kind"),
    _bytes("subject_id"),
    _text("before"),
    _text("after"),
    _of("accounts", ("account_id",)),
)

outbox = Table(
    "outbox",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    _bytes("account_id"),
    _bytes("operation_id", unique=True),
    _bytes("command"),
    sqlite_autoincrement=True,  # a number is never given again, or the order would be lost
)

answers = Table(
    "answers",
    metadata,
    _id("account_id"),
    _id("actor"),
    Column("key", Text, primary_key=True),
    _bytes("request_hash"),
    Column("status", Integer, nullable=False),
    _bytes("body"),
    _number("at_ms"),
    Index(None, "at_ms"),
)
