"""Files: who may read them, and that none of them ever runs."""

from __future__ import annotations

import os
import socket
import struct
import uuid
from typing import Any

import pytest

from airdesk.core.kernel import limits
from tests.integration.test_rest_widget import identify, say
from tests.kit.airdesk_server import wait_until
from tests.kit.json_client import JsonClient
from tests.kit.rest_desk import Person, RestDesk

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 64, 48) + bytes(20)
GIF_THAT_IS_A_SCRIPT = b"GIF89a/*" + bytes(6) + b"*/=1;alert(1)//<script>alert(1)</script>"
HTML = b"<!doctype html><script>alert(document.domain)</script>"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"


def sent_by_visitor(visitor: Person, data: bytes, name: str = "file") -> dict[str, Any]:
    answer = visitor.upload("/api/widget/files", data, name)
    assert answer.status_code == 200, answer.text
    sent: dict[str, Any] = answer.json()
    return sent


def test_a_picture_is_shown_with_its_size(desk: RestDesk) -> None:
    visitor = desk.visitor()
    file = sent_by_visitor(visitor, PNG, "cat.png")["file"]
    assert (file["media_type"], file["width"], file["height"]) == ("image/png", 64, 48)
    answer = visitor.get(f"/api/widget/files/{file['file_id']}")
    assert answer.content == PNG
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-disposition"].startswith("inline")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (HTML, "page.html"),
        (SVG, "picture.svg"),
        (b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>", "page.xhtml"),
        (b"alert(1)", "script.js"),
        (GIF_THAT_IS_A_SCRIPT, "picture.html"),
        (PNG + HTML, "picture.html"),
        (b"%PDF-1.7\n" + HTML + b"\xe2\xe3", "a.pdf"),
        (b"\x00\x00\x00\x00" + HTML, "page.html"),
    ],
)
def test_no_upload_ever_runs(desk: RestDesk, data: bytes, name: str) -> None:
    visitor = desk.visitor()
    file = sent_by_visitor(visitor, data, name)["file"]
    for answer in (
        visitor.get(f"/api/widget/files/{file['file_id']}"),
        desk.owner.get(f"/api/v1/files/{file['file_id']}"),
    ):
        assert answer.content == data
        kind = answer.headers["content-type"]
        assert not any(word in kind for word in ("html", "xml", "svg", "script"))
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        is_picture = kind in ("image/png", "image/gif")
        place = "inline" if is_picture else "attachment"
        assert answer.headers["content-disposition"].startswith(f"{place};")


def test_a_name_cannot_break_out_of_its_header(desk: RestDesk) -> None:
    visitor = desk.visitor()
    file = sent_by_visitor(visitor, b"x", '../a"; filename=b.html\r\nset-cookie: c=d')["file"]
    answer = visitor.get(f"/api/widget/files/{file['file_id']}")
    assert "set-cookie" not in answer.headers
    assert '"' not in answer.headers["content-disposition"]


def test_others_find_no_file_of_mine(desk: RestDesk) -> None:
    visitor = desk.visitor()
    file_id = sent_by_visitor(visitor, b"secret")["file"]["file_id"]
    other_inbox = desk.visitor(desk.new_inbox())
    stranger = desk.other_account("Files", f"{uuid.uuid4().hex}@files.example")
    assert desk.visitor().get(f"/api/widget/files/{file_id}").status_code == 404
    assert other_inbox.get(f"/api/widget/files/{file_id}").status_code == 404
    assert stranger.get(f"/api/v1/files/{file_id}").status_code == 404
    assert desk.client().get(f"/api/widget/files/{file_id}").status_code == 401
    assert desk.client().get(f"/api/v1/files/{file_id}").status_code == 401


def test_an_agents_file_is_for_the_visitor_whose_conversation_it_is(desk: RestDesk) -> None:
    visitor = desk.visitor()
    say(desk, visitor.token, "please send it")
    conversation = desk.boot(token=visitor.token).json()["conversation"]["conversation"]
    path = f"/api/v1/conversations/{conversation}"
    sent = desk.owner.upload(f"{path}/files", b"the contract", "contract.txt").json()
    answer = desk.owner.post(f"{path}/messages", {"file": sent["ticket"]})
    assert answer.status_code == 200, answer.text
    last = desk.boot(token=visitor.token).json()["events"][-1]
    assert last["text"] == "contract.txt"
    assert last["file"]["file"] == sent["file"]["file_id"]
    file_path = f"/api/widget/files/{sent['file']['file_id']}"
    assert visitor.get(file_path).content == b"the contract"
    assert desk.visitor().get(file_path).status_code == 404


def test_a_ticket_is_its_senders_alone(desk: RestDesk) -> None:
    visitor, other = desk.visitor(), desk.visitor()
    ticket = sent_by_visitor(visitor, b"x")["ticket"]
    for person, answer in ((other, "rejected"), (visitor, "accepted")):
        with JsonClient(desk.server.port, person.token) as client:
            assert client.command("send", where=0, text="", file=ticket)["type"] == answer


def test_a_guests_file_goes_with_him_when_he_is_named(desk: RestDesk) -> None:
    guest = desk.visitor()
    file_id = sent_by_visitor(guest, b"mine")["file"]["file_id"]
    named = desk.visitor(token=guest.token, identify=identify(desk.inbox, "with file"))
    assert named.get(f"/api/widget/files/{file_id}").content == b"mine"
    second = desk.visitor(token=guest.token, identify=identify(desk.inbox, "second with file"))
    assert second.get(f"/api/widget/files/{file_id}").status_code == 404


def test_a_file_has_at_most_25_mebibytes_and_one_byte_at_least(desk: RestDesk) -> None:
    visitor = desk.visitor()
    before = stored(desk)
    too_large = visitor.upload("/api/widget/files", bytes(limits.FILE_BYTES_MAX + 1))
    assert too_large.status_code == 413
    assert too_large.headers["content-type"] == "application/problem+json"
    assert visitor.upload("/api/widget/files", b"").status_code == 422
    assert stored(desk) == before
    largest = sent_by_visitor(visitor, bytes(limits.FILE_BYTES_MAX))
    assert largest["file"]["bytes"] == limits.FILE_BYTES_MAX


def test_an_upload_that_breaks_off_leaves_nothing(desk: RestDesk) -> None:
    visitor = desk.visitor()
    before = stored(desk)
    with socket.create_connection(("127.0.0.1", desk.server.port)) as raw:
        head = (
            "POST /api/widget/files?name=half HTTP/1.1\r\nhost: x\r\n"
            f"authorization: Bearer {visitor.token}\r\ncontent-length: 1000000\r\n\r\n"
        )
        raw.sendall(head.encode() + bytes(500_000))
        wait_until(lambda: len(stored(desk)) > len(before), "the first half")
    wait_until(lambda: stored(desk) == before, "the half to be gone")


def stored(desk: RestDesk) -> set[str]:
    """Give the names of all stored files, half ones too."""
    return {name for _, _, names in os.walk(desk.server.data / "files") for name in names}


def test_a_logo_is_a_picture_and_for_everybody(desk: RestDesk) -> None:
    inbox = desk.new_inbox()
    path = f"/api/v1/inboxes/{inbox['inbox_id']}/logo/files"
    assert desk.owner.upload(path, SVG, "logo.svg").status_code == 422
    assert desk.owner.upload(path, PNG, "logo.png").status_code == 200
    url = desk.boot(inbox).json()["inbox"]["logo_url"]
    answer = desk.client().get(url)
    assert answer.content == PNG
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
