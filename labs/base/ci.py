"""Whether a CI runs this command: a submission is then a stranger's, and what is printed is for many to read.

GitHub, GitLab and most others set `CI`; Jenkins and Azure Pipelines have names of their own. `CI`, where it says
anything, is believed, so that `CI=false` holds for whoever has Jenkins' address in the environment at home.
"""

import os

VARIABLES = ("CI", "JENKINS_URL", "TF_BUILD")
"""Environment variables that tell; the first that is not empty decides."""


def in_ci() -> bool:
    """Whether one of the variables says so."""
    said = next((value for name in VARIABLES if (value := os.environ.get(name, "").strip())), "")
    return said.lower() not in ("", "0", "false", "no")
