// test_finalizer.c — which objects a collection finds for their finalizers, and in which order: random graphs against a model.
#include "tests/unit/fake_vm.h"

enum { OBJECTS = 40, EDGES = 3, ROUNDS = 300 };

typedef struct Model {
    Word *at[OBJECTS];
    int edge[OBJECTS][EDGES]; // -1: none
    bool root[OBJECTS], final[OBJECTS], reached[OBJECTS];
} Model;

static uint64_t seed = 1;
static uint32_t pick(uint32_t n) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % n;
}

static Word *new_object(Worker *w) {
    for (;;) {
        Word *p = heap_alloc_object(w, TYPE_CONSERVATIVE_OBJ, EDGES * sizeof(Word), 0);
        if (p) return p;
        gc_collect(w, 0);
    }
}

static void reach(Model *m, int i) {
    if (m->reached[i]) return;
    m->reached[i] = true;
    for (int k = 0; k < EDGES; k++)
        if (m->edge[i][k] >= 0) reach(m, m->edge[i][k]);
}

static G *never(Worker *w, const Finalizer *f, const void *run) { // as if there were no memory: what was found stays in the queue
    (void)w, (void)f, (void)run;
    return NULL;
}

static void compare(Runtime *rt, const Model *m) {
    Finalizers *x = &rt->finalizers;
    uint32_t at = x->first, left = 0;
    for (int i = OBJECTS - 1; i >= 0; i--) { // newest first
        if (!m->final[i]) continue;
        if (m->reached[i]) left++;
        else if (at == x->last || x->queue[at++].object != m->at[i]) gol_bug("object %d was not found, or not in its turn", i);
    }
    if (at != x->last) gol_bug("%u objects too many", x->last - at);
    if (x->n != left) gol_bug("%u finalizers are set, %u should be", x->n, left);
}

static Act main_proc(Worker *w, G *g, Word *v) {
    Runtime *rt = w->rt;
    Finalizers *x = &rt->finalizers;
    static Model m;
    for (int round = 0; round < fake_scaled(ROUNDS); round++) {
        memset(&m, 0, sizeof m);
        uint32_t density = 1 + pick(8);
        // One object holds them all, in rows of EDGES, until the graph stands.
        for (int i = 0; i < OBJECTS; i++) {
            Word *p = new_object(w), *link = NULL;
            m.at[i] = p;
            v[1] = (Word)p; // seen while the link is made
            link = new_object(w);
            link[0] = (Word)p;
            link[1] = v[0];
            v[0] = (Word)link;
        }
        for (int i = 0; i < OBJECTS; i++)
            for (int k = 0; k < EDGES; k++) {
                m.edge[i][k] = pick(8) < density ? (int)pick(OBJECTS) : -1;
                m.at[i][k] = m.edge[i][k] < 0 ? 0 : (Word)m.at[m.edge[i][k]] + (pick(4) ? 0 : 8); // inner pointers hold, too
            }
        for (int i = 0; i < OBJECTS; i++) {
            if (pick(2)) continue;
            m.final[i] = true;
            Finalizer f = {.object = m.at[i]};
            if (finalizer_set(w, g, &f, never, NULL) != FINALIZER_OK) gol_bug("it was not set");
            if (finalizer_set(w, g, &f, never, NULL) != FINALIZER_SET_ALREADY) gol_bug("it was set twice");
            if (pick(8)) continue;
            m.final[i] = false;
            finalizer_clear(w, m.at[i]);
            finalizer_clear(w, m.at[i]);
        }
        v[0] = v[1] = 0;
        for (int i = 0; i < 4; i++) {
            int r = (int)pick(OBJECTS);
            m.root[r] = true;
            v[2 + i] = (Word)m.at[r];
        }
        for (int i = 0; i < OBJECTS; i++) {
            if (m.root[i]) reach(&m, i);
            for (int k = 0; m.final[i] && k < EDGES; k++)
                if (m.edge[i][k] >= 0 && m.edge[i][k] != i) reach(&m, m.edge[i][k]);
        }
        gc_collect_all(w);
        compare(rt, &m);
        // What was found lives on, with all that it leads to, until it has run.
        gc_collect_all(w);
        for (uint32_t i = x->first; i < x->last; i++)
            if (heap_object_size(rt->heap, x->queue[i].object) < EDGES * sizeof(Word)) gol_bug("a found object is gone");
        x->first = x->last = 0;
        for (int i = 0; i < OBJECTS; i++)
            if (m.final[i]) finalizer_clear(w, m.at[i]);
        if (x->n) gol_bug("%u finalizers are left", x->n);
        for (int i = 2; i < 6; i++) v[i] = 0;
    }
    return END;
}

static void test_found(void **state) {
    (void)state;
    fake_init();
    assert_int_equal(fake_program(1, main_proc, 0, 0, (RuntimeOptions){0}), 0);
    assert_int_equal(fake_program(2, main_proc, 0, 0, (RuntimeOptions){0}), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_found)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
