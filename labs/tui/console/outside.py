"""Handing the terminal to another program, and taking it back whole."""

import os
import subprocess
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

if TYPE_CHECKING:
    from labs.actions.programs import ExternalProgram
    from labs.tui.place import Place


OFF = "FDELAB_NO_PROGRAMS"
"""Environment variable: when set, the app starts no program: whoever looks at it need not be who sits at it."""


def allowed() -> bool:
    """Whether there may be a shell or an editor; in a browser (`fdelab web`) there may not."""
    return not os.environ.get(OFF)


def visit(place: "Place", to: "ExternalProgram") -> bool:
    """Suspend the app while a program runs. Where there is no terminal to hand over, as in a browser, say so.

    Returns whether the program ran.
    """
    if not allowed():
        place.notify("Programs are off here.\n→ use your own editor and shell", severity="warning")
        return False
    try:
        with place.app.suspend():
            if to.hello:
                print(f"\n{to.hello}\n", flush=True)  # noqa: T201 - the terminal is not the app's now
            done = subprocess.run(to.argv, cwd=to.folder, env=to.env, check=False)
    except SuspendNotSupported:
        place.notify("There is no terminal here to hand over.\n→ use your own editor and shell", severity="warning")
        return False
    except OSError as error:
        place.notify(f"{to.argv[0]}: {error.strerror}", severity="error", markup=False)
        return False
    place.refresh(layout=True, repaint=True)
    if done.returncode:
        place.notify(f"{to.argv[0]} ended with {done.returncode}", severity="warning", markup=False)
    return True
