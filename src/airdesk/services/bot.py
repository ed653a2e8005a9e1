"""The bot takes part in conversations: it follows the log and speaks through commands."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, TypeAlias

import structlog

from airdesk.core import conversation as conv
from airdesk.core.dialogue import Effect, Faq, HandOver, Say, Talk, Turn, heard, spoke
from airdesk.core.kernel import (
    NO_ID,
    AccountId,
    CommandRejected,
    ConversationId,
    Identity,
    InboxId,
    OperationId,
    OperationReused,
    Role,
    derived_operation_id,
    limits,
)
from airdesk.ports.bot import Bot
from airdesk.ports.consumer_positions import ConsumerPositions
from airdesk.ports.conversation_views import ConversationViews, EventsWanted
from airdesk.ports.home_commands import HomeCommands
from airdesk.ports.log_followers import Committed
from airdesk.ports.log_records import LogRecords
from airdesk.services.attendance import Attendance
from airdesk.services.faq import Faqs
from airdesk.services.log_consumer import LogConsumer

CONSUMER: Final = "bot"
"""Its name among the log's consumers, and in operation ids. It never changes."""

RECALLED_EVENTS: Final = 20
"""Words of a conversation that are read again after a restart: more than it takes to remember what
was misunderstood and said last."""

logger = structlog.get_logger()


class _Began(NamedTuple):
    """A conversation starts with the bot."""

    inbox_id: InboxId


class _Heard(NamedTuple):
    """The visitor came in or said something: the bot's turn."""

    position: int
    first_seq: int
    said: str
    is_file: bool
    is_new: bool


class _Spoke(NamedTuple):
    """The bot's own words came back."""

    operation_id: OperationId
    text: str


class _Ended(NamedTuple):
    """People have it, or nobody."""


class _Returned(NamedTuple):
    """People gave it back to the bot, which waits for the visitor's next word."""


_Step: TypeAlias = _Began | _Heard | _Spoke | _Ended | _Returned
_Conversation: TypeAlias = tuple[AccountId, ConversationId]

_ENDINGS: Final = (
    conv.ConversationQueued,
    conv.AgentAssigned,
    conv.ConversationSnoozed,
    conv.ConversationResolved,
)


