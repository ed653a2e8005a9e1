"""Looks at what AirDesk needs of its machine: settings, folder, disk, clock, pages, port."""

from __future__ import annotations

import contextlib
import errno
import os
import pwd
import re
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from airdesk.adapters.sqlite.log_check import open_to_read
from airdesk.adapters.system import installation_name
from airdesk.app.doctor.findings import Finding, fault, good, warning
from airdesk.app.doctor.reach import Reached, ask_reach
from airdesk.app.settings import Settings, unknown_variables
from airdesk.core.kernel import AirDeskError

FREE_BYTES_MIN: Final = 64 * 1024 * 1024
"""Below this the next busy hour fills the disk: the log's write-ahead file alone may take it."""

FREE_BYTES_LOW: Final = 1024 * 1024 * 1024
"""Below this somebody should make room."""

FREE_SHARE_LOW: Final = 0.05
"""Of a disk smaller than that allows for."""

CLOCK_MS_MAX: Final = 2_000
"""So far may the clock be behind the last record: clocks are corrected by a little all the time."""

TRIED_BYTES: Final = 256 * 1024
"""Written for a try: a disk may have free blocks that we may not use."""

PAGES: Final = (
    "entrance/dist/login.html",
    "console/dist/index.html",
    "widget/dist/widget.js",
    "widget/dist/frame.html",
)
"""One file of each application that people need."""

_ASSET: Final = re.compile(r'(?:src|href)="/(\w+)/(assets/[\w.-]+)"')


def look_at_settings(settings: Settings) -> Finding:
    """Name variables that are no settings; the file was read already."""
    unknown = unknown_variables()
    if not unknown:
        return good("settings", "every setting is one")
    named = [f"{name} (is {likely} meant?)" if likely else name for name, likely in unknown.items()]
    return warning(
        "settings",
        f"not settings, and ignored: {', '.join(named)}",
        "Correct or remove them; docs/reference/settings.md lists every setting.",
    )


def look_at_folder(settings: Settings) -> Finding:
    """See whether this user may do with the data folder and its files what a server has to."""
    name, folder = "permissions", settings.data.absolute()
    me = _user(os.geteuid())
    closed_above = [one for one in reversed(folder.parents) if not os.access(one, os.X_OK)]
    if closed_above:
        return fault(
            name,
            f"{me} may not come as far as {folder}: {closed_above[0]} is closed",
            f"As root: chmod o+x {closed_above[0]}, or choose a folder elsewhere with --data.",
        )
    if not folder.exists():
        parent = next(one for one in folder.parents if one.exists())
        if os.access(parent, os.W_OK | os.X_OK):
            return good(name, f"{folder} is not there yet; the first start makes it")
        return fault(
            name,
            f"{folder} is not there, and {me} may not make it in {parent}",
            f"As root: install -d -o {me} -m 700 {folder}",
        )
    if not folder.is_dir():
        return fault(name, f"{folder} is no folder", "Name another one with --data.")
    closed = [one for one in _ours(folder, settings) if not _may_use(one)]
    if closed:
        owner = _user(closed[0].stat().st_uid) if _exists(closed[0]) else "another user"
        return fault(
            name,
            f"{me} may not read and write {closed[0]}, which belongs to {owner}",
            f"As root: chown -R {me} {folder}"
            if owner in ("root", "another user")
            else f"Run AirDesk as {owner}, or as root: chown -R {me} {folder}",
        )
    open_ones = [one for one in (folder, settings.key_path) if _others_may_read(one)]
    if open_ones:
        return warning(
            name,
            f"every user of this machine may read {open_ones[0]}",
            f"chmod go-rwx {open_ones[0]}",
        )
    return good(name, f"{me} may use {folder}, and nobody else")


def _ours(folder: Path, settings: Settings) -> Iterator[Path]:
    yield folder
    databases = (settings.log_path, settings.directory_path, settings.views_path)
    for path in (settings.key_path, *databases, settings.files_path):
        yield from (one for one in folder.glob(f"{path.name}*") if os.access(folder, os.X_OK))
    yield settings.log_path.with_suffix(".lock")


def _may_use(path: Path) -> bool:
    if not _exists(path):
        return True
    wanted = os.R_OK | os.W_OK | (os.X_OK if path.is_dir() else 0)
    return os.access(path, wanted, effective_ids=os.access in os.supports_effective_ids)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except PermissionError:
        return False


def _others_may_read(path: Path) -> bool:
    return _exists(path) and bool(path.stat().st_mode & 0o077 & ~0o011)


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"


