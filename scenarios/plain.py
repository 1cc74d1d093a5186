"""Text that others wrote, made fit to be shown: nothing in it steers a terminal, breaks XML or hides what stands there.

A file, a deployment or a customer's system may write what it likes. What Unicode does not count as printable (control
and format characters, so also the marks that turn the direction of text, and lone surrogates) is replaced; what is
left is within the characters of XML 1.0.
"""

import re

ODD = "\N{REPLACEMENT CHARACTER}"

_COMMAND = re.compile(r"^([^\S\n]*+):(?=:)", re.MULTILINE)
_SEQUENCES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")


def printable(text: str, instead: str = ODD, keep: str = "") -> str:
    """`text` with `instead` for every character that is not printable, but for those to `keep`."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in keep else instead for c in text)


def unstyled(text: str) -> str:
    """`text` without ANSI control sequences (ECMA-48 CSI), such as colours."""
    return _SEQUENCES.sub("", text)


def inert(text: str) -> str:
    """Text, our own colours in it, of which no line is a command to the CI that logs it.

    GitHub's runner takes a line that begins with `::` (whatever space is before it), or that has `##[` anywhere, for a
    command of the job; so does that of Azure Pipelines with `##vso[`.
    """
    return _COMMAND.sub(r"\1: ", text).replace("##[", "## [").replace("##vso[", "## vso[")
