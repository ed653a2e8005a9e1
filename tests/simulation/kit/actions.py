"""What people do: each step of a scenario as an act of a device or a page."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from airdesk.core import conversation as conv
from airdesk.core.kernel import (
    NO_ID,
    AgentId,
    ConversationId,
    Identity,
    OperationId,
    Role,
    VisitorId,
    system_identity,
)
from airdesk.core.wire import Outbox
from airdesk.core.wire import messages as m
from tests.simulation.kit.pages import Device, Tab
from tests.simulation.kit.world import BEGINNING_MS

if TYPE_CHECKING:
    from tests.simulation.kit.simulation import Simulation

Act = Callable[["Simulation", Random], bool]
"""Does something; False if there was nothing to do it with."""


def _device(sim: Simulation, dice: Random, visitors: bool) -> Device | None:
    chosen = [
        device for device in sim.devices if device.identity.is_visitor == visitors and device.living
    ]
    return dice.choice(chosen) if chosen else None


def _tab(sim: Simulation, dice: Random, visitors: bool | None = None) -> Tab | None:
    tabs = [
        tab
        for device in sim.devices
        if visitors in (None, device.identity.is_visitor)
        for tab in device.living
    ]
    return dice.choice(tabs) if tabs else None


def _op(sim: Simulation) -> OperationId:
    return OperationId(sim.ids.new_id())


def _text(sim: Simulation, dice: Random) -> str:
    return "你好" if dice.random() < 0.25 else f"text {len(sim.operations)}"


def submit(sim: Simulation, device: Device, command: m.CommandMessage) -> bool:
    """Let a device make a command, and remember that it was made."""
    if not device.living:
        return False
    sim.note_wish(device, command)
    return device.submit(command)


# Visitors -------------------------------------------------------------------------------------


def _visitor(make: Callable[[Simulation, Random], m.CommandMessage]) -> Act:
    def act(sim: Simulation, dice: Random) -> bool:
        device = _device(sim, dice, visitors=True)
        return device is not None and submit(sim, device, make(sim, dice))

    return act


# Agents ---------------------------------------------------------------------------------------


def _agent(make: Callable[[Simulation, Random, Tab], m.CommandMessage | None]) -> Act:
    def act(sim: Simulation, dice: Random) -> bool:
        tab = _tab(sim, dice, visitors=False)
        command = None if tab is None else make(sim, dice, tab)
        if tab is None or command is None:
            return False
        return submit(sim, tab.device, command)

    return act


def _some(dice: Random, *choices: tuple[ConversationId, ...]) -> ConversationId | None:
    for some in choices:
        if some:
            return dice.choice(some)
    return None


def _known(tab: Tab) -> tuple[ConversationId, ...]:
    return tuple(tab.session.views)


def _says(sim: Simulation, dice: Random, tab: Tab) -> m.CommandMessage | None:
    where = _some(dice, tab.mine, tab.queue)
    return None if where is None else m.Send(_op(sim), where, _text(sim, dice))


def _notes(sim: Simulation, dice: Random, tab: Tab) -> m.CommandMessage | None:
    where = _some(dice, (*tab.mine, *tab.queue), _known(tab))
    if where is None:
        return None
    mentions = (_other(sim, dice, tab.identity),) if dice.random() < 0.5 else ()
    return m.Note(_op(sim), where, f"note {len(sim.operations)}", mentions)


LABELS = tuple(f"label {number}".encode().ljust(16, b".") for number in range(4))


def _labels(sim: Simulation, dice: Random, tab: Tab) -> m.CommandMessage | None:
    where = _some(dice, (*tab.mine, *tab.queue), _known(tab))
    labels = tuple(dice.sample(LABELS, dice.randrange(0, 4)))
    return None if where is None else m.SetLabels(_op(sim), where, labels)


def _urges(sim: Simulation, dice: Random, tab: Tab) -> m.CommandMessage | None:
    where = _some(dice, tab.queue, (*tab.mine, *tab.queue), _known(tab))
    return None if where is None else m.SetPriority(_op(sim), where, dice.choice((0, 1, 2, 2)))


def _gives_back(sim: Simulation, dice: Random, tab: Tab) -> m.CommandMessage | None:
    with_bot = sim.conversations_with_bot(tab.identity)
    # Now and then it is asked for where there is none.
    near = tuple(one for one in _known(tab) if one in with_bot or dice.random() < 0.05)
    where = _some(dice, near)
    return None if where is None else m.ReturnToBot(_op(sim), where)


def _takes(sim: Simulation, dice: Random, tab: Tab) -> m.CommandMessage | None:
    where = _some(dice, tab.queue)
    return None if where is None else m.Assign(_op(sim), where)


def _assigns(sim: Simulation, dice: Random, tab: Tab) -> m.CommandMessage | None:
    where = _some(dice, (*tab.mine, *tab.queue), _known(tab))
    return None if where is None else m.Assign(_op(sim), where, _other(sim, dice, tab.identity))


def _other(sim: Simulation, dice: Random, identity: Identity) -> AgentId:
    own = [
        seat.agent_id for account, seat in sim.scenario.cast.seats if account == identity.account_id
    ]
    return dice.choice(own)


def _transfers(sim: Simulation, dice: Random, tab: Tab) -> m.CommandMessage | None:
    where = _some(dice, tab.mine)
    if where is None:
        return None
    note = f"note {len(sim.operations)}" if dice.random() < 0.5 else ""
    return m.Transfer(_op(sim), where, _other(sim, dice, tab.identity), b"", note)


def _gives_to_team(sim: Simulation, dice: Random, tab: Tab) -> m.CommandMessage | None:
    where = _some(dice, tab.mine)
    if where is None:
        return None
    teams = [
        team for account, team in sim.scenario.cast.teams if account == tab.identity.account_id
    ]
    return m.Transfer(_op(sim), where, b"", dice.choice(teams))


def _resolves(sim: Simulation, dice: Random, tab: Tab) -> m.CommandMessage | None:
    where = _some(dice, tab.mine, tab.queue, _known(tab))
    return None if where is None else m.Resolve(_op(sim), where)


def _reopens(sim: Simulation, dice: Random, tab: Tab) -> m.CommandMessage | None:
    where = sim.some_conversation(dice, tab.identity, open_ones=False)
    return None if where is None else m.Reopen(_op(sim), where)


def _snoozes(sim: Simulation, dice: Random, tab: Tab) -> m.CommandMessage | None:
    where = _some(dice, tab.mine, tab.queue)
    until = BEGINNING_MS + sim.world.now + dice.randrange(500, 9_000)
    return None if where is None else m.Snooze(_op(sim), where, until)


def _availability(sim: Simulation, dice: Random, tab: Tab) -> m.CommandMessage | None:
    return m.SetAvailability(_op(sim), dice.choice((0, 1, 2, 2, 2, 2, 2, 2)))


# Impatience and confusion ---------------------------------------------------------------------


def _double_click(sim: Simulation, dice: Random) -> bool:
    device = _device(sim, dice, dice.random() < 0.5)
    if device is None or not device.stored:
        return _visitor_says(sim, dice)
    command = dice.choice(device.stored)
    sim.world.note(f"{device.name} clicks {type(command).__name__} again")
    # The button's operation id was minted with the button: it is the same command.
    device.living[0].run(device.living[0].submit, command)
    return True


def _both_tabs(sim: Simulation, dice: Random) -> bool:
    device = _device(sim, dice, visitors=True)
    if device is None:
        return False
    command = m.Send(_op(sim), 0, _text(sim, dice))
    sim.operations.raced.add(command.op)
    done = submit(sim, device, command)
    others = [tab for one in sim.devices if one.identity == device.identity for tab in one.living]
    for tab in others[:3]:
        if tab not in device.living[:1]:
            tab.run(_send_aside, tab, command)
    return done


def _send_aside(tab: Tab, command: m.CommandMessage) -> None:
    """Send a command past the device's outbox, as two tabs without a lock would."""
    own, tab.session.outbox = tab.session.outbox, Outbox()
    tab.act(lambda session: session.submit(command))
    tab.session.outbox = own


