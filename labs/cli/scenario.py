"""`fdelab scenario`: what authors of engagements use."""

from labs.cli.app import Lazy, LazyGroup

scenario = LazyGroup(
    "scenario",
    "Write engagements: begin one, check one, look at one, prove one.",
    {
        "new": Lazy("labs.cli.new", "new", "Make a small scenario that runs, for you to change."),
        "lint": Lazy("labs.cli.authoring", "lint", "Report every problem of scenario files, each at its place."),
        "show": Lazy("labs.cli.authoring", "show", "One scenario at a glance, or all words that one may use."),
        "schema": Lazy("labs.cli.authoring", "schema", "The JSON Schema of scenario files, for editors."),
        "varies": Lazy(
            "labs.cli.varies", "varies", "What comes out the same for every seed, and may be learnt by heart."
        ),
        "verify": Lazy("labs.cli.verify", "verify", "Prove that a scenario tells good deployments from bad ones."),
    },
)
