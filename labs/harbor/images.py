"""The files of a task that are programs: its two images, and its two scripts."""

from collections.abc import Collection, Sequence

from labs.harbor.task import LEARNER

_AGENT = """\
# The agent's machine: what a deployment runs with (Python and the workbench's libraries), and the learner's folder.
# Nothing of fdelab is here. README.md says where the image comes from.
FROM {image}
# Whoever installs an agent here does so as root, and needs what root's programs are.
ENV PATH=${{PATH}}:/usr/local/sbin:/usr/sbin:/sbin
RUN useradd --create-home --shell /bin/bash {learner}
{copies}
RUN chown -R {learner}:{learner} /workspace{closed}
WORKDIR /workspace
"""

_VERIFIER = """\
# The verifier's machine: the world of an exam, the grader, and the engagement with all that the agent is not to see.
# The container is the box of the exam: it runs as root, and the submission as another user.
FROM {image}
COPY fdelab /opt/fdelab
RUN python -m compileall -q /opt/fdelab/labs /opt/fdelab/grader && chmod 0700 /opt/fdelab
COPY test.sh verify.py /tests/
RUN chmod -R go-rwx /tests && chmod 0700 /tests/test.sh
ENV FDELAB_BOX=here FDELAB_STATE=/var/lib/fdelab
WORKDIR /
"""

_TEST = """\
#!/bin/bash
# Harbor runs this when the agent is done, and reads /logs/verifier/reward.json.
exec /opt/site/bin/python -I /tests/verify.py {words}
"""

SOLVE = """\
#!/bin/bash
# The oracle: the deployment that ships as the reference, over the one that was handed over.
set -eu
cp -R /solution/reference/. /workspace/
"""

COMPOSE = """\
# No network, without a side container of Harbor's, which would have to come from a registry.
services:
  main:
    network_mode: none
"""


def agent(image: str, there: Collection[str]) -> str:
    """Return the Dockerfile of the agent's image; `there` is what lies beside it, `workspace` among it."""
    closed = "".join(f" && chmod -R a+rX,a-w /{name}" for name in sorted(there) if name != "workspace")
    copies = "\n".join(f"COPY {name} /{name}" for name in sorted(there))
    return _AGENT.format(image=image, learner=LEARNER, copies=copies, closed=closed)


def verifier(image: str) -> str:
    """Return the Dockerfile of the verifier's image."""
    return _VERIFIER.format(image=image)


def test(engagement: str, families: Sequence[str]) -> str:
    """Return the script that Harbor runs in the verifier's container; its words are slugs."""
    return _TEST.format(words=" ".join((engagement, *families)))
