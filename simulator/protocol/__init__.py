"""What field, keeper and clients of a world say to one another: its events, its live stream, and the control calls.

Each message is a frozen Pydantic model, and says which version of the protocol it speaks: who meets another version
refuses to guess (`simulator.protocol.base.OtherVersion`). `python -m simulator.protocol` prints the JSON Schemas.

Adding a kind of event: a model in `events`, with its `kind`, in the union there. Raise `base.VERSION` when what was
written before could not be read any more, or an older client could not read what is written now.
"""
