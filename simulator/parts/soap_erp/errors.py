"""The faults that the ERP answers with. They travel inside HTTP 200, as its kind has always done."""

from enum import StrEnum


class Code(StrEnum):
    """What `detail/FehlerCode` may say."""

    ANFRAGE_UNGUELTIG = "ANFRAGE_UNGUELTIG"
    ARTIKEL_UNBEKANNT = "ARTIKEL_UNBEKANNT"
    KENNUNG_GESPERRT = "KENNUNG_GESPERRT"
    MENGE_UNGUELTIG = "MENGE_UNGUELTIG"
    NACHTSPERRE = "NACHTSPERRE"
    NUR_DATEI = "NUR_DATEI"
    SITZUNGSLIMIT = "SITZUNGSLIMIT"
    SITZUNG_UNGUELTIG = "SITZUNG_UNGUELTIG"
    ZUGANG_FALSCH = "ZUGANG_FALSCH"
    ZU_VIELE_AUFRUFE = "ZU_VIELE_AUFRUFE"


TEXTS = {
    Code.ANFRAGE_UNGUELTIG: "Anfrage ungültig",
    Code.ARTIKEL_UNBEKANNT: "Artikel nicht im Artikelstamm geführt",
    Code.KENNUNG_GESPERRT: "Kennung nach zu vielen Fehlversuchen vorübergehend gesperrt",
    Code.MENGE_UNGUELTIG: "Menge ungültig",
    Code.NACHTSPERRE: "Nachtverarbeitung läuft, Zugriffe vorübergehend nicht möglich",
    Code.NUR_DATEI: "Bestellungen werden ausschließlich per Datei übernommen",
    Code.SITZUNGSLIMIT: "Höchstzahl gleichzeitiger Sitzungen erreicht, bitte später erneut versuchen",
    Code.SITZUNG_UNGUELTIG: "Sitzung ungültig oder abgelaufen",
    Code.ZUGANG_FALSCH: "Benutzer oder Kennwort falsch",
    Code.ZU_VIELE_AUFRUFE: "Zu viele gleichzeitige Aufrufe für diese Sitzung",
}

_OURS = {Code.NACHTSPERRE, Code.SITZUNGSLIMIT, Code.ZU_VIELE_AUFRUFE}


class ErpFault(Exception):
    """A refusal. `side` is the fault code of SOAP 1.1 §4.4.1: `Server` says that the same call may succeed later."""

    def __init__(self, code: Code, more: str = "") -> None:
        self.code = code
        self.text = f"{TEXTS[code]}: {more}" if more else TEXTS[code]
        self.side = "Server" if code in _OURS else "Client"
        super().__init__(f"{code}: {self.text}")