class BotService(LogConsumer):
    """Lets a bot answer in every conversation that is with the bot.

    What it wants is asked of the home as the bot, with operation ids made from the record that it
    answers to: a record that is read again does nothing twice, and the rules of the conversation
    reject what comes after people have taken over.

    Args:
        bot: decides what is answered.
        faqs: what it knows.
        attendance: tells whether people are there.
        home: takes the commands.
        views: tells of conversations that are not remembered.
        positions: keep how far it has come.
        open_records: opens the log's records; called, like their reads, in a thread.
    """

    def __init__(
        self,
        bot: Bot,
        faqs: Faqs,
        attendance: Attendance,
        home: HomeCommands,
        views: ConversationViews,
        positions: ConsumerPositions,
        open_records: Callable[[], LogRecords],
    ) -> None:
        super().__init__(CONSUMER, limits.BOT_RECORDS, positions, open_records)
        self._bot = bot
        self._faqs = faqs
        self._attendance = attendance
        self._home = home
        self._views = views
        self._talks: OrderedDict[ConversationId, Talk] = OrderedDict()
        self._others: OrderedDict[ConversationId, None] = OrderedDict()
        """Conversations that are known not to be with the bot."""
        self._own: OrderedDict[OperationId, None] = OrderedDict()
        """Its words that are in the talks already, until they come back."""

    def concerns(self, committed: Committed) -> bool:
        """See `LogConsumer.concerns`: what happens with the bot, comes to it or leaves it."""
        before, after = committed.before, committed.after
        if after is not None and after.status == conv.Status.BOT:
            return True
        return before is not None and before.status == conv.Status.BOT

    async def take(self, page: Sequence[Committed]) -> None:
        """Take part in all conversations of a page side by side, in each in order."""
        steps: dict[_Conversation, list[_Step]] = {}
        for committed in page:
            found = self._steps(committed)
            if found:
                record = committed.record
                conversation = (record.account_id, record.conversation_id)
                steps.setdefault(conversation, []).extend(found)
        parts = (self._take_part(conversation, some) for conversation, some in steps.items())
        failures = [
            failure
            for failure in await asyncio.gather(*parts, return_exceptions=True)
            if failure is not None
        ]
        if failures:
            raise failures[0]

    def _steps(self, committed: Committed) -> list[_Step]:
        record, bodies = committed.record, committed.bodies
        conversation_id = record.conversation_id
        if conversation_id == NO_ID:
            return []
        if any(isinstance(event, conv.ConversationReturned) for event in committed.events):
            return [_Returned()]
        if conversation_id in self._others:
            return []
        steps: list[_Step] = []
        began = turn = False
        said, is_file = "", False
        for event in committed.events:
            if isinstance(event, conv.ConversationStarted):
                began = turn = event.with_bot
                steps.append(_Began(event.inbox_id) if began else _Ended())
            elif isinstance(event, conv.MessageSent):
                text = bodies[event.body] if event.body < len(bodies) else ""
                if event.author == conv.AUTHOR_VISITOR:
                    turn, said, is_file = True, text, event.file is not None
                elif event.author == conv.AUTHOR_BOT:
                    steps.append(_Spoke(record.operation_id, text))
            elif isinstance(event, _ENDINGS):
                return [_Ended()]
        if turn:
            steps.append(_Heard(record.position, record.first_seq, said, is_file, began))
        return steps

    async def _take_part(self, conversation: _Conversation, steps: Sequence[_Step]) -> None:
        account_id, conversation_id = conversation
        for step in steps:
            match step:
                case _Began(inbox_id):
                    self._remember(conversation_id, Talk(inbox_id))
                case _Ended():
                    self._end(conversation_id)
                case _Returned():
                    self._others.pop(conversation_id, None)
                case _Spoke(operation_id, text):
                    self._came_back(conversation_id, operation_id, text)
                case _Heard():
                    await self._turn(account_id, conversation_id, step)

    def _came_back(
        self, conversation_id: ConversationId, operation_id: OperationId, text: str
    ) -> None:
        if operation_id in self._own:
            del self._own[operation_id]
            return
        talk = self._talks.get(conversation_id)
        if talk is not None:
            self._remember(conversation_id, spoke(talk, text))

    async def _turn(
        self, account_id: AccountId, conversation_id: ConversationId, step: _Heard
    ) -> None:
        if conversation_id in self._others:
            return
        talk = self._talks.get(conversation_id)
        if talk is None:
            talk = await self._recall(account_id, conversation_id, step.first_seq)
        if talk is None:
            return
        faq = await self._faqs.faq(account_id)
        turn = Turn(talk, step.is_new, step.said, step.is_file)
        effects = self._effects(turn, faq)
        if any(isinstance(effect, HandOver) for effect in effects):
            # Asked only where it matters: what the bot then says depends on it.
            there = await self._attendance.presence(account_id, talk.inbox_id)
            if not there.online:
                effects = self._effects(turn._replace(is_attended=False), faq)
        talk = talk if step.is_file else heard(talk, step.said)
        self._remember(conversation_id, talk)
        for number, effect in enumerate(effects):
            operation_id = derived_operation_id(CONSUMER, step.position, number)
            if not await self._do(account_id, conversation_id, operation_id, effect):
                self._end(conversation_id)
                return
            if isinstance(effect, Say):
                talk = spoke(talk, effect.text)
                self._remember(conversation_id, talk)

    def _effects(self, turn: Turn, faq: Faq) -> tuple[Effect, ...]:
        """Ask the bot; where it has a defect, people take over."""
        try:
            return self._bot.effects(turn, faq)
        except Exception:
            logger.exception("the bot failed")
            return (HandOver(),)

    async def _do(
        self,
        account_id: AccountId,
        conversation_id: ConversationId,
        operation_id: OperationId,
        effect: Effect,
    ) -> bool:
        """Ask the home for one thing; False where the talk is over."""
        command: conv.SendMessage | conv.HandOff
        if isinstance(effect, Say):
            self._note_own(operation_id)
            command = conv.SendMessage(effect.text, options=effect.options)
        else:
            command = conv.HandOff()
        identity = Identity(account_id, Role.BOT, NO_ID)
        try:
            await self._home.execute(identity, operation_id, conversation_id, command)
        except OperationReused:
            # It was answered before a restart, with a FAQ that has changed since. That stands.
            logger.info("an answer was given already", operation_id=operation_id.hex())
        except CommandRejected as error:
            logger.info("the bot came too late", reason=str(error))
            return False
        return not isinstance(effect, HandOver)

    # Memory --------------------------------------------------------------------------------

    async def _recall(
        self, account_id: AccountId, conversation_id: ConversationId, before_seq: int
    ) -> Talk | None:
        """Remember a talk from what is written; None where the conversation is not the bot's."""
        # The views may be a little behind, or be made anew: then the bot waits for them.
        await self._views.reach(account_id, conversation_id, before_seq)
        page = await self._views.conversation(account_id, conversation_id)
        if page.items[0].state.status != conv.Status.BOT:
            self._end(conversation_id)
            return None
        talk = Talk(page.items[0].state.inbox_id)
        wanted = EventsWanted(
            public=True, words_only=True, before=before_seq, limit=RECALLED_EVENTS
        )
        words = await self._views.events(account_id, conversation_id, wanted)
        for event in words.items:
            if isinstance(event.event, conv.MessageSent):
                by_bot = event.event.author == conv.AUTHOR_BOT
                talk = spoke(talk, event.text) if by_bot else heard(talk, event.text)
        return talk

    def _remember(self, conversation_id: ConversationId, talk: Talk) -> None:
        self._talks[conversation_id] = talk
        self._talks.move_to_end(conversation_id)
        while len(self._talks) > limits.BOT_TALKS_MAX:
            self._talks.popitem(last=False)

    def _end(self, conversation_id: ConversationId) -> None:
        """Take no further part, unless people give the conversation back."""
        self._talks.pop(conversation_id, None)
        self._others[conversation_id] = None
        while len(self._others) > limits.BOT_TALKS_MAX:
            self._others.popitem(last=False)

    def _note_own(self, operation_id: OperationId) -> None:
        self._own[operation_id] = None
        while len(self._own) > limits.BOT_TALKS_MAX:
            self._own.popitem(last=False)

    def forget(self) -> None:
        """See `LogConsumer.forget`."""
        self._talks.clear()
        self._others.clear()
        self._own.clear()
