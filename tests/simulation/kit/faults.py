"""What breaks: each fault of a scenario."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING

from tests.simulation.kit.links import Link
from tests.simulation.kit.pages import Tab

if TYPE_CHECKING:
    from tests.simulation.kit.simulation import Simulation

Fault = Callable[["Simulation", Random], bool]
"""Breaks something; False if there was nothing to break."""

STATUSES = ("new", "bot", "queued", "assigned", "snoozed", "resolved", "account")

RARE = {"snoozed": 4, "bot": 2, "new": 2, "resolved": 2}
"""Statuses in which little happens, so that a crash there has to be sought."""

HOME_POINTS: dict[str, tuple[str, ...]] = {
    "before append": STATUSES,
    "after append": STATUSES,
    "before a follow-up is appended": ("queued", "assigned", "snoozed", "account"),
    "before commit": STATUSES[1:],
    "after commit, before it is told": STATUSES[1:],
    "after it was told": STATUSES[1:],
    "before a delivery is sent": STATUSES[1:-1],
    "after a delivery was sent": STATUSES[1:-1],
    "before an answer is sent": STATUSES[1:-1],
    "after an answer was sent": STATUSES[1:-1],
    "before a slice of a checkpoint": ("checkpoint",),
    "after a slice of a checkpoint": ("checkpoint",),
    "before a checkpoint is noted": ("checkpoint",),
    "after a checkpoint is noted": ("checkpoint",),
    "before a tick": ("tick",),
    "after a tick": ("tick",),
}
"""Where the home may die, and in which status of the conversation that it works on."""

START_POINTS = (
    "while states are loaded",
    "while records are replayed",
    "after replay, before it serves",
    "after the first routing",
)
"""Where it may die while it starts."""

GATEWAY_POINTS = (
    "before a page's message is taken",
    "after a page's message was taken",
    "before a message goes to the home",
    "after a message went to the home",
    "before the home's message is taken",
    "after the home's message was taken",
    "before a socket is written",
    "after a socket was written",
)

PAGE_POINTS = (
    "before a page takes a message",
    "after a page took a message, before it stores",
    "after a page stored a command, before it sends",
    "after a page sent a message",
)


def _tab(sim: Simulation, dice: Random) -> Tab | None:
    tabs = [tab for device in sim.devices for tab in device.living if tab.wire is not None]
    return dice.choice(tabs) if tabs else None


def _path_cut(sim: Simulation, dice: Random) -> bool:
    tab = _tab(sim, dice)
    if tab is None or tab.wire is None:
        return False
    wire = tab.wire
    page_ms = dice.choice((0, dice.randrange(1, 2_000), None))
    gateway_ms = dice.choice((0, dice.randrange(1, 2_000), None))
    keep_up = dice.randrange(0, len(wire.up) + 1)
    keep_down = dice.randrange(0, len(wire.down) + 1)
    wire.cut(keep_up, keep_down, (page_ms, gateway_ms))
    sim.world.note(f"{tab.name}'s path is cut, page {page_ms} gateway {gateway_ms}")
    return True


def _half_open(sim: Simulation, dice: Random) -> bool:
    tab = _tab(sim, dice)
    if tab is None or tab.wire is None:
        return False
    one_side = dice.choice(((None, None), (0, None), (None, 0)))
    tab.wire.cut(0, 0, one_side)
    sim.world.note(f"{tab.name}'s path is half open {one_side}")
    return True


def _slow_path(sim: Simulation, dice: Random) -> bool:
    tab = _tab(sim, dice)
    if tab is None or tab.wire is None:
        return False
    for pipe in dice.choice(([tab.wire.up], [tab.wire.down], [tab.wire.up, tab.wire.down])):
        pipe.stall(dice.randrange(200, 6_000))
    sim.world.note(f"{tab.name}'s path is slow")
    return True


def _old_late(sim: Simulation, dice: Random) -> bool:
    """The page lets go; what it sent arrives long after its new connection's hello."""
    tab = _tab(sim, dice)
    if tab is None or tab.wire is None:
        return False
    tab.wire.up.stall(dice.randrange(300, 5_000))
    sim.world.after(dice.randrange(1, 200), tab.hang_up)
    sim.world.note(f"{tab.name}'s old connection is late")
    return True


def _reload(sim: Simulation, dice: Random) -> bool:
    tab = _tab(sim, dice)
    if tab is None:
        return False
    sim.world.note(f"{tab.name} is reloaded")
    tab.die()
    sim.open_tab(tab.device)
    return True


def _page_crash(sim: Simulation, dice: Random) -> bool:
    tab = _tab(sim, dice)
    if tab is None:
        return False
    point = dice.choice(PAGE_POINTS)
    if point == "after a page stored a command, before it sends" and dice.random() < 0.6:
        tab.plan.arm(point, dice.choice(("offline", "greeting")), 1)
        tab.wire.cut(0, 0, (0, 0)) if tab.wire is not None else None
    else:
        tab.plan.arm(point, "", dice.randrange(1, 4))
    sim.world.after(8_000, tab.die)
    return True


