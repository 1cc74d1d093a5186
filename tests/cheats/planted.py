"""What `plants_code` has beside it: hooks of Python, pytest, packaging and our own entry points, and namesakes."""

PLANTED = "import os, sys; print('PLANTED', f'uid={os.getuid()}', sys.argv[:1], file=sys.stderr, flush=True)\n"
"""Says that it was run, and as whom."""

_POINTS = "".join(
    f"[{group}]\nx = sitecustomize:x\n"
    for group in ("console_scripts", "pytest11", "fdelab.measures", "fdelab.workloads", "fdelab.parts")
)
_NAMES = ("sitecustomize", "usercustomize", "conftest", "pytest", "labs", "grader", "simulator", "uvloop", "fdelab")

HOOKS = {
    # Below `app` they are taken; elsewhere they are not editable, and so not even that.
    **{f"{place}{name}.py": PLANTED for name in _NAMES for place in ("app/", "")},
    "app/aiohttp/__init__.py": PLANTED,
    "app/fdelab-99.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: fdelab\nVersion: 99.0\n",
    "app/fdelab-99.0.dist-info/entry_points.txt": _POINTS,
    "app/zz.pth": PLANTED,
    "app/pytest.ini": "[pytest]\naddopts = -p sitecustomize\n",
    "app/bin/fdelab": "#!/bin/sh\necho PLANTED\n",
}
