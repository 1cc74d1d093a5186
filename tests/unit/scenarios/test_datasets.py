"""Lint of `datasets`, with the kinds that are installed: every problem has its place."""

from dataclasses import replace

import pytest

from labs.library.vocabulary import vocabulary as installed
from tests.unit.scenarios.conftest import SOUND
from tests.unit.scenarios.linting import found

DATASETS = """\
datasets:
  skus:
    rows: 50
    columns:
      id: {sequence: "SKU-{:03d}"}
      supplier: {pick: [S1, S2]}
  scans:
    rows: 2000
    key: id
    columns:
      id: {sequence: {}}
      sku: {ref: skus.id}
      clerk: {fake: name}
      quantity: {number: {poisson: {mean: 9}}}
      twice: {formula: quantity * 2}
      label: {format: "{sku}/{clerk}"}
      at: {time: {spans: 30d}}
      lost: {outcome: {logistic: {bias: -2, quantity: 0.1}}}
    drift:
      - {column: lost, is: concept, to: {logistic: {bias: 0}}, by: at, after: 9d sim, shape: ramp, over: 2d sim}
    dirt:
      - {missing: {column: quantity}, share: 2%, by: quantity}
      - {typo: {column: [clerk, sku]}, share: 1%, where: quantity > 3}
"""


@pytest.fixture
def words(vocabulary):
    real = installed()
    return replace(vocabulary, columns=real.columns, dirt=real.dirt, dataset_mismatches=real.dataset_mismatches)


@pytest.fixture
def sound(write, words):
    text = SOUND.replace("site:\n", DATASETS + "site:\n", 1)
    assert found(write(text=text), words) == {}
    return text


@pytest.mark.parametrize(
    ("old", "new", "message", "suggestion"),
    [
        ("      twice", "      §Kd.-Nr: {sequence: {}}\n      twice", "'Kd.-Nr' is no name for a column", "letters"),
        ("{fake: name}", "{§faker: name}", "unknown kind of column 'faker'", "did you mean 'fake'?"),
        ("{fake: name}", "{fake: §nmae}", "Faker has no provider 'nmae'", None),
        ("{fake: name}", "{fake: name, §pick: [a]}", "a second kind of column, 'pick', beside 'fake'", None),
        ("clerk: {fake: name}", "§clerk: {}", "no kind of column is named here", "there are: fake, format"),
        ("{mean: 9}", "{§meen: 9, mean: 9}", "unknown key 'meen'", "did you mean 'mean'?"),
        ("number: {poisson: {mean: 9}}", "§number: {min: 1}", "a number has one distribution of: normal", None),
        ("{ref: skus.id}", "{ref: §skus.ids}", "dataset 'skus' has no column 'ids'", "did you mean 'id'?"),
        ("{ref: skus.id}", "{ref: §skuz.id}", "unknown dataset 'skuz'", "did you mean 'skus'?"),
        ("quantity * 2", "§quantty * 2", "unknown column 'quantty'", "did you mean 'quantity'?"),
        ("quantity * 2", "§quantity ** 2", "value: `quantity ** 2` is not understood", None),
        ("quantity * 2", "§twice * 2", "column 'twice' is made from itself: scans.twice → scans.twice", None),
        ('"{sku}/{clerk}"', '§"{skuu}"', "unknown column 'skuu'", "did you mean 'sku'?"),
        ("key: id", "key: §idd", "unknown column 'idd'", "did you mean 'id'?"),
        ("{missing:", "{§mising:", "unknown kind of dirt 'mising'", "did you mean 'missing'?"),
        ("by: quantity", "by: §quantities", "unknown column 'quantities'", "did you mean 'quantity'?"),
        (
            "- {missing: {column: quantity},",
            "- §{per: sku, missing: {column: quantity},",
            "dirt: `per` and `by` are two ways to deal; use one",
            None,
        ),
        ("where: quantity > 3", "where: §quantity >", "where: 'quantity >' is no expression", None),
        ("where: quantity > 3", "where: §qty > 3", "unknown column 'qty'", None),
        ("[clerk, sku]", "[clerk, quantity]", "typo strikes text; column 'quantity' is integer", None),
        ("[clerk, sku]", "[clerk, qty]", "unknown column 'qty'", None),
        ("share: 2%", "share: §2", "share: 2 is not a share such as 5%", None),
        ("column: lost", "column: §lots", "unknown column 'lots'", "did you mean 'lost'?"),
        ("by: at", "by: §quantity", "by: 'quantity' is no column of times", None),
        ("to: {logistic: {bias: 0}}", "to: {linear: {bias: 0}, noise: §-1}", "noise: -1 must be at least 0", None),
        (
            "outcome: {logistic: {bias: -2, quantity",
            "§outcome: {logistic: {bias: -2, quantty",
            "unknown column 'quantty'",
            "mean 'quantity'?",
        ),
        ("shape: ramp, over: 2d sim", "shape: ramp", "drift: `over` belongs to a gradual drift or a ramp", None),
        (
            "{column: lost, is: concept, to: {logistic: {bias: 0}}",
            "{column: clerk, to: city",
            "values of fake",
            "gradual",
        ),
        ("rows: 50", "rows: §0", "rows: 0 must be more than 0", None),
    ],
)
def test_a_mistake_in_datasets_is_told_at_its_place(write, words, sound, old, new, message, suggestion):
    assert old in sound
    problems = found(write(text=sound.replace(old, new, 1)), words)
    matching = [text for text in problems if text.startswith(message)]
    assert matching, problems
    if suggestion:
        assert suggestion in (problems[matching[0]] or "")
