"""The command `airdesk`.

Each command imports what it needs when it runs: `airdesk version` must not wait for a web server.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from airdesk import __version__
from airdesk.core.kernel import AirDeskError, DependencyError

if TYPE_CHECKING:
    from airdesk.app.settings import Settings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
bench = typer.Typer(no_args_is_help=True, help="Measure; prints JSON.")
log = typer.Typer(no_args_is_help=True, help="Look after an event log that nobody serves.")
owner = typer.Typer(no_args_is_help=True, help="Help an owner in; the server may be running.")
accounts = typer.Typer(no_args_is_help=True, help="Make accounts; the server may be running.")
app.add_typer(bench, name="bench")
app.add_typer(log, name="log")
app.add_typer(owner, name="owner")
app.add_typer(accounts, name="accounts")

PARENT_LOOK_S = 1.0
"""How often a worker looks whether its parent lives."""

_YOUNG_OBJECTS = 20_000
"""New objects that are worth a collection, until who serves collects by plan."""

_Host = Annotated[str | None, typer.Option(help="Address to listen on.")]
_Port = Annotated[int | None, typer.Option(help="Port to listen on; 0 for a free one.")]
_Config = Annotated[
    Path | None, typer.Option(help="File of settings in TOML; else AIRDESK_CONFIG names one.")
]
_Data = Annotated[Path | None, typer.Option(help="Folder that holds everything.")]
_Workers = Annotated[int | None, typer.Option(help="Gateway processes; 0: one process is all.")]
_Agents = Annotated[
    int | None, typer.Option(help="Seats of a built-in account for tests; 0: it is not there.")
]
_Capacity = Annotated[int | None, typer.Option(help="Conversations an agent may hold.")]
_Web = Annotated[Path | None, typer.Option(help="Folder of the applications' built pages.")]
_Address = Annotated[
    str | None, typer.Option(help="Where people reach it, such as https://desk.example.")
]
_Demo = Annotated[bool | None, typer.Option("--demo", help="Serve a demo shop at /demo.")]
_Email = Annotated[str, typer.Option(help="The owner's e-mail.")]
_Json = Annotated[str, typer.Option("--json", help="Where the result goes; - for the terminal.")]


def _settings(config: Path | None = None, **given: object) -> Settings:
    from airdesk.app.log_lines import configure_log
    from airdesk.app.settings import load_settings

    settings = load_settings(config, **given)
    configure_log(settings.log_format, settings.log_level)
    return settings


@app.callback()
def everywhere(config: _Config = None) -> None:
    """A self-hosted customer-service system."""
    from airdesk.app.settings import choose_file

    if config is not None:
        choose_file(config)


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


@app.command()
def serve(
    host: _Host = None,
    port: _Port = None,
    data: _Data = None,
    workers: _Workers = None,
    agents: _Agents = None,
    capacity: _Capacity = None,
    web: _Web = None,
    address: _Address = None,
    demo: _Demo = None,
    config: _Config = None,
    probe: Annotated[str, typer.Option(hidden=True)] = "",
) -> None:
    """Serve until interrupted."""
    from airdesk.app import listener, office

    settings = _settings(
        config,
        host=host,
        port=port,
        data=data,
        workers=workers,
        agents=agents,
        capacity=capacity,
        web=web,
        address=address,
        demo=demo,
    )

    def ready(bound: int) -> None:
        settings.port = bound
        reached = settings.reached_at()
        typer.echo(f"AirDesk {__version__} at {reached}")
        if settings.agents:
            typer.echo(f"  visitor  {reached}/visitor")
            links = office.agent_links(office.parts(settings), reached)
            for number, link in enumerate(links[:2], 1):
                typer.echo(f"  agent {number}  {link}")
        for person in people:
            title = f"{person.role.name.lower()} {person.name}"
            typer.echo(f"  {title:<9}  {reached}/enter/{person.secret}")
        if people:
            typer.echo("             (each link is good once, for ten minutes)")
        if settings.demo:
            typer.echo(f"  shop       {reached}/demo")
        if first_page:
            typer.echo(f"  set up   {reached}{first_page}")
            typer.echo(
                "           (good once, for ten minutes; another:"
                f" {sys.argv[0]} owner setup --data {settings.data} --port {settings.port})"
            )
        sys.stdout.flush()

    # The port first: a second start on it must not write into the first one's folder.
    tried = listener.bound_socket(settings.host, settings.port)
    settings.port = tried.getsockname()[1]
    tried.close()
    people = asyncio.run(office.demo_people(settings)) if settings.demo else []
    first_page = asyncio.run(office.setup_path(settings))
    if settings.workers:
        from airdesk.app.workers import Workers

        Workers(settings, probe).run(ready)
    else:
        from airdesk.app import bootstrap

        _run(_probed(probe, bootstrap.serve_embedded(settings, ready)))


@app.command(hidden=True)
def role(
    name: Annotated[str, typer.Argument(help="home or gateway")],
    parent: Annotated[int, typer.Option(help="Process without which to stop.")],
    probe: Annotated[str, typer.Option(hidden=True)] = "",
) -> None:
    """Run one process of `serve --workers`, which gives it its settings by the environment."""
    from airdesk.app import bootstrap

    settings = _settings()
    if name == "home":
        _run(_beside(parent, _probed(probe, bootstrap.serve_home(settings, lambda: None))))
    elif name == "gateway":
        _run(_beside(parent, _probed(probe, bootstrap.serve_gateway(settings, lambda _: None))))
    else:
        raise typer.BadParameter("home or gateway")


@bench.command("log")
def bench_log(
    json: _Json = "-",
    directory: Annotated[Path | None, typer.Option(help="A folder on a disk.")] = None,
    rows_before: Annotated[int, typer.Option(help="Records there before.")] = 1_000_000,
) -> None:
    """Measure the event log beside plain SQLite."""
    from airdesk.app.stress import bench_log as measured

    measured.main(json, directory, rows_before=rows_before)


@log.command("verify")
def verify_log(data: _Data = None) -> None:
    """Look for damage; exit code 1 if there is any."""
    from airdesk.app import log_commands

    if not log_commands.verify(_settings(data=data).log_path):
        raise SystemExit(1)


@log.command("export")
def export_log(
    out: Annotated[Path, typer.Argument(help="A file that does not exist yet.")],
    data: _Data = None,
) -> None:
    """Write every record into one file; the log may be in use."""
    from airdesk.app import log_commands

    count = log_commands.export_log(_settings(data=data).log_path, out)
    typer.echo(f"{out}: {count} records")


@log.command("import")
def import_log(
    file: Annotated[Path, typer.Argument(help="What `airdesk log export` wrote.")],
    data: _Data = None,
) -> None:
    """Make a log of an export, in an empty data folder. The key is no part of it: copy
    secret.key from the old folder afterwards, or every token and the built-in account change."""
    from airdesk.app import log_commands

    settings = _settings(data=data)
    count = log_commands.import_log(file, settings.log_path)
    typer.echo(f"{settings.log_path}: {count} records")


@app.command()
def backup(
    to: Annotated[Path, typer.Option(help="A folder, or a file that ends in .tar or .tar.gz.")],
    data: _Data = None,
    config: _Config = None,
) -> None:
    """Back everything up; the server may be running. Whoever reads the backup reads it all."""
    from airdesk.app import backup_commands

    backup_commands.back_up(_settings(config, data=data), to)


@app.command()
def restore(
    source: Annotated[Path, typer.Option("--from", help="What `airdesk backup` made.")],
    data: _Data = None,
    config: _Config = None,
) -> None:
    """Make an empty data folder what it was when a backup was made."""
    from airdesk.app import backup_commands

    backup_commands.restore(_settings(config, data=data), source)


@app.command()
def doctor(
    host: _Host = None,
    port: _Port = None,
    data: _Data = None,
    web: _Web = None,
    address: _Address = None,
    config: _Config = None,
    json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Name what keeps this installation from working, and say what to do; exit code 1 if any."""
    from airdesk.app import doctor_commands

    given = {"host": host, "port": port, "data": data, "web": web, "address": address}
    if not doctor_commands.report(_settings(config, **given), json):
        raise SystemExit(1)


