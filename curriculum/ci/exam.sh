#!/usr/bin/env bash
# One exam, as a learner runs it at home, and its reports in a folder that may be published.
#
#   exam.sh SCENARIO WORKSPACE REPORTS FORMATS [OPTION...]
#
# The evidence, which holds the seed and all of hidden checks, stays out of that folder: it goes to $EVIDENCE, or to a
# temporary folder. With $FDELAB_CLASS_SECRET, $LEARNER and $ATTEMPT say whose exam it is. Ends as `fdelab exam` does;
# why a submission could not be taken is in REPORTS/refused.json too, and no other mistake is.
set -uo pipefail
mistake() {
    echo "exam.sh: $1" >&2
    exit 2
}
[ "$#" -ge 4 ] || mistake "give SCENARIO WORKSPACE REPORTS FORMATS"
[ -n "$2" ] || mistake "which workspace? Give the folder with the learner's deployment"
[ -n "$3" ] || mistake "which folder are the reports for?"
# As it is named, seen from here: what a link in a submission leads to, `fdelab exam` refuses in CI.
scenario=$1 workspace=$(realpath -ms -- "$2") reports=$(realpath -ms -- "$3") formats=$4
shift 4
if [ -n "${FDELAB_CLASS_SECRET:-}" ]; then
    [ -n "${LEARNER:-}" ] && [ -n "${ATTEMPT:-}" ] || mistake "with a class's secret set LEARNER and ATTEMPT"
    set -- --learner "$LEARNER" --attempt "$ATTEMPT" "$@"
fi
export CI=${CI:-true}
elsewhere=$(mktemp -d)
evidence=$(realpath -m -- "${EVIDENCE:-$elsewhere/evidence}")

# Whatever a submission has put there is no report of ours; if it is a link, the link goes, and not what it leads to.
rm -rf -- "$reports"
mkdir -p -- "$reports"

# Nor may a folder of the submission stand for the scenario, so the exam starts from an empty one.
cd "$elsewhere"
fdelab exam "$scenario" --workspace "$workspace" --out "$evidence" --format "$formats" \
    --refused "$reports/refused.json" "$@"
code=$?
if [ -d "$evidence" ]; then
    cp -- "$evidence"/report.* "$reports"
fi
exit "$code"
