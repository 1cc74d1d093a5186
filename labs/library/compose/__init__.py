"""A site under plain Docker Compose: what `fdelab export compose` writes."""
