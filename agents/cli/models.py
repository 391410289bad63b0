"""`troupe models`: what the Ollama server has, and pulling more."""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING

import click

from agents.cli.group import troupe
from agents.cli.options import host_option, num_ctx_option
from agents.cli.plain import gigabytes, plain
from agents.errors import UsageError, UserFacingError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from agents.contracts import HostFigures, ModelInfo
    from agents.models.ollama import OllamaModel


@troupe.group(invoke_without_command=True)
@host_option
@click.pass_context
def models(context: click.Context, host: str) -> None:
    """List the models of the Ollama server, or of several; pull one, measure one."""
    if context.invoked_subcommand is None:
        _for_each(host, _list, all_needed=False)
    else:
        context.obj = host


@models.command()
@click.argument("name")
@host_option
@click.pass_context
def pull(context: click.Context, name: str, host: str) -> None:
    """Pull the model NAME; a pull that was interrupted goes on where it was."""
    if not name.strip():
        raise UsageError("The model's name is empty.", "Name one, such as qwen2.5-coder:7b.")
    _for_each(host or context.obj, lambda one: _pull(name, one))


@models.command()
@click.argument("name", default="")
@host_option
@num_ctx_option
@click.pass_context
def measure(context: click.Context, name: str, host: str, num_ctx: int) -> None:
    """Measure how fast each server is, and how many requests it answers at once.

    NAME is the model; without it the one that a run would choose. It takes a minute or so, and is
    remembered for the next run.
    """
    _for_each(host or context.obj, lambda one: _measure(name, one, num_ctx))


@models.command()
@click.argument("server")
@click.option("--never", is_flag=True, help="Do not send it there any longer.")
def key(server: str, never: bool) -> None:
    """Send OLLAMA_API_KEY to SERVER (https://HOST) from now on; without this only ollama.com gets it."""
    from agents.models.addresses import key_place  # noqa: PLC0415
    from agents.trust import load_trust, save_trust  # noqa: PLC0415

    place = key_place(server)
    save_trust(load_trust().with_key(place, not never))
    click.echo(f"{place} {'no longer gets' if never else 'gets'} OLLAMA_API_KEY.")


def warned(server: OllamaModel) -> None:
    """Say on standard error what the user should know of the way to a server."""
    if server.warning:
        click.secho(plain(server.warning), fg="yellow", err=True)


def _for_each(
    host: str, work: Callable[[str], Coroutine[None, None, None]], *, all_needed: bool = True
) -> None:
    """Do it for each server; one that fails does not keep it from the others.

    The last error is raised in the end, unless not all are needed and one of them has answered.
    """
    import asyncio  # noqa: PLC0415 - a fifth of the start of every command, and needed by these alone

    from agents.models.addresses import hosts_in  # noqa: PLC0415

    hosts, errors = hosts_in(host), list[UserFacingError]()
    for one in hosts:
        try:
            asyncio.run(work(one))
        except UserFacingError as error:
            errors.append(error)
    fatal = errors.pop() if errors and (all_needed or len(errors) == len(hosts)) else None
    for other in errors:
        click.secho(plain(str(other)), fg="yellow", err=True)
    if fatal is not None:
        raise fatal


async def _list(host: str) -> None:
    from agents.home import home_folder  # noqa: PLC0415
    from agents.models.hosts import Hosts  # noqa: PLC0415
    from agents.models.ollama import OllamaModel  # noqa: PLC0415
    from agents.trust import load_trust  # noqa: PLC0415

    server = OllamaModel(host)
    try:
        known = [await server.describe(found.name) for found in await server.models()]
        click.echo(f"{server.label} at {server.address} (version {server.version})")
        click.echo(f"  {_remembered(Hosts(home_folder()).of(server.address, server.at_once).figures)}")
        click.echo(f"  {_in_memory(known)}{_at_work(server.address)}")
        warned(server)
    finally:
        await server.close()
    if not known:
        click.echo("It has no models yet. Pull one: troupe models pull qwen2.5-coder:7b")
    for model in known:
        click.echo(_row(model))
    if any(model.remote for model in known):
        click.echo(
            f"Cloud models are {'allowed' if load_trust().cloud else 'only asked with --allow-cloud'}."
        )


