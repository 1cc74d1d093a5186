"""Ends at once, as if all was well."""

import os

print('TRIED {"what": "exit", "found": 0}', flush=True)
os._exit(0)
