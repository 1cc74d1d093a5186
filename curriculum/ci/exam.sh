#!/usr/bin/env bash
# One exam, as a learner runs it at home, and its reports in a folder that may be published.
#
#   exam.sh SCENARIO WORKSPACE REPORTS FORMATS [OPTION...]
#
# The evidence, which holds the seed and all of hidden checks, stays out of that folder: it goes to $EVIDENCE, or to a
# temporary folder. With $FDELAB_CLASS_SECRET, $LEARNER and $ATTEMPT say whose exam it is. Ends as `fdelab exam` does.
set -uo pipefail
if [ -L "${2%/}" ]; then
    echo "$2 is a symbolic link, so what it leads to is no submission" >&2
    exit 2
fi
scenario=$1 workspace=$(realpath -- "$2") reports=$(realpath -ms -- "$3") formats=$4
shift 4
if [ -n "${FDELAB_CLASS_SECRET:-}" ]; then
    set -- --learner "${LEARNER:?}" --attempt "${ATTEMPT:?}" "$@"
fi
elsewhere=$(mktemp -d)
evidence=$(realpath -m -- "${EVIDENCE:-$elsewhere/evidence}")

# Whatever a submission has put there is no report of ours; if it is a link, the link goes, and not what it leads to.
rm -rf -- "$reports"
mkdir -p -- "$reports"

# Nor may a folder of the submission stand for the scenario, so the exam starts from an empty one.
cd "$elsewhere"
fdelab exam "$scenario" --workspace "$workspace" --out "$evidence" --format "$formats" "$@"
code=$?
if [ -d "$evidence" ]; then
    cp -- "$evidence"/report.* "$reports"
fi
exit "$code"
