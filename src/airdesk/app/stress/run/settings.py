"""What a run of `airdesk stress` is asked to do."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from airdesk.app.stress.crowd.plan import VISITORS_SHARE, Load, load_of
from airdesk.app.stress.echo_floor import QUIET_S
from airdesk.core.kernel import AirDeskError

AGENT_MESSAGES_PER_S_MAX: Final = 4.0
"""On average, of one agent: nobody writes faster, and with their typing and receipts the server
would cut more off (MESSAGES_PER_WINDOW_MAX)."""

CONNECTIONS_PER_GENERATOR: Final = 8_000
"""Below the files that a process may open, and what one core can be for."""

DESCRIPTORS_BESIDE: Final = 200
"""Files of a generator that are no connections."""

WARMUP_S_MAX: Final = 10.0


class Scenario(StrEnum):
    """What happens besides the talking."""

    STEADY = "steady"
    STORM = "storm"
    FLAP = "flap"


class StressRefused(AirDeskError):
    """The stress test cannot run so. Whoever starts it has to change what he asks for."""

    template = "{reason}"


class StressSettings(msgspec.Struct, frozen=True):
    """A run."""

    visitors: int
    rate: float
    """Messages a second."""
    seconds: float
    """Of the measured window."""
    scenario: Scenario = Scenario.STEADY
    workers: int = 0
    """Gateway processes of the own server."""
    bot: bool = False
    generators: int = 0
    """Processes; 0 for as many as the connections need."""
    connect_per_s: float = 1_000.0
    """New connections at the begin, of all generators together."""
    url: str = ""
    """The target's address; "" for an own server."""
    token_file: Path | None = None
    directory: Path = Path(".cache/stress")
    """Where the own server's folder is made, on a disk."""
    echo: bool = True
    """Measure a bare echo server, too."""
    idle_s_max: float = QUIET_S
    """How long everybody is silent before the memory of a connection is measured; no longer than
    the window."""

    typing: bool = True
    """People type before they send."""
    cores: tuple[int, int] | None = None
    """Where the own server and the generators run; None for wherever the machine likes."""
    probe: str = "seconds"
    """What the own server's processes tell of themselves; see `probe.py`."""

    @property
    def load(self) -> Load:
        """What the plan is made of."""
        return load_of(self.visitors, self.rate, self.warmup_s, self.seconds)

    @property
    def idle_s(self) -> float:
        """See `idle_s_max`."""
        return min(self.idle_s_max, self.seconds)

    @property
    def warmup_s(self) -> float:
        """How long messages go before the window: caches get warm, conversations get going."""
        return min(WARMUP_S_MAX, self.seconds / 5)


def asked_for(own: bool, scenario: str, url: str, workers: int, **given: Any) -> StressSettings:
    """Give the run that a command line asks for; for the arguments see StressSettings.

    Raises:
        StressRefused: it does not say what is to be put under stress, or how.
    """
    if own == bool(url):
        raise StressRefused(reason="name one target: --self, or --url of a server that runs")
    if scenario not in set(Scenario):
        raise StressRefused(reason=f"there is no scenario {scenario}: {', '.join(Scenario)}")
    if url and urlsplit(url).scheme not in ("http", "https"):
        raise StressRefused(reason=f"{url} is no address such as https://desk.example")
    kind = Scenario(scenario)
    if url and kind is not Scenario.STEADY:
        raise StressRefused(reason=f"{kind} kills and cuts: it is for a server of its own, --self")
    return StressSettings(scenario=kind, url=url, workers=workers, **given)


def check(settings: StressSettings, load: Load, descriptors: int) -> int:
    """Find out whether a run is possible.

    Args:
        settings: the run.
        load: what its plan is made of.
        descriptors: how many files one process may open.

    Returns:
        How many generators it takes.

    Raises:
        StressRefused: it is not.
    """
    per_agent = load.rate * (1 - VISITORS_SHARE) / load.agents
    if per_agent > AGENT_MESSAGES_PER_S_MAX:
        raise StressRefused(
            reason=f"{load.rate:g} messages a second are {per_agent:.1f} from each of"
            f" {load.agents} agents, who can write {AGENT_MESSAGES_PER_S_MAX:g}: take more visitors"
            " or a lower rate"
        )
    room = min(CONNECTIONS_PER_GENERATOR, descriptors - DESCRIPTORS_BESIDE)
    needed = max(1, -(-load.connections // max(1, room)))
    if settings.generators and settings.generators * (descriptors - DESCRIPTORS_BESIDE) < (
        load.connections
    ):
        raise StressRefused(
            reason=f"a process may open {descriptors} files: {load.connections} connections need"
            f" {needed} generators"
        )
    return settings.generators or needed