def _old_again(sim: Simulation, dice: Random) -> bool:
    device = _device(sim, dice, dice.random() < 0.6)
    if device is None or not device.made:
        return _visitor_says(sim, dice)
    command = dice.choice(device.made)
    sim.world.note(f"{device.name} sends an old {type(command).__name__} again")
    if command.op in sim.operations.rejected or dice.random() < 0.5:
        sim.operations.raced.add(command.op)
        tab = dice.choice(device.living)
        tab.run(_send_aside, tab, command)
    else:
        device.living[0].run(device.living[0].submit, command)
    return True


# Gestures without an operation id -------------------------------------------------------------


def _gesture(act_on: Callable[[Simulation, Random, Tab], Callable[[Any], None] | None]) -> Act:
    def act(sim: Simulation, dice: Random) -> bool:
        tab = _tab(sim, dice)
        action = None if tab is None else act_on(sim, dice, tab)
        if tab is None or action is None:
            return False
        tab.run(tab.act, action)
        return True

    return act


def _reads(sim: Simulation, dice: Random, tab: Tab) -> Callable[[Any], None] | None:
    shown = [(one, screen.seqs) for one, screen in tab.shown.items() if screen.seqs]
    if not shown:
        return None
    conversation_id, seqs = dice.choice(shown)
    seq = seqs[-1] if dice.random() < 0.7 else dice.choice(seqs)
    return lambda session: session.read(conversation_id, seq)


