"""Message queues in the customer's PostgreSQL: `kind.QUEUE`."""
