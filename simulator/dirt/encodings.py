"""Names of text encodings for the customer's files: those in which ASCII stays the same."""

import codecs
from typing import Annotated

from pydantic import AfterValidator


def _known(name: str) -> str:
    try:
        plain = "a;1\n".encode(name) == b"a;1\n"
    except LookupError:
        raise ValueError(f"Python knows no encoding {name!r}") from None
    if not plain:
        raise ValueError(f"{name} is not based on ASCII")
    return codecs.lookup(name).name


Encoding = Annotated[str, AfterValidator(_known)]
"""A name such as utf-8, cp1252, iso8859-1, cp850."""
