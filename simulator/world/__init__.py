"""The process that keeps one world, wherever that runs: by a keeper on this machine, or in a box."""
