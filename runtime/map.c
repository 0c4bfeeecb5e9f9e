// map.c — maps: look up, store, delete, grow, iterate. The layout and what makes readers safe stand in map_table.h.
//
// What concurrent use means. A writer sets Map.writer for the length of one operation, which has no safepoint inside; so
// whoever finds it set has met another goroutine in the middle of a write, and Go's fatal error is the truth. With one worker
// nobody can ever find it set, as with GOMAXPROCS=1. With the race detector on it is told as a race (vm/ops_map.inc), and whoever
// finds the bit set waits for the moment until it is not.
//
// Iteration walks the rows that were there when it began, from a random one on, round the end. While the table is the
// map's own, a row with meta 0 has been removed. Once the map has another table (it grew, or was compacted), the old one stands
// still: it gives the order, and each key is looked up in the map, because it may have been removed or have a new value
// (a NaN cannot be looked up, and not be removed either but by clear). Rows added later are not produced. What stood in a table
// that was still being moved at the start is walked there, behind the rows of the new one.
//
// No operation is long: growing allocates a table and moves the rows a few at a time (map_table.h).
#include "runtime/map.h"

#include <string.h>

#include "runtime/breath.h"
#include "runtime/heap_state.h"
#include "runtime/iface.h"
#include "runtime/map_table.h"
#include "runtime/str.h"
#include "runtime/worker.h"

#define SLOT_LOAD(p) __atomic_load_n((p), SLOT_ORDER)
#ifdef GOL_TSAN
#define SLOT_ORDER __ATOMIC_ACQUIRE // LOAD_PTR says why
#else
#define SLOT_ORDER __ATOMIC_RELAXED
#endif