def _remembered(figures: HostFigures) -> str:
    """What runs have learned of a server."""
    many = figures.at_once > 1
    at_once = f"answers {figures.at_once} request{'s' if many else ''} at a time"
    if not figures.writing:
        return f"{at_once}; how fast is not known before its first reply"
    reading = f", reads {figures.reading:.0f}" if figures.reading else ""
    return f"{at_once}; writes {figures.writing:.0f} tokens a second{reading}"


def _in_memory(models: Sequence[ModelInfo]) -> str:
    """What a server has loaded."""
    held = [
        f"{model.name} with a context of {model.loaded_context:,} tokens, {gigabytes(model.loaded)}"
        for model in models
        if model.loaded
    ]
    return plain(f"in memory: {'; '.join(held)}" if held else "no model in memory")


def _at_work(address: str) -> str:
    """How many runs of the user's, in whichever window or command, are going on with a server."""
    from agents.errors import StoreError  # noqa: PLC0415
    from agents.home import home_folder  # noqa: PLC0415
    from agents.jsontext import read_json  # noqa: PLC0415
    from agents.models.addresses import hosts_in, server_at  # noqa: PLC0415
    from agents.store.store import Store  # noqa: PLC0415

    if not (database := home_folder() / "troupe.db").exists():
        return ""
    try:
        with closing(Store.open(database)) as store:
            plans = [read_json(row.settings) for row in store.runs() if row.driven]
    except StoreError:  # `troupe doctor` says what is wrong with it
        return ""
    theirs = [set(map(server_at, hosts_in(plan.get("host", "")))) for plan in plans if not plan.get("demo")]
    runs = sum(server_at(address) in servers for servers in theirs)
    return f"; {runs} run{'s' if runs > 1 else ''} at work with it" if runs else ""


def _row(model: ModelInfo) -> str:
    context = f"{model.context:,} tokens" if model.context else "context unknown"
    loaded = f", {gigabytes(model.loaded)} in memory" if model.loaded else ""
    remote = f", CLOUD: runs at {model.remote}, not on this machine" if model.remote else ""
    kind = " ".join(part for part in (model.parameters, model.quantization) if part)
    abilities = ", ".join(sorted(model.capabilities))
    return plain(
        f"{model.name:<32} {gigabytes(model.size):>8}  {context:>16}  {kind}  [{abilities}]{loaded}{remote}"
    )


async def _measure(name: str, host: str, num_ctx: int) -> None:
    from agents.home import home_folder  # noqa: PLC0415
    from agents.measuring import STEPS, measure  # noqa: PLC0415
    from agents.models.hosts import Hosts  # noqa: PLC0415
    from agents.models.ollama import OllamaModel  # noqa: PLC0415
    from agents.models.pool import OllamaPool  # noqa: PLC0415

    server = OllamaModel(host)
    pool = OllamaPool([server], Hosts(home_folder()))
    try:
        with click.progressbar(
            length=STEPS, label=plain(f"Measuring {server.address}"), file=sys.stderr
        ) as bar:
            found = await measure(pool, name, num_ctx, lambda step: bar.update(step.number - 1 - bar.pos))
            bar.update(STEPS - bar.pos)
    finally:
        await pool.close()
    loading = f"loads in {found.loading:.0f} s, " if found.loading else ""
    click.echo(
        plain(
            f"{server.label} at {server.address}, {found.model} with a context of {found.num_ctx:,} tokens: "
            f"{loading}reads {found.reading:.0f} tokens a second, writes {found.writing:.0f}, "
            f"answers {found.at_once} at a time."
        )
    )


async def _pull(name: str, host: str) -> None:
    from agents.models.ollama import OllamaModel  # noqa: PLC0415

    server = OllamaModel(host)
    status = ""
    try:
        with click.progressbar(length=1000, label=plain(f"Pulling {name} at {server.address}")) as bar:
            async for progress in server.pull(name):
                if progress.status != status:
                    status = progress.status
                    bar.label = plain(status)
                done = int(1000 * progress.completed / progress.total) if progress.total else 0
                bar.update(done - bar.pos)
    finally:
        await server.close()
    click.echo(plain(f"{name} is ready at {server.address}."))
