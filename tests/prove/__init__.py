"""`make prove`: everything claimed in figures, measured, kept in `results/`, and written into `docs/measured.md`.

    steps    what is measured, one step at a time; each knows what it has already, so that a proof can be resumed
    tables   results in, Markdown out; pure

A proof speaks of these scenarios and of the code that plays and grades them. Rows on other scenarios stay in the files
and are not shown; rows by older code are shown, and marked, until they are measured anew.
"""
