"""The learner's brief about the incident: read, held against the incident, and judged, without any language model.

Pure: `brief.yaml` and the incident that it is about lie in the exam's evidence folder.
"""

from grader.brief.check import check, judge

__all__ = ["check", "judge"]
