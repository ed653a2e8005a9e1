"""Whatever address somebody types, the server never calls there."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from tests.kit.json_client import JsonClient
from tests.kit.rest_desk import RestDesk


@pytest.fixture
def trap() -> Iterator[socket.socket]:
    """A port that nobody has a reason to call."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(1.0)
        yield listener


def test_an_address_that_somebody_typed_is_never_called(
    desk: RestDesk, trap: socket.socket
) -> None:
    address = f"http://127.0.0.1:{trap.getsockname()[1]}"
    inbox = desk.new_inbox(allowed_origins=[address], name=f"{address}/inbox")
    visitor = desk.visitor(inbox, page={"url": f"{address}/page", "title": address})
    said = visitor.post("/api/widget/contact", {"name": address, "attributes": {"home": address}})
    assert said.is_success, said.text
    view = {"url": f"{address}/other", "title": address, "at_ms": 1}
    assert visitor.post("/api/widget/pages", {"views": [view]}).is_success
    faq = {"inbox_id": inbox["inbox_id"], "question": address, "answer": f"See {address}/help"}
    assert desk.owner.post("/api/v1/faq", {**faq, "language": "en"}).is_success
    canned = {"shortcut": "link", "text": f"{address}/canned"}
    assert desk.owner.post("/api/v1/canned", canned).is_success
    with JsonClient(desk.server.port, visitor.token) as talk:
        text = f"{address}/picture.png ![x]({address}/x.png)"
        assert talk.command("send", where=0, text=text)["type"] == "accepted"
    name = f"{address.replace('/', '_')}.svg"
    image = f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{address}/x"/></svg>'
    assert visitor.upload("/api/widget/files", image.encode(), name).is_success
    with pytest.raises(TimeoutError):
        trap.accept()


def test_the_trap_would_notice_a_call(trap: socket.socket) -> None:
    with socket.create_connection(trap.getsockname()):
        trap.accept()[0].close()
