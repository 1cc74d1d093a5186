"""What a learner can have done, each once: commands and app ask for it here, and only show what comes of it.

An action takes a request and returns a result, both frozen; what takes long tells how it goes (`labs.actions.events`)
and ends when its `CancelToken` says so. It prints nothing and ends no process; what is wrong is a `LabError`. What it
does beside its result, such as entering progress, is done here and nowhere else.
"""
