"""Does the work."""

from app import toy

toy.serve()
