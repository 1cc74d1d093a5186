"""What a learner had asked the customer's people by the time of an exam, as it lies beside the exam's evidence."""

import json
from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from grader.checks import clean
from grader.report import AskedReport
from scenarios import regular

FILE = "asked.json"
"""Beside the evidence; it is the learner's own record, and no grade depends on it."""
MOST = 2**20
"""Most bytes of it that are read."""


def asked(folder: Path) -> AskedReport | None:
    """Return what was asked before the exam in this evidence folder; None where there is no record, or a broken one."""
    try:
        found: AskedReport = _FORM.validate_python(json.loads(regular.read(folder / FILE, MOST)))
    except (OSError, regular.NotRegular, ValueError, RecursionError, ValidationError):
        return None
    said = tuple(
        replace(one, at=clean(one.at), name=clean(one.name), question=clean(one.question), kind=clean(one.kind),
                reveals=clean(one.reveals) if one.reveals is not None else None)
        for one in found.questions
    )  # fmt: skip
    return replace(found, questions=said, requests={clean(name): clean(word) for name, word in found.requests.items()})


_FORM = TypeAdapter(AskedReport)
