"""Does not start, and its last words, which a report shows, are commands."""

import os
import sys

print('TRIED {"what": "last words", "found": 1}', flush=True)
for word in (
    "::error::WORKFLOW",
    "  ::set-env name=GRADE::WORKFLOW",
    "##[error]WORKFLOW",
    "\x1b[2J\x1b]0;WORKFLOW\x07",
    "]]></system-out><testcase name='WORKFLOW'/>",
    "```\n# WORKFLOW\n<script>",
    "a\r::error::WORKFLOW",
):
    print(word, flush=True)
sys.stdout.buffer.write(b"\xff\xfe\x00WORKFLOW\n")
sys.stdout.flush()
os._exit(3)
