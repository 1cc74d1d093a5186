"""The deployments that ship with a scenario prove it, and are what a learner could submit."""

import os

import pytest

from scenarios.loader import examine

SHORTCUT = "shortcuts/patience/shortcut.yaml"


def told(file, vocabulary, *, proof=True):
    root = file.parent
    problems = examine(file, vocabulary, proof=proof)[1]
    return [(os.path.relpath(p.path, root), p.line, p.column, p.message, p.suggestion) for p in problems]


def put(file, files):
    for name, text in files.items():
        (file.parent / name).parent.mkdir(parents=True, exist_ok=True)
        (file.parent / name).write_text(text)


def test_a_scenario_without_solution_and_shortcuts_is_none(write, vocabulary):
    file = write(proof=False)
    assert told(file, vocabulary) == [
        (".", None, None, "shortcuts/ is missing",
         "write a tempting wrong fix, as shortcuts/NAME/shortcut.yaml: it must not pass"),
        (".", None, None, "solution/ is missing", "put the repaired files there: they must pass"),
    ]  # fmt: skip
    assert told(file, vocabulary, proof=False) == []


def test_a_whole_one_is_silent(write, vocabulary):
    assert told(write(), vocabulary) == []


def test_a_solution_that_is_the_workspace_is_none(write, vocabulary):
    file = write()
    put(file, {"solution/app.py": (file.parent / "workspace/app.py").read_text()})
    assert told(file, vocabulary) == [
        ("solution", None, None, "changes nothing of the workspace", "put the repaired files there")
    ]


@pytest.mark.parametrize("edits", ["", "edits:\n  - {file: app.py, find: limit = 2, replace: limit = 2}\n"])
def test_a_shortcut_changes_something(write, vocabulary, edits):
    file = write()
    put(file, {SHORTCUT: f"says: x\nfails: [answers]\n{edits}"})
    nothing = (SHORTCUT, 1, 1, "this shortcut changes nothing of 'untouched'", "give it edits, or files in files/")
    itself = (SHORTCUT, 4, 46, "replaces a text by itself", "write what the shortcut does instead")
    assert told(file, vocabulary) == ([nothing, itself] if edits else [nothing])


def test_a_shortcut_that_brings_the_files_that_are_there_changes_nothing(write, vocabulary):
    file = write()
    put(file, {SHORTCUT: "over: reference\nsays: x\nfails: [answers]\n",
               "shortcuts/patience/files/app.py": (file.parent / "solution/app.py").read_text()})  # fmt: skip
    assert [message for *_, message, _ in told(file, vocabulary)] == ["this shortcut changes nothing of 'reference'"]


def test_what_is_not_editable_cannot_be_submitted(write, vocabulary):
    file = write()
    put(file, {
        "workspace/lib/text.txt": "one two\n",
        "solution/lib/extra.py": "x = 1\n",
        "solution-alt/conf.yaml": "x: 1\n",
        "shortcuts/lazy/files/lib/more.py": "x = 2\n",
        "shortcuts/lazy/shortcut.yaml": (
            "over: reference\nsays: x\nfails: [loss]\nedits:\n  - {file: lib/text.txt, find: one, replace: two}\n"
        ),
    })  # fmt: skip

    def said(path):
        hint = f"add '{path}' to `editable`, or leave the file as the workspace has it"
        return f"{path} is not editable, so no learner can submit this", hint

    assert told(file, vocabulary) == [
        ("shortcuts/lazy/files/lib/more.py", None, None, *said("lib/more.py")),
        ("shortcuts/lazy/shortcut.yaml", 5, 12, *said("lib/text.txt")),
        ("solution-alt/conf.yaml", None, None, *said("conf.yaml")),
        ("solution/lib/extra.py", None, None, *said("lib/extra.py")),
    ]


def test_a_file_that_is_as_the_workspace_has_it_need_not_be_editable(write, vocabulary):
    file = write()
    put(file, {"workspace/README.md": "read\n", "solution/README.md": "read\n"})
    assert told(file, vocabulary) == []


@pytest.mark.parametrize(
    ("command", "at", "message", "suggestion"),
    [
        ("[python, ap.py]", 9, "there is no file 'ap.py' in workspace/", "did you mean 'app.py'?"),
        ("[python3, -u, ap.py]", 14, "there is no file 'ap.py' in workspace/", "did you mean 'app.py'?"),
        ("[python, -m, nowhere_at_all]", 13,
         "there is no file 'nowhere_at_all.py' or 'nowhere_at_all/__main__.py' in workspace/", "there are: app.py"),
        ('[uvicorn, "ap:app", --host, $HOST]', 10,
         "there is no file 'ap.py' or 'ap/__init__.py' in workspace/", "did you mean 'app.py'?"),
        ('[python, -m, uvicorn, --factory, "nowhere_at.all:app"]', 33,
         "there is no file 'nowhere_at/all.py' or 'nowhere_at/all/__init__.py' in workspace/", "there are: app.py"),
        ("[./serve.sh]", 1, "there is no file 'serve.sh' in workspace/", "there are: app.py"),
        ("[python, app.py, data.csv]", None, None, None),
        ("[python, -c, import app.py]", None, None, None),
        ("[python, -m, http.server, $PORT]", None, None, None),
        ("[python, -m, app]", None, None, None),
        ('[uvicorn, --log-config, "a:b", "app:app"]', None, None, None),
        ("[gunicorn, -k, 'x.y:Z', 'app:make()']", None, None, None),
        ("[sh, -c, exec something]", None, None, None),
    ],
)  # fmt: skip
def test_commands_find_their_files(write, vocabulary, command, at, message, suggestion):
    file = write(("command: [python, app.py]", f"command: {command}"))
    line = next(n for n, text in enumerate(file.read_text().splitlines(), 1) if "command:" in text)
    expected = [] if at is None else [("scenario.yaml", line, len("    api: {command: ") + 1 + at, message, suggestion)]
    assert told(file, vocabulary) == expected


def test_an_application_may_be_in_a_folder_of_its_own(write, vocabulary):
    file = write(("command: [python, app.py]", 'command: [uvicorn, --app-dir, src, "shop:app"]'))
    assert [message for *_, message, _ in told(file, vocabulary)] == [
        "there is no file 'src/shop.py' or 'src/shop/__init__.py' in workspace/"
    ]
    put(file, {"workspace/src/shop.py": "app = None\n"})
    assert told(file, vocabulary) == []
