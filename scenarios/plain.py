"""Make text that others wrote fit to be shown: it cannot steer a terminal, break XML or hide anything.

A file, a deployment or a customer's system may write anything. Characters that Unicode does not count as printable
(control and format characters, including marks that change the direction of text, and lone surrogates) are replaced;
the rest is within the characters of XML 1.0.
"""

import re

ODD = "\N{REPLACEMENT CHARACTER}"

_COMMAND = re.compile(r"^([^\S\n]*+):(?=:)", re.MULTILINE)
_SEQUENCES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")


def printable(text: str, instead: str = ODD, keep: str = "") -> str:
    """Return `text` with `instead` for every unprintable character, except those in `keep`."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in keep else instead for c in text)


def unstyled(text: str) -> str:
    """Return `text` without ANSI control sequences (ECMA-48 CSI), such as colours."""
    return _SEQUENCES.sub("", text)


def inert(text: str) -> str:
    """Return text, which may have our own colours, with no line that a CI system takes for a command.

    GitHub's runner takes a line that begins with `::` (whatever space is before it), or that has `##[` anywhere, for a
    command of the job; so does that of Azure Pipelines with `##vso[`.
    """
    return _COMMAND.sub(r"\1: ", text).replace("##[", "## [").replace("##vso[", "## vso[")
