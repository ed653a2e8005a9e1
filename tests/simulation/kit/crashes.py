"""Where a process may die: between any two steps, at points with names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from tests.simulation.kit.world import World

Cell = tuple[str, str]
"""A crash point and the status or phase in which it struck."""


class Crashed(BaseException):
    """The process ends here. Nothing of the product may catch it."""


class CrashPlan:
    """The next crash of one process, if one is planned.

    Args:
        covered: counts of (point, status) over all scenarios.
    """

    __slots__ = ("_count", "_point", "_status", "covered", "seen")

    def __init__(self, covered: Counter[Cell], seen: Counter[Cell]) -> None:
        self.covered = covered
        self.seen = seen
        self._point = ""
        self._status = ""
        self._count = 0

    @property
    def is_armed(self) -> bool:
        """True while a crash waits for its moment."""
        return bool(self._point)

    def arm(self, point: str, status: str, count: int) -> None:
        """Crash at the so manieth passing of a point; in a given status, or "" for any."""
        self._point, self._status, self._count = point, status, count

    def disarm(self) -> None:
        """Crash no more."""
        self._point = ""

    def reach(self, point: str, status: Callable[[], str]) -> None:
        """Pass a point; die if it was planned so."""
        if point != self._point:
            return
        now = status()
        if self._status and now != self._status:
            return
        self._count -= 1
        if self._count <= 0:
            self._point = ""
            self.covered[point, now] += 1
            raise Crashed(point)


class Process:
    """Something that runs until it crashes.

    Args:
        world: time and chance.
        name: for the trace.
        plan: where it crashes.
        report: hears of exceptions that nobody planned.
    """

    def __init__(
        self, world: World, name: str, plan: CrashPlan, report: Callable[[str], None]
    ) -> None:
        self.world = world
        self.name = name
        self.plan = plan
        self.is_alive = True
        self._report = report

    def run(self, step: Callable[..., None], *arguments: object) -> None:
        """Run one step of the process, unless it is dead; its death may be part of it."""
        if not self.is_alive:
            return
        try:
            step(*arguments)
        except Crashed as crash:
            self.world.note(f"{self.name} crashes: {crash}")
            self.die()
        except Exception as error:
            self._report(f"{self.name}: {type(error).__name__}: {error} {_where(error)}")
            self.die()

    def die(self) -> None:
        """End at once."""
        self.is_alive = False


def _where(error: BaseException) -> str:
    trace, places = error.__traceback__, []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}")
        trace = trace.tb_next
    return " > ".join(places[-4:])
