"""What there is to learn: the catalogue, the vocabulary of scenarios, the curriculum."""
