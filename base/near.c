#include "base/near.h"

#include <ctype.h>
#include <string.h>

enum { LONGEST = 63 };

static int fold(char c) {
    return tolower((unsigned char)c);
}

// Optimal string alignment over three rows.
unsigned near_distance(const char *a, const char *b, unsigned limit) {
    size_t la = strlen(a), lb = strlen(b);
    if (la > LONGEST || lb > LONGEST) return limit + 1;
    unsigned rows[3][LONGEST + 1], *before = rows[0], *last = rows[1], *row = rows[2];
    for (size_t j = 0; j <= lb; j++) last[j] = (unsigned)j;
    for (size_t j = 0; j <= lb; j++) before[j] = 0;
    for (size_t i = 1; i <= la; i++) {
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= lb; j++) {
            unsigned best = last[j - 1] + (fold(a[i - 1]) != fold(b[j - 1]));
            if (last[j] + 1 < best) best = last[j] + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            if (i > 1 && j > 1 && fold(a[i - 1]) == fold(b[j - 2]) && fold(a[i - 2]) == fold(b[j - 1]) && before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            row[j] = best;
        }
        unsigned *t = before;
        before = last;
        last = row;
        row = t;
    }
    unsigned d = last[lb];
    if (!d && strcmp(a, b)) d = 1;
    return d > limit ? limit + 1 : d;
}

const char *near_word(const char *word, const char *const *known, size_t n) {
    const char *best = NULL;
    unsigned best_distance = 4;
    for (size_t i = 0; i < n; i++) {
        size_t longer = strlen(word) > strlen(known[i]) ? strlen(word) : strlen(known[i]);
        unsigned limit = longer < 3 ? 1 : longer < 6 ? 2 : 3;
        unsigned d = near_distance(word, known[i], limit);
        if (d > limit || d >= longer || d >= best_distance) continue;
        best = known[i];
        best_distance = d;
    }
    return best;
}
