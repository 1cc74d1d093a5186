"""Evidence tables of the REST API, beside `calls`."""

from simulator.evidence.tables import AT, CUSTOMER, EXAMINER, Column, Table

_PART, _RESOURCE = (
    Column("part", "text", "the part, as the scenario names it"),
    Column("resource", "text", "the resource, as the scenario names it"),
)
_RECORD = Column("record", "text", "the record's key")

PAGES = Table(
    "facts_api_pages",
    "every page of a list that was read",
    (
        AT,
        _PART,
        _RESOURCE,
        Column("position", "text", "offset, number of the page, or cursor; null: the first page of a cursor"),
        Column("rows", "integer", "records on it"),
        Column("filter", "text", "what was asked for beside the page, as a query; null: everything"),
        Column("last", "boolean", "whether nothing follows"),
    ),
    whose=CUSTOMER,
)
SCANS = Table(
    "facts_api_scans",
    "every reading of a whole list, from its first page on",
    (
        Column("at", "real", "when its first page was read"),
        Column("done_at", "real", "when its last page was read"),
        _PART,
        _RESOURCE,
        Column("scan", "integer", "from 1, by part and resource"),
        Column("filter", "text", "what was asked for beside the pages, as a query; null: everything"),
        Column("pages", "integer", "how many of its pages were read"),
        Column("rows", "integer", "records on all its pages"),
        Column("repeated", "integer", "records that came more than once"),
        Column("skipped", "integer", "records that were there all the time, and on none of its pages", EXAMINER),
        Column("complete", "boolean", "whether it went to the end of the list"),
    ),
    whose=CUSTOMER,
)
SKIPPED = Table(
    "facts_api_skipped",
    "every record that a complete reading of its list missed though it was there all the time",
    (
        Column("at", "real", "when the reading's last page was read"),
        _PART,
        _RESOURCE,
        Column("scan", "integer", "as in facts_api_scans", CUSTOMER),
        _RECORD,
    ),
    whose=EXAMINER,
)
EDITS = Table(
    "facts_api_edits",
    "what the customer's own people did to the records meanwhile",
    (
        AT,
        _PART,
        _RESOURCE,
        _RECORD,
        Column("op", "text", "update · insert · delete"),
        Column("field", "text", "of an update"),
        Column("was", "text", "as JSON"),
        Column("now", "text", "as JSON"),
    ),
    whose=CUSTOMER,
)
WRITES = Table(
    "facts_api_writes",
    "every write of a caller, also refused ones",
    (
        AT,
        _PART,
        _RESOURCE,
        _RECORD,
        Column("op", "text", "create · replace · change · delete"),
        Column("result", "text", "ok · replayed (by its idempotency key) · or the error's code"),
        Column("blind", "boolean", "done over an edit that no caller had read", EXAMINER),
        Column("ignored", "text", "fields that nobody knows, joined by a blank"),
    ),
    whose=CUSTOMER,
)
LOGINS = Table(
    "facts_api_logins",
    "every request for a token",
    (
        AT,
        _PART,
        Column("refused", "boolean", "whether none was given"),
        Column("open", "integer", "tokens that live after it"),
    ),
    whose=CUSTOMER,
)

TABLES = (PAGES, SCANS, SKIPPED, EDITS, WRITES, LOGINS)