static uint64_t next_random(uint64_t *state) {
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

// ---- keys

// A scalar key of a declared width, extended to its register form: how rows keep it.
static inline Word narrow_key(KeyKind k, const Word *key) {
    switch (k) {
    case KEY_8: return LOAD_PTR(key); // may be a pointer or channel
    case KEY_U4: return GUEST_LOAD(uint32_t, key);
    case KEY_U2: return GUEST_LOAD(uint16_t, key);
    case KEY_U1: return GUEST_LOAD(uint8_t, key);
    case KEY_S4: return (Word)(int64_t)GUEST_LOAD(int32_t, key);
    case KEY_S2: return (Word)(int64_t)GUEST_LOAD(int16_t, key);
    case KEY_S1: return (Word)(int64_t)GUEST_LOAD(int8_t, key);
    case KEY_STRING: case KEY_GENERAL: break;
    }
    return 0;
}

static inline uint32_t fold_hash(uint64_t h) {
    uint32_t f = (uint32_t)(h ^ h >> 32);
    return f ? f : 1; // 0 says "removed" in meta
}

static inline uint32_t hash_word(Word v, uint64_t seed) {
    unsigned __int128 p = (unsigned __int128)(v ^ seed) * UINT64_C(0x9E3779B97F4A7C15);
    return fold_hash((uint64_t)p ^ (uint64_t)(p >> 64));
}

static KeyKind key_kind_of(const RType *k) {
    switch (k->kind) {
    case RK_STRING: return KEY_STRING;
    case RK_FLOAT32: case RK_FLOAT64: return KEY_GENERAL;
    default: break;
    }
    if (k->words != 1 || k->kind == RK_STRUCT || k->kind == RK_ARRAY || k->kind == RK_INTERFACE) return KEY_GENERAL;
    bool sign = (k->flags & RT_SIGNED) != 0;
    switch (k->elem_size) {
    case 1: return sign ? KEY_S1 : KEY_U1;
    case 2: return sign ? KEY_S2 : KEY_U2;
    case 4: return sign ? KEY_S4 : KEY_U4;
    default: return KEY_8;
    }
}

// One key on its way through an operation.
typedef struct Probe {
    KeyKind kind;
    uint32_t hash;
    Word word;        // scalars; strings: the Str
    const Word *key;  // KEY_GENERAL
    const RType *types;
    TypeId key_type;
} Probe;

static inline bool probe_init(Worker *w, const Map *m, const Word *key, Probe *p, TypeId *bad) {
    p->kind = (KeyKind)m->key_kind;
    if (LIKELY(p->kind < KEY_STRING)) {
        p->word = narrow_key(p->kind, key);
        p->hash = hash_word(p->word, m->seed);
        return true;
    }
    if (p->kind == KEY_STRING) {
        p->word = LOAD_PTR(key);
        breath_owe(w, str_len((const Str *)p->word));
        p->hash = fold_hash(str_hash((const Str *)p->word, m->seed));
        return true;
    }
    p->types = worker_heap(w)->types;
    p->key_type = p->types[m->type].key;
    p->key = key;
    breath_owe(w, p->types[p->key_type].words * sizeof(Word) * 4);
    uint64_t h;
    if (!value_hash(p->types, p->key_type, key, m->seed, &worker_heap(w)->hash_seed, &h, bad)) return false;
    p->hash = fold_hash(h);
    return true;
}

static inline bool key_matches(const Probe *p, const Word *row) {
    if (LIKELY(p->kind < KEY_STRING)) return LOAD_PTR(row) == p->word;
    if (p->kind == KEY_STRING) {
        Word k = LOAD_PTR(row);
        return k == p->word || str_equal((const Str *)k, (const Str *)p->word);
    }
    TypeId bad;
    return value_equal(p->types, p->key_type, row, p->key, &bad) == 1;
}

// The row number of the key, or -1. *slot is where the index says so (small tables: unused).
static inline int64_t find(const MapTable *t, const Probe *p, uint32_t *slot) {
    if (t->mask == 0) {
        const uint32_t *meta = map_table_meta(t);
        uint32_t used = SLOT_LOAD(&t->used);
        for (uint32_t i = 0; i < used; i++)
            if (SLOT_LOAD(meta + i) == p->hash && key_matches(p, t->rows + (uint64_t)i * t->stride)) return i;
        return -1;
    }
    const uint32_t *index = map_table_index(t);
    uint32_t entry_mask = t->entry_mask;
    for (uint32_t at = p->hash & t->mask;; at = (at + 1) & t->mask) {
        uint32_t s = SLOT_LOAD(index + at);
        if (s == 0) return -1;
        if ((s ^ p->hash) & ~entry_mask) continue;
        uint32_t row = (s & entry_mask) - 1;
        if (row < t->cap && key_matches(p, t->rows + (uint64_t)row * t->stride)) {
            *slot = at;
            return row;
        }
    }
}

// ---- tables

static uint32_t log2_up(uint64_t n) { return n <= 1 ? 0 : 64 - (uint32_t)__builtin_clzll(n - 1); }

// At most five eighths of the slots are filled; NULL: no memory (or more than 2^31 slots).
static MapTable *table_new(Worker *w, const Map *m, uint64_t rows) {
    const RType *types = worker_heap(w)->types, *t = &types[m->type], *k = &types[t->key], *v = &types[t->elem];
    uint64_t cap = MAP_SMALL, slots = 0;
    uint32_t stride = k->words + v->words;
    if (rows > MAP_SMALL) {
        if (rows > UINT32_MAX / 2) return NULL;
        slots = UINT64_C(1) << log2_up((rows * 8 + 4) / 5);
        cap = slots * 5 / 8;
    }
    uint64_t bytes = sizeof(MapTable) + cap * stride * sizeof(Word) + (cap + slots) * sizeof(uint32_t);
    bool leaf = (k->flags & v->flags & RT_NOSCAN) != 0;
    MapTable *n = leaf ? heap_alloc_leaf(w, TYPE_MAPTABLE_OBJ, bytes, header_site(m))
                       : heap_alloc_object(w, TYPE_MAPTABLE_OBJ, bytes, header_site(m));
    if (!n) return NULL;
    n->mask = slots ? (uint32_t)slots - 1 : 0;
    n->cap = (uint32_t)cap;
    n->entry_mask = (UINT32_C(1) << log2_up(cap + 2)) - 1;
    n->key_words = k->words;
    n->stride = stride;
    n->type = m->type;
    return n;
}

static inline void index_add(MapTable *t, uint32_t hash, uint32_t row) {
    if (t->mask == 0) return;
    uint32_t *index = map_table_index(t);
    uint32_t at = hash & t->mask;
    // Removed slots are not used again: a reader could be following the probe sequence.
    while (__atomic_load_n(index + at, __ATOMIC_RELAXED)) at = (at + 1) & t->mask;
    __atomic_store_n(index + at, (hash & ~t->entry_mask) | (row + 1), __ATOMIC_RELEASE);
}

static inline void copy_words(Word *to, const Word *from, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) PUBLISH(to + i, LOAD_PTR(from + i));
}

