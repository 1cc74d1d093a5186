"""`fdelab images`: the container images that worlds run in, for machines that are not to build them each by itself."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from labs.base.errors import CouldNotJudge, UsageProblem
from labs.cli.app import Lazy, LazyGroup
from labs.cli.output import emit, json_option, note, table

if TYPE_CHECKING:
    from simulator.runtime.docker.engine import Engine

_LIST = "give the file that `fdelab images push REGISTRY --out FILE` wrote"
_OUT = click.Path(path_type=Path, dir_okay=False)
_THERE = click.Path(path_type=Path, dir_okay=False, exists=True)

images = LazyGroup(
    "images",
    "The container images that worlds run in: build them once, and take them to other machines.",
    {
        "list": Lazy("labs.cli.images", "list_", "Which there are here, and what they are called."),
        "build": Lazy("labs.cli.images", "build", "Build those that are missing."),
        "save": Lazy("labs.cli.images", "save", "Write them into a file, for a machine without a registry."),
        "load": Lazy("labs.cli.images", "load", "Take them from such a file."),
        "push": Lazy("labs.cli.images", "push", "Put them into a registry, and note their digests."),
        "pull": Lazy("labs.cli.images", "pull", "Take them from a registry, by the digests that were noted."),
    },
)


@contextmanager
def _engine() -> "Iterator[Engine]":
    """Return an engine. Raises `CouldNotJudge` where none answers, or it does not do what it was asked for."""
    from simulator.runtime.base import RuntimeUnavailable
    from simulator.runtime.docker.engine import connect

    try:
        engine = connect()
        try:
            yield engine
        finally:
            engine.close()
    except RuntimeUnavailable as reason:
        raise CouldNotJudge(reason.what, reason.remedy or "see `fdelab doctor`") from None


@click.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the images of this fdelab on this machine's engine: what they are called, and how large they are."""
    from simulator.runtime import images as made

    with _engine() as engine:
        found = made.inventory(engine)
    if as_json:
        emit([{"name": name, "tag": tag, "bytes": size} for name, tag, size in found])
        return
    table([(name, tag or "", f"{size / 1e6:.0f} MB" if size else "not built yet") for name, tag, size in found],
          ("image", "tag", ""))  # fmt: skip


@click.command("build")
def build() -> None:
    """Build the images that are missing: a minute or two, once for each version of fdelab."""
    from simulator.runtime import images as made

    with _engine() as engine:
        for name, tag in made.whole(engine, note).items():
            note(f"image {name}: {tag}")


@click.command("save")
@click.argument("file", type=_OUT, metavar="FILE")
def save(file: Path) -> None:
    """Write all images and their base into a tar FILE; those that are missing are built before."""
    from simulator.runtime import images as made
    from simulator.runtime.images import transfer

    with _engine() as engine, _disk(file):
        size = transfer.save(engine, made.whole(engine, note).values(), file, note)
    note(f"{file}: {size / 1e6:.0f} MB; on another machine with this very version: fdelab images load {file.name}")


@click.command("load")
@click.argument("file", type=_THERE, metavar="FILE")
def load(file: Path) -> None:
    """Take the images of a FILE that `fdelab images save` wrote, so that nothing is built here."""
    from simulator.runtime.images import transfer

    with _engine() as engine, _disk(file):
        transfer.load(engine, file, note)
        _whether_usable(engine)


@click.command("push")
@click.argument("registry", metavar="REGISTRY")
@click.option("--out", type=_OUT, help="File for what was pushed, by digest; `fdelab images pull` takes it.")
def push(registry: str, out: Path | None) -> None:
    """Put all images and their base into REGISTRY (a host, and where in it), as the engine is logged in there.

    What was pushed is printed, or written to --out: each image by its digest, so that who pulls gets these very ones.
    """
    from simulator.runtime import images as made
    from simulator.runtime.images import transfer

    with _engine() as engine:
        pushed = transfer.push(engine, made.whole(engine, note), registry, note)
    if out is None:
        click.echo(transfer.listed(pushed), nl=False)
        return
    with _disk(out):
        out.write_text(transfer.listed(pushed), encoding="utf-8")
    note(f"on other machines with this very version: fdelab images pull {out.name}")


@click.command("pull")
@click.argument("file", type=_THERE, metavar="FILE")
def pull(file: Path) -> None:
    """Take the images that FILE lists from their registry, by digest: FILE is what `fdelab images push` wrote."""
    from simulator.runtime.images import transfer

    with _disk(file):
        try:
            pushed = transfer.read(file)
        except ValueError as error:
            raise UsageProblem(
                str(error), "give the file that `fdelab images push REGISTRY --out FILE` wrote"
            ) from None
    with _engine() as engine:
        transfer.pull(engine, pushed, note)
        _whether_usable(engine)


@contextmanager
def _disk(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageProblem(f"{file}: {error.strerror or error}", "give another file, or make room") from None


def _whether_usable(engine: "Engine", tell: Callable[[str], None] = note) -> None:
    """Say whether this code's own images are there now: those of other code, or on another base, are no use to it."""
    from simulator.runtime import images as made

    missing = [name for name, _, size in made.inventory(engine) if size is None]
    if missing:
        tell(f"these images are not of this version of fdelab: {', '.join(missing)} would still be built here")
    else:
        tell("all images that worlds need are here")
