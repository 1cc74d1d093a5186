import pytest
import yaml

from scenarios import positions
from scenarios.positions import MAX_BYTES, parse, read


def values(text: str):
    tree, problems = parse(text, "f.yaml")
    assert not problems
    return tree.plain()


def only(text: str) -> str:
    _, problems = parse(text, "f.yaml")
    assert len(problems) == 1, problems
    return str(problems[0])


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("on", "on"),
        ("yes", "yes"),
        ("No", "No"),
        ("12:30", "12:30"),
        ("12:30:00", "12:30:00"),
        ("2026-03-02", "2026-03-02"),
        ("1_000", "1_000"),
        ("0b1", "0b1"),
        ("=", "="),
        ("<<", "<<"),
        ("true", True),
        ("FALSE", False),
        ("tRue", "tRue"),
        ("null", None),
        ("~", None),
        ("", None),
        ("nUll", "nUll"),
        ("010", 10),
        ("+7", 7),
        ("0o17", 15),
        ("0x1F", 31),
        ("1.10", 1.1),
        (".5", 0.5),
        ("1.", 1.0),
        ("1e3", 1000.0),
        ("'12'", "12"),
        ('"true"', "true"),
        ("!!str 12", "12"),
        ("!!int '12'", 12),
        ("!!bool 'true'", True),
    ],
)
def test_plain_words_are_read_as_in_yaml_1_2(written, value):
    found = values(f"key: {written}\n")["key"]
    assert found == value
    assert type(found) is type(value)


def test_keys_are_text():
    assert values("on: 1\n12: 2\n~: 3\n1.10: 4\n") == {"on": 1, "12": 2, "~": 3, "1.10": 4}


def test_numbers_keep_what_was_written():
    tree, _ = parse("a: 1.10\nb: 007\n", "f.yaml")
    assert [tree.child(k).text for k in "ab"] == ["1.10", "007"]


@pytest.mark.parametrize("base", [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)])
def test_places(base, monkeypatch):
    loader = type("L", (base,), {"yaml_implicit_resolvers": positions._Core.yaml_implicit_resolvers})
    monkeypatch.setattr(positions, "_Core", loader)
    tree, problems = parse("ä: {x: 1}\nlist:\n  - a: b\n    c: 'é'\n  - {k: [1, 2]}\n", "f.yaml")
    assert not problems
    assert tree.place(("ä", "x")) == (1, 8)
    assert tree.place(("ä", "x"), key=True) == (1, 5)
    assert tree.place(("list", 0)) == (3, 5)
    assert tree.place(("list", 0, "c")) == (4, 8)
    assert tree.place(("list", 1, "k", 1)) == (5, 13)
    assert tree.place(("list", 1, "nothing")) == (5, 5)
    assert tree.place(("list",)) == (2, 1)
    assert tree.place(("list", 0, "function-before[x]", "c")) == (4, 8)


def test_aliases_stand_for_values_and_keep_keys():
    tree, problems = parse("a: &x {p: 1}\nb: *x\n", "f.yaml")
    assert not problems
    assert tree.plain() == {"a": {"p": 1}, "b": {"p": 1}}
    assert tree.place(("b",)) == (2, 1)
    assert tree.place(("b", "p")) == (1, 11)


def test_both_places_of_a_duplicate_key_are_named():
    tree, problems = parse("a: 1\nb: 2\na: 3\n", "f.yaml")
    assert [str(p) for p in problems] == ["f.yaml:3:1: key 'a' stands here twice"]
    assert [(r.line, r.column) for r in problems[0].related] == [(1, 1)]
    assert tree.plain() == {"a": 1, "b": 2}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("", "f.yaml:1:1: is empty", id="empty"),
        ("# only a comment\n", "f.yaml:1:1: is empty"),
        ("---\n", "f.yaml:1:1: is empty"),
        ("- a\n", "f.yaml:1:1: is not a block of `key: value` lines"),
        ("word\n", "f.yaml:1:1: is not a block of `key: value` lines"),
        ("a: 1\n---\nb: 2\n", "f.yaml:3:1: holds a second document"),
        ("a: &x [*x]\n", "f.yaml:1:4: an alias stands inside what it stands for"),
        ("? [a]\n: b\n", "f.yaml:1:3: a key must be a plain word"),
        ("a: !!python/object:os.system x\n", "f.yaml:1:4: unknown tag 'python/object:os.system'"),
        ("a: !own {b: 1}\n", "f.yaml:1:4: unknown tag '!own'"),
        ("a: !!int abc\n", "f.yaml:1:4: 'abc' cannot be read as int"),
        ("a: !!bool maybe\n", "f.yaml:1:4: 'maybe' cannot be read as bool"),
        pytest.param(f"a: {'9' * 5000}\n", "f.yaml:1:4: '999", id="long number"),
        ('a: "\\ud800"\n', "f.yaml:1:"),
        pytest.param("a: " + "[" * 70 + "]" * 70, "f.yaml:1:67: is nested more than 64 deep", id="deep"),
        pytest.param("a: " + "[" * 300_000, "f.yaml:1:67: is nested more than 64 deep", id="very deep"),
        pytest.param(
            "a: 1\nb: [" + "0, " * 10_001 + "]", "f.yaml:2:30005: is in a block of more than 5,000 values", id="wide"
        ),
        pytest.param("a:\n" + "".join(" " * n + "- b:\n" for n in range(80)), "f.yaml:", id="deep blocks"),
        ("a: [1\nb: 2\n", "f.yaml:1:4: is not YAML"),
        ("a:\n\t- b\n", "f.yaml:2:1: is not YAML"),
        ("a: *nowhere\n", "f.yaml:1:4: is not YAML"),
        ("%YAML 3.0\n---\na: 1\n", "f.yaml:"),
        ("a: \x01\n", "f.yaml:"),
        ('a: "\\UFFFFFFFF"\n', "f.yaml:"),
    ],
)
def test_what_cannot_be_read_is_one_problem(text, said):
    assert only(text).startswith(said)


def test_nested_aliases_cannot_grow_without_bound():
    bomb = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12))
    assert "more than 50,000 values" in only(bomb)


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path):
    file = tmp_path / "f.yaml"
    file.write_bytes(b"\xef\xbb\xbfid: a\r\nlevel: 1\r\n")
    _, tree, problems = read(file)
    assert not problems
    assert tree.plain() == {"id": "a", "level": 1}
    assert tree.place(("id",), key=True) == (1, 1)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"a: 1\nb: \xff\n", ":2:4: is not UTF-8 text"),
        ("a: ä".encode("utf-16"), ":1:1: is not UTF-8 text"),
        (b"a" * (MAX_BYTES + 1), ": is larger than 1 MiB"),
    ],
)
def test_files_that_are_no_text(tmp_path, data, said):
    file = tmp_path / "f.yaml"
    file.write_bytes(data)
    _, tree, problems = read(file)
    assert tree is None
    assert [str(p).removeprefix(str(file)) for p in problems] == [said]


def test_files_that_are_not_there(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for path, said in [
        (tmp_path / "none", "there is no such file"),
        (tmp_path, "is a folder, not a file"),
        (tmp_path / "no\0name", "cannot be read"),
        (tmp_path / "loop", ""),
        (tmp_path / ("x" * 300), "cannot be read"),
    ]:
        _, tree, problems = read(path)
        assert tree is None
        assert said in problems[0].message
        assert problems[0].line is None
