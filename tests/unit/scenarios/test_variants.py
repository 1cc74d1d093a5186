import os

import pytest

from scenarios.problems import ScenarioInvalid, UnknownScenario
from scenarios.variants import content_hash, find, materialise, slugs, variants


@pytest.fixture
def folder(write):
    """A scenario with every kind of variant."""
    root = write(proof=False).parent
    files = {
        "workspace/lib/text.txt": "one two\n",
        "workspace/run.sh": "#!/bin/sh\n",
        "solution/app.py": "limit = 9\n",
        "solution-alt/extra/new.py": "new = 1\n",
        "shortcuts/hasty/shortcut.yaml": (
            "says: Slow.\nfails: [answers]\nedits:\n"
            "  - {file: app.py, find: limit = 2, replace: limit = 99}\n"
            "  - {file: app.py, find: retries = 3, replace: retries = 0}\n"
        ),
        "shortcuts/lazy/shortcut.yaml": "over: reference\nsays: Lazy.\nfails: [loss]\n",
        "shortcuts/lazy/files/lib/text.txt": "three\n",
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (root / "workspace" / "run.sh").chmod(0o555)
    (root / "workspace" / "__pycache__").mkdir()
    (root / "workspace" / "__pycache__" / "app.pyc").touch()
    return root


def made(folder, name, tmp_path):
    target = materialise(folder, name, tmp_path / "made" / name.replace(":", "-"))
    return {p.relative_to(target).as_posix(): p.read_text() for p in sorted(target.rglob("*")) if p.is_file()}


def test_variants_by_name(folder):
    found = variants(folder)
    assert list(found) == ["untouched", "reference", "alternative", "shortcut:hasty", "shortcut:lazy"]
    assert found["shortcut:lazy"].shortcut.fails == ["loss"]
    assert found["untouched"].shortcut is None


def test_what_is_not_there_is_no_variant(write):
    assert list(variants(write(proof=False).parent)) == ["untouched"]


def test_layers_and_edits(folder, tmp_path):
    plain = {"app.py": "limit = 2\nretries = 3\n", "lib/text.txt": "one two\n", "run.sh": "#!/bin/sh\n"}
    assert made(folder, "untouched", tmp_path) == plain
    assert made(folder, "reference", tmp_path) == plain | {"app.py": "limit = 9\n"}
    assert made(folder, "alternative", tmp_path) == plain | {"extra/new.py": "new = 1\n"}
    assert made(folder, "shortcut:hasty", tmp_path) == plain | {"app.py": "limit = 99\nretries = 0\n"}
    assert made(folder, "shortcut:lazy", tmp_path) == plain | {"app.py": "limit = 9\n", "lib/text.txt": "three\n"}


def test_what_is_made_can_be_changed_and_run(folder, tmp_path):
    target = materialise(folder, "untouched", tmp_path / "made")
    assert (target / "run.sh").stat().st_mode & 0o777 == 0o755
    assert (target / "app.py").stat().st_mode & 0o777 == 0o644


def test_nothing_is_written_over(folder, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").touch()
    with pytest.raises(FileExistsError):
        materialise(folder, "untouched", tmp_path / "full")
    with pytest.raises(KeyError, match="did you mean 'reference'"):
        materialise(folder, "referense", tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("says: x\nfails: [a]\nedits: [{file: app.py, find: '3', replace: x}]\n", None),
        ("says: x\nfails: [a]\nedits: [{file: app.py, find: ' = ', replace: x}]\n", "3:30: occurs 2 times in app.py"),
        ("says: x\nfails: [a]\nedits: [{file: app.py, find: no, replace: x}]\n", "3:30: does not occur in app.py"),
        ("says: x\nfails: [a]\nedits: [{file: ap.py, find: a, replace: x}]\n", "3:16: no file 'ap.py' to edit"),
        ("says: x\nfails: [a]\nedits: [{file: ../scenario.yaml, find: a, replace: x}]\n", "3:16: no file"),
        ("says: x\nfails: []\n", "2:1: fails: needs at least 1, has 0"),
        ("fails: [a]\n", "1:1: 'says' is missing"),
        ("says: x\nfails: [a]\nover: refrence\n", "3:7: over: 'refrence' is not one of"),
        ("says: x\nfails: [a]\nsays: y\n", "3:1: key 'says' stands here twice"),
        ("- a\n", "1:1: is not a block"),
    ],
)
def test_shortcut_files_are_read_like_scenarios(folder, tmp_path, text, said):
    file = folder / "shortcuts" / "hasty" / "shortcut.yaml"
    file.write_text(text)
    if said is None:
        assert materialise(folder, "shortcut:hasty", tmp_path / "made")
        return
    with pytest.raises(ScenarioInvalid) as raised:
        materialise(folder, "shortcut:hasty", tmp_path / "made")
    assert str(raised.value).startswith(f"{file}:{said}")
    assert not (tmp_path / "made").exists()


def test_a_shortcut_needs_its_file_and_its_base(write):
    root = write(proof=False).parent
    (root / "shortcuts" / "bare").mkdir(parents=True)
    (root / "shortcuts" / "odd").mkdir()
    (root / "shortcuts" / "odd" / "shortcut.yaml").write_text("over: reference\nsays: x\nfails: [a]\n")
    with pytest.raises(ScenarioInvalid) as raised:
        variants(root)
    assert [p.message for p in raised.value.problems] == [
        "there is no such file",
        "this scenario has no 'reference' variant",
    ]


def test_links_are_refused(folder, tmp_path):
    (folder / "workspace" / "link.py").symlink_to("/etc/hostname")
    (folder / "workspace" / "linked").symlink_to(folder)
    with pytest.raises(ScenarioInvalid) as raised:
        materialise(folder, "untouched", tmp_path / "made")
    assert {os.path.basename(p.path) for p in raised.value.problems} == {"link.py", "linked"}


def test_the_hash_is_of_what_defines_a_scenario(folder):
    before = content_hash(folder)
    for name in ("calibration.json", "incident.tar.gz", "notes.txt", "workspace/__pycache__/x.pyc"):
        (folder / name).write_text("x")
    assert content_hash(folder) == before
    seen = {before}
    for name in ("scenario.yaml", "briefing.md", "workspace/app.py", "solution/app.py", "solution-alt/a.py",
                 "shortcuts/hasty/shortcut.yaml", "workspace/new.py", "site/schema.sql"):  # fmt: skip
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text((path.read_text() if path.exists() else "") + "\n# changed\n")
        seen.add(content_hash(folder))
    assert len(seen) == 9
    (folder / "workspace" / "new.py").rename(folder / "workspace" / "other.py")
    assert content_hash(folder) not in seen


def test_scenarios_are_found_by_slug_folder_or_file(write, tmp_path):
    folder = write().parent
    library = tmp_path / "library"
    (library / "one").mkdir(parents=True)
    (library / "one" / "scenario.yaml").touch()
    (library / "no-scenario").mkdir()
    assert slugs(library) == {"one": library / "one"}
    assert find("one", library) == library / "one"
    assert find(str(folder), library) == folder
    assert find(folder / "scenario.yaml", library) == folder
    with pytest.raises(UnknownScenario, match="did you mean 'one'"):
        find("oen", library)
    with pytest.raises(UnknownScenario, match=r"no scenario\.yaml in"):
        find(library / "no-scenario", library)
