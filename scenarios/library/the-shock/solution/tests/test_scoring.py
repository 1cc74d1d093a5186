from app.features import NAMES, encode
from app.policy import decide
from app.reasons import reasons
from app.scorecard import Scorecard
from app.settings import load

from tests.people import applicant

CARD = Scorecard.of("scorecard-2024-12", {"file": "models/scorecard-2024-12.json"})
SETTINGS = load()


def test_an_average_applicant_has_features_about_zero():
    row = dict(zip(NAMES, encode(applicant()), strict=True))
    assert all(abs(value) < 0.3 for value in row.values())


def test_who_earns_more_is_safer_and_who_uses_more_is_not():
    assert CARD.score(applicant(income=5000)) < CARD.score(applicant()) < CARD.score(applicant(utilisation=0.95))


def test_a_scorecard_survives_the_registry():
    assert Scorecard.of(CARD.name, CARD.params()) == CARD


def test_one_in_five_is_the_limit():
    assert decide(0.19, applicant(), SETTINGS, interim=False) == "approve"
    assert decide(0.20, applicant(), SETTINGS, interim=False) == "decline"


def test_after_an_alarm_we_lend_a_little_and_to_nobody_with_a_payment_holiday():
    assert decide(0.07, applicant(), SETTINGS, interim=True) == "approve"
    assert decide(0.10, applicant(), SETTINGS, interim=True) == "decline"
    assert decide(0.01, applicant(payment_holiday=True), SETTINGS, interim=True) == "decline"


def test_reasons_are_what_the_model_holds_against_somebody():
    poor = applicant(income=1000, utilisation=1.0)
    assert set(reasons(CARD, poor)) == {"R01", "R02"}
    travels = Scorecard("x", -2.0, tuple(3.0 if name == "sector=travel" else 0.0 for name in NAMES))
    assert reasons(travels, poor | {"sector": "travel"}) == ["R07"]
    assert len(reasons(travels, applicant())) == 1
