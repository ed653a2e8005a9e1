"""A generator: a process that is some thousands of people, told what to do over a pipe."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import resource
import signal
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Final

import uvloop

from airdesk.app.collector import planned_collection
from airdesk.app.stress.crowd.people import FLUSH_SLOTS, WATCH_SLOTS, People
from airdesk.app.stress.crowd.pipe import (
    Broken,
    Connect,
    Resume,
    Run,
    Setup,
    Stop,
    Talk,
    Where,
    Wish,
)
from airdesk.app.stress.crowd.plan import Plan
from airdesk.app.stress.crowd.speaking import say_what_is_due

TICK_S: Final = 1.0
END_S: Final = 5.0


def main(pipe: Connection, setup: Setup) -> None:
    """Do what the pipe says, until it says stop or closes.

    Args:
        pipe: gets a Tick every second, and a Broken if anything here fails.
        setup: who the people are.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.getLogger("picows").setLevel(logging.CRITICAL)
    if setup.core is not None:
        os.sched_setaffinity(0, {setup.core})
    raise_descriptor_limit()
    try:
        uvloop.run(_serve(pipe, setup))
    except Exception:
        with contextlib.suppress(OSError):
            pipe.send(Broken(traceback.format_exc()))


def raise_descriptor_limit() -> int:
    """Let this process open as many files as it may; gives how many that are."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


async def _serve(pipe: Connection, setup: Setup) -> None:
    plan = Plan(setup.load)
    people = People(setup, plan)
    wishes: asyncio.Queue[Wish] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def readable() -> None:
        try:
            wishes.put_nowait(pipe.recv())
        except EOFError:
            loop.remove_reader(pipe.fileno())
            wishes.put_nowait(Stop())

    loop.add_reader(pipe.fileno(), readable)
    with planned_collection():
        works = [
            asyncio.ensure_future(_every(1 / FLUSH_SLOTS, FLUSH_SLOTS, people.flush_receipts)),
            asyncio.ensure_future(_every(1 / WATCH_SLOTS, WATCH_SLOTS, people.watch)),
            asyncio.ensure_future(_every(TICK_S, 1, lambda _: pipe.send(people.take_tick()))),
            asyncio.ensure_future(_obey(wishes, people, pipe)),
        ]
        ended, _ = await asyncio.wait(works, return_when=asyncio.FIRST_COMPLETED)
        for work in ended:
            # Told now: what follows may end this process at once.
            if (error := work.exception()) is not None:
                pipe.send(Broken("".join(traceback.format_exception(error))))
        loop.remove_reader(pipe.fileno())
        people.end()
        await _closed(people)
        for work in works:
            work.cancel()
        for work in works:
            with contextlib.suppress(asyncio.CancelledError):
                await work


async def _every(pause_s: float, slots: int, work: Callable[[int], None]) -> None:
    slot = 0
    while True:
        await asyncio.sleep(pause_s)
        slot = (slot + 1) % slots
        work(slot)


async def _obey(wishes: asyncio.Queue[Wish], people: People, pipe: Connection) -> None:
    """Carry out wishes until the one to stop; running is left to itself."""
    running: list[asyncio.Task[None]] = []
    while not isinstance(wish := await wishes.get(), Stop):
        if isinstance(wish, Connect):
            await people.connect(wish.agents)
        elif isinstance(wish, Talk):
            await people.talk()
        elif isinstance(wish, Resume):
            people.resume(wish.talkers)
        elif isinstance(wish, Where):
            pipe.send(people.places())
        elif isinstance(wish, Run):
            people.start_ns = wish.start_ns
            people.live_min = people.live
            saying = asyncio.ensure_future(say_what_is_due(people.plan, people, wish.start_ns))
            # A defect in it ends the generator at once, and is raised below.
            saying.add_done_callback(lambda one: _end_for_defect(one, wishes))
            running.append(saying)
    for one in running:
        if one.done():
            one.result()
        one.cancel()


def _end_for_defect(ended: asyncio.Task[None], wishes: asyncio.Queue[Wish]) -> None:
    if not ended.cancelled() and ended.exception() is not None:
        wishes.put_nowait(Stop())


async def _closed(people: People) -> None:
    """Wait until all sockets are closed: uvloop waits for ever when it ends over open ones."""
    deadline = asyncio.get_running_loop().time() + END_S
    while any(page.line is not None for page in people.pages):
        if asyncio.get_running_loop().time() > deadline:
            os._exit(0)
        await asyncio.sleep(0.02)
