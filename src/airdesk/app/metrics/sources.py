"""Where a process's figures come from: parts are asked, nothing is pushed on a message's path."""

from __future__ import annotations

import os
import re
import resource
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from airdesk import __version__
from airdesk.adapters.sqlite.commit_times import CommitTimes
from airdesk.app.metrics.figures import Snapshot

if TYPE_CHECKING:
    from airdesk.app.gateway.gateway import Gateway
    from airdesk.app.home.runner import HomeRunner

_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")


class Sources:
    """The parts of one process that have figures to tell.

    Args:
        role: `home`, `gateway`, or `all`.
        data: the data folder.
        commits: times of the log's commits, where there is one.
        gateway: where there is one.
        runner: of the home, where there is one.
    """

    def __init__(
        self,
        role: str,
        data: Path,
        commits: CommitTimes | None = None,
        gateway: Gateway | None = None,
        runner: HomeRunner | None = None,
    ) -> None:
        self._role = role
        self._data = data
        self._commits = commits
        self._gateway = gateway
        self._runner = runner

    def snapshot(self) -> Snapshot:
        """Tell the figures as they are now."""
        usage = resource.getrusage(resource.RUSAGE_SELF)
        resident = int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE_BYTES
        values: dict[str, dict[str, float]] = {
            "processes": {"": 1},
            "cpu_seconds": {self._role: usage.ru_utime + usage.ru_stime},
            "resident_bytes": {self._role: resident},
        }
        told = Snapshot(values)
        if self._gateway is not None:
            self._add_gateway(self._gateway, values)
        if self._runner is not None and self._commits is not None:
            self._add_home(self._runner, self._commits, told)
        return told

    @staticmethod
    def _add_gateway(gateway: Gateway, values: dict[str, dict[str, float]]) -> None:
        tallies = gateway.tallies
        values["connections"] = {"": gateway.connections}
        values["client_messages"] = {
            _written(kind): count for kind, count in tallies.messages.items()
        }
        values["client_errors"] = {str(number): n for number, n in tallies.errors.items()}
        values["http_requests"] = {str(status): n for status, n in tallies.requests.items()}

    def _add_home(self, runner: HomeRunner, commits: CommitTimes, told: Snapshot) -> None:
        values, home = told.values, runner.home
        values["info"] = {__version__: 1}
        values["home_up"] = {"": int(home is not None)}
        values["records_committed"] = {"": commits.records}
        values["disk_free_bytes"] = {"": shutil.disk_usage(self._data).free}
        told.commits, told.commit_seconds = list(commits.counts), commits.seconds
        if home is not None:
            loads = home.conversations.loads.values()
            values["waiting"] = {"": home.requests.waiting()}
            values["assigned"] = {"": sum(sum(held.values()) for held in loads)}
            values["log_records"] = {"": home.conversations.durable}


def _written(kind: type) -> str:
    """Give a message's type as JSON writes it."""
    return _HUMP.sub("_", kind.__name__).lower()
