// The race detector against the definition: random small traces of accesses, edges, starts, ends and collections; beside it the full vector clock
// of every access that was ever made. An access races exactly when an earlier one to a common byte, not both reads and not both atomic, did not
// happen before it. Up to the first race of a word the two must agree at every access, and what the detector names as the other side must be one
// of those that race.
#include "runtime/race_state.h"

#include <stdio.h>

#include "tests/unit/fake_vm.h"

enum { MAX_G = 120, LIVE_G = 9, WORDS = 12, KEYS = 6, MAX_ACCESS = 1200 };

typedef struct Past {
    int g;
    uint32_t time;
    uint32_t word, mask;
    bool write, atomic;
    uintptr_t pc;
} Past;

typedef struct World {
    Runtime *rt;
    Worker *w;
    G *g[MAX_G];         // NULL: not started or ended
    uint32_t clock[MAX_G][MAX_G];
    int started;
    int live[LIVE_G], nlive;
    uint32_t key[KEYS][MAX_G], atomic[WORDS][MAX_G];
    Past past[MAX_ACCESS];
    int npast;
    bool polluted[WORDS];
    Word *memory;        // WORDS words that are accessed, KEYS that synchronise
    uint64_t random;
    // what the detector said of the access under way
    int told, wrong;
    uint32_t now_word, now_mask;
} World;

static World world;

