"""The first bot: the owner's FAQ, and people for the rest."""

from __future__ import annotations

from airdesk.core.dialogue.faq import Faq
from airdesk.core.dialogue.talk import Effect, Turn, reply


class FaqBot:
    """Greets, answers from the FAQ, offers what is near, hands over when asked or lost."""

    def effects(self, turn: Turn, faq: Faq) -> tuple[Effect, ...]:
        """Give what is to be done; see `reply`."""
        return reply(turn, faq)
