"""`python -m simulator.protocol events|live|control`: print a JSON Schema of the protocol."""

import argparse
import json

from simulator.protocol.schema import ALL


def main() -> None:
    """Print the schema that the only argument names."""
    parser = argparse.ArgumentParser(prog="python -m simulator.protocol", description="Print a JSON Schema.")
    parser.add_argument("part", choices=ALL, help="what is described: lines of events.jsonl, of the live stream, calls")
    print(json.dumps(ALL[parser.parse_args().part](), indent=2))  # noqa: T201 - what it is for


if __name__ == "__main__":
    main()
