"""What lists by team, label and mention hold, and that counts say the same, on each adapter."""

from __future__ import annotations

import contextlib
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from airdesk.core import conversation as conv
from airdesk.core.conversation import Status
from airdesk.core.kernel import (
    AccountId,
    AgentId,
    CommandRejected,
    ConversationId,
    Identity,
    InboxId,
    LabelId,
    Role,
    TeamId,
    VisitorId,
)
from airdesk.core.wire import messages as m
from airdesk.ports.conversation_views import ConversationFilter, ListCounts
from tests.contract.view_places import ViewPlace
from tests.contract.view_shop import OTHERS, Shop
from tests.kit.house import ACCOUNT, INBOX, agent, visitor

RED, BLUE = LabelId(b"label red......."), LabelId(b"label blue......")
TEAM = TeamId(b"team 1..........")


def counts(shop: Shop, number: int = 1, account_id: AccountId = ACCOUNT, **wanted: Any) -> Any:
    """Count the lists of an agent, without those that are empty."""
    asked = shop.place.views.counts(account_id, agent(number), ConversationFilter(**wanted))
    (told,) = shop.run(asked).items
    return {name: value for name, value in told._asdict().items() if value}


def test_lists_are_by_label_and_follow_what_is_set(shop: Shop) -> None:
    one, two, three = (shop.says(number, "hello") for number in (1, 2, 3))
    shop.execute(conv.SetLabels((RED, BLUE)), one, "agent 1")
    shop.execute(conv.SetLabels((RED,)), three, "agent 1")
    assert shop.ids(label_id=RED) == [three, one]
    assert shop.ids(label_id=BLUE) == [one]
    shop.says(1, "still there?")
    assert shop.ids(label_id=RED) == [one, three]
    assert shop.ids(label_id=RED, statuses=(Status.QUEUED,)) == [one, three]
    assert shop.ids(label_id=RED, statuses=(Status.BOT,)) == []
    assert shop.ids(label_id=RED, inbox_id=INBOX) == [one, three]
    assert shop.ids(label_id=RED, inbox_id=InboxId(b"x" * 16)) == []
    assert shop.ids(label_id=RED, visitor_ids=(VisitorId(visitor(3)),)) == [three]
    shop.execute(conv.SetLabels((BLUE,)), three, "agent 1")
    shop.execute(conv.SetLabels(()), one, "agent 1")
    assert shop.ids(label_id=RED) == []
    assert shop.ids(label_id=BLUE) == [three]
    assert two not in shop.ids(label_id=BLUE)
    (view,) = shop.run(shop.place.views.conversation(ACCOUNT, three)).items
    assert view.state.label_ids == (BLUE,)


def test_pages_of_a_label_follow_each_other(shop: Shop) -> None:
    made = [shop.says(number, "hello") for number in range(1, 6)]
    for conversation in made:
        shop.execute(conv.SetLabels((RED,)), conversation, "agent 1")
    seen: list[ConversationId] = []
    key: int | None = 0
    while key is not None:
        page = shop.listed(before=key, limit=2, label_id=RED)
        seen += [view.state.conversation_id for view in page.items]
        key = page.next_key
    assert seen == made[::-1]


def test_lists_are_by_team(shop: Shop) -> None:
    one, two = shop.says(1, "hello"), shop.says(2, "hello")
    seat = conv.AgentFacts(agent(2), team_ids=(TEAM,))
    system = Identity(ACCOUNT, Role.SYSTEM, bytes(16))
    shop.house.home.execute(conv.ConfigureAgent(seat), system)
    shop.house.settle()
    shop.execute(conv.TransferConversation(team_id=TEAM), one, "supervisor 2")
    assert shop.ids(team_id=TEAM) == [one]
    assert shop.ids(team_id=TEAM, statuses=(Status.QUEUED,)) == [one]
    assert shop.ids(team_id=TEAM, agent_id=agent(1)) == []
    assert shop.ids(team_id=TeamId(b"another team....")) == []
    assert counts(shop, team_id=TEAM) == {"queue": 1, "all": 1}
    assert two in shop.ids()


def test_who_is_mentioned_finds_where_newest_mention_first(shop: Shop) -> None:
    one, two, three = (shop.says(number, "hello") for number in (1, 2, 3))
    me, other = AgentId(agent(1)), AgentId(agent(2))
    for conversation, mentions in ((two, (me,)), (one, (me, other)), (three, (other,))):
        shop.execute(conv.AddNote("look", mentions), conversation, "supervisor 2")
    shop.says(2, "the visitor goes on")
    assert shop.ids(mentioned_id=me) == [one, two]
    assert shop.ids(mentioned_id=other) == [three, one]
    shop.execute(conv.AddNote("once more", (me,)), two, "supervisor 2")
    assert shop.ids(mentioned_id=me) == [two, one]
    page = shop.listed(mentioned_id=me, limit=1)
    rest = shop.listed(mentioned_id=me, limit=1, before=page.next_key or 0)
    assert [view.state.conversation_id for view in (*page.items, *rest.items)] == [two, one]
    assert rest.next_key is None
    assert shop.ids(mentioned_id=me, visitor_ids=(VisitorId(visitor(1)),)) == [one]
    shop.execute(conv.SetLabels((RED,)), one, "agent 1")
    assert shop.ids(mentioned_id=me, label_id=RED) == [one]
    assert counts(shop, 1)["mentions"] == 2
    assert counts(shop, 1, label_id=RED)["mentions"] == 1
    assert counts(shop, 2)["mentions"] == 2
    assert "mentions" not in counts(shop, 3)


