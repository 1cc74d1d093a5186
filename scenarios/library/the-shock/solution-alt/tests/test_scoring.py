from datetime import datetime

from app.explain import why
from app.features import NAMES, encode
from app.models import load
from app.policy import decide, in_pilot
from app.scorecard import Scorecard
from jobs import trainer

from tests.people import applicant, crowd

KNOWN = {"first_instalment": "paid", "applied_at": datetime(2025, 1, 1)}
CARD = Scorecard.of("scorecard-2024-12", {"file": "models/scorecard-2024-12.json"})


def test_an_average_applicant_has_features_about_zero():
    row = dict(zip(NAMES, encode(applicant()), strict=True))
    assert all(abs(value) < 0.3 for value in row.values())


def test_both_kinds_of_model_survive_the_registry():
    table = trainer.count("t", [one | KNOWN for one in crowd(300)], KNOWN["applied_at"])
    assert load("t", "points", table.params()) == table
    assert load(CARD.name, "logistic", CARD.params()) == CARD


def test_one_in_five_is_the_limit():
    one = applicant(application_id="KA-1")
    assert decide(0.19, one, 0.2, doubtful=False) == "approve"
    assert decide(0.20, one, 0.2, doubtful=False) == "decline"


def test_in_doubt_one_in_three_is_a_pilot_whatever_the_model_thinks():
    ids = [f"KA-{n}" for n in range(3000)]
    assert 0.28 < sum(map(in_pilot, ids)) / len(ids) < 0.39
    chosen = next(i for i in ids if in_pilot(i))
    assert decide(0.1, applicant(application_id=chosen), 0.2, doubtful=True) == "approve"
    assert decide(0.1, applicant(application_id=chosen, payment_holiday=True), 0.2, doubtful=True) == "decline"


def test_reasons_are_what_would_have_helped():
    assert set(why(CARD, applicant(income=1000, utilisation=1.0))) == {"R01", "R02"}
    assert len(why(CARD, applicant())) == 1