static uint32_t roll(uint32_t n) {
    world.random += 0x9E3779B97F4A7C15u;
    uint64_t z = (world.random ^ world.random >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return (uint32_t)((z ^ z >> 31) >> 16) % n;
}

static void join(uint32_t *a, const uint32_t *b) {
    for (int i = 0; i < MAX_G; i++)
        if (b[i] > a[i]) a[i] = b[i];
}

static bool unordered(const Past *p, int g) { return p->g != g && world.clock[g][p->g] < p->time; }

static struct Finding *told(Worker *w, G *g, const RaceFound *f, bool *is_new) {
    (void)w, (void)g;
    *is_new = true;
    world.told++;
    int me = -1;
    for (int i = 0; i < world.nlive; i++)
        if (world.g[world.live[i]] == g) me = world.live[i];
    for (int i = 0; i < world.npast; i++) {
        const Past *p = &world.past[i];
        if (p->pc == (uintptr_t)f->before.pc && p->word == world.now_word && unordered(p, me) && p->write == f->before.write) return NULL;
    }
    world.wrong++;
    return NULL;
}

static void start(int parent) {
    if (world.nlive == LIVE_G || world.started == MAX_G) return;
    int c = world.started++;
    const Word args[] = {(Word)world.memory};
    world.g[c] = fake_g(world.w, NULL, args, 1);
    memset(world.clock[c], 0, sizeof world.clock[c]);
    if (parent >= 0) {
        race_go(world.w, world.g[parent], world.g[c]);
        join(world.clock[c], world.clock[parent]);
        world.clock[parent][parent]++;
    }
    world.clock[c][c] = 1;
    world.live[world.nlive++] = c;
}

static void end(int at) {
    int g = world.live[at];
    g_free(world.w, world.g[g]);
    world.g[g] = NULL;
    world.live[at] = world.live[--world.nlive];
}

// What access_one is told beside RaceAtomic: no atomic operation; a lock's word is read by who has just taken the lock.
enum { PLAIN = -1, LOCKS = -2 };

// One access by both; the verdicts must agree.
static void access_one(int g, uint32_t word, uint32_t from, uint32_t bytes, bool write, int atomic, uintptr_t pc) {
    char *at = (char *)&world.memory[word] + from;
    Past now = {.g = g, .word = word, .mask = ((1u << bytes) - 1) << from, .write = write, .atomic = atomic >= 0, .pc = pc};
    world.told = world.wrong = 0;
    world.now_word = word, world.now_mask = now.mask;
    RaceState *rs = world.rt->race;
    rs->npairs = 0;
    if (rs->pairs) memset(rs->pairs, 0, rs->pairs_cap * sizeof *rs->pairs);
    world.g[g]->pc = (const void *)pc;
    if (atomic == LOCKS || (atomic >= 0 && atomic != RACE_ATOMIC_STORE)) join(world.clock[g], world.atomic[word]); // an operation observes before it is judged
    bool races = false;
    for (int i = 0; i < world.npast; i++) {
        const Past *p = &world.past[i];
        races |= p->word == word && (p->mask & now.mask) && (p->write || write) && !(p->atomic && now.atomic) && unordered(p, g);
    }
    if (atomic >= 0) {
        race_atomic_begin(world.w, world.g[g], at);
        race_atomic_end(world.w, world.g[g], at, bytes, (RaceAtomic)atomic);
    } else if (atomic == LOCKS) {
        race_acquire_used(world.w, world.g[g], at);
    } else if (write) {
        race_write(world.w, world.g[g], at, bytes);
    } else {
        race_read(world.w, world.g[g], at, bytes);
    }
    now.time = world.clock[g][g];
    if (atomic == RACE_ATOMIC_STORE || atomic == RACE_ATOMIC_UPDATE) {
        memcpy(world.atomic[word], world.clock[g], sizeof world.atomic[word]);
        world.clock[g][g]++;
    }
    world.past[world.npast++] = now;
    if (world.polluted[word]) return;
    if (races != (world.told > 0)) gol_bug("word %u: the oracle says %d, the detector %d (access %d)", word, races, world.told, world.npast - 1);
    if (world.wrong) gol_bug("word %u: the detector names an access that does not race", word);
    if (races) world.polluted[word] = true;
}

static void edge(int g, uint32_t k, int how) {
    Word *key = &world.memory[WORDS + k / 2]; // two in a word
    const void *at = (const char *)key + k % 2 * 4;
    G *x = world.g[g];
    if (how == 0) {
        race_acquire(world.w, x, at);
        join(world.clock[g], world.key[k]);
    } else if (how == 1) {
        race_release(world.w, x, at);
        memcpy(world.key[k], world.clock[g], sizeof world.key[k]);
        world.clock[g][g]++;
    } else if (how == 2) {
        race_release_merge(world.w, x, at);
        join(world.key[k], world.clock[g]);
        world.clock[g][g]++;
    } else {
        race_pass(world.w, x, at);
        join(world.clock[g], world.key[k]);
        memcpy(world.key[k], world.clock[g], sizeof world.key[k]);
        world.clock[g][g]++;
    }
}

static void unlock(int g, uint32_t word) {
    race_release(world.w, world.g[g], &world.memory[word]);
    memcpy(world.atomic[word], world.clock[g], sizeof world.atomic[word]);
    world.clock[g][g]++;
}

static void handoff(int a, int b) {
    if (a == b) return;
    race_handoff(world.w, world.g[a], world.g[b]);
    join(world.clock[a], world.clock[b]);
    uint32_t own_a = world.clock[a][a], own_b = world.clock[b][b];
    join(world.clock[b], world.clock[a]);
    world.clock[a][a] = own_a + 1;
    world.clock[b][b] = own_b + 1;
}

// calm: few writes, so that words are read by many in many epochs before the first race. Returns how many were hot at the end.
static uint32_t one_trace(uint64_t seed, int steps, bool same_places, bool collects, bool calm) {
    memset(&world, 0, sizeof world);
    world.random = seed;
    world.rt = runtime_new(&(RuntimeOptions){.workers = 1, .race = RACE_ON}, &fake_hooks, fake_types, T_COUNT, NULL);
    world.w = runtime_first_worker(world.rt);
    race_start(world.rt);
    world.rt->race->report = told;
    world.memory = heap_alloc_leaf(world.w, TYPE_BYTES_OBJ, (WORDS + KEYS) * sizeof(Word), 0);
    start(-1);
    // Few words and keys make much happen on each; how often each thing is done differs from trace to trace.
    uint32_t words = 1 + roll(WORDS), keys = 1 + roll(KEYS), weight[8];
    for (int i = 0; i < 8; i++) weight[i] = 1 + roll(10);
    bool atomics = roll(2), parts = roll(2);
    if (calm) weight[7] = 1;
    for (int i = 0; i < steps && world.npast < MAX_ACCESS; i++) {
        uint32_t sum = 0, what = 0;
        for (int k = 0; k < 8; k++) sum += weight[k];
        for (uint32_t r = roll(sum); r >= weight[what]; what++) r -= weight[what];
        int g = world.live[roll((uint32_t)world.nlive)];
        uint32_t size = parts ? 1u << roll(4) : 8, from = parts ? roll(8 / size) * size : 0;
        uintptr_t pc = 0x10000 + (same_places ? roll(5) : (uint32_t)i) * 8;
        switch (what) {
        case 0: case 1: access_one(g, roll(words), from, size, false, PLAIN, pc); break;
        case 2: access_one(g, roll(words), from, size, !calm || roll(12) == 0, PLAIN, pc); break;
        case 3: {
            if (!atomics) break;
            int how = (int)roll(6);
            if (how == 4) {
                access_one(g, roll(words), 0, 8, false, LOCKS, pc);
                break;
            }
            if (how == 5) {
                unlock(g, roll(words));
                break;
            }
            access_one(g, roll(words), 0, 8, how == RACE_ATOMIC_STORE || how == RACE_ATOMIC_UPDATE, how, pc);
            break;
        }
        case 4: edge(g, roll(keys), 0); edge(g, roll(keys), 0); break;
        case 5: edge(g, roll(keys), 1 + (int)roll(3)); break;
        case 6: handoff(g, world.live[roll((uint32_t)world.nlive)]); break;
        default:
            if (roll(2)) start(g);
            else if (world.nlive > 1) end((int)roll((uint32_t)world.nlive));
            if (collects && roll(4) == 0) {
                world.rt->race->records_taken = world.rt->race->sweep_at; // due
                gc_collect(world.w, 0);
            }
        }
    }
    uint32_t hot = world.rt->race->nhot;
    runtime_free(world.rt);
    return hot;
}

static void test_oracle(void **state) {
    (void)state;
    fake_init();
    const char *scale = getenv("GOL_TEST_SCALE");
    int n = (int)(1500 * (scale ? atof(scale) : 1));
    uint32_t hot = 0;
    for (int i = 0; i < n; i++) hot += one_trace((uint64_t)i * 7919 + 1, 40 + i % 9 * 60, i % 3 == 0, i % 2, i % 5 == 0);
    assert_true(hot > 0);
}

// --- the ids are used up

static uint32_t ntold;
static struct Finding *count_told(Worker *w, G *g, const RaceFound *f, bool *is_new) {
    (void)w, (void)g, (void)f;
    *is_new = true;
    ntold++;
    return NULL;
}

typedef struct Few {
    Runtime *rt;
    RaceState *rs;
    Worker *w;
    G *a, *b;
    Word *memory;
} Few;
enum { FEW_WORDS = 400 };

static void few_start(Few *f) {
    fake_init();
    f->rt = runtime_new(&(RuntimeOptions){.workers = 1, .race = RACE_ON}, &fake_hooks, fake_types, T_COUNT, NULL);
    f->rs = f->rt->race;
    f->w = runtime_first_worker(f->rt);
    race_start(f->rt);
    f->rs->report = count_told;
    f->memory = heap_alloc_leaf(f->w, TYPE_BYTES_OBJ, FEW_WORDS * sizeof(Word), 0);
    const Word args[] = {(Word)f->memory};
    f->a = fake_g(f->w, NULL, args, 1);
    f->b = fake_g(f->w, NULL, args, 1);
    f->a->pc = (const void *)0x1000;
    f->b->pc = (const void *)0x2000;
    ntold = 0;
}
// Each of them in a new epoch.
static void few_writes(Few *f, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        race_write(f->w, f->a, &f->memory[i], sizeof(Word));
        race_release(f->w, f->a, &f->memory[FEW_WORDS - 1]);
    }
}
static const char *few_said(const Few *f) {
    static char text[300];
    Buf b;
    buf_init(&b);
    race_say_missed(f->rs, &b);
    snprintf(text, sizeof text, "%s", buf_str(&b));
    buf_fini(&b);
    return text;
}

