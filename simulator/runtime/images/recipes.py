"""What goes into each image, as files; the same files give the same tag."""

import hashlib
import io
import os
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import certifi

import scenarios
import simulator

_HERE = Path(__file__).parent
_BUNDLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "PIP_CERT", "CURL_CA_BUNDLE")
_BUNDLE_PATHS = (
    Path("/etc/ssl/certs/ca-certificates.crt"),
    Path("/etc/pki/tls/certs/ca-bundle.crt"),
    Path("/etc/ssl/ca-bundle.pem"),
    Path("/etc/ssl/cert.pem"),
)


@dataclass(frozen=True)
class Recipe:
    """One image: what it is called, what it builds on, and the files that make it."""

    name: str
    arguments: Mapping[str, str]
    files: Mapping[str, bytes] = field(repr=False)

    @property
    def tag(self) -> str:
        """`fdelab/<name>:<hash>` of the files and arguments."""
        digest = hashlib.sha256()
        arguments = {key: value.encode() for key, value in self.arguments.items()}
        for key, data in (*sorted(arguments.items()), *sorted(self.files.items())):
            digest.update(f"{key}\0{len(data)}\0".encode() + data)
        return f"fdelab/{self.name}:{digest.hexdigest()[:12]}"

    def context(self) -> io.BytesIO:
        """Return the build context: the files, and how to reach the outside from here.

        Their times and modes are fixed.
        """
        context = io.BytesIO()
        with tarfile.open(fileobj=context, mode="w") as tar:
            for path, data in sorted({**self.files, **_outside()}.items()):
                entry = tarfile.TarInfo(path)
                entry.size, entry.mode = len(data), 0o644
                tar.addfile(entry, io.BytesIO(data))
        context.seek(0)
        return context


def workbench(base: str) -> Recipe:
    """Python and a learner's libraries, on the image with id `base`."""
    return Recipe("workbench", {"BASE": base}, _common("workbench"))


def site(workbench: str) -> Recipe:
    """Our side of a world, on the workbench with tag `workbench`."""
    return Recipe("site", {"WORKBENCH": workbench}, _common("site") | _sources())


def box(site: str) -> Recipe:
    """Return a whole world for one exam, on the site with tag `site`."""
    return Recipe("box", {"SITE": site}, {"Dockerfile": (_HERE / "box" / "Dockerfile").read_bytes()})


def _common(name: str) -> dict[str, bytes]:
    return {
        "Dockerfile": (_HERE / name / "Dockerfile").read_bytes(),
        "requirements.txt": (_HERE / name / "requirements.txt").read_bytes(),
        "constraints.txt": (_HERE / "constraints.txt").read_bytes(),
    }


def _sources() -> dict[str, bytes]:
    simulator_root, language = _folder(simulator), _folder(scenarios)
    paths = [p for p in simulator_root.rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    return {
        f"sources/{path.relative_to(root.parent).as_posix()}": path.read_bytes()
        for root, found in ((simulator_root, paths), (language, language.glob("*.py")))
        for path in found
    }


def _folder(package: object) -> Path:
    return Path(str(getattr(package, "__file__", None))).parent


def _outside() -> dict[str, bytes]:
    return {"ca.pem": certificates().read_bytes(), "pip.conf": _pip_conf().encode()}


def certificates() -> Path:
    """Return the bundle that this host trusts: the environment's, else the system's, else the usual authorities."""
    named = [Path(os.environ[name]) for name in _BUNDLES if os.environ.get(name)]
    return next((path for path in (*named, *_BUNDLE_PATHS) if path.is_file()), Path(certifi.where()))


def _pip_conf() -> str:
    """Return the package index that this host is told to use, when it is one that a container can reach too."""
    options = {
        "index-url": os.environ.get("PIP_INDEX_URL", ""),
        "extra-index-url": os.environ.get("PIP_EXTRA_INDEX_URL", ""),
        "trusted-host": os.environ.get("PIP_TRUSTED_HOST", ""),
    }
    reachable = [f"{key} = {value}" for key, value in options.items() if value and "file:" not in value]
    fixed = ("disable-pip-version-check = true", "no-cache-dir = true", "no-input = true", "progress-bar = off")
    return "\n".join(("[global]", *fixed, *reachable, ""))
