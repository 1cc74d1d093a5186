"""Prints without end: terminal escapes, commands of CI services, and lines that never end."""

import sys

from app import toy

WORDS = (
    "\x1b[2J\x1b]0;PASSED\x07",
    "::error file=grader.py::WORKFLOW",
    "::set-output name=result::passed",
    "::stop-commands::x",
    "##[set-env name=GRADE;]100",
    "##vso[task.complete result=Succeeded;]",
    "##teamcity[buildStatus status='SUCCESS']",
    "section_start:0:x\r\x1b[0K",
    "]]><testcase name='WORKFLOW'/>",
    "x" * 100_000,
)


def flood() -> None:
    while True:
        for word in WORDS:
            sys.stdout.write(word + "\n")
        sys.stdout.flush()
        sys.stderr.write("no end " * 1000)


toy.tell("flood")
toy.in_the_lap(flood)
toy.serve(toy.sorry)
