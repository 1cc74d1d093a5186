"""The terminal app: a client of worlds that run without it. The only package that knows textual.

    app.py       the app: modes, theme, what is chosen, where it resumes
    places.py    the table of places; one line makes a new one
    place.py     what every place is: a screen with masthead, footer, keys, help, workers
    backend.py   all that the app asks of the rest of fdelab, as one small Protocol
    <place>/     a place: its screen, its widgets, and its stylesheet beside them

Workers do all I/O and post messages; message handlers alone change what is shown.
"""