@owner.command("setup")
def set_up_owner(data: _Data = None, port: _Port = None, address: _Address = None) -> None:
    """Print a one-time link by which the first owner sets up."""
    from airdesk.app import office

    settings = _settings(data=data, port=port, address=address)
    path = asyncio.run(office.setup_path(settings))
    if not path:
        typer.echo("airdesk: there is an owner already; see `airdesk owner reset`", err=True)
        raise SystemExit(1)
    _say_link(f"{settings.reached_at()}{path}")


@owner.command("reset")
def reset_owner(
    email: _Email, data: _Data = None, port: _Port = None, address: _Address = None
) -> None:
    """Print a one-time link at which an owner sets a new password."""
    from airdesk.app import office

    settings = _settings(data=data, port=port, address=address)
    _say_link(asyncio.run(office.owner_reset_address(settings, email)))


@accounts.command("create")
def create_account(
    name: Annotated[str, typer.Option(help="The account's name.")],
    email: _Email,
    data: _Data = None,
    port: _Port = None,
    address: _Address = None,
) -> None:
    """Make an account and print a one-time link at which its owner sets his password."""
    from airdesk.app import office

    settings = _settings(data=data, port=port, address=address)
    _say_link(asyncio.run(office.new_account_address(settings, name, email)))


def _say_link(link: str) -> None:
    """Print a link alone on its line, and what it is on another stream."""
    typer.echo(link)
    typer.echo("Good once, for ten minutes.", err=True)


async def _beside(parent: int, serving: Coroutine[Any, Any, None]) -> None:
    """Serve, and stop when the process that started this one is gone."""

    def look() -> None:
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)
        else:
            loop.call_later(PARENT_LOOK_S, look)

    loop = asyncio.get_running_loop()
    loop.call_soon(look)
    await serving


