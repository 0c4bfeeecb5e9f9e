// testing's one need of the machine: the patterns of -run, by the C library's extended regular expressions.
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "std/leaf.h"

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
    regex_t compiled;
    bool bad = regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB) != 0;
    call->args[0] = !bad && regexec(&compiled, text, 0, NULL, 0) == 0;
    call->args[1] = bad;
    if (!bad) regfree(&compiled);
    free(pattern);
    free(text);
    return NATIVE_OK;
}
