"""`airdesk serve --demo`: a company to look around in, made once."""

from __future__ import annotations

import re
from pathlib import Path

from tests.kit.airdesk_server import AirDeskServer, wait_until
from tests.kit.rest import RestCaller
from tests.kit.staff import set_up

GONE = 410
_ENTER = re.compile(r"(owner|agent) (\S+) +(https?://\S+/enter/(\S+))")


def printed_links(server: AirDeskServer) -> list[tuple[str, str, str]]:
    """Give role, name and secret of each printed link, over all starts."""
    return [(role, name, secret) for role, name, _, secret in _ENTER.findall(server.stdout)]


def test_an_empty_folder_becomes_a_company_with_a_link_for_each_of_its_people(
    tmp_path: Path,
) -> None:
    with AirDeskServer(tmp_path, agents=0, options=("--demo",)) as server:
        wait_until(lambda: f"{server.address}/demo" in server.stdout, "the shop's address")
        links = printed_links(server)
        assert [role for role, _, _ in links] == ["owner", "agent", "agent"]
        assert "/setup" not in server.stdout
        for role, name, secret in links:
            person = RestCaller(server.port).logged_in("/api/auth/link", {"link": secret})
            session = person.get("/api/auth/session")
            assert (session["role"], session["user"]["name"]) == (role, name)
        used = RestCaller(server.port).call("POST", "/api/auth/link", {"link": links[0][2]})
        assert used.status == GONE
        facts = RestCaller(server.port).get("/demo/facts.json")
        config = RestCaller(server.port).get(f"/api/widget/config?inbox={facts['inbox']}")
        assert config
        # An agent finds what he needs to try everything: labels, a team, a reply with names.
        assert len(person.get("/api/v1/labels")["items"]) == 3
        (team,) = person.get("/api/v1/teams")["items"]
        assert len(team["member_ids"]) == 2
        canned = person.get("/api/v1/canned")["items"]
        assert any("{{contact.name}}" in one["text"] for one in canned)


def test_later_starts_make_nothing_twice_and_allow_the_shop_on_its_new_port(
    tmp_path: Path,
) -> None:
    with AirDeskServer(tmp_path, agents=0, options=("--demo",)) as server:
        wait_until(lambda: len(printed_links(server)) == 3, "the first links")
        inbox_id = RestCaller(server.port).get("/demo/facts.json")["inbox"]
        server.stop()
        server.start()
        wait_until(lambda: len(printed_links(server)) == 6, "the second links")
        secret = printed_links(server)[3][2]
        owner = RestCaller(server.port).logged_in("/api/auth/link", {"link": secret})
        (inbox,) = owner.get("/api/v1/inboxes")["items"]
        assert inbox["inbox_id"] == inbox_id
        assert f"http://127.0.0.1:{server.port}" in inbox["allowed_origins"]
        assert len(owner.get("/api/v1/members")["items"]) == 3


def test_a_folder_of_somebody_else_gets_a_shop_and_no_strangers(tmp_path: Path) -> None:
    with AirDeskServer(tmp_path, agents=0) as server:
        alpha = set_up(server, "alpha")
        server.stop()
        server.options = ("--demo",)
        server.start()
        assert not printed_links(server)
        emails = {one["email"] for one in alpha.owner.get("/api/v1/members")["items"]}
        assert emails == {f"{role}@alpha.example" for role in ("owner", "supervisor", "agent")}
