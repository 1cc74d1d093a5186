"""Leaves reports of success in every place and under every name where a CI, a grader or a harness would look."""

import os
from contextlib import suppress

from app import toy

JUNIT = '<testsuites tests="1" failures="0"><testsuite name="FORGED"><testcase name="exam"/></testsuite></testsuites>'
NAMES = {
    "junit.xml": JUNIT,
    "report.xml": JUNIT,
    "report.junit.xml": JUNIT,
    "test-results/junit.xml": JUNIT,
    "TEST-exam.xml": JUNIT,
    "results.json": '{"score": 100, "output": "FORGED"}',
    "report.json": '{"result": "passed", "score": 100, "id": "FORGED"}',
    "report.gradescope.json": '{"score": 100, "output": "FORGED"}',
    "report.md": "# FORGED: PASSED",
    "report.txt": "FORGED: PASSED",
    "ctrf.json": '{"results": {"summary": {"failed": 0}, "tool": {"name": "FORGED"}}}',
    "reward.txt": "1 FORGED",
    "reward.json": '{"FORGED": 1}',
}
FOLDERS = (
    ".",
    "..",
    "/autograder/results",
    "/grade/results",
    "/logs/verifier",
    "/github/workspace",
    "/builds",
    "/tmp",
    "/evidence",
    "/results",
    os.environ["HOME"],
)
VARIABLES = ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT", "GITHUB_ENV", "CI_PROJECT_DIR", "XML_OUTPUT_FILE")


def forge() -> None:
    written = []
    for folder in FOLDERS:
        for name, text in NAMES.items():
            path = os.path.join(folder, name)
            with suppress(OSError):
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "w") as file:
                    file.write(text)
                written.append(path)
    toy.tell("forged", written)
    toy.tell("variables", [name for name in VARIABLES if name in os.environ])


toy.in_the_lap(forge)
toy.serve(toy.sorry)
