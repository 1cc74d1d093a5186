"""`python -I verify.py ENGAGEMENT [FAMILY ...]`: judge what an agent left, and write the reward that Harbor reads.

This file is copied into the exported task and runs there, as root in a container that is the box of the exam; it knows
nothing but `fdelab exam`, which judges. Harbor reads no exit code, only the reward file, so:

    exit 0, exit 1      reward 1 or 0, the score and each family's share of its points, from 0 to 1
    the submission cannot be taken      0 everywhere, and why in `reason.txt`
    exit 3, and all else      twice more with the same seed; then no reward file, and never a 0 for what is ours
"""

import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SENTINEL = ".fdelab"
"""A file in the workspace: where it is missing, the workspace has not come here."""
TRIES = 3
SEED = "FDELAB_SEED"
_EXAM = (sys.executable, "-c", "import sys; from labs.cli import main; sys.exit(main())", "exam")
_PASSED, _FAILED, _USAGE, _NOT_JUDGED = 0, 1, 2, 3


@dataclass(frozen=True)
class Places:
    """Where things are in the verifier's container."""

    workspace: Path = Path("/workspace")
    logs: Path = Path("/logs/verifier")
    scratch: Path = Path("/var/fdelab")
    """Nobody's but ours."""


class Unjudged(Exception):
    """Nothing is known of the submission: there is to be no reward."""


def verify(engagement: str, families: Sequence[str], places: Places, exam: Sequence[str] = _EXAM) -> int:
    """Judge the workspace with `exam`, write what Harbor reads, and return the exam's exit code."""
    places.logs.mkdir(parents=True, exist_ok=True)
    mode = places.logs.stat().st_mode & 0o7777
    # Whoever is examined runs on this machine, as another user, and has no business here.
    places.logs.chmod(0o700)
    try:
        for name in ("reward.json", "reward.txt", "reason.txt"):
            (places.logs / name).unlink(missing_ok=True)
        code, reward = _judged(engagement, families, places, exam)
        _write(places.logs / "reward.json", json.dumps(reward) + "\n")
        return code
    except Unjudged as reason:
        print(f"not judged, and no reward: {reason}", flush=True)  # noqa: T201 - Harbor keeps what is printed
        return _NOT_JUDGED
    finally:
        places.logs.chmod(mode)


def _judged(
    engagement: str, families: Sequence[str], places: Places, exam: Sequence[str]
) -> tuple[int, dict[str, float]]:
    submission = _taken(places)
    refused, given = places.scratch / "refused.json", os.environ.get(SEED)
    # In CI a submission is a stranger's. The seed stays the same, so that nobody gains by trying again.
    env = {**os.environ, "CI": "true", SEED: given or str(secrets.randbits(63))}
    for number in range(1, TRIES + 1):
        evidence = places.scratch / f"evidence-{number}"
        words = [*exam, engagement, "--workspace", str(submission), "--runtime", "box", "--out", str(evidence),
                 "--refused", str(refused), "--format", "json,ctrf"]  # fmt: skip
        code = subprocess.run(words, cwd=places.scratch, env=env, stdout=subprocess.DEVNULL).returncode
        print(f"exam {number} of at most {TRIES}: exit code {code}", flush=True)  # noqa: T201
        if code in (_PASSED, _FAILED):
            return code, _told(code, families, evidence, places.logs)
        if code == _USAGE:
            return code, _refused(refused, families, places.logs)
    raise Unjudged(f"the exam could not be held ({TRIES} times)")


def _taken(places: Places) -> Path:
    """Return a copy of the workspace that is ours alone; what was collected may be anybody's. Raises `Unjudged`."""
    if not (places.workspace / SENTINEL).is_file():
        raise Unjudged(f"{places.workspace} has not come here, or its {SENTINEL} was removed")
    copy = places.scratch / "submission"
    try:
        shutil.rmtree(places.scratch, ignore_errors=True)
        places.scratch.mkdir(mode=0o700, parents=True)
        shutil.copytree(places.workspace, copy, symlinks=True)
        (copy / SENTINEL).unlink()
    except (OSError, shutil.Error) as error:
        raise Unjudged(f"{places.workspace} cannot be copied: {error}") from error
    return copy


def _told(code: int, families: Sequence[str], evidence: Path, logs: Path) -> dict[str, float]:
    """Return the reward, and leave the reports beside it: they are a learner's, without seed and hidden detail."""
    try:
        report: dict[str, Any] = json.loads((evidence / "report.json").read_bytes())
    except (OSError, ValueError) as error:
        raise Unjudged(f"the exam left no report: {error}") from error
    for name, kept in (("report.json", "report.json"), ("report.ctrf.json", "ctrf.json")):
        with suppress(OSError):
            _write(logs / kept, (evidence / name).read_text("utf-8"))
    reward = {"reward": 1.0 if code == _PASSED else 0.0, "score": report["score"] / 100}
    return reward | {family: _share(report["checks"], family) for family in families}


def _share(checks: Sequence[Mapping[str, Any]], family: str) -> float:
    own = [check for check in checks if check["family"] == family]
    worth = sum(check["worth"] for check in own)
    return round(sum(check["points"] for check in own) / worth, 4) if worth else 0.0


def _refused(refused: Path, families: Sequence[str], logs: Path) -> dict[str, float]:
    """Return the reward of a submission that cannot be taken. Raises `Unjudged` where the mistake is not its own."""
    try:
        said = json.loads(refused.read_bytes())
    except (OSError, ValueError):
        raise Unjudged("the exam was asked for in a way that it does not take") from None
    reason = "\n".join(filter(None, (said["refused"], said["remedy"])))
    _write(logs / "reason.txt", reason + "\n")
    print(f"the submission cannot be taken: {reason}", flush=True)  # noqa: T201
    return dict.fromkeys(("reward", "score", *families), 0.0)


def _write(file: Path, text: str) -> None:
    """Put it there whole: whoever reads it meets no half, and what lay there, be it a link, is not written through."""
    draft = file.with_name(f".{file.name}")
    draft.unlink(missing_ok=True)
    draft.write_text(text, encoding="utf-8")
    draft.replace(file)


if __name__ == "__main__":
    sys.exit(verify(sys.argv[1], sys.argv[2:], Places()))