// Puts an entry behind the others. There is room.
static inline Word *add_row(MapTable *t, uint32_t hash) {
    uint32_t n = t->used;
    __atomic_store_n(map_table_meta(t) + n, hash, __ATOMIC_RELEASE);
    __atomic_store_n(&t->used, n + 1, __ATOMIC_RELEASE);
    index_add(t, hash, n);
    return t->rows + (uint64_t)n * t->stride;
}

// The probe for a row that is already in a table: its hash is known.
static inline Probe row_probe(const Worker *w, const Map *m, const Word *row, uint32_t hash) {
    Probe p = {.kind = (KeyKind)m->key_kind, .hash = hash, .word = LOAD_PTR(row), .key = row};
    p.types = worker_heap(w)->types;
    p.key_type = p.types[m->type].key;
    return p;
}

enum { MOVE_AT_ONCE = 2048, MOVE_STEP = 32, LARGE_ROWS = 8192 }; // rows
enum { MOVE_COST = MOVE_STEP * 16 }; // fuel: each row misses the caches, or meets a page for the first time

// Moves up to n rows of the old table to the current one.
static void move_rows(const Worker *w, Map *m, uint32_t n) {
    MapTable *t = (MapTable *)m->table;
    const MapTable *old = (const MapTable *)m->old;
    const uint32_t *meta = map_table_meta(old);
    uint32_t i = m->moved, end = n < old->used - i ? i + n : old->used, slot;
    for (; i < end; i++) {
        const Word *row = old->rows + (uint64_t)i * old->stride;
        if (!meta[i]) continue;
        if (m->ahead) {
            Probe p = row_probe(w, m, row, meta[i]);
            if (find(t, &p, &slot) >= 0) continue; // stored anew since
        }
        copy_words(t->rows + (uint64_t)t->used * t->stride, row, t->stride);
        add_row(t, meta[i]);
    }
    __atomic_store_n(&m->moved, end, __ATOMIC_RELAXED);
    if (end == old->used) PUBLISH(&m->old, 0);
}

static uint64_t rows_wanted(const Map *m) {
    const MapTable *full = (const MapTable *)m->table;
    uint64_t count = m->count;
    if (!full) return m->hint > count + 1 ? m->hint : count + 1;
    return count > full->cap / 4 * 3 ? (uint64_t)full->cap * 2 : full->cap;
}

// Publishes a table with room for at least one more row: `fresh`, or a new one when that is NULL. False: no memory, nothing was changed.
static bool grow(Worker *w, Map *m, MapTable *fresh) {
    const MapTable *full = (const MapTable *)m->table;
    if (m->old) move_rows(w, m, UINT32_MAX);
    MapTable *t = fresh ? fresh : table_new(w, m, rows_wanted(m));
    if (!t) return false;
    m->ahead = 0;
    GUEST_STORE(uint32_t, &m->moved, 0);
    if (full) PUBLISH(&m->old, full); // before the new table: whoever sees that finds the entries in the old one
    PUBLISH(&m->table, t);
    if (full && full->used <= MOVE_AT_ONCE) move_rows(w, m, UINT32_MAX);
    return true;
}

// Where the key's row is, in the current table or the one before; NULL: nowhere. *in is the table.
static inline Word *lookup(const Map *m, const Probe *p, const MapTable **in) {
    uint32_t slot;
    const MapTable *t = (const MapTable *)LOAD_PTR(&m->table);
    if (!t) return NULL;
    int64_t row = find(t, p, &slot);
    if (UNLIKELY(row < 0)) {
        t = (const MapTable *)LOAD_PTR(&m->old);
        if (LIKELY(!t)) return NULL;
        row = find(t, p, &slot);
        if (row < (int64_t)GUEST_LOAD(uint32_t, &m->moved)) return NULL;
    }
    *in = t;
    return (Word *)t->rows + (uint64_t)row * t->stride;
}

static inline const Word *row_value(const MapTable *t, const Word *row) {
    return t->stride > t->key_words ? row + t->key_words : zero_base;
}

