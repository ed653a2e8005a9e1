"""One installation for all tests that speak HTTP; each makes people of its own in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.kit.airdesk_server import AirDeskServer
from tests.kit.rest_desk import RestDesk


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RestDesk]:
    """A server with an owner."""
    folder = tmp_path_factory.mktemp("rest")
    with AirDeskServer(folder, options=["--agents", "0"]) as server:
        made = RestDesk(server)
        try:
            yield made
        finally:
            made.close()
        defects = [line for line in server.stderr.splitlines() if '"defect"' in line]
        assert not defects, "\n".join(defects)[-4000:]
