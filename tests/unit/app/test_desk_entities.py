"""What the staff's pages read from the API must be there: their types against its description."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from airdesk.app.api.application import described_application
from airdesk.app.settings import WEB_APPS

ENTITIES = WEB_APPS.parent / "packages" / "staff" / "src" / "api" / "entities.ts"

SCHEMAS = {
    "Session": "SessionAnswer",
    "Member": "MemberAnswer",
    "Invitation": "InvitationAnswer",
    "Team": "TeamAnswer",
    "Agent": "AgentNameAnswer",
    "AgentPresence": "BoardSeat",
    "InboxSettings": "SettingsAnswer",
    "Inbox": "InboxAnswer",
    "Contact": "contacts__ContactAnswer",
    "PageView": "PageViewAnswer",
    "ConversationSummary": "ConversationAnswer",
    "Canned": "CannedAnswer",
    "Faq": "FaqAnswer",
    "Label": "LabelAnswer",
    "Hours": "HoursAnswer",
    "ApiToken": "TokenAnswer",
    "LogIn": "SessionRow",
    "AuditRow": "AuditAnswer",
    "FileFacts": "FileAnswer",
    "FoundMessage": "MessageFound",
}
"""By the pages' name, the schema of the API, or the end of its name."""

CONSOLE = WEB_APPS / "console" / "src"
CONSOLE_SCHEMAS = {
    "OnlineVisitor": ("visitors/online.ts", "VisitorAnswer"),
    "OnlineContact": ("visitors/online.ts", "contacts__ContactAnswer"),
    "Device": ("visitors/online.ts", "DeviceAnswer"),
    "Board": ("supervisor/board.ts", "BoardAnswer"),
    "BoardInbox": ("supervisor/board.ts", "BoardDoor"),
}
"""The same for what only the console reads, with the file of the type."""


@pytest.fixture(scope="module")
def schemas() -> dict[str, dict[str, object]]:
    """Give the properties of each schema of the API."""
    described = described_application().openapi()["components"]["schemas"]
    return {name: schema.get("properties", {}) for name, schema in described.items()}


@pytest.mark.parametrize("entity", SCHEMAS)
def test_every_field_that_the_pages_read_is_sent(
    entity: str, schemas: dict[str, dict[str, object]]
) -> None:
    check(ENTITIES, entity, SCHEMAS[entity], schemas)


@pytest.mark.parametrize("entity", CONSOLE_SCHEMAS)
def test_every_field_that_the_console_alone_reads_is_sent(
    entity: str, schemas: dict[str, dict[str, object]]
) -> None:
    place, schema = CONSOLE_SCHEMAS[entity]
    check(CONSOLE / place, entity, schema, schemas)


def check(path: Path, entity: str, schema: str, schemas: dict[str, dict[str, object]]) -> None:
    body = re.search(rf"export interface {entity} {{\n(.*?)\n}}", path.read_text(), re.DOTALL)
    assert body is not None
    fields = set(re.findall(r"^  readonly (\w+)", body[1], re.MULTILINE))
    (described,) = (sent for name, sent in schemas.items() if name.endswith(schema))
    assert fields and fields <= set(described), f"{entity}: {fields - set(described)}"