void map_table_scan(const MapTable *t, uint64_t from, GcMarker *m) {
    const RType *types = m->types, *map = &types[t->type], *k = &types[map->key], *v = &types[map->elem];
    uint64_t end = from + 512 < t->used ? from + 512 : t->used;
    if (end < t->used) gc_push2(m, (Word)t | 1, end << 1);
    for (uint64_t i = from; i < end; i++) {
        const Word *row = t->rows + i * t->stride;
        gc_mark_row(m, k, row, 1);
        gc_mark_row(m, v, row + t->key_words, 1);
    }
}

// ---- operations

Map *map_new(Worker *w, TypeId map_type, uint64_t hint, uint32_t site) {
    const RType *types = worker_heap(w)->types;
    Map *m = heap_alloc_object(w, TYPE_MAP_OBJ, sizeof *m, site);
    if (!m) return NULL;
    m->type = map_type;
    m->seed = next_random(&worker_heap(w)->hash_seed);
    m->key_kind = (uint8_t)key_kind_of(&types[types[map_type].key]);
    m->hint = hint;
    if (hint > MAP_SMALL) {
        // As in Go, a hint that cannot be met is only a hint when it is absurd, and memory otherwise.
        w->held_too = m;
        MapTable *t = hint <= UINT32_MAX / 2 ? table_new(w, m, hint) : NULL;
        w->held_too = NULL;
        if (!t && hint <= UINT32_MAX / 2) return NULL;
        m->table = (Word)t;
        m->hint = 0;
    }
    return m;
}

uint64_t map_len(const Map *m) { return m ? GUEST_LOAD(uint64_t, &m->count) : 0; }

static inline bool alone(const Worker *w) { return worker_heap(w)->heap->nworkers == 1; }

static inline bool writer_enter(const Worker *w, Map *m) {
    if (alone(w)) return true;
    while (__atomic_exchange_n(&m->writer, 1, __ATOMIC_ACQUIRE) != 0) {
        if (!w->race) return false;
        cpu_relax();
    }
    return true;
}
static inline bool written_now(const Worker *w, const Map *m) {
    while (UNLIKELY(__atomic_load_n(&m->writer, __ATOMIC_RELAXED))) {
        if (!w->race) return true;
        cpu_relax();
    }
    return false;
}
static inline void writer_leave(const Worker *w, Map *m) {
    if (!alone(w)) __atomic_store_n(&m->writer, 0, __ATOMIC_RELEASE);
}

bool map_key_ok(Worker *w, TypeId map_type, const Word *key, TypeId *bad) {
    const RType *types = worker_heap(w)->types;
    uint64_t h;
    return value_hash(types, types[map_type].key, key, 0, &worker_heap(w)->hash_seed, &h, bad);
}

MapStatus map_get(Worker *w, const Map *m, const Word *key, const Word **value, TypeId *bad) {
    Probe p;
    *value = NULL;
    if (!m) return MAP_OK;
    if (!probe_init(w, m, key, &p, bad)) return MAP_UNHASHABLE;
    if (UNLIKELY(written_now(w, m))) return MAP_CONCURRENT_READ;
    const MapTable *t;
    const Word *row = lookup(m, &p, &t);
    if (row) *value = row_value(t, row);
    return MAP_OK;
}

// The memory of a large table takes longer to make than the world may take to stop. So that is done before the operation: between the two others may write, too.
static bool wants_room(const Worker *w, const MapTable *full) { return full && full->cap >= LARGE_ROWS && !alone(w); }

MapStatus map_room(Worker *w, Map *m) {
    Word full = LOAD_PTR(&m->table);
    MapTable *t = table_new(w, m, rows_wanted(m));
    if (!t) return MAP_NOMEM;
    if (!writer_enter(w, m)) return MAP_CONCURRENT_WRITE;
    const MapTable *now = (const MapTable *)m->table;
    if (now && (Word)now == full && now->used == now->cap && t->cap > m->count) grow(w, m, t);
    writer_leave(w, m);
    return MAP_OK;
}

