"""Nobody commands by the socket what he has no right to: every message of a client is tried."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import get_args

import pytest
from websockets.exceptions import ConnectionClosed

from airdesk.core.wire import messages as m
from tests.integration.authorisation.commands import COMMANDS, SIGNALS
from tests.integration.authorisation.world import SECRET_WORDS, World, make_world
from tests.kit.airdesk_server import AirDeskServer, wait_until
from tests.kit.json_client import JsonClient
from tests.kit.rest import RestCaller

BAD_TOKEN, REVOKED = 4101, 4103
UNKNOWN_CONVERSATION, NOT_PERMITTED, NOT_SO = 4201, 4202, 4203
PERMISSION_MISSING = 4223
FORBIDDEN = 403


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with AirDeskServer(tmp_path_factory.mktemp("commands"), agents=0) as server:
        made = make_world(server)
        supervisor = made.alpha.supervisor.get("/api/auth/session")["user"]["user_id"]
        body = {"name": "everybody", "member_ids": [supervisor]}
        made.alpha.owner.post("/api/v1/teams", body)
        with JsonClient(server.port, made.alpha.supervisor.socket_token()) as client:
            client.command("set_availability", availability=1)
            path = f"/api/v1/conversations/{made.guest.conversation_id}/assign"
            made.alpha.supervisor.post(path, {})
        yield made


def snake(name: str) -> str:
    """Write a class's name as the wire does."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def test_every_message_of_a_client_has_its_row() -> None:
    commands = {snake(cls.__name__) for cls in get_args(m.CommandMessage)}
    messages = {snake(cls.__name__) for cls in get_args(m.ClientMessage)}
    assert set(COMMANDS) == commands
    assert set(SIGNALS) == messages - commands - {"hello"}


def refused(world: World, token: str, name: str) -> int:
    """Let somebody try a command; gives the number of the refusal, 0 for none."""
    with JsonClient(world.server.port, token) as client:
        answer = client.command(name, **COMMANDS[name].fields(world))
        assert SECRET_WORDS not in str(answer), name
        return int(answer.get("number", 0))


def strangers(world: World) -> dict[str, str]:
    """Give the tokens of those who may not even know of the guest's conversation."""
    return {
        "another visitor of the inbox": world.neighbour.token,
        "a visitor of another inbox": world.passer_by.token,
        "another account's owner": world.beta.owner.socket_token(),
        "another account's agent": world.beta.agent.socket_token(),
    }


@pytest.mark.parametrize("name", [name for name, row in COMMANDS.items() if not row.own])
def test_a_command_about_a_conversation_is_nothing_to_strangers(world: World, name: str) -> None:
    before = world.snapshot()
    for who, token in strangers(world).items():
        assert refused(world, token, name) in (UNKNOWN_CONVERSATION, NOT_PERMITTED), who
    assert world.snapshot() == before


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_of_the_other_side_is_refused(world: World, name: str) -> None:
    if name == "send":
        return  # both sides speak
    before = world.snapshot()
    row = COMMANDS[name]
    other = world.guest.token if row.staff else world.alpha.supervisor.socket_token()
    assert refused(world, other, name) in (NOT_PERMITTED, UNKNOWN_CONVERSATION), name
    assert world.snapshot() == before


@pytest.mark.parametrize("name", [name for name, row in COMMANDS.items() if row.holder])
def test_an_agent_moves_nothing_that_somebody_else_holds(world: World, name: str) -> None:
    before = world.snapshot()
    # Where the status itself forbids it, nobody is asked who he is.
    number = refused(world, world.alpha.agent.socket_token(), name)
    assert number in ((NOT_SO,) if name == "reopen" else (NOT_PERMITTED,)), name
    assert world.snapshot() == before


@pytest.mark.parametrize("name", [name for name, row in COMMANDS.items() if row.staff])
def test_a_token_that_may_only_read_commands_nothing(world: World, name: str) -> None:
    before = world.snapshot()
    reader = api_token(world, "conversations:read")
    assert refused(world, reader.socket_token(), name) == PERMISSION_MISSING
    assert world.snapshot() == before


def test_a_token_that_may_not_read_gets_no_socket(world: World) -> None:
    without = api_token(world, "conversations:write", "contacts:read")
    assert without.call("POST", "/api/auth/socket-token").status == FORBIDDEN


