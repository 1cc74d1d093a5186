"""A PostgreSQL 18 of the customer's, from the wheel that carries its binaries: `kind.POSTGRES`."""
