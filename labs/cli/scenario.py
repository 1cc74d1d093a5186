"""`fdelab scenario`: what authors of engagements use."""

from labs.cli.app import Lazy, LazyGroup

scenario = LazyGroup(
    "scenario",
    "Write engagements: begin one, check one, look at one, prove one.",
    {
        "new": Lazy("labs.cli.new", "new", "Make a small scenario that runs, for you to change."),
        "lint": Lazy("labs.cli.authoring", "lint", "Report every problem of scenario files, each at its place."),
        "show": Lazy("labs.cli.show", "show", "One scenario at a glance."),
        "preview": Lazy(
            "labs.cli.preview", "preview", "Play a lap, each check beside its threshold, again at each save."
        ),
        "words": Lazy("labs.cli.words", "words", "All words that a scenario may use, or all about one of them."),
        "schema": Lazy("labs.cli.authoring", "schema", "The JSON Schema of scenario files, for editors."),
        "incident": Lazy(
            "labs.cli.recording", "incident", "Record the incidents alone, and print what is true of each."
        ),
        "sql": Lazy("labs.cli.sqlof", "sql", "Ask the last evidence of a scenario in SQL, as its checks do."),
        "extremes": Lazy(
            "labs.cli.extremes", "extremes", "Play degenerate deployments of a scenario, without a world."
        ),
        "matrix": Lazy("labs.cli.matrix", "matrix", "Show each check beside each deployment, and what that finds."),
        "null": Lazy("labs.cli.null", "null", "Play a lap on which nothing happens: no alarm may come of it."),
        "varies": Lazy(
            "labs.cli.varies", "varies", "What comes out the same for every seed, and may be learnt by heart."
        ),
        "verify": Lazy("labs.cli.verify", "verify", "Prove that a scenario tells good deployments from bad ones."),
        "mutate": Lazy("labs.cli.mutate", "mutate", "Measure how many small changes to a solution the grade notices."),
    },
)
