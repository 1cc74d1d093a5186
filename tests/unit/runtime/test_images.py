import re
import tarfile
from pathlib import Path

import pytest

from simulator.runtime.copies import private_copy
from simulator.runtime.images import build, recipes

ROOT = Path(recipes.__file__).parents[3]


def pins(path: Path) -> dict[str, str]:
    found = re.findall(r"^([\w.-]+)==([^\s;]+)", path.read_text(), re.MULTILINE)
    return dict(found)


def names(image: str) -> set[str]:
    lines = (Path(recipes.__file__).parent / image / "requirements.txt").read_text().splitlines()
    return {line.partition("[")[0] for line in lines if line and not line.startswith("#")}


def test_all_that_images_install_is_pinned_and_as_on_the_host() -> None:
    pinned = pins(Path(recipes.__file__).parent / "constraints.txt")
    assert names("workbench") | names("site") <= pinned.keys()
    host = pins(ROOT / "constraints.txt")
    assert {name: pinned[name] for name in pinned.keys() & host.keys()} == {
        name: host[name] for name in pinned.keys() & host.keys()
    }


def test_a_tag_says_what_goes_in_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tag = recipes.workbench("sha256:1").tag
    assert re.fullmatch(r"fdelab/workbench:[0-9a-f]{12}", tag)
    assert recipes.workbench("sha256:2").tag != tag
    bundle = tmp_path / "ca.pem"
    bundle.write_bytes(b"another authority")
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    assert recipes.certificates() == bundle
    assert recipes.workbench("sha256:1").tag == tag
    assert recipes.site(tag).tag != recipes.site("another").tag


def test_a_file_that_changes_or_moves_changes_the_tag() -> None:
    def tag(**files: bytes) -> str:
        return recipes.Recipe("x", {}, files).tag

    assert len({tag(a=b"1"), tag(a=b"2"), tag(b=b"1"), tag(a=b"1", b=b""), tag()}) == 5


def test_the_site_gets_the_simulator_and_the_language_but_nothing_that_tells_the_answers() -> None:
    files = recipes.site("workbench").files
    assert {"sources/simulator/plan.py", "sources/scenarios/model.py"} <= files.keys()
    folders = {path.split("/")[1] for path in files if path.startswith("sources/")}
    assert folders == {"simulator", "scenarios"}
    assert not any("library" in path or "__pycache__" in path for path in files)


def test_a_context_is_the_same_each_time(tmp_path: Path) -> None:
    recipe = recipes.workbench("base")
    assert recipe.context().read() == recipe.context().read()
    with tarfile.open(fileobj=recipe.context()) as tar:
        assert {"Dockerfile", "requirements.txt", "constraints.txt", "ca.pem", "pip.conf"} == set(tar.getnames())


def test_an_index_that_is_a_folder_of_the_host_is_not_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.invalid/simple")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "file:///somewhere")
    options = recipes._pip_conf()
    assert "index-url = https://mirror.invalid/simple\n" in options
    assert "somewhere" not in options


def test_proxies_are_passed_on_however_they_are_spelled() -> None:
    told = build._proxies({"https_proxy": "http://p:1", "HTTP_PROXY": "http://q:1", "OTHER": "x"})
    assert told == {"HTTPS_PROXY": "http://p:1", "HTTP_PROXY": "http://q:1"}


def test_a_copy_can_be_read_by_all_and_the_original_is_as_it_was(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "inner").mkdir(parents=True)
    (source / "inner" / "secret.txt").write_text("x")
    (source / "run.sh").write_text("x")
    (source / "link").symlink_to("/etc/hostname")
    (source / "inner" / "secret.txt").chmod(0o600)
    (source / "run.sh").chmod(0o700)
    (source / "inner").chmod(0o700)
    copy = private_copy(source, tmp_path / "deep" / "copy")
    modes = {p.relative_to(copy).as_posix(): p.stat().st_mode & 0o777 for p in copy.rglob("*") if not p.is_symlink()}
    assert modes == {"inner": 0o755, "inner/secret.txt": 0o644, "run.sh": 0o755}
    assert (copy / "link").is_symlink()
    assert (source / "inner").stat().st_mode & 0o777 == 0o700
    assert (source / "inner" / "secret.txt").stat().st_mode & 0o777 == 0o600