static MapStatus set(Worker *w, Map *m, const Word *key, const Word *value, TypeId *bad, bool asks) {
    Probe p;
    uint32_t slot;
    if (!m) return MAP_NIL;
    if (!probe_init(w, m, key, &p, bad)) return MAP_UNHASHABLE;
    if (!writer_enter(w, m)) return MAP_CONCURRENT_WRITE;
    if (UNLIKELY(m->old)) {
        move_rows(w, m, MOVE_STEP);
        w->owed += MOVE_COST;
    }
    MapTable *t = (MapTable *)m->table;
    int64_t row = t ? find(t, &p, &slot) : -1;
    Word *at;
    if (row >= 0) {
        at = t->rows + (uint64_t)row * t->stride;
    } else {
        if (!t || t->used == t->cap) {
            if (asks && wants_room(w, t)) {
                writer_leave(w, m);
                return MAP_ROOM;
            }
            if (!grow(w, m, NULL)) {
                writer_leave(w, m);
                return MAP_NOMEM;
            }
            t = (MapTable *)m->table;
        }
        const MapTable *old = (const MapTable *)m->old;
        bool fresh = !old || find(old, &p, &slot) < (int64_t)m->moved;
        if (!fresh) m->ahead++;
        at = t->rows + (uint64_t)t->used * t->stride;
        if (p.kind <= KEY_STRING) PUBLISH(at, p.word);
        copy_words(at + t->key_words, value, t->stride - t->key_words);
        if (p.kind > KEY_STRING) copy_words(at, key, t->key_words);
        add_row(t, p.hash);
        if (t->cap >= LARGE_ROWS) w->owed += MOVE_COST / MOVE_STEP;
        GUEST_STORE(uint64_t, &m->count, m->count + fresh);
        writer_leave(w, m);
        return MAP_OK;
    }
    copy_words(at + t->key_words, value, t->stride - t->key_words);
    // +0 and -0 are one key, and a store replaces it, as in Go.
    if (p.kind == KEY_GENERAL) copy_words(at, key, t->key_words);
    writer_leave(w, m);
    return MAP_OK;
}

MapStatus map_set(Worker *w, Map *m, const Word *key, const Word *value, TypeId *bad) { return set(w, m, key, value, bad, false); }
MapStatus map_set_asking(Worker *w, Map *m, const Word *key, const Word *value, TypeId *bad) { return set(w, m, key, value, bad, true); }

// Nothing stays reachable through a removed row. An iterator or reader that is there meanwhile reads zeroes: valid ones.
static void remove_row(MapTable *t, uint32_t row, uint32_t slot) {
    if (t->mask) __atomic_store_n(map_table_index(t) + slot, t->entry_mask, __ATOMIC_RELAXED);
    __atomic_store_n(map_table_meta(t) + row, 0, __ATOMIC_RELAXED);
    for (uint32_t i = 0; i < t->stride; i++) GUEST_STORE(Word, t->rows + (uint64_t)row * t->stride + i, 0);
}

MapStatus map_delete(Worker *w, Map *m, const Word *key, TypeId *bad) {
    Probe p;
    uint32_t slot = 0;
    bool removed = false;
    if (!m) return MAP_OK;
    if (!probe_init(w, m, key, &p, bad)) return MAP_UNHASHABLE;
    if (!writer_enter(w, m)) return MAP_CONCURRENT_WRITE;
    if (UNLIKELY(m->old)) {
        move_rows(w, m, MOVE_STEP);
        w->owed += MOVE_COST;
    }
    MapTable *t = (MapTable *)m->table, *old = (MapTable *)m->old;
    int64_t row = t ? find(t, &p, &slot) : -1;
    if (row >= 0) remove_row(t, (uint32_t)row, slot), removed = true;
    if (UNLIKELY(old != NULL)) {
        row = find(old, &p, &slot);
        if (row >= (int64_t)m->moved) remove_row(old, (uint32_t)row, slot), removed = true;
    }
    GUEST_STORE(uint64_t, &m->count, m->count - removed);
    writer_leave(w, m);
    return MAP_OK;
}

MapStatus map_clear(Worker *w, Map *m) {
    if (!m) return MAP_OK;
    if (!writer_enter(w, m)) return MAP_CONCURRENT_WRITE;
    PUBLISH(&m->table, 0);
    PUBLISH(&m->old, 0);
    GUEST_STORE(uint64_t, &m->count, 0);
    GUEST_STORE(uint32_t, &m->clears, m->clears + 1);
    writer_leave(w, m);
    return MAP_OK;
}