@bench.command("path")
def bench_path(
    json: _Json = "-",
    directory: Annotated[Path | None, typer.Option(help="A folder on a disk.")] = None,
    connections: Annotated[int, typer.Option(help="Sockets, agents' among them.")] = 15_000,
    rate: Annotated[float, typer.Option(help="Messages a second.")] = 1_000,
    seconds: Annotated[float, typer.Option(help="Length of the measured window.")] = 30,
    warmup: Annotated[float, typer.Option(help="Seconds of load before it.")] = 10,
) -> None:
    """Measure a message's way through a server full of people."""
    from airdesk.app.stress import bench_path as bench

    bench.main(json, directory, bench.Settings(connections, rate, seconds, warmup))


@bench.command("bytes")
def bench_bytes(
    data: Annotated[Path, typer.Option(help="Holds the labelled sets.")] = Path("../shared/data"),
    json: _Json = "-",
    directory: Annotated[Path | None, typer.Option(help="A folder on a disk.")] = None,
    dialogues: Annotated[int, typer.Option(help="Of each set, at most.", min=1)] = 200,
) -> None:
    """Measure what real dialogues take on the wire."""
    from airdesk.app.stress import bench_bytes as bench

    bench.main(json, data, directory, dialogues)


@bench.command("restart")
def bench_restart(
    json: _Json = "-",
    directory: Annotated[Path | None, typer.Option(help="A folder on a disk.")] = None,
    conversations: Annotated[int, typer.Option(help="Driven through.")] = 1_000_000,
    stay_open: Annotated[int, typer.Option(help="Of them still open at the end.")] = 50_000,
) -> None:
    """Drive conversations through a home, kill it, and measure the restart."""
    from airdesk.app.stress import bench_restart as bench

    bench.main(json, directory, conversations, stay_open)


@app.command()
def stress(
    visitors: Annotated[int, typer.Option(min=1, help="Visitors; a fifth of them talk.")],
    rate: Annotated[float, typer.Option(min=0.1, help="Messages a second.")],
    seconds: Annotated[float, typer.Option(min=1, help="Length of the measured window.")] = 60,
    own: Annotated[bool, typer.Option("--self", help="Start a server for it.")] = False,
    url: Annotated[str, typer.Option(help="A server that runs, by its owner's leave.")] = "",
    token: Annotated[
        Path | None, typer.Option(help="File with its owner's API token that may stress:run.")
    ] = None,
    scenario: Annotated[
        str, typer.Option(help="steady; storm: a kill in the middle; flap: a bad network.")
    ] = "steady",
    workers: Annotated[
        int, typer.Option(min=0, max=256, help="Gateway processes of the own server.")
    ] = 0,
    bot: Annotated[bool, typer.Option("--bot", help="A bot answers first.")] = False,
    json: Annotated[str, typer.Option("--json", help="File for the result; - prints it.")] = "",
    html: Annotated[Path | None, typer.Option(help="File for the report with plots.")] = None,
    generators: Annotated[
        int, typer.Option(min=0, max=64, help="Processes that make the load; 0: as many as needed.")
    ] = 0,
    connect_per_s: Annotated[
        float, typer.Option(min=1, help="New connections a second at the begin.")
    ] = 1_000,
    directory: Annotated[Path | None, typer.Option(help="A folder on a disk.")] = None,
    echo: Annotated[bool, typer.Option(help="Measure a bare echo server, too.")] = True,
) -> None:
    """Put a server under the load of a crowd, and judge every message."""
    from airdesk.app.stress.run import command
    from airdesk.app.stress.run.settings import asked_for

    settings = asked_for(
        own=own,
        visitors=visitors,
        rate=rate,
        seconds=seconds,
        scenario=scenario,
        workers=workers,
        bot=bot,
        generators=generators,
        connect_per_s=connect_per_s,
        url=url,
        token_file=token,
        directory=directory or Path(".cache/stress"),
        echo=echo,
    )
    command.main(settings, json, html)


async def _probed(probe: str, serving: Coroutine[Any, Any, None]) -> None:
    """Serve; a server under measurement tells of itself."""
    if probe:
        from airdesk.app.stress.probe import start_probe

        start_probe(probe)
    await serving


def _run(serving: Coroutine[Any, Any, None]) -> None:
    import uvloop

    uvloop.run(serving)


def main() -> None:
    """Run the command line; what people can mend is said in one line, without a trace."""
    # Modules are hundreds of thousands of objects that live to the end. To look at them again and
    # again while they are loaded, and a last time when all is done, costs a quarter of a start.
    gc.set_threshold(_YOUNG_OBJECTS)
    try:
        _run_command()
    finally:
        gc.freeze()


def _run_command() -> None:
    from airdesk.app.log_lines import configure_log

    configure_log()
    try:
        app()
    except AirDeskError as error:
        more = "; `airdesk doctor` says more" if isinstance(error, DependencyError) else ""
        typer.echo(f"airdesk: {error}{more}", err=True)
        raise SystemExit(1) from None
    except asyncio.CancelledError:
        raise SystemExit(130) from None


if __name__ == "__main__":
    main()