def test_counts_say_what_the_lists_hold(place: ViewPlace) -> None:
    shop = Shop(place, has_bot=True)
    waiting, held, snoozed, done, bot = (shop.says(number, "hello") for number in range(1, 6))
    person = shop.house.agent_online(1)
    for conversation in (held, snoozed, done):
        shop.execute(conv.AssignAgent(agent(1)), conversation, "supervisor 2")
    person.do(m.SetAvailability(shop.house.ids.new_id(), 1))
    later = shop.house.clock.ms + 3_600_000
    shop.execute(conv.HandOff(), waiting, "visitor 1")
    shop.execute(conv.SnoozeConversation(later), snoozed, "agent 1")
    shop.execute(conv.ResolveConversation(), done, "agent 1")
    expected = {"mine": 1, "queue": 1, "bot": 1, "all": 4, "snoozed": 1, "resolved": 1}
    assert counts(shop) == expected
    assert shop.ids(statuses=(Status.BOT,)) == [bot]
    assert counts(shop, 2) == {name: n for name, n in expected.items() if name != "mine"}
    assert counts(shop, inbox_id=INBOX) == expected
    assert counts(shop, inbox_id=InboxId(b"x" * 16)) == {}
    assert counts(shop, account_id=OTHERS.account_id) == {}
    assert counts(shop, agent_id=agent(2)) == {}
    mine = {"mine": 1, "all": 2, "snoozed": 1, "resolved": 1}
    assert counts(shop, agent_id=agent(1)) == mine
    assert counts(shop, 2, agent_id=agent(1)) == {"all": 2, "snoozed": 1, "resolved": 1}
    shop.place.reopen()
    assert counts(shop) == expected


_WISHES = st.lists(
    st.tuples(
        st.sampled_from(["label", "assign", "team", "resolve", "reopen", "snooze", "note", "say"]),
        st.integers(1, 3),
        st.integers(0, 3),
    ),
    max_size=25,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(wishes=_WISHES, at_once=st.integers(1, 9))
def test_whatever_happens_counts_are_what_the_lists_hold(
    place: ViewPlace, wishes: list[tuple[str, int, int]], at_once: int
) -> None:
    shop = Shop(place)
    shop.house.agent_online(1)
    seat = conv.AgentFacts(agent(2), team_ids=(TEAM,))
    shop.house.home.execute(conv.ConfigureAgent(seat), Identity(ACCOUNT, Role.SYSTEM, bytes(16)))
    made = {number: shop.says(number, "hello") for number in (1, 2, 3)}
    for what, number, choice in wishes:
        commands: dict[str, conv.Command] = {
            "label": conv.SetLabels(((), (RED,), (BLUE,), (RED, BLUE))[choice]),
            "assign": conv.AssignAgent(agent(1 + choice % 2)),
            "team": conv.TransferConversation(team_id=TEAM),
            "resolve": conv.ResolveConversation(),
            "reopen": conv.ReopenConversation(),
            "snooze": conv.SnoozeConversation(shop.house.clock.ms + 60_000 * (1 + choice)),
            "note": conv.AddNote("look", (agent(1 + choice % 2),)),
            "say": conv.SendMessage("words"),
        }
        who = f"visitor {number}" if what == "say" else "supervisor 2"
        with contextlib.suppress(CommandRejected):
            shop.house.home.execute(commands[what], shop.house.identity(who), made[number])
        shop.house.settle()
    shop.place.follow(shop.house.disk.records, at_once)
    for wanted in ({}, {"label_id": RED}, {"team_id": TEAM}, {"label_id": BLUE, "team_id": TEAM}):
        told = {**dict.fromkeys(ListCounts._fields, 0), **counts(shop, **wanted)}
        others = tuple(one for one in Status if one != Status.RESOLVED)
        assert told == {
            "mine": len(shop.ids(agent_id=agent(1), statuses=(Status.ASSIGNED,), **wanted)),
            "queue": len(shop.ids(statuses=(Status.QUEUED,), **wanted)),
            "bot": len(shop.ids(statuses=(Status.BOT,), **wanted)),
            "all": len(shop.ids(statuses=others, **wanted)),
            "snoozed": len(shop.ids(statuses=(Status.SNOOZED,), **wanted)),
            "resolved": len(shop.ids(statuses=(Status.RESOLVED,), **wanted)),
            "mentions": len(shop.ids(mentioned_id=agent(1), **wanted)),
        }
