"""Evidence tables of the ERP, beside `calls`."""

from simulator.evidence.tables import AT, CUSTOMER, Column, Table

SESSIONS = Table(
    "facts_sessions",
    "every attempt to log in",
    (
        AT,
        Column("open", "integer", "sessions open after the attempt"),
        Column("wanted", "integer", "sessions open plus the one refused just now"),
        Column("refused", "boolean", "for want of a session, a lock-out or a wrong password; not for the nightly lock"),
        Column("result", "text", "ok, or the fault's code"),
    ),
    whose=CUSTOMER,
)
PURCHASE_ORDERS = Table(
    "facts_purchase_orders",
    "every purchase order that the ERP created",
    (
        AT,
        Column("number", "text", "the ERP's own number"),
        Column("order_id", "text", "the shop's order that it was placed for"),
        Column("reference", "text", "what the caller gave to make the write safe to repeat; null: none"),
        Column("article", "text", "the article that is bought"),
        Column("quantity", "real", "how many of it are bought"),
        Column("channel", "text", "soap or file"),
    ),
    whose=CUSTOMER,
)
DROPBOX = Table(
    "facts_dropbox",
    "every file that was delivered or imported",
    (
        AT,
        Column("name", "text", "name of the file"),
        Column("event", "text", "delivered · imported · rejected"),
        Column("orders", "integer", "order lines in the file; null: it could not be read"),
        Column("created", "integer", "purchase orders that the import created"),
        Column("problems", "text", "the first things that are wrong with it, one a line"),
    ),
    whose=CUSTOMER,
)

TABLES = (SESSIONS, PURCHASE_ORDERS, DROPBOX)
