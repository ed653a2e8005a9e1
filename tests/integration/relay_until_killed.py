"""A home's process that relays facts and kills itself at a chosen moment.

    python relay_until_killed.py FOLDER MOMENT

MOMENT: "before" the log has the third fact, "after" it and before it is noted, or "never".
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

from airdesk.adapters.memory import DirectHomeLinks
from airdesk.adapters.sql import open_sqlite_directory
from airdesk.adapters.sqlite import SqliteEventLog
from airdesk.adapters.system import SystemClock, SystemIds
from airdesk.app.home.local_link import LocalLink
from airdesk.app.home.runner import HomeRunner
from airdesk.services.account_facts import AccountFacts

KILLED_AT = 3


def die() -> None:
    """End as by kill -9."""
    os.kill(os.getpid(), signal.SIGKILL)


class MortalHome:
    """Asks the real home, and dies around the third fact."""

    def __init__(self, home: Any, moment: str) -> None:
        self._home = home
        self._moment = moment
        self._asked = 0

    async def execute(self, *words: Any) -> Any:
        """See HomeCommands."""
        self._asked += 1
        if self._asked == KILLED_AT and self._moment == "before":
            die()
        answer = await self._home.execute(*words)
        if self._asked == KILLED_AT and self._moment == "after":
            die()
        return answer


async def main(folder: Path, moment: str) -> None:
    """Relay until nothing waits."""
    loop = asyncio.get_running_loop()
    links = DirectHomeLinks(loop.call_soon)
    runner = HomeRunner(
        lambda: SqliteEventLog(folder / "log.db", loop),
        SystemClock(),
        SystemIds(),
        lambda home: None,
        lambda: links.start(runner),
        links.stop,
    )
    runner.links = links
    local = LocalLink(runner)
    runner.followers.append(local)
    runner.start()
    directory = await open_sqlite_directory(folder / "directory.db")
    relay = AccountFacts(directory, MortalHome(local.requests, moment))  # type: ignore[arg-type]
    while await relay.relay():
        pass
    await directory.close()
    runner.stop()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