def _browser_crash(sim: Simulation, dice: Random) -> bool:
    tab = _tab(sim, dice)
    if tab is None:
        return False
    sim.world.note(f"{tab.device.name} crashes with all pages")
    for one in tab.device.living:
        one.die()
    return True


def _gateway_crash(sim: Simulation, dice: Random) -> bool:
    plan = dice.choice(sim.cluster.gateway_plans)
    status = dice.choice(("", "", "unlinked")) if not sim.cluster.is_embedded else ""
    plan.arm(dice.choice(GATEWAY_POINTS), status, dice.randrange(1, 5))
    return True


def _home_crash(sim: Simulation, dice: Random) -> bool:
    plan = sim.cluster.home_plan
    if plan.is_armed:
        _power(sim, dice)
    if dice.random() < 0.12:
        _power(sim, dice)
        plan.arm(dice.choice(START_POINTS), "", 1)
        return True
    point = dice.choice(list(HOME_POINTS))
    weights = [RARE.get(status, 1) for status in HOME_POINTS[point]]
    (status,) = dice.choices(HOME_POINTS[point], weights)
    plan.arm(point, status, 1 if status in RARE else dice.randrange(1, 3))
    return True


def _power(sim: Simulation, dice: Random) -> bool:
    home = sim.cluster.home
    if home is None or not home.is_alive:
        return False
    sim.world.note("the home's machine loses power")
    home.die()
    return True


def _link(sim: Simulation, dice: Random) -> Link | None:
    links = [one.link for one in sim.cluster.living_gateways() if one.link is not None]
    return None if sim.cluster.is_embedded or not links else dice.choice(links)


def _link_breaks(sim: Simulation, dice: Random) -> bool:
    link = _link(sim, dice)
    if link is None:
        return _path_cut(sim, dice)
    keep_up = dice.randrange(0, len(link.up) + 1)
    keep_down = dice.randrange(0, len(link.down) + 1)
    notice = (dice.choice((0, dice.randrange(1, 3_000))), dice.choice((0, dice.randrange(1, 500))))
    link.break_off(keep_up, keep_down, notice)
    return True


def _link_loses(sim: Simulation, dice: Random) -> bool:
    link = _link(sim, dice)
    if link is None:
        return _slow_path(sim, dice)
    link.lose += dice.randrange(1, 6)
    return True


def _link_doubles(sim: Simulation, dice: Random) -> bool:
    link = _link(sim, dice)
    if link is None:
        return _old_late(sim, dice)
    link.double += dice.randrange(1, 10)
    return True


def _link_delays(sim: Simulation, dice: Random) -> bool:
    link = _link(sim, dice)
    if link is None:
        return _path_cut(sim, dice)
    link.delay += dice.randrange(1, 6)
    return True


def _link_slow(sim: Simulation, dice: Random) -> bool:
    link = _link(sim, dice)
    if link is None:
        return _slow_path(sim, dice)
    for pipe in (link.up, link.down):
        if dice.random() < 0.7:
            pipe.stall(dice.randrange(100, 4_000))
    return True


def _disk_slow(sim: Simulation, dice: Random) -> bool:
    high = dice.randrange(200, 2_500)
    sim.cluster.disk_delays = (high // 2, high)
    sim.world.after(dice.randrange(500, 5_000), sim.disk_recovers)
    return True


def _disk_fails(sim: Simulation, dice: Random) -> bool:
    home = sim.cluster.home
    if home is None or not sim.cluster.home_is_up:
        return False
    home.disk_fails()
    return True


def _clock_jumps(sim: Simulation, dice: Random) -> bool:
    sim.cluster.clock.error_ms = dice.randrange(-20_000, 20_000)
    sim.world.note(f"the clock is wrong by {sim.cluster.clock.error_ms} ms")
    return True


FAULTS: dict[str, Fault] = {
    "a path is cut": _path_cut,
    "a path is half open": _half_open,
    "a path is slow": _slow_path,
    "an old connection is late": _old_late,
    "a page is reloaded": _reload,
    "a page crashes": _page_crash,
    "a browser crashes": _browser_crash,
    "a gateway crashes": _gateway_crash,
    "the home crashes": _home_crash,
    "the machine loses power": _power,
    "a link breaks": _link_breaks,
    "a link loses frames": _link_loses,
    "a link doubles frames": _link_doubles,
    "a link delays frames": _link_delays,
    "a link is slow": _link_slow,
    "the disk is slow": _disk_slow,
    "the disk fails": _disk_fails,
    "the clock jumps": _clock_jumps,
}
