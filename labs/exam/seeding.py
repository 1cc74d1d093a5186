"""Seeds of exams that a class sits: nobody can guess one, and whoever has the class's secret knows them all.

The seed is derived from the class's secret, the scenario, the learner and the attempt (HMAC-SHA256, RFC 2104). So two
learners never meet the same data, and a run that is repeated meets the same: nobody gains by trying again.
"""

import hashlib
import hmac
import json
import os
from pathlib import Path

from labs.base.errors import UsageProblem

VARIABLE = "FDELAB_CLASS_SECRET"
SHORTEST = 16
"""Bytes that a secret must have; `openssl rand -hex 32` makes a good one."""


def class_seed(secret: bytes, scenario: str, learner: str, attempt: int) -> int:
    """The 63-bit seed of one attempt."""
    # As a JSON list, so that no name can be made to look like another one with its neighbour.
    message = json.dumps([scenario, learner, attempt]).encode()
    return int.from_bytes(hmac.digest(secret, message, hashlib.sha256)[:8], "big") >> 1


def class_secret(file: Path | None) -> bytes | None:
    """The class's secret: from the file, else from the environment, else None. Raises `UsageProblem`.

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
