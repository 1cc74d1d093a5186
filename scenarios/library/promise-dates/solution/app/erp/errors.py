"""What can go wrong with the ERP.

ErpError
├── Closed        it takes no calls at the moment: nightly processing, or we are locked out
├── Unanswered    no answer that we can read; a write may have been done all the same
└── Fault         it said no, and why
"""


class ErpError(Exception):
    """The ERP did not do what we asked for."""


class Closed(ErpError):
    """The ERP takes no calls; asking again at once makes it worse."""


class Unanswered(ErpError):
    """We do not know whether the call was done."""


class Fault(ErpError):
    """The ERP's refusal, with the code that says why."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
