"""How a report can be written down: one format a module, all of them in `formats`."""