static void test_records_used_up(void **state) {
    (void)state;
    Few f;
    few_start(&f);
    const uint32_t limit = f.rs->record_ids.limit;
    f.rs->record_ids.limit = 2; // words of 64 ids
    few_writes(&f, 100);
    assert_string_equal(few_said(&f), "");
    few_writes(&f, FEW_WORDS - 1);
    assert_true(strstr(few_said(&f), "more than 127 accesses had to be remembered at once; from then on some were not") != NULL);
    race_read(f.w, f.b, &f.memory[3], sizeof(Word)); // (b itself has no record either)
    // What b learns is known to everybody: the records come back, and what follows is found again.
    race_acquire(f.w, f.b, &f.memory[FEW_WORDS - 1]);
    f.rs->records_taken = f.rs->sweep_at;
    gc_collect(f.w, 0);
    race_write(f.w, f.a, &f.memory[5], sizeof(Word));
    assert_int_equal(ntold, 0);
    race_write(f.w, f.b, &f.memory[5], sizeof(Word));
    assert_int_equal(ntold, 1);
    assert_true(few_said(&f)[0] != 0); // said all the same
    f.rs->record_ids.limit = limit;
    runtime_free(f.rt);
}

// What is wanted in vain brings the next sweep as well as what is taken.
static void test_wanted_in_vain(void **state) {
    (void)state;
    Few f;
    few_start(&f);
    const uint32_t limit = f.rs->record_ids.limit;
    f.rs->record_ids.limit = 2;
    f.rs->sweep_at = 5;
    few_writes(&f, FEW_WORDS - 1);
    assert_true(f.rs->records_taken >= f.rs->sweep_at);
    f.rs->record_ids.limit = limit;
    runtime_free(f.rt);
}

static void test_order_used_up(void **state) {
    (void)state;
    Few f;
    few_start(&f);
    const uint32_t limit = f.rs->sync_ids.limit;
    f.rs->sync_ids.limit = 1;
    race_write(f.w, f.a, &f.memory[0], sizeof(Word));
    race_write(f.w, f.b, &f.memory[0], sizeof(Word));
    assert_int_equal(ntold, 1);
    for (uint32_t i = 1; i < FEW_WORDS; i++) { // the lock that orders them has no clock
        race_write(f.w, f.a, &f.memory[i], sizeof(Word));
        race_release(f.w, f.a, (const char *)&f.memory[i] + 1);
        race_acquire(f.w, f.b, (const char *)&f.memory[i] + 1);
        race_write(f.w, f.b, &f.memory[i], sizeof(Word));
    }
    assert_int_equal(ntold, 1);
    assert_true(strstr(few_said(&f), "from then on no data race was looked for") != NULL);
    f.rs->sync_ids.limit = limit;
    runtime_free(f.rt);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_oracle), cmocka_unit_test(test_records_used_up), cmocka_unit_test(test_wanted_in_vain), cmocka_unit_test(test_order_used_up)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
