"""A server of the Model Context Protocol, by which a coding agent takes an engagement as a person does.

It gives what a learner's commands give inside an engagement's folder, by the same actions, and shows nothing else. Only
this room knows the package `mcp`, which an extra installs.
"""
