"""Inboxes: the doors of an account, how they look and when they are open."""

from __future__ import annotations

from typing import Final, TypeAlias

import msgspec

from airdesk.core.conversation import InboxFacts, RoutingRule
from airdesk.core.kernel import NO_ID, AccountId, FileId, InboxId, TeamId, limits


class InboxTexts(msgspec.Struct, frozen=True):
    """The widget's words in one language; "" for its own."""

    title: str = ""
    subtitle: str = ""
    greeting: str = ""
    offline: str = ""
    placeholder: str = ""
    form_title: str = ""


class LanguageTexts(msgspec.Struct, frozen=True):
    """The widget's words by language."""

    zh: InboxTexts = InboxTexts()
    en: InboxTexts = InboxTexts()


class InboxSettings(msgspec.Struct, frozen=True):
    """How the widget of an inbox looks and behaves."""

    colour: str = "#2563eb"
    logo_file_id: FileId = FileId(NO_ID)
    position: str = "right"
    offset_x: int = 20
    offset_y: int = 20
    theme: str = "auto"
    language: str = "auto"
    texts: LanguageTexts = LanguageTexts()
    form: str = "off"
    """When a visitor is asked who he is: "off", "before" or "after" his first message."""
    form_fields: tuple[str, ...] = ("name", "email")
    show_rating: bool = True
    sound: bool = True


class Inbox(msgspec.Struct, frozen=True):
    """A door through which visitors come."""

    account_id: AccountId
    inbox_id: InboxId
    name: str
    identify_secret: bytes
    """32 bytes with which the customer's server signs who a visitor is. Owners see it only."""
    allowed_origins: tuple[str, ...] = ()
    """Sites that may show the widget, such as "https://shop.example"; () for none but our own."""
    rule: RoutingRule = RoutingRule.LONGEST_IDLE
    team_id: TeamId = TeamId(NO_ID)
    skills: tuple[str, ...] = ()
    sticky: bool = True
    has_bot: bool = False
    answer_ms_max: int = limits.ANSWER_MS_MAX
    reopen_ms_max: int = 24 * 3_600_000
    identify_required: bool = False
    """Only visitors whom the customer's server vouches for may enter."""
    settings: InboxSettings = InboxSettings()
    created_ms: int = 0
    visitor_key_epoch: int = 0
    """How often the key of its visitors' tokens was renewed; tokens of before are void."""

    @property
    def facts(self) -> InboxFacts:
        """What routing needs to know, for the account's log."""
        return InboxFacts(
            self.inbox_id,
            rule=self.rule,
            team_id=self.team_id,
            sticky=self.sticky,
            has_bot=self.has_bot,
            answer_ms_max=self.answer_ms_max,
            reopen_ms_max=self.reopen_ms_max,
            skills=self.skills,
        )


Span: TypeAlias = tuple[int, int]
"""[from, to) in minutes of the day; 1440 is its end."""

Day: TypeAlias = tuple[Span, ...]
"""When a day is attended, the earliest first; () for a closed day."""

ALWAYS_OPEN: Final[tuple[Day, ...]] = (((0, 1440),),) * 7


class Hours(msgspec.Struct, frozen=True):
    """When an inbox is attended."""

    account_id: AccountId
    inbox_id: InboxId
    timezone: str = "UTC"
    """An IANA name, such as "Asia/Shanghai"."""
    week: tuple[Day, ...] = ALWAYS_OPEN
    """From Monday: the spans of each day, with breaks between them."""
    holidays: tuple[str, ...] = ()
    """Days that are closed, "2027-01-01"."""
