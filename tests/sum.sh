# sum.sh — sourced: `stage NAME COMMAND...` runs a part of the tests, shows what it prints and adds up its closing line;
# `total` prints the sum and ends with status 1 if anything failed. A part that ends badly without saying
# how many failed counts as one failure.
sum_passed=0
sum_failed=0
sum_log=$(mktemp)
trap 'rm -f "$sum_log"' EXIT

stage() {
    stage_name=$1
    shift
    echo "== $stage_name"
    stage_status=0
    "$@" >"$sum_log" 2>&1 || stage_status=$?
    grep -v -E '^[0-9]+ passed, [0-9]+ failed$' "$sum_log"
    stage_line=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$sum_log" | tail -1)
    if [ -n "$stage_line" ]; then
        stage_passed=${stage_line%% *}
        stage_failed=${stage_line#*, }
        stage_failed=${stage_failed%% *}
        # A run that found nothing to do in this part is no failure.
        if [ "$stage_status" != 0 ] && [ "$stage_failed" = 0 ] && [ "$stage_passed" != 0 ]; then stage_failed=1; fi
    else
        stage_passed=0
        stage_failed=1
        echo "FAIL  $stage_name ended with status $stage_status"
    fi
    echo "-- $stage_name: $stage_passed passed, $stage_failed failed"
    sum_passed=$((sum_passed + stage_passed))
    sum_failed=$((sum_failed + stage_failed))
}

total() {
    echo "$sum_passed passed, $sum_failed failed"
    [ "$sum_failed" = 0 ] && [ "$sum_passed" != 0 ]
}
