from app.features import NAMES, encode
from app.policy import decide
from app.scorecard import Scorecard

from tests.people import applicant

CARD = Scorecard.of("scorecard-2024-12", {"file": "models/scorecard-2024-12.json"})


def test_an_average_applicant_has_features_about_zero():
    row = dict(zip(NAMES, encode(applicant()), strict=True))
    assert all(abs(value) < 0.3 for value in row.values())


def test_who_earns_more_is_safer_and_who_uses_more_is_not():
    assert CARD.score(applicant(income=5000)) < CARD.score(applicant()) < CARD.score(applicant(utilisation=0.95))


def test_a_scorecard_survives_the_registry():
    assert Scorecard.of(CARD.name, CARD.params()) == CARD


def test_one_in_five_is_the_limit():
    assert decide(0.19, 0.2) == "approve"
    assert decide(0.20, 0.2) == "decline"
