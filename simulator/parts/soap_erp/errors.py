"""The faults that the ERP answers with. They are sent with HTTP 200, as old systems of its kind do."""

from enum import StrEnum


class Code(StrEnum):
    """The values of `detail/FehlerCode`."""

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


class SoapFault(Exception):
    """A refusal. `side` is the fault code of SOAP 1.1 §4.4.1; `code` is its name in the evidence."""

    def __init__(self, side: str, code: str, text: str) -> None:
        self.side = side
        self.code = code
        self.text = text
        super().__init__(f"{code}: {text}")


class ErpFault(SoapFault):
    """A refusal of what the body asks for. Its side `Server` means that the same call may succeed later."""

    code: Code

    def __init__(self, code: Code, more: str = "") -> None:
        super().__init__(
            "Server" if code in _OURS else "Client", code, f"{TEXTS[code]}: {more}" if more else TEXTS[code]
        )


def version_mismatch() -> SoapFault:
    """Return the refusal of an envelope of another version than SOAP 1.1."""
    return SoapFault("VersionMismatch", "VersionMismatch", "Nur SOAP 1.1 wird unterstützt")


def not_understood(entry: str) -> SoapFault:
    """Return the refusal of a header entry that must be understood, and is not."""
    return SoapFault("MustUnderstand", "MustUnderstand", f"Kopfeintrag nicht unterstützt: {entry[:80]}")
