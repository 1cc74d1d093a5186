"""An append-only event store: what the deployment did, and what the customer learns later, such as labels."""
