"""The first tables."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _bytes(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary(), nullable=nullable)


def _text(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _integer(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _choice(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.SmallInteger(), nullable=False)


def _flag(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def _once(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _of(
    table: str, other: str, *columns: str, ondelete: str | None = "CASCADE"
) -> sa.ForeignKeyConstraint:
    """Refer to another table, by columns of the same names."""
    return sa.ForeignKeyConstraint(
        columns,
        [f"{other}.{name}" for name in columns],
        name=op.f(f"fk_{table}_{'_'.join(columns)}"),
        ondelete=ondelete,
    )


def upgrade() -> None:
    """Make them in an empty database."""
    op.create_table(
        "accounts",
        _bytes("account_id"),
        _text("name"),
        _text("language"),
        _number("created_ms"),
        _key("accounts", "account_id"),
    )
    op.create_table(
        "answers",
        _bytes("account_id"),
        _bytes("actor"),
        _text("key"),
        _bytes("request_hash"),
        _integer("status"),
        _bytes("body"),
        _number("at_ms"),
        _key("answers", "account_id", "actor", "key"),
    )
    op.create_index(op.f("ix_answers_at_ms"), "answers", ["at_ms"], unique=False)
    op.create_table(
        "attempts",
        _text("key"),
        _number("began_ms"),
        _integer("count"),
        _key("attempts", "key"),
    )
    op.create_table(
        "outbox",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        _bytes("account_id"),
        _bytes("operation_id"),
        _bytes("command"),
        _key("outbox", "number"),
        _once("outbox", "operation_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "users",
        _bytes("user_id"),
        _text("email"),
        _text("name"),
        _text("language"),
        _text("password_hash"),
        _number("created_ms"),
        _key("users", "user_id"),
        _once("users", "email"),
    )
    op.create_table(
        "audit",
        _bytes("account_id"),
        _bytes("audit_id"),
        _number("at_ms"),
        _choice("actor_kind"),
        _bytes("actor_id"),
        _text("actor_name"),
        _text("action"),
        _text("subject_kind"),
        _bytes("subject_id"),
        _text("before"),
        _text("after"),
        _of("audit", "accounts", "account_id"),
        _key("audit", "account_id", "audit_id"),
    )
    op.create_table(
        "canned",
        _bytes("account_id"),
        _bytes("canned_id"),
        _text("shortcut"),
        _text("text"),
        _of("canned", "accounts", "account_id"),
        _key("canned", "account_id", "canned_id"),
        _once("canned", "account_id", "shortcut"),
    )
    op.create_table(
        "contacts",
        _bytes("account_id"),
        _bytes("contact_id"),
        _text("name"),
        _text("email"),
        _text("phone"),
        _text("external_id", nullable=True),
        _text("attributes"),
        _flag("is_verified"),
        _number("created_ms"),
        _number("last_seen_ms"),
        _text("visitor_ids"),
        _of("contacts", "accounts", "account_id"),
        _key("contacts", "account_id", "contact_id"),
        _once("contacts", "account_id", "external_id"),
    )
    op.create_table(
        "files",
        _bytes("account_id"),
        _bytes("file_id"),
        _text("name"),
        _text("media_type"),
        _integer("width"),
        _integer("height"),
        _bytes("conversation_id", nullable=True),
        _bytes("inbox_id", nullable=True),
        _bytes("person_id", nullable=True),
        _number("created_ms"),
        _number("bytes"),
        _of("files", "accounts", "account_id"),
        _key("files", "account_id", "file_id"),
    )
    op.create_index(
        op.f("ix_files_account_id_conversation_id"),
        "files",
        ["account_id", "conversation_id"],
        unique=False,
    )
    op.create_table(
        "invitations",
        _bytes("account_id"),
        _bytes("invitation_id"),
        _text("email"),
        _choice("role"),
        _text("team_ids"),
        _bytes("secret_hash"),
        _bytes("invited_by"),
        _number("created_ms"),
        _number("expires_ms"),
        _of("invitations", "accounts", "account_id"),
        _key("invitations", "account_id", "invitation_id"),
        _once("invitations", "account_id", "email"),
        _once("invitations", "secret_hash"),
    )
    op.create_table(
        "labels",
        _bytes("account_id"),
        _bytes("label_id"),
        _text("name"),
        _text("colour"),
        _of("labels", "accounts", "account_id"),
        _key("labels", "account_id", "label_id"),
        _once("labels", "account_id", "name"),
    )
    op.create_table(
        "members",
        _bytes("account_id"),
        _bytes("user_id"),
        _choice("role"),
        _integer("capacity"),
        _text("team_ids"),
        _text("skills"),
        _flag("is_active"),
        _number("created_ms"),
        _of("members", "accounts", "account_id"),
        _of("members", "users", "user_id"),
        _key("members", "account_id", "user_id"),
    )
    op.create_index(op.f("ix_members_user_id"), "members", ["user_id"], unique=False)
    op.create_table(
        "one_time_links",
        _bytes("secret_hash"),
        _choice("purpose"),
        _number("expires_ms"),
        _bytes("account_id", nullable=True),
        _bytes("user_id", nullable=True),
        _of("one_time_links", "accounts", "account_id"),
        _of("one_time_links", "users", "user_id"),
        _key("one_time_links", "secret_hash"),
    )
    op.create_table(
        "page_views",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        _bytes("account_id"),
        _bytes("visitor_id"),
        _text("url"),
        _text("title"),
        _number("at_ms"),
        _of("page_views", "accounts", "account_id"),
        _key("page_views", "number"),
    )
    op.create_index(
        op.f("ix_page_views_account_id_visitor_id_number"),
        "page_views",
        ["account_id", "visitor_id", "number"],
        unique=False,
    )
    op.create_table(
        "teams",
        _bytes("account_id"),
        _bytes("team_id"),
        _text("name"),
        _of("teams", "accounts", "account_id"),
        _key("teams", "account_id", "team_id"),
        _once("teams", "account_id", "name"),
    )
    op.create_table(
        "api_tokens",
        _bytes("account_id"),
        _bytes("token_id"),
        _bytes("user_id"),
        _text("name"),
        _bytes("secret_hash"),
        _text("scopes"),
        _number("created_ms"),
        _number("last_used_ms"),
        _of("api_tokens", "members", "account_id", "user_id"),
        _key("api_tokens", "account_id", "token_id"),
        _once("api_tokens", "secret_hash"),
    )
    op.create_index(op.f("ix_api_tokens_user_id"), "api_tokens", ["user_id"], unique=False)
    op.create_table(
        "contact_visitors",
        _bytes("account_id"),
        _bytes("visitor_id"),
        _bytes("contact_id"),
        _of("contact_visitors", "contacts", "account_id", "contact_id"),
        _key("contact_visitors", "account_id", "visitor_id"),
    )
    op.create_index(
        op.f("ix_contact_visitors_account_id_contact_id"),
        "contact_visitors",
        ["account_id", "contact_id"],
        unique=False,
    )
    op.create_table(
        "inboxes",
        _bytes("account_id"),
        _bytes("inbox_id"),
        _text("name"),
        _bytes("identify_secret"),
        _text("allowed_origins"),
        _choice("rule"),
        _bytes("team_id", nullable=True),
        _text("skills"),
        _flag("sticky"),
        _flag("has_bot"),
        _number("answer_ms_max"),
        _number("reopen_ms_max"),
        _flag("identify_required"),
        _text("settings"),
        _number("created_ms"),
        _of("inboxes", "teams", "account_id", "team_id", ondelete=None),
        _of("inboxes", "accounts", "account_id"),
        _key("inboxes", "account_id", "inbox_id"),
        _once("inboxes", "inbox_id"),
    )
    op.create_table(
        "sessions",
        _bytes("account_id"),
        _bytes("session_id"),
        _bytes("user_id"),
        _bytes("secret_hash"),
        _text("csrf"),
        _number("created_ms"),
        _number("last_seen_ms"),
        _text("address"),
        _text("browser"),
        _of("sessions", "members", "account_id", "user_id"),
        _key("sessions", "account_id", "session_id"),
        _once("sessions", "secret_hash"),
    )
    op.create_index(op.f("ix_sessions_user_id"), "sessions", ["user_id"], unique=False)
    op.create_table(
        "faq",
        _bytes("account_id"),
        _bytes("faq_id"),
        _text("question"),
        _text("answer"),
        _bytes("inbox_id", nullable=True),
        _text("variants"),
        _flag("is_suggested"),
        _text("language"),
        _of("faq", "inboxes", "account_id", "inbox_id"),
        _of("faq", "accounts", "account_id"),
        _key("faq", "account_id", "faq_id"),
    )
    op.create_table(
        "hours",
        _bytes("account_id"),
        _bytes("inbox_id"),
        _text("timezone"),
        _text("week"),
        _text("holidays"),
        _of("hours", "inboxes", "account_id", "inbox_id"),
        _key("hours", "account_id", "inbox_id"),
    )