// ---- iteration

struct MapIter {
    Word map, table, old; // what the collector looks at
    uint32_t clears;
    uint32_t end;   // rows of table, then rows of old from `moved` on, as they were at the start
    uint32_t moved;
    uint32_t pad;
    uint64_t at, left, total; // next row, rows not yet looked at, all
};

MapIter *mapiter_new(Worker *w, Map *m) {
    MapIter *it = heap_alloc_object(w, TYPE_MAPITER_OBJ, sizeof *it, m ? header_site(m) : 0);
    if (!it || !m) return it;
    const MapTable *old = (const MapTable *)LOAD_PTR(&m->old), *t = (const MapTable *)LOAD_PTR(&m->table);
    if (!t) return it;
    it->map = (Word)m;
    it->table = (Word)t;
    it->clears = GUEST_LOAD(uint32_t, &m->clears);
    it->total = it->end = SLOT_LOAD(&t->used);
    if (old && old != t) { // a writer between the two loads can make them the same
        uint32_t used = SLOT_LOAD(&old->used), moved = GUEST_LOAD(uint32_t, &m->moved);
        it->old = (Word)old;
        it->moved = moved < used ? moved : used;
        it->total += used - it->moved;
    }
    it->left = it->total;
    if (it->total) it->at = next_random(&worker_heap(w)->map_choice) % it->total;
    return it;
}

const Map *mapiter_map(const MapIter *it) { return (const Map *)it->map; }

MapStatus mapiter_next(Worker *w, MapIter *it, const Word **key, const Word **value) {
    enum { AT_ONCE = 4096 };
    const Map *m = (const Map *)it->map;
    if (m && UNLIKELY(written_now(w, m))) return MAP_CONCURRENT_ITERATION;
    for (uint32_t passed = 0; it->left; passed++) {
        if (UNLIKELY(passed == AT_ONCE)) return MAP_AGAIN;
        uint64_t i = it->at;
        it->left--;
        if (++it->at == it->total) it->at = 0;
        const MapTable *mine = (const MapTable *)it->table, *t = mine, *found;
        if (i >= it->end) i = i - it->end + it->moved, t = (const MapTable *)it->old;
        const Word *row = t->rows + i * t->stride;
        uint32_t hash = SLOT_LOAD(map_table_meta(t) + i), slot;
        if (!hash) continue;
        if (LIKELY(t == (const MapTable *)LOAD_PTR(&m->table))) {
            *key = row;
            *value = row_value(t, row);
            return MAP_OK;
        }
        Probe p = row_probe(w, m, row, hash);
        if (t != mine) { // an entry stored anew before the start stands in both, and belongs to the table
            int64_t other = find(mine, &p, &slot);
            if (other >= 0 && other < it->end) continue;
        }
        const Word *now = lookup(m, &p, &found);
        if (!now) {
            // Removed since; but a NaN is never found, and is gone only when the map was cleared.
            TypeId bad;
            if (p.kind != KEY_GENERAL || it->clears != GUEST_LOAD(uint32_t, &m->clears) ||
                value_equal(p.types, p.key_type, row, row, &bad) == 1)
                continue;
            now = row, found = t;
        }
        *key = now;
        *value = row_value(found, now);
        return MAP_OK;
    }
    return MAP_END;
}

void map_each(Worker *w, const Map *m, void (*fn)(void *ctx, const Word *key, const Word *value), void *ctx) {
    const MapTable *t = m ? (const MapTable *)m->table : NULL, *old = m ? (const MapTable *)m->old : NULL;
    for (uint32_t i = 0; t && i < t->used; i++)
        if (map_table_meta(t)[i]) fn(ctx, t->rows + (uint64_t)i * t->stride, row_value(t, t->rows + (uint64_t)i * t->stride));
    for (uint32_t i = old ? m->moved : 0; old && i < old->used; i++) {
        const Word *row = old->rows + (uint64_t)i * old->stride;
        uint32_t hash = map_table_meta(old)[i], slot;
        if (!hash) continue;
        Probe p = row_probe(w, m, row, hash);
        if (find(t, &p, &slot) < 0) fn(ctx, row, row_value(old, row)); // else it was stored anew
    }
}
