#!/usr/bin/env bash
# Gradescope runs this once, when it builds the image of the assignment. The upload is a zip of: this file,
# run_autograder, exam.conf, class-secret (optional), and this project in fdelab/.
set -euo pipefail
source=${AUTOGRADER:-/autograder}/source
apt-get update -q
apt-get install -q -y --no-install-recommends python3 python3-venv
cd "$source"
python3 -m venv venv
venv/bin/pip install -q -c fdelab/constraints.txt ./fdelab
# What grades is nothing for a submission to read.
chmod -R go-rwx "$source"
