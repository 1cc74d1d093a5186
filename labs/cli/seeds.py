"""Where the seed of an exam comes from: `--seed`, a class's secret, or chance."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

_OPTIONS = (
    click.option("--seed", type=click.IntRange(0, 2**63 - 1), envvar="FDELAB_SEED", show_envvar=True,
                 help="Of data, arrivals and faults; left out: drawn."),
    click.option("--class-secret-file", "secret_file", type=click.Path(path_type=Path, dir_okay=False),
                 help="Derive the seed from a class's secret, which may be in FDELAB_CLASS_SECRET instead."),
    click.option("--learner", metavar="NAME", help="Whose exam it is; with a class's secret."),
    click.option("--attempt", type=click.IntRange(1), default=1, show_default=True,
                 help="Which of the learner's attempts it is; with a class's secret."),
)  # fmt: skip


def seed_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Return the options, which a command takes as keywords and makes a `labs.exam.seeding.Seeding` of."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