def test_nobody_gets_no_further_than_hello(world: World) -> None:
    forged = world.guest.token[:-4] + "AAAA"
    for token in ("", "nonsense", forged, world.alpha.owner.cookie):
        assert hello_refused(world, token) == BAD_TOKEN


def test_the_end_of_a_session_ends_its_sockets_and_its_socket_tokens(world: World) -> None:
    session = world.alpha.log_in("agent", world.server.port)
    token = session.socket_token()
    with JsonClient(world.server.port, token) as client:
        session.post("/api/auth/logout")
        assert client.close_code() == REVOKED
    assert hello_refused(world, token) == REVOKED


def test_the_end_of_an_api_token_ends_its_sockets_and_its_socket_tokens(world: World) -> None:
    body = {"name": "short", "scopes": ["conversations:read"]}
    made = world.alpha.owner.post("/api/v1/tokens", body)
    token = RestCaller(world.server.port, bearer=made["secret"]).socket_token()
    with JsonClient(world.server.port, token) as client:
        world.alpha.owner.delete(f"/api/v1/tokens/{made['token_id']}")
        assert client.close_code() == REVOKED
    assert hello_refused(world, token) == REVOKED


@pytest.mark.parametrize("name", SIGNALS)
def test_a_signal_about_a_conversation_brings_strangers_nothing(world: World, name: str) -> None:
    for who, token in strangers(world).items():
        if name in ("unfollow", "receipt", "typing", "history", "viewing") and "visitor" in who:
            continue  # their ref 1 is a conversation of their own
        with (
            JsonClient(world.server.port, world.guest.token) as guest,
            JsonClient(world.server.port, token) as client,
        ):
            client.say(type=name, **SIGNALS[name](world))
            # An answered command comes behind all that the signal brought.
            client.command("rate", where=world.guest.conversation_id, score=1)
            heard = [*client.heard, *guest.heard]
            # "closed" says no more than what was asked for.
            told = [one for one in client.heard if one["type"] != "closed"]
            assert world.guest.conversation_id not in str(told), who
            assert SECRET_WORDS not in str([one for one in client.heard if "visitor" not in who])
            assert not any(one["type"] == "somebody_typing" for one in heard), who


def test_those_who_may_are_let_in(world: World) -> None:
    """In an order in which each is possible; by the one who holds it, and by the visitor."""
    with (
        JsonClient(world.server.port, world.alpha.supervisor.socket_token()) as staff,
        JsonClient(world.server.port, world.guest.token) as guest,
    ):
        done: set[str] = set()

        def command(client: JsonClient, name: str) -> None:
            answer = client.command(name, **COMMANDS[name].fields(world))
            assert answer["type"] == "accepted", (name, answer)
            done.add(name)

        command(staff, "set_availability")
        for name in ("assign", "send", "note", "set_labels", "set_priority"):
            command(staff, name)
        give_a_bot(world)
        command(staff, "return_to_bot")
        for name in ("assign", "snooze", "reopen", "transfer"):
            command(staff, name)
        command(guest, "start")
        command(guest, "hand_off")
        command(staff, "assign")
        command(staff, "resolve")
        command(guest, "rate")
        assert done == set(COMMANDS)


def give_a_bot(world: World) -> None:
    """Let alpha's inbox have a bot; the home has heard of it some moments later."""
    path = f"/api/v1/inboxes/{world.alpha.inbox_id}"
    assert world.alpha.owner.call("PATCH", path, {"has_bot": True}).is_good

    def is_known() -> bool:
        with JsonClient(world.server.port, world.alpha.supervisor.socket_token()) as client:
            fields = {"where": world.guest.conversation_id}
            return bool(client.command("return_to_bot", **fields)["type"] == "accepted")

    wait_until(is_known, "the home hears of the bot")


def api_token(world: World, *scopes: str) -> RestCaller:
    """Give an API token of alpha's owner."""
    body = {"name": " ".join(scopes), "scopes": list(scopes)}
    secret = world.alpha.owner.post("/api/v1/tokens", body)["secret"]
    return RestCaller(world.server.port, bearer=secret)


def hello_refused(world: World, token: str) -> int:
    """Say hello with a token that is not good; gives the number of the failure."""
    with pytest.raises(ConnectionClosed) as closed:
        JsonClient(world.server.port, token)
    return 0 if closed.value.rcvd is None else int(closed.value.rcvd.code)
