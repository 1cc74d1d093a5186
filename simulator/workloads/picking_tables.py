"""The evidence tables of order picking."""

from simulator.evidence.tables import CUSTOMER, EXAMINER, Column, Table

LINES = Table(
    "facts_lines",
    "what was said of each order line, as the answers come in",
    (
        Column("at", "real", "when the picker asked, as intended"),
        Column("done_at", "real", "when the answer was complete; null: no answer"),
        Column("line_id", "text", "key of the order line"),
        Column("site", "text", "the site that sent the scan"),
        Column("sku", "text", "the article"),
        Column("quantity", "integer", "eaches that are wanted"),
        Column("action", "text", "pick · replenish"),
        Column("on_hand", "real", "eaches in the pick face, as the answer has them"),
        Column("least", "integer", "the least that truly lay there of late", EXAMINER),
        Column("most", "integer", "the most that truly lay there of late", EXAMINER),
        Column(
            "low", "integer", "the least that the books have had of late, with all in them that can be known", EXAMINER
        ),
        Column("high", "integer", "the most that they have had", EXAMINER),
        Column("forecast", "real", "eaches that will be picked there soon, as the answer has them"),
        Column("picked", "integer", "eaches that truly will be"),
        Column("verdict", "text", "right · short-pick · needless-move · no-answer"),
        Column("detail", "text", "why it is not right", EXAMINER),
    ),
    whose=CUSTOMER,
)
_SCAN = (
    Column("site", "text", "the site that sent the scan", CUSTOMER),
    Column("device", "text", "the scanner", CUSTOMER),
    Column("seq", "text", "the device's number of the scan", CUSTOMER),
)
_CAME = Column("at", "real", "when the first file with it could be read", CUSTOMER)
INTAKE = Table(
    "facts_intake",
    "every file that was delivered in good time, and what the deployment made of its rows",
    (
        Column("at", "real", "when it was wholly there"),
        Column("free_at", "real", "when it could also be opened"),
        Column("file", "text", "path of the file in the drop"),
        Column("kind", "text", "original · resent · duplicate", EXAMINER),
        Column("rows", "integer", "rows that are in it"),
        Column("received", "integer", "rows, as the deployment counts them; null: not in the intake book, or not once"),
        Column("booked", "integer", "movements that name it and a scan in it"),
        Column("held", "integer", "rows in quarantine that name it and a scan in it"),
        Column("known", "integer", "rows whose scan the database has by another row or file", EXAMINER),
        Column("duplicates", "integer", "rows that were known already, as the deployment counts them"),
        Column("accounted", "integer", "rows of which the intake book says rightly what became of them"),
        Column("lag", "real", "simulated minutes until it was in the intake book; null: never"),
    ),
    settled=True,
    whose=CUSTOMER,
)
SCANS = Table(
    "facts_scans",
    "every delivered scan that is not in the books as it was meant",
    (
        _CAME,
        *_SCAN,
        Column("sku", "text", "as it was meant"),
        Column(
            "verdict",
            "text",
            "lost · doubled · wrong · invented (booked, though nobody can know it) · held-back · unknown (booked, and"
            " in no file)",
        ),
        Column("column", "text", "what is wrong; null: the row"),
        Column("delivered", "text", "what the file said of that column, or of all spoilt ones", CUSTOMER),
        Column("booked", "text", "what the books have", CUSTOMER),
        Column("true", "text", "what is true"),
    ),
    settled=True,
    whose=EXAMINER,
)
SHORTS = Table(
    "facts_shorts",
    "every short pick, and what made the books believe in too much",
    (
        Column("at", "real", "when the picker asked, as intended"),
        Column("line_id", "text", "key of the order line"),
        Column("site", "text", "where the pick face is"),
        Column("sku", "text", "the article"),
        Column("mistake", "text", "what is wrong with the scans that added most to the belief; null: nothing known"),
        Column("effect", "integer", "eaches that they added"),
    ),
    settled=True,
    whose=EXAMINER,
)
QUARANTINE = Table(
    "facts_quarantine",
    "every row in quarantine",
    (
        _CAME,
        *_SCAN,
        Column("raw", "text", "the row as it came, as the deployment says"),
        Column("reason", "text", "why it was held back, as the deployment says"),
        Column("belongs", "boolean", "whether nobody can tell what it meant, and it is there once", EXAMINER),
        Column("fits", "boolean", "whether it shows the row, and gives the reason that is true of it", EXAMINER),
    ),
    settled=True,
    whose=CUSTOMER,
)
CELLS_TABLE = Table(
    "facts_cells",
    "cells of the delivered scans, by phase, site and column",
    (
        Column("at", "real", "begin of the phase in which they came"),
        Column("site", "text", "the site that sent the scan", CUSTOMER),
        Column("column", "text", "the column of the scans", CUSTOMER),
        Column("dirty", "integer", "cells that are not as they were meant, and can be repaired"),
        Column("changed", "integer", "cells that were booked otherwise than delivered", CUSTOMER),
        Column("repaired", "integer", "dirty cells that were booked as they were meant"),
    ),
    settled=True,
    whose=EXAMINER,
)
