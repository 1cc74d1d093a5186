import pytest
from lxml import etree

from simulator.parts.soap_erp import envelope
from simulator.parts.soap_erp.envelope import NAMESPACE, Call
from simulator.parts.soap_erp.errors import Code, ErpFault
from simulator.parts.soap_erp.wsdl import wsdl


def request(inner: str, head: str = "") -> str:
    return f'{head}<s:Envelope xmlns:s="{envelope.SOAP}"><s:Header/><s:Body>{inner}</s:Body></s:Envelope>'


def search(reference: str) -> str:
    return f'<BestellungSuchen xmlns="{NAMESPACE}"><Referenz>{reference}</Referenz></BestellungSuchen>'


def refused(body: bytes, charset: str | None = None) -> str:
    with pytest.raises(ErpFault) as fault:
        envelope.read(body, charset).one("Referenz", 40)
    assert fault.value.code == Code.ANFRAGE_UNGUELTIG
    return fault.value.text


@pytest.mark.parametrize(
    ("head", "encoding", "charset"),
    [
        ("", "iso-8859-1", None),
        ('<?xml version="1.0" encoding="utf-8"?>', "utf-8", None),
        ("<?xml version='1.0' encoding='ISO-8859-1'?>\n", "iso-8859-1", None),
        ("", "utf-8", "UTF-8"),
        ('<?xml version="1.0" encoding="utf-8"?>', "iso-8859-1", "ISO-8859-1"),
        ("", "cp1252", "windows-1252"),
    ],
)
def test_umlauts_come_in_as_declared(head: str, encoding: str, charset: str | None) -> None:
    body = request(search("Größe 8"), head).encode(encoding)
    assert envelope.read(body, charset) == Call("BestellungSuchen", {"Referenz": ["Größe 8"]})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<",
        b"<a/>",
        request("").encode(),
        request(search("a") + search("b")).encode(),
        request('<BestellungSuchen xmlns="urn:other"/>').encode(),
        request(search("a")).encode("utf-16"),
        request(search("a"), '<?xml version="1.0" encoding="utf-16"?>').encode(),
        request(search("a"), '<?xml version="1.0" encoding="utf-7"?>').encode(),
        request(search("a"), '<?xml version="1.0" encoding="nonsense"?>').encode(),
        request(search("ok"), '<?xml version="1.0" encoding="utf-8"?>').replace("ok", "ö").encode("iso-8859-1"),
    ],
)
def test_what_is_no_request_is_refused(body: bytes) -> None:
    assert refused(body)


def test_text_that_latin_1_cannot_carry_is_refused() -> None:
    assert "Referenz" in refused(request(search("€")).encode(), "utf-8")


def test_values_are_one_and_short() -> None:
    call = Call("X", {"a": ["1", "2"], "b": [""], "c": ["123"]})
    for name in ("a", "b", "missing"):
        with pytest.raises(ErpFault):
            call.one(name, 9)
    assert call.maybe("b", 9) is None
    with pytest.raises(ErpFault):
        call.one("c", 2)


def test_no_entity_is_expanded() -> None:
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 12))
    bomb = request(search("&l11;"), f'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY l0 "ha">{laughs}]>').encode()
    file = request(search("&x;"), '<?xml version="1.0"?><!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]>')
    assert "DOCTYPE" in refused(bomb)
    assert "DOCTYPE" in refused(file.encode())
    assert refused(request(search("&x;")).encode())


def test_answers_and_faults_are_latin_1_and_well_formed() -> None:
    answer = envelope.answer("Anmelden", envelope.element("Sitzung", "<Größe> & €"))
    assert "Größe".encode("iso-8859-1") in answer
    assert etree.fromstring(answer).findtext(f".//{{{NAMESPACE}}}Sitzung") == "<Größe> & €"
    fault = etree.fromstring(envelope.fault(ErpFault(Code.NACHTSPERRE, "<jetzt>")))
    assert fault.findtext(".//faultcode") == "soap:Server"
    assert (fault.findtext(".//faultstring") or "").endswith(": <jetzt>")
    assert fault.findtext(f".//detail/{{{NAMESPACE}}}FehlerCode") == "NACHTSPERRE"


def test_the_description_names_the_host_that_was_asked() -> None:
    address = etree.fromstring(wsdl('erp:8080"/><x')).find(".//{http://schemas.xmlsoap.org/wsdl/soap/}address")
    assert address is not None
    assert address.get("location") == 'http://erp:8080"/><x/erp'


def test_a_call_has_only_so_many_elements() -> None:
    many = "<ArtikelNr>HW-1</ArtikelNr>" * 101
    assert "mehr als 100" in refused(request(f'<BestandListe xmlns="{NAMESPACE}">{many}</BestandListe>').encode())
