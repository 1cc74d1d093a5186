"""Has code beside it that is run by whoever imports carelessly: hooks of Python, of pytest, and of its packages."""

import sys

from app import toy

toy.tell("planted", [path for path in sys.path if path.startswith("/app")])
toy.serve(toy.sorry)
