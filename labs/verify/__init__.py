"""Proving a scenario: its own deployments are examined, and the grader must tell the good ones from the bad ones.

    matrix      which deployment, seed and runtime to examine; exams run side by side, and can be resumed
    calibrate   what the untouched and the reference deployment are worth, into calibration.json and each run
    cpu         how much of a machine an exam takes
    claims      what must hold of the reports
    incident    the evidence that a learner gets to investigate

`prove` ties them together.
"""

from labs.verify.prove import Proof, Settings, prove

__all__ = ["Proof", "Settings", "prove"]
