#!/bin/sh
# all_workers.sh BUILDDIR [run.py options] — the suite of one build with 1, 2 and 8 workers. What does not depend on the number
# of workers (compile errors, sessions, unit tests, pages) runs once. The last line is the sum: `N passed, N failed`.
build=$1
shift
. "$(dirname "$0")/sum.sh"
jobs=${JOBS:-$(nproc 2>/dev/null || echo 2)}
stage "2 workers" python3 tests/run.py --gol "$build/gol" --unit "$build/unit" --jobs "$jobs" --workers 2 "$@"
stage "1 worker" python3 tests/run.py --gol "$build/gol" --jobs "$jobs" --only prog --workers 1 "$@"
stage "8 workers" python3 tests/run.py --gol "$build/gol" --jobs "$jobs" --only prog --workers 8 "$@"
total
