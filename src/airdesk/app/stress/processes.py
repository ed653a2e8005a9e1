"""Processes under measurement: where they run, what they use, how they are ended."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

END_S: Final = 30.0
"""How long a process may take to stop after it was told to."""

_TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")


class ProcessEnded(Exception):
    """A process under measurement ended before it was told to."""


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """Let processes that are started meanwhile, and their threads, run on one core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


class MeasuredProcess:
    """A Python process that talks by lines.

    Args:
        module: what `python -m` runs.
        arguments: its arguments.
        core: where it runs.
    """

    def __init__(self, module: str, arguments: Sequence[str], core: int) -> None:
        command = [sys.executable, "-m", module, *arguments]
        with on_core(core):
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        self._name = module.rpartition(".")[2]

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def read_line(self) -> str:
        """Wait for the next line that it prints.

        Raises:
            ProcessEnded: it has ended.
        """
        line = _pipe(self._process.stdout).readline()
        if not line:
            raise ProcessEnded(f"{self._name} ended with {self._process.wait()}")
        return line.rstrip("\n")

    def write_line(self, line: str) -> None:
        """Give it a line."""
        pipe = _pipe(self._process.stdin)
        pipe.write(line + "\n")
        pipe.flush()

    def signal(self, number: int) -> None:
        """Send a signal."""
        self._process.send_signal(number)

    def stop(self) -> None:
        """Let it end, and end it where it does not."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(END_S)
            except subprocess.TimeoutExpired:
                self.kill()
        self._close_pipes()

    def kill(self) -> None:
        """End it without a word, as a crash does."""
        self._process.kill()
        self._process.wait()
        self._close_pipes()

    def _close_pipes(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    # What it uses ---------------------------------------------------------------------------

    def cpu_s(self) -> float:
        """Give user and system time of the process and its children so far, in seconds."""
        return sum(cpu_ticks(pid) for pid in family(self.pid)) / _TICKS_PER_S

    def pss_bytes(self) -> int:
        """Give the proportional set size of the process and its children."""
        return sum(pss_bytes(pid) for pid in family(self.pid))


def _pipe(pipe: IO[str] | None) -> IO[str]:
    if pipe is None:
        raise ProcessEnded("the process has no pipe")
    return pipe


def family(pid: int) -> list[int]:
    """Give a process and all that descend from it."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int(_stat_fields(int(entry.name))[1])
            except OSError:
                continue  # it ended meanwhile
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def _stat_fields(pid: int) -> list[str]:
    """Give the fields of /proc/PID/stat behind the name, which may hold spaces."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def cpu_ticks(pid: int) -> int:
    """Give one process's user and system time so far, in ticks of the kernel's clock."""
    fields = _stat_fields(pid)
    return int(fields[11]) + int(fields[12])


def pss_bytes(pid: int) -> int:
    """Give one process's proportional set size: shared pages count in parts."""
    return _rollup(pid, "Pss:")


def rss_bytes(pid: int) -> int:
    """Give one process's resident set size."""
    return _rollup(pid, "Rss:")


def _rollup(pid: int, name: str) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) * 1024
    raise LookupError(f"no {name} in smaps_rollup")


def commit() -> str:
    """Name the commit of the program that is measured; "unknown" outside a repository."""
    here = Path(__file__).parent
    command = ["git", "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        said = subprocess.run(command, cwd=here, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return said.stdout.strip()
