// testing's needs of the machine: the patterns of -run, by the C library's extended regular expressions; what an example prints; failures, where many
// schedules are tried.
#include "std/testing/testing.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/finding.h"
#include "runtime/stdout.h"
#include "std/leaf.h"

bool testing_matches(const char *pattern, const char *text, bool *bad) {
    regex_t compiled;
    *bad = regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB) != 0;
    bool found = !*bad && regexec(&compiled, text, 0, NULL, 0) == 0;
    if (!*bad) regfree(&compiled);
    return found;
}

// The string with a NUL behind it, as the C library wants it. To be freed.
static char *c_string(const Str *s) {
    uint64_t n = s ? s->len : 0;
    char *c = xmalloc(n + 1);
    if (n) memcpy(c, s->data, n);
    c[n] = 0;
    return c;
}

NATIVE(std_testing_match) {
    char *pattern = c_string(leaf_str(call, 0)), *text = c_string(leaf_str(call, 1));
    bool bad;
    call->args[0] = testing_matches(pattern, text, &bad);
    call->args[1] = bad;
    free(pattern);
    free(text);
    return NATIVE_OK;
}

NATIVE(std_testing_races) {
    call->args[0] = findings_count(call->worker->rt, FINDING_RACE);
    return NATIVE_OK;
}

NATIVE(std_testing_capture) {
    stdout_capture(call->worker->rt);
    return NATIVE_OK;
}

NATIVE(std_testing_captured) {
    Buf text = {0};
    stdout_captured(call->worker->rt, &text);
    bool ok = leaf_ret_bytes_as_str(call, 0, buf_str(&text), text.len);
    buf_fini(&text);
    if (!ok) return NATIVE_NOMEM;
    stdout_capture_end(call->worker->rt);
    return NATIVE_OK;
}

NATIVE(std_testing_failure) {
    char *key = c_string(leaf_str(call, 0)), *text = c_string(leaf_str(call, 1));
    for (size_t n = strlen(text); n > 1 && text[n - 1] == '\n' && text[n - 2] == '\n'; n--) text[n - 1] = 0;
    Finding *f = finding_new(FINDING_TEST, "%.*s", (int)strcspn(text, "\n"), text);
    finding_raw(f, text, strlen(text));
    finding_key(f, "%s", key);
    f->elsewhere = true;
    finding_report_take(call->worker->rt, f);
    free(key);
    free(text);
    return NATIVE_OK;
}
