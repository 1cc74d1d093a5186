"""A proof is of the code that plays and grades exams of its scenario: what it does not use may change."""

from pathlib import Path

import pytest

from labs.base import fingerprint
from labs.base.closure import Code
from labs.library.catalogue import find, slugs

SOURCE = {
    "a/__init__.py": "",
    "a/main.py": "import a.top\nfrom a import kinds\nfrom a.kinds import ONE, Base\n\n"
    "def run():\n    from . import late\n    from .deep.in_here import x\n    return ['python', '-m', 'a.program']\n",
    "a/top.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import a.typed\n",
    "a/typed.py": "'''Mentions a.unused in a sentence.'''\n",
    "a/late.py": "HOME = 'a.lazy:Thing'\n",
    "a/lazy.py": "import json, os.path\n",
    "a/program.py": "",
    "a/unused.py": "import a.main\n",
    "a/deep/__init__.py": "",
    "a/deep/in_here.py": "from ..top import y\n",
    "a/deep/table.csv": "1\n",
    "a/deep/README.md": "For people.\n",
    "a/deep/more/data.bin": "2\n",
    "a/kinds/__init__.py": "from a.kinds.base import Base\nfrom a.kinds.one import ONE\nfrom a.kinds.two import TWO\n"
    "KINDS = [ONE, TWO]\n",
    "a/kinds/base.py": "",
    "a/kinds/one.py": "from a.kinds.base import Base\nONE = Base()\n",
    "a/kinds/two.py": "from a.kinds.base import Base\nTWO = Base()\n",
}


@pytest.fixture
def code(tmp_path: Path) -> Code:
    for name, text in SOURCE.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return Code({"a": tmp_path / "a"}, {"a.kinds"})


def test_a_module_needs_what_it_imports_anywhere_and_names_to_be_run(code: Code) -> None:
    assert sorted(code.closure(["a.main"])) == [
        "a", "a.deep", "a.deep.in_here", "a.kinds.base", "a.kinds.one", "a.late", "a.lazy", "a.main", "a.program",
        "a.top", "a.typed",
    ]  # fmt: skip


def test_a_registry_adds_no_kind_but_those_that_are_asked_for(code: Code) -> None:
    assert "a.kinds.two" not in code.closure(["a.main"])
    assert {"a.kinds.two", "a.kinds.base"} < code.closure(["a.kinds.two"])


def test_data_of_a_package_counts_and_texts_for_people_do_not(code: Code) -> None:
    told = [name for name, _ in code.files(code.closure(["a.deep.in_here"]))]
    assert told == [
        "a/__init__.py", "a/deep/__init__.py", "a/deep/in_here.py", "a/deep/more/data.bin", "a/deep/table.csv",
        "a/top.py", "a/typed.py",
    ]  # fmt: skip


def test_a_module_that_is_not_there_is_told(code: Code) -> None:
    with pytest.raises(LookupError, match=r"no module a\.nowhere"):
        code.closure(["a.main", "a.nowhere"])


@pytest.mark.parametrize("slug", slugs())
def test_what_plays_and_grades_always_counts(slug: str) -> None:
    found = fingerprint.modules(find(slug).scenario)
    assert {
        "grader.grade", "grader.checks", "grader.brief.check", "simulator.evidence.recorder",
        "simulator.field.__main__", "simulator.world.__main__", "simulator.runtime.docker.engine",
        "simulator.runtime.local", "simulator.planner", "simulator.box.inside", "simulator.parts.host",
        "simulator.clock", "scenarios.model",
    } <= found  # fmt: skip
    assert not [name for name in found if name in fingerprint.REGISTRIES or name.startswith(("labs", "grader.reports"))]


def test_the_parts_that_a_scenario_uses_count_and_no_others() -> None:
    used = {
        slug: {n.split(".")[2] for n in fingerprint.modules(find(slug).scenario)
               if n.startswith("simulator.parts.") and n.endswith(".part")}
        for slug in ("promise-dates", "first-day", "the-shock", "phantom-stock")
    }  # fmt: skip
    assert used == {
        "promise-dates": {"soap_erp"},
        "first-day": {"rest_api"},
        "the-shock": {"postgres"},
        "phantom-stock": {"postgres", "sftp_drop"},
    }


def test_kinds_of_every_sort_count() -> None:
    found = fingerprint.modules(find("phantom-stock").scenario)
    assert {
        "simulator.faults.down", "simulator.dirt.kinds.mojibake", "simulator.dirt.columns.ref", "grader.measures.ratio",
        "grader.measures.sql", "simulator.workloads.order_picking", "simulator.workloads.scan_audit",
    } - found == {"simulator.dirt.kinds.mojibake"}  # fmt: skip


def test_scenarios_that_use_different_code_have_different_digests_and_the_same_again() -> None:
    digests = [fingerprint.of_scenario(find(slug).scenario) for slug in slugs()]
    assert len(set(digests)) == len(digests)
    assert digests == [fingerprint.of_scenario(find(slug).scenario) for slug in slugs()]


def test_a_digest_is_of_the_bytes_that_count(tmp_path: Path, code: Code) -> None:
    def digest() -> str:
        return fingerprint._digest(code.files(code.closure(["a.deep.in_here"])))

    before = digest()
    (tmp_path / "a" / "unused.py").write_text("1\n")
    (tmp_path / "a" / "deep" / "README.md").write_text("More for people.\n")
    assert digest() == before
    (tmp_path / "a" / "deep" / "table.csv").write_text("2\n")
    assert digest() != before
