"""`make prove`: everything claimed in figures, measured, kept in `results/`, and written into `docs/measured.md`.

    steps    what is measured, one step at a time; each knows what it has already, so that a proof can be resumed
    tables   results in, Markdown out; pure

A proof speaks of this code and these scenarios: rows of others stay in the files, and are not shown.
"""