def _types(sim: Simulation, dice: Random, tab: Tab) -> Callable[[Any], None] | None:
    where, on = _some(dice, _known(tab)), dice.random() < 0.6
    words = f"typed {dice.randrange(1_000)}"
    return None if where is None else lambda session: session.typing(where, on, words)


def _looks_at(sim: Simulation, dice: Random, tab: Tab) -> Callable[[Any], None] | None:
    if tab.identity.is_visitor:
        return None
    # Where somebody looks others look too, as often as not.
    same = tuple(
        other.looks_at
        for device in sim.devices
        for other in device.living
        if other is not tab
        and other.looks_at is not None
        and device.identity.account_id == tab.identity.account_id
    )
    where = _some(dice, same if dice.random() < 0.5 else (), tab.mine, _known(tab))
    if dice.random() < 0.15:
        where = None

    def look(session: Any) -> None:
        if where is not None:
            session.follow(where)
        session.view(where)

    return look


def _scrolls(sim: Simulation, dice: Random, tab: Tab) -> Callable[[Any], None] | None:
    shown = [
        (one, (screen.older or screen.seqs)[0])
        for one, screen in tab.shown.items()
        if (screen.older or screen.seqs) and not screen.at_start
    ]
    if not shown:
        return None
    conversation_id, before = dice.choice(shown)
    return lambda session: session.history(conversation_id, before)


def _opens(sim: Simulation, dice: Random, tab: Tab) -> Callable[[Any], None] | None:
    # Curious people ask for what is not theirs.
    pries = tab.identity.is_visitor or dice.random() < 0.1
    identity = None if pries else tab.identity
    where = sim.some_conversation(dice, identity, open_ones=dice.random() < 0.7)
    return None if where is None else lambda session: session.follow(where)


def _closes(sim: Simulation, dice: Random, tab: Tab) -> Callable[[Any], None] | None:
    wanted = [one for one, view in tab.session.views.items() if view.wanted]
    if not wanted:
        return None
    where = dice.choice(wanted)
    return lambda session: session.unfollow(where)


def _seat_changes(sim: Simulation, dice: Random) -> bool:
    home = sim.cluster.home
    if home is None or not sim.cluster.home_is_up:
        return False
    account, seat = dice.choice(sim.scenario.cast.seats)
    fresh = replace(seat, capacity=dice.randrange(0, 5))
    home.run(home.home.execute, conv.ConfigureAgent(fresh), system_identity(account))
    return True


def _bot_says(sim: Simulation, dice: Random) -> bool:
    home = sim.cluster.home
    # Now and then it comes too late: people have the conversation.
    status = conv.Status.BOT if dice.random() < 0.7 else conv.Status.ASSIGNED
    state = sim.some_state(dice, status)
    if home is None or not sim.cluster.home_is_up or state is None:
        return False
    bot = Identity(state.account_id, Role.BOT, NO_ID)
    command: conv.Command = conv.SendMessage("I am the bot")
    if dice.random() < 0.3:
        command = conv.HandOff()
    home.run(home.home.execute, command, bot, state.conversation_id)
    return True


def _identifies(sim: Simulation, dice: Random) -> bool:
    """A visitor turns out to be another one of his inbox; now and then it is said twice."""
    home = sim.cluster.home
    visitors = [one.identity for one in sim.scenario.cast.people if one.identity.is_visitor]
    source = dice.choice(visitors)
    near = [
        one
        for one in visitors
        if one.inbox_id == source.inbox_id and one.person_id != source.person_id
    ]
    if home is None or not sim.cluster.home_is_up or not near:
        return False
    target = dice.choice(near)
    command = conv.AliasVisitor(
        source.inbox_id, VisitorId(source.person_id), VisitorId(target.person_id)
    )
    home.run(home.home.execute, command, system_identity(source.account_id))
    return True


