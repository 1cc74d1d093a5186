"""Healthy, and hangs up on whoever wants something."""

from app import toy

toy.tell("hangs up")
toy.serve_raw(lambda connection, _request: connection.close())
