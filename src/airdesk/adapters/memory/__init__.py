"""Ports kept in memory: for one process, for tests, for the simulator."""

from airdesk.adapters.memory.conversation_views import MemoryConversationViews
from airdesk.adapters.memory.directory import MemoryDirectory
from airdesk.adapters.memory.event_log import MemoryDisk, MemoryEventLog
from airdesk.adapters.memory.faq_sources import MemoryFaqSources
from airdesk.adapters.memory.home_commands import MemoryHomeCommands
from airdesk.adapters.memory.links import DirectGatewayLink, DirectHomeLinks
from airdesk.adapters.memory.log_records import MemoryLogRecords

__all__ = [
    "DirectGatewayLink",
    "DirectHomeLinks",
    "MemoryConversationViews",
    "MemoryDirectory",
    "MemoryDisk",
    "MemoryEventLog",
    "MemoryFaqSources",
    "MemoryHomeCommands",
    "MemoryLogRecords",
]
