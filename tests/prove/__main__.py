"""`python -m tests.prove [STEP...]`: measure, keep, and fill the tables of `docs/measured.md`. No step: all."""

import argparse
import sys

from labs.base.fingerprint import fingerprint
from tests.prove.steps import ROOT, STEPS, Settings, results
from tests.prove.tables import filled

PAGE = ROOT / "docs" / "measured.md"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.prove", description=__doc__)
    parser.add_argument("steps", nargs="*", metavar="STEP", help=f"of {', '.join(STEPS)}")
    parser.add_argument("--runtimes", default="local,docker", help="to verify on; the first is the one put under load")
    parser.add_argument("--jobs", type=int, default=2, help="exams side by side")
    parser.add_argument("--tables-only", action="store_true", help="measure nothing, fill the tables")
    given = parser.parse_args()
    if unknown := set(given.steps) - set(STEPS):
        parser.error(f"no step {', '.join(sorted(unknown))}")
    return given


def _fill() -> None:
    PAGE.write_text(filled(PAGE.read_text("utf-8"), results(), fingerprint()), "utf-8")


def main() -> int:
    """0 when everything claimed holds."""
    given = _arguments()
    settings = Settings(tuple(given.runtimes.split(",")), given.jobs)
    failed = []
    for step in () if given.tables_only else given.steps or list(STEPS):
        print(f"== {step}", flush=True)
        if not STEPS[step](settings):
            failed.append(step)
        _fill()
    _fill()
    if failed:
        print(f"what is claimed does not hold: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
