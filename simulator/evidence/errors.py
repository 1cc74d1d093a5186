"""Errors of reading evidence.

EvidenceError
├── EvidenceMissing   there is none at that place
└── EvidenceTorn      a file of it is not what the run wrote
"""


class EvidenceError(Exception):
    """The evidence cannot be read; the message says which file and why."""


class EvidenceMissing(EvidenceError):
    """There is no evidence at that place."""


class EvidenceTorn(EvidenceError):
    """A file is broken, other than in its last line, which a writer that died may leave unfinished."""
