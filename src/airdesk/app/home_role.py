"""Wires a home: its log, what follows from the log, and its work beside the messages."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Callable, Coroutine

import structlog

from airdesk.adapters.objects import FolderObjects
from airdesk.adapters.sqlite import SqliteEventLog
from airdesk.adapters.sqlite.log_head import LogHead
from airdesk.adapters.text import JiebaSegmenter
from airdesk.adapters.unix import UnixHomeLinks
from airdesk.app.collector import planned_collection
from airdesk.app.home.consumers import ConsumerPaths, Consumers, ContactStore
from airdesk.app.home.home import Home
from airdesk.app.home.local_link import LocalLink
from airdesk.app.home.runner import HomeRunner
from airdesk.app.office import Office, Parts
from airdesk.services.account_facts import AccountFacts
from airdesk.services.attendance import Attendance
from airdesk.services.faq import Faqs
from airdesk.services.faq_sources import DirectoryFaqSources
from airdesk.services.file_sweep import FileSweep

logger = structlog.get_logger()


def new_runner(made: Parts, on_up: Callable[[], None], on_down: Callable[[], None]) -> HomeRunner:
    """Make what keeps a home running; it has no links yet and does not run.

    Args:
        made: the process's parts.
        on_up: called when the home takes commands.
        on_down: called when it is void.
    """
    settings = made.settings
    loop = asyncio.get_running_loop()

    def seed(home: Home) -> None:
        if not made.builtin.agent_ids:
            return
        for command, identity in made.builtin.facts(settings.capacity, settings.agents_bot):
            home.execute(command, identity)

    return HomeRunner(
        lambda: SqliteEventLog(settings.log_path, loop, times=made.commits),
        made.clock,
        made.ids,
        seed,
        on_up,
        on_down,
    )


@contextlib.asynccontextmanager
async def running(made: Parts, runner: HomeRunner, office: Office) -> AsyncIterator[Consumers]:
    """Run the home, and what follows from its log and from the directory."""
    local = LocalLink(runner)
    facts = AccountFacts(office.directory, local.requests)
    runner.followers += [local, facts]
    segmenter = JiebaSegmenter()
    faqs = Faqs(DirectoryFaqSources(office.directory), segmenter)
    paths = ConsumerPaths(made.settings.log_path, made.settings.views_path)
    store = ContactStore(office.directory, office.changes, made.ids)
    attendance = Attendance(local.requests, office.directory, made.clock)
    consumers = Consumers(runner, local.requests, faqs, attendance, segmenter, paths, store)
    runner.start()
    consumers.start()
    log_head = LogHead(made.settings.log_path)
    objects = FolderObjects(made.settings.files_path)
    sweep = FileSweep(office.directory, objects, consumers.views, log_head, made.clock)
    tasks = [asyncio.ensure_future(work) for work in (facts.run(), sweep.run())]
    for task in tasks:
        task.add_done_callback(_stop_for_defect)
    try:
        yield consumers
    finally:
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await consumers.stop()
        log_head.close()
        runner.stop()


def _stop_for_defect(task: asyncio.Task[None]) -> None:
    """Stop the process where a task ended that must never end: whoever started it starts anew."""
    if not task.cancelled():
        logger.error("a task ended by a defect", exc_info=task.exception())
        os.kill(os.getpid(), signal.SIGTERM)


class LinkSwitch:
    """Starts and stops the links to gateway processes, one step after the other."""

    def __init__(self, links: UnixHomeLinks) -> None:
        self._links = links
        self._last: asyncio.Future[None] | None = None

    def up(self, side: HomeRunner) -> None:
        """A home takes commands: gateways may link."""
        self._then(self._links.start(side))

    def down(self) -> None:
        """The home is void: gateways have to wait."""
        self._then(self._links.stop())

    async def settled(self) -> None:
        """Wait until the last step is done; its error is raised."""
        if self._last is not None:
            await self._last

    def _then(self, step: Coroutine[None, None, None]) -> None:
        before = self._last

        async def run() -> None:
            if before is not None:
                await asyncio.wait([before])
            await step

        self._last = asyncio.ensure_future(run())


async def serve(switch: LinkSwitch, ready: Callable[[], None]) -> None:
    """Keep the links of a home that runs, until it is told to stop.

    Args:
        switch: the links.
        ready: called once gateways may link.
    """
    try:
        await switch.settled()
        ready()
        with planned_collection():
            await _until_stopped()
    finally:
        switch.down()
        await switch.settled()


async def _until_stopped() -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    await stopped.wait()
