#!/bin/sh
# torture.sh — every build with 1, 2 and 8 workers, and the long runs (make torture). It takes as long as it takes and
# says how long that was. MODES="asan tsan" chooses builds.
cd "$(dirname "$0")/.." || exit 1
. tests/sum.sh
jobs=$(nproc 2>/dev/null || echo 2)
start=$(date +%s)
for mode in ${MODES:-release debug asan tsan hostile}; do
    stage "build $mode" sh -c "make -s -j$jobs MODE=$mode all unit-build >/dev/null && echo 1 passed, 0 failed"
    [ "$stage_failed" = 0 ] || continue # no program, no tests
    stage "$mode" env JOBS="${JOBS:-$jobs}" sh tests/all_workers.sh "build/$mode" --long
done
echo "torture took $((($(date +%s) - start) / 60)) minutes"
total
