from dataclasses import replace

import numpy as np

from app.settings import load
from jobs import monitor, trainer

from tests.people import crowd

SETTINGS = replace(load(), drift_share=0.5)


def test_the_same_population_is_stable():
    rng = np.random.default_rng(1)
    assert monitor.psi(rng.normal(size=5000), rng.normal(size=5000)) < 0.02
    assert monitor.psi(rng.normal(size=5000), rng.normal(1, size=5000)) > 0.2


def test_the_dashboard_is_green_when_the_same_people_apply():
    card = trainer.fit("x", crowd(800))
    found = monitor.report(crowd(800, 2), crowd(200, 3), card, SETTINGS)
    assert found.status == "GREEN"
    assert len(found.drifted) <= 2


def test_the_dashboard_is_red_when_others_do():
    card = trainer.fit("x", crowd(800))
    poor = [one | {"income": one["income"] / 2, "utilisation": 1.0} for one in crowd(200, 3)]
    assert monitor.report(crowd(800, 2), poor, card, SETTINGS).status == "RED"


def test_a_trained_model_is_better_than_a_coin():
    rows = crowd(1000)
    assert trainer.auc(trainer.fit("x", rows), rows) > 0.7