def _invites(sim: Simulation, dice: Random) -> bool:
    """An agent speaks to a visitor of his account, who may be in a conversation already."""
    home, tab = sim.cluster.home, _tab(sim, dice, visitors=False)
    if home is None or not sim.cluster.home_is_up or tab is None:
        return False
    guest = dice.choice(_visitors_of(sim, tab.identity))
    command = conv.InviteVisitor(guest.inbox_id, VisitorId(guest.person_id), "May I help?")
    home.run(home.home.execute, command, tab.identity)
    return True


def _blocks(sim: Simulation, dice: Random) -> bool:
    """An agent blocks a visitor, or lets one in again: most are never blocked for long."""
    home, tab = sim.cluster.home, _tab(sim, dice, visitors=False)
    if home is None or not sim.cluster.home_is_up or tab is None:
        return False
    sim.truth.follow()
    blocked = sim.truth.account(tab.identity.account_id).blocked
    guests = _visitors_of(sim, tab.identity)
    out = [one for one in guests if one.inbox_id + one.person_id in blocked]
    guest = dice.choice(out or guests)
    command = conv.BlockVisitor(guest.inbox_id, VisitorId(guest.person_id), not out)
    home.run(home.home.execute, command, tab.identity)
    return True


def _visitors_of(sim: Simulation, identity: Identity) -> list[Identity]:
    return [
        one.identity
        for one in sim.scenario.cast.people
        if one.identity.is_visitor and one.identity.account_id == identity.account_id
    ]


def _another_tab(sim: Simulation, dice: Random) -> bool:
    device = _device(sim, dice, dice.random() < 0.6)
    if device is None or len(device.living) >= 3:
        return False
    sim.open_tab(device)
    return True


_visitor_says = _visitor(lambda sim, dice: m.Send(_op(sim), 0, _text(sim, dice)))


def _visitor_about_his(
    make: Callable[[Simulation, Random, ConversationId], m.CommandMessage],
) -> Act:
    def act(sim: Simulation, dice: Random) -> bool:
        tab = _tab(sim, dice, visitors=True)
        where = None if tab is None else _some(dice, _known(tab))
        if tab is None or where is None:
            return False
        return submit(sim, tab.device, make(sim, dice, where))

    return act


ACTS: dict[str, Act] = {
    "visitor says": _visitor_says,
    "visitor starts": _visitor(lambda sim, dice: m.Start(_op(sim))),
    "visitor rates": _visitor_about_his(
        lambda sim, dice, where: m.Rate(_op(sim), where, dice.randrange(1, 6))
    ),
    "visitor asks for people": _visitor_about_his(
        lambda sim, dice, where: m.HandOff(_op(sim), where)
    ),
    "agent says": _agent(_says),
    "agent notes": _agent(_notes),
    "agent takes": _agent(_takes),
    "agent assigns": _agent(_assigns),
    "agent transfers": _agent(_transfers),
    "agent gives to a team": _agent(_gives_to_team),
    "agent resolves": _agent(_resolves),
    "agent reopens": _agent(_reopens),
    "agent snoozes": _agent(_snoozes),
    "agent says how available he is": _agent(_availability),
    "agent labels": _agent(_labels),
    "agent says how urgent it is": _agent(_urges),
    "agent gives back to the bot": _agent(_gives_back),
    "double click": _double_click,
    "both tabs": _both_tabs,
    "an old command again": _old_again,
    "reads": _gesture(_reads),
    "types": _gesture(_types),
    "scrolls back": _gesture(_scrolls),
    "opens a conversation": _gesture(_opens),
    "closes a conversation": _gesture(_closes),
    "a seat changes": _seat_changes,
    "the bot says": _bot_says,
    "another tab opens": _another_tab,
    "a visitor identifies himself": _identifies,
    "looks at a conversation": _gesture(_looks_at),
    "a visitor is invited": _invites,
    "a visitor is blocked or let in": _blocks,
}

FALLBACKS = ("visitor says", "agent says how available he is")
"""What is done instead of an operation for which there is no occasion."""