def look_at_disk(settings: Settings) -> Finding:
    """See how much room the data folder's disk has, and try to use some of it."""
    name = "disk"
    folder = next(
        one for one in (settings.data.absolute(), *settings.data.absolute().parents) if one.exists()
    )
    usage = shutil.disk_usage(folder)
    room = f"{usage.free // 2**20:,} MiB of {usage.total // 2**20:,} are free at {folder}"
    mend = "Make room, or move the folder to a larger disk; nothing that was acknowledged is lost."
    refused = _refused_write(folder) if folder == settings.data.absolute() else None
    if refused is not None and refused.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return fault(name, f"nothing can be written: {refused.strerror}; {room}", mend)
    if refused is not None and refused.errno == errno.EROFS:
        return fault(name, f"{folder} is read-only", "Mount it for writing; look at `dmesg`.")
    if usage.free < min(FREE_BYTES_MIN, usage.total // 4):
        return fault(name, f"the disk is nearly full: {room}", mend)
    if usage.free < min(FREE_BYTES_LOW, usage.total * FREE_SHARE_LOW):
        return warning(name, f"the disk will be full soon: {room}", mend)
    nodes = os.statvfs(folder)
    if nodes.f_files and nodes.f_favail < 1000:
        return fault(name, f"{folder} can take {nodes.f_favail} more files", mend)
    return good(name, room)


def _refused_write(folder: Path) -> OSError | None:
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(TRIED_BYTES))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return error
    return None


def look_at_clock(settings: Settings, reached: Reached | None) -> Finding:
    """Compare the clock with the last record, and with what stands before us."""
    name = "clock"
    now_ms = time.time_ns() // 1_000_000
    last_ms = _last_record_ms(settings.log_path)
    if last_ms - now_ms > CLOCK_MS_MAX:
        return fault(
            name,
            f"it is {_moment(now_ms)} here, but the last record is of {_moment(last_ms)}: the clock"
            " went back, or was ahead before",
            "Set the clock (timedatectl set-ntp true). Until it has caught up, new messages bear"
            " the last record's time, and links and tokens are good for longer or shorter.",
        )
    if reached is not None and reached.skew_ms is not None and abs(reached.skew_ms) > 60_000:
        return warning(
            name,
            f"the machine that answers at {reached.address} differs by {reached.skew_ms // 1000} s",
            "Set both clocks (timedatectl set-ntp true): links and tokens are good for minutes.",
        )
    return good(name, f"it is {_moment(now_ms)}, after the last record")


def _last_record_ms(log: Path) -> int:
    try:
        with closing(open_to_read(log)) as connection:
            row = connection.execute(
                "SELECT ts_ms FROM records ORDER BY position DESC LIMIT 1"
            ).fetchone()
            return 0 if row is None else int(row[0])
    except (AirDeskError, OSError):
        return 0  # That is another check's matter.


def _moment(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def look_at_pages(settings: Settings) -> Finding:
    """See whether the pages are built, and whole."""
    name = "pages"
    for page in PAGES:
        file = settings.web / page
        if not file.is_file():
            return fault(
                name,
                f"{file} is missing: the pages are not built, or `web` names another folder",
                "In the source: make setup. Else set `web` to the folder that holds `desk`.",
            )
        for application, asset in _ASSET.findall(
            file.read_text(encoding="utf-8", errors="replace")
        ):
            if not (settings.web / application / "dist" / asset).is_file():
                return fault(
                    name,
                    f"{file} asks for {asset}, which is missing: the build was broken off",
                    "In the source: make setup. Else unpack the release again.",
                )
    return good(name, f"they are built, in {settings.web}")


def look_at_port(settings: Settings) -> Finding:
    """See whether the port is ours or free."""
    name = "port"
    where = f"{settings.host}:{settings.port}"
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)
    local = f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"
    reached = ask_reach(local)
    ours = installation_name(settings.key_path)
    if reached.installation and reached.installation == ours:
        return good(name, f"AirDesk {reached.version} answers at {where}")
    try:
        _bind(settings.host, settings.port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            who = (
                "another AirDesk, with another data folder,"
                if reached.installation
                else (_holder(settings.port) or "another program")
            )
            return fault(
                name,
                f"{who} has {where}",
                "Stop it, or choose another port with --port or AIRDESK_PORT.",
            )
        if error.errno == errno.EACCES:
            return fault(
                name,
                f"{_user(os.geteuid())} may not listen on {where}: ports below 1024 are root's",
                "Choose one above with a proxy in front, or give the unit CAP_NET_BIND_SERVICE.",
            )
        return fault(
            name, f"{where}: {error.strerror}", "Set `host` to an address of this machine."
        )
    return good(name, f"{where} is free; no server runs there")


def _bind(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))


def _holder(port: int) -> str:
    """Name the program that listens on a port, as far as this user may know."""
    sockets = set(_listening(port))
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            for descriptor in (process / "fd").iterdir():
                with contextlib.suppress(OSError):
                    if os.readlink(descriptor) in sockets:
                        program = (process / "comm").read_text().strip()
                        return f"{program} (process {process.name})"
    return ""


def _listening(port: int) -> Iterator[str]:
    for table in ("tcp", "tcp6"):
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
                words = line.split()
                if words[3] == "0A" and int(words[1].rpartition(":")[2], 16) == port:
                    yield f"socket:[{words[9]}]"
