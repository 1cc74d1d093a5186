"""Businesses that are written in YAML, played as workloads.

`expression`  the typed expressions, compiled
`names`       every name that a business's expressions may use, with its type
`compiled`    all expressions of one business
`request`     what is sent      `answer`  what is read
`making`      the cases of a lap, their lists and series
`playing`     one lap: what is asked, judged, booked and written
`settling`    the questions that are asked when the lap is over
`kind`        a business as a kind of workload
`lint`        what is wrong with one, at its place
"""
