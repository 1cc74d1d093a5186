"""A model registry: versions with metrics, tags and artefacts, aliases such as champion, and who may move them when."""
