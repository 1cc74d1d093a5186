"""The six skills of a forward deployed engineer, as scenarios name them in `skills:`."""

SKILLS = {
    "production-debugging": "Production debugging",
    "data-pipelines": "Data pipelines",
    "api-integration": "API integration",
    "cloud-deployment": "Cloud and deployment",
    "stakeholder-communication": "Stakeholders",
    "adaptability": "Adaptability",
}
"""Titles by name, in the order of the syllabus. A scenario may name more than these; those come after them."""


def title(name: str) -> str:
    """How a skill is called where people read it."""
    return SKILLS.get(name, name.replace("-", " ").capitalize())
