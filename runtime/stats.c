// stats.c — what -stats prints at the end.
#include "runtime/stdout.h"
#include "runtime/worker.h"

static double ms(uint64_t ns) { return (double)ns / 1e6; }
static double mb(uint64_t bytes) { return (double)bytes / (1 << 20); }

void stats_report(Runtime *rt) {
    HeapStats h;
    heap_stats(rt->heap, &h);
    uint64_t switches = 0, created = 0, preemptions = 0;
    for (int i = 0; i < rt->nworkers; i++) {
        switches += rt->workers[i].switches;
        created += rt->workers[i].created;
        preemptions += rt->workers[i].preemptions;
    }
    uint64_t peak = gstack_live(rt) > rt->peak_g ? gstack_live(rt) : rt->peak_g;
    Buf b = {0};
    buf_printf(&b, "workers             %d\n", rt->nworkers);
    buf_printf(&b, "time                %.1f ms\n", ms((uint64_t)(platform_now() - rt->started)));
    buf_printf(&b, "goroutines          %llu started, %s%llu at once\n", (unsigned long long)created,
               rt->single ? "" : "about ", (unsigned long long)peak);
    buf_printf(&b, "switches            %llu, of them preemptions %llu\n", (unsigned long long)switches, (unsigned long long)preemptions);
    buf_printf(&b, "collections         %llu\n", (unsigned long long)h.collections);
    if (h.collections) {
        buf_printf(&b, "pauses              longest %.3f ms, %.3f ms on average\n", ms(h.pause_ns_max),
                   ms(h.pause_ns_total / h.collections));
        if (h.marked_objects_total)
            buf_printf(&b, "marking             %.1f ns per live object and worker\n",
                       (double)h.mark_ns_total / (double)h.marked_objects_total);
    }
    if (rt->nstops && !rt->single)
        buf_printf(&b, "stop latency        longest %.1f us, %.1f us on average; at most %.1f us of work\n", (double)rt->stop_ns_max / 1e3,
                   (double)rt->stop_ns_total / 1e3 / (double)rt->nstops, (double)rt->stop_work_max / 1e3);
    buf_printf(&b, "heap                %.1f MB at most, %.1f MB allocated in all, %.1f MB from the system\n", mb(h.peak_bytes),
               mb(h.total_bytes), mb(h.reserved_bytes));
    stdout_report(rt, buf_str(&b), b.len);
    buf_fini(&b);
}
