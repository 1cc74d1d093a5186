"""Words of the field that mean much the same: whoever asks what something costs may ask for its price or the damage.

General English of operations, data and money, of no engagement in particular. A word belongs to one group at most;
forms (`delays`, `delayed`) are found by what is left of them without their endings.
"""

from functools import cache

_GROUPS = """
cost price expensive money euro penalty damage worth financial charge fee
loss lose losing lost
late delay overdue lag tardy belated latency
wait hold patience
old age stale fresh outdated recent timely timeliness
order sequence chronological sort turn
login logon sign authenticate authentication credential log
connect connection session reconnect socket
quantity qty count amount
piece item unit single
case carton box package parcel pack packaging
empty blank missing null absent none lacking
wrong incorrect false mistake error bad untrue
right correct true accurate
limit maximum most cap ceiling quota threshold
rule policy regulation allowed permitted may requirement
duplicate twice again repeat double
retry resend repeat
start begin launch introduce introduction rollout live release switch
pilot trial test tryout experiment
fast quick quickly soon speed rapid promptly
slow slowly sluggish
stop end finish close shut
night overnight nightly evening
file document drop upload
broken damaged corrupt unreadable
complete whole finished entire full
check verify review inspect look control
manual manually hand human person staff colleague team
fix repair correct clean cleanup mend resolve sort
guess estimate assume impute infer
store warehouse depot
scanner handheld device gun reader
label tag sticker barcode
supplier vendor manufacturer
customer client borrower applicant buyer
default defaulter repay nonpayment
arrears overdue behind
holiday moratorium break pause defer deferral postpone suspend
instalment installment payment rate
outcome result label truth ground
known available final established certain
model classifier predictor algorithm
score probability prediction
drift shift change
dashboard monitor monitoring chart report psi
alarm alert warning notify
reason explanation why justification
decline reject refuse deny
accept approve grant
agent operator seat
queue line backlog waiting
answer reply response respond
resolve resolved solved settled
timezone zone clock utc
encoding charset utf8 codepage
format layout notation style
number figure numeral digit
"""


@cache
def _groups() -> dict[str, str]:
    found: dict[str, str] = {}
    for line in _GROUPS.split("\n"):
        for word in line.split():
            found.setdefault(stem(word), f"={line.split()[0]}")
    return found


def meaning(word: str) -> str | None:
    """Return the group of a word, by a name that is no word; None where it is in none."""
    return _groups().get(stem(word))


@cache
def stem(word: str) -> str:
    """Return what is left of a word without its commonest endings; it need not be a word."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST:
            return stem(word[: -len(ending)])
    return word


_ENDINGS = ("ations", "ation", "ingly", "ings", "ing", "edly", "ed", "ies", "ers", "er", "es", "ly", "s", "e", "y")
_LEAST = 3
"""Letters that are left at least."""
