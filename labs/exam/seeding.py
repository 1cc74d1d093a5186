"""Seeds of exams that a class sits: nobody can guess one, and whoever has the class's secret knows them all.

The seed is derived from the class's secret, the scenario, the learner and the attempt (HMAC-SHA256, RFC 2104). So two
learners never meet the same data, and a run that is repeated meets the same: nobody gains by trying again.
"""

import hashlib
import hmac
import json
import os
from dataclasses import dataclass
from pathlib import Path

from labs.base.errors import UsageProblem

VARIABLE = "FDELAB_CLASS_SECRET"
SHORTEST = 16
"""Bytes that a secret must have; `openssl rand -hex 32` makes a good one."""


@dataclass(frozen=True)
class Seeding:
    """Where the seed of an exam comes from: it is given, or derived from a class's secret, or drawn."""

    seed: int | None = None
    secret_file: Path | None = None
    """With the class's secret, which may be in `FDELAB_CLASS_SECRET` instead."""
    learner: str | None = None
    """Whose exam it is; with a class's secret."""
    attempt: int = 1
    """Which of the learner's attempts it is; with a class's secret."""

    def seed_of(self, scenario: str) -> tuple[int | None, bool]:
        """Return the seed of this scenario, None to draw one, and whether it is a class's. Raises as `seeds_of`."""
        (seed,), of_class = self.seeds_of(scenario, 1)
        return seed, of_class

    def seeds_of(self, scenario: str, count: int) -> tuple[list[int | None], bool]:
        """Return seeds for `count` exams, None to draw one, and whether they are a class's; they follow a given one.

        The environment holds a class's secret for the first call alone. Raises `UsageProblem` where learner and secret
        do not go together, or the secret cannot be read.
        """
        secret = class_secret(self.secret_file)
        if secret is None:
            if self.learner is not None:
                raise UsageProblem("--learner goes with a class's secret", "give --class-secret-file")
            return [None if self.seed is None else (self.seed + n) % 2**63 for n in range(count)], False
        if self.seed is not None:
            raise UsageProblem("--seed and a class's secret exclude each other", "give one of them")
        if not self.learner:
            raise UsageProblem("whose exam is it?", "with a class's secret give --learner NAME")
        return [class_seed(secret, scenario, self.learner, self.attempt, n) for n in range(count)], True


def class_seed(secret: bytes, scenario: str, learner: str, attempt: int, number: int = 0) -> int:
    """Return the 63-bit seed of one attempt, or of exam `number` of it, from 0, where it consists of several."""
    # As a JSON list, so that no name can be made to look like another one with its neighbour.
    message = json.dumps([scenario, learner, attempt, *([number] if number else [])]).encode()
    return int.from_bytes(hmac.digest(secret, message, hashlib.sha256)[:8], "big") >> 1


def class_secret(file: Path | None) -> bytes | None:
    """Return the class's secret: from the file, else from the environment, else None. Raises `UsageProblem`.

    It is taken out of the environment, which all that this process starts would inherit. An empty variable is none:
    that is what CI makes of a secret for a run that may not have it.
    """
    given = os.environb.pop(VARIABLE.encode(), b"").strip()
    where = VARIABLE
    if file is not None:
        where = str(file)
        try:
            given = file.read_bytes().strip()
        except OSError as error:
            raise UsageProblem(f"{file} cannot be read: {error.strerror}", "give the file with the secret") from None
    elif not given:
        return None
    if len(given) < SHORTEST:
        raise UsageProblem(f"{where} has fewer than {SHORTEST} bytes", "make a secret with `openssl rand -hex 32`")
    return given
