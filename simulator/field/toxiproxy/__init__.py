"""Toxiproxy's REST API over the links of a running world, for its existing clients. Practice only.

The contract is Toxiproxy's own (github.com/Shopify/toxiproxy, README and api.go, 2.12): paths, status codes, bodies.
Where the original does not do what it documents, this does what is documented:

- Every toxic is dealt from a seed, exact in number, and keeps to the connections that it was dealt to: neither an
  edit of its attributes nor a neighbour that comes or goes deals anew.
- A connection that `toxicity` spares is not touched at all, and one that it picks is struck though it was open before.
- `timeout` closes after its time-out, however much its peer talks.
- A proxy with a dead upstream goes on taking connections.

Added: `toxicity` outside 0 to 1 is refused; links of the world can be disabled, and not deleted or moved; proxies
listen on the loopback alone.
"""

from simulator.serving import narrower


def key(token: str) -> str:
    """Return what stands in the API's path, in the world whose control asks for `token`."""
    return narrower(token, "toxiproxy")


def path(token: str) -> str:
    """Where the API is on that world's control."""
    return f"/toxiproxy/{key(token)}"
