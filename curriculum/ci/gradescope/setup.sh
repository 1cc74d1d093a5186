#!/usr/bin/env bash
# Gradescope runs this once, when it builds the image of the assignment. The upload is a zip of: this file,
# run_autograder, exam.conf, class-secret (optional), and this project in fdelab/.
#
# fdelab needs Python 3.11: the base image's own where that is new enough, else a newer one of its packages.
set -euo pipefail
source=${AUTOGRADER:-/autograder}/source
fits() {
    "$1" -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}
apt-get update -q
apt-get install -q -y --no-install-recommends python3 python3-venv
python=python3
for version in 3.11 3.12 3.13; do
    fits "$python" && break
    if apt-get install -q -y --no-install-recommends "python$version" "python$version-venv"; then
        python=python$version
    fi
done
if ! fits "$python"; then
    echo "setup.sh: fdelab needs Python 3.11 or newer; this image has $(python3 --version), and its packages none." >&2
    echo "  → choose a base image with a newer system, such as Ubuntu 22.04, and build the autograder again" >&2
    exit 1
fi
cd "$source"
"$python" -m venv venv
# In the box a submission runs on the libraries of this install: the workbench.
venv/bin/pip install -q -c fdelab/constraints.txt './fdelab[workbench]'
# What grades is nothing for a submission to read.
chmod -R go-rwx "$source"
