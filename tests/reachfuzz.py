#!/usr/bin/env python3
"""make reachfuzz: random ways by which a goroutine that will go on knows the channel or lock that another one waits for.

usage: reachfuzz.py [--gol PATH] [--count N] [--seed S] [--jobs N] [--keep DIR]

A program has some pairs. Of each pair one goroutine waits (for a channel, a lock, a wait group, a condition, a context, ...) and the other, which sleeps meanwhile in some
way, will wake it: what it needs for that is wrapped in something, and that again, several times: a field, a map, a closure, a package-level variable, a channel's buffer, what a third
goroutine is about to send, a timer's function, ... Collections look for stuck goroutines all the while. Nobody is stuck: such a program must print "done" and nothing else.

Its other half sleeps, too, but forgets what it knew, and main ends later: then each of those who wait must be told, by name.

A program that went wrong stays in build/reachfuzz. The last line is `N passed, N failed`.
"""
import concurrent.futures
import os
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import fuzz
from common import parse, run

IMPORTS = "container/list context errors fmt iter reflect runtime sort sync sync/atomic time".split()

DECLARED = """
type box[T any] struct {
	pad int
	v   T
}

func (b *box[T]) get() T { return b.v }
func (b box[T]) copied() T { return b.v }

type getter[T any] interface{ get() T }
type outer[T any] struct {
	name string
	*box[T]
}
type tree[T any] struct {
	left, right *tree[T]
	v           T
}
type wrapped[T any] struct{ v T }

func (w *wrapped[T]) Error() string { return "wrapped" }

type key struct{}
type pulled[T any] struct {
	next func() (T, bool)
	stop func()
}
type cond struct {
	mu sync.Mutex
	c  *sync.Cond
	ok bool
}
type account struct {
	name string
	mu   sync.Mutex
	rows [3]struct {
		n  int
		mu sync.RWMutex
	}
}
type cancelled struct {
	ctx    context.Context
	cancel context.CancelFunc
}
type two struct{ a, b chan int }

func ref[T any](v T) *T { return &v }
func row[T any](v T) []T {
	s := make([]T, 5)
	s[3] = v
	return s[3:4]
}
func only[T any](m map[*T]bool) T {
	for k := range m {
		return *k
	}
	panic("empty")
}
func full[T any](v T) chan T {
	c := make(chan T, 2)
	c <- v
	return c
}
func stored[T any](v T) *atomic.Pointer[T] {
	p := new(atomic.Pointer[T])
	p.Store(&v)
	return p
}
func kept(v any) *atomic.Value {
	p := new(atomic.Value)
	p.Store(box[any]{1, v})
	return p
}
func mapped(v any) *sync.Map {
	m := new(sync.Map)
	m.Store("k", v)
	return m
}
func loaded(m *sync.Map) any {
	v, _ := m.Load("k")
	return v
}
func listed(v any) *list.List {
	l := list.New()
	l.PushBack(1)
	l.PushBack(v)
	return l
}
func pending[T any](v T) chan T {
	c := make(chan T)
	go func() { c <- v }()
	return c
}
func offered[T any](v T) chan T {
	c, other := make(chan T), make(chan int)
	go func() {
		select {
		case c <- v:
		case other <- 1:
		}
	}()
	return c
}
func later[T any](v T) chan T {
	c := make(chan T, 1)
	time.AfterFunc(1200*unit/1000, func() { c <- v })
	return c
}
func asleep[T any](v T) chan T {
	c := make(chan T, 1)
	go func() {
		time.Sleep(1300*unit/1000)
		c <- v
	}()
	return c
}
func captured[T any](v T) func() T {
	var x T
	f := func() T { return x }
	x = v
	return f
}
func pull[T any](v T) pulled[T] {
	next, stop := iter.Pull(func(yield func(T) bool) { yield(v) })
	return pulled[T]{next, stop}
}
func (p pulled[T]) last() T {
	v, _ := p.next()
	p.stop()
	return v
}
func as[T any](err error) T {
	var w *wrapped[T]
	errors.As(err, &w)
	return w.v
}
func first[T any](args ...any) T { return args[0].(T) }
func newCond() *cond {
	c := new(cond)
	c.c = sync.NewCond(&c.mu)
	return c
}
func cancellable() cancelled {
	ctx, cancel := context.WithCancel(context.Background())
	return cancelled{ctx, cancel}
}
"""

# type, what makes it of v, what makes v of w again; T is v's type, # a number of its own. The fourth: declarations.
WRAPPERS = [
    ("*T", "ref(v)", "*w"), ("*box[T]", "&box[T]{1, v}", "w.v"), ("box[T]", "box[T]{1, v}", "w.v"), ("*T", "&(&box[T]{1, v}).v", "*w"),
    ("[]T", "row(v)", "w[0]"), ("[3]T", "[3]T{2: v}", "w[2]"), ("*T", "&(&[4]T{3: v})[3]", "*w"), ("map[string]T", 'map[string]T{"k": v}', 'w["k"]'),
    ("map[*T]bool", "map[*T]bool{ref(v): true}", "only(w)"), ("any", "any(v)", "w.(T)"), ("getter[T]", "getter[T](&box[T]{1, v})", "w.get()"),
    ("func() T", "func() T { return v }", "w()"), ("func() T", "(&box[T]{1, v}).get", "w()"), ("func() T", "box[T]{1, v}.copied", "w()"),
    ("func() T", "captured(v)", "w()"), ("func() T", "sync.OnceValue(func() T { return v })", "w()"), ("chan T", "full(v)", "<-w"),
    ("*atomic.Pointer[T]", "stored(v)", "*w.Load()"), ("*atomic.Value", "kept(v)", "w.Load().(box[any]).v.(T)"), ("*sync.Map", "mapped(v)", "loaded(w).(T)"),
    ("context.Context", "context.WithValue(context.Background(), key{}, v)", "w.Value(key{}).(T)"), ("*list.List", "listed(v)", "w.Back().Value.(T)"),
    ("*tree[T]", "&tree[T]{left: &tree[T]{right: &tree[T]{v: v}}}", "w.left.right.v"), ("reflect.Value", "reflect.ValueOf(ref(v))", "w.Elem().Interface().(T)"),
    ("struct{}", "func() struct{} { g# = v; return struct{}{} }()", "g#", "var g# T"), ("*box[T]", "func() *box[T] { g#.v = v; return &g# }()", "w.v", "var g# box[T]"),
    ("*T", "func() *T { g#[3] = v; return &g#[3] }()", "*w", "var g# [5]T"), ("*T", "func() *T { g#.v = v; return &g#.v }()", "*w", "var g# box[T]"),
    ("struct{}", "func() struct{} { g#[7] = v; return struct{}{} }()", "g#[7]", "var g# = map[int]T{}"), ("chan T", "pending(v)", "<-w"), ("chan T", "offered(v)", "<-w"),
    ("chan T", "later(v)", "<-w"), ("chan T", "asleep(v)", "<-w"), ("pulled[T]", "pull(v)", "w.last()"), ("outer[T]", 'outer[T]{"o", &box[T]{1, v}}', "w.v"),
    ("error", 'fmt.Errorf("wrap: %w", &wrapped[T]{v})', "as[T](w)"),
    ("[]any", "[]any{v, nil}", "first[T](w...)"), ("func(*box[T]) T", "func(b *box[T]) T { return v }", "w(nil)"),
    ("getter[T]", "getter[T](outer[T]{box: &box[T]{1, v}})", "w.get()"),
]

# type, how it is made, how one waits for it (v), how the other wakes it; declarations.
WAITS = [
    ("chan int", "make(chan int)", "<-v", "v <- 1"), ("chan int", "make(chan int)", "<-v", "close(v)"), ("chan int", "make(chan int)", "v <- 1", "<-v"),
    ("chan int", "make(chan int, 1)", "v <- 1; v <- 2", "<-v"), ("chan struct{}", "make(chan struct{})", "for range v { }", "close(v)"),
    ("*sync.Mutex", "func() *sync.Mutex { m := new(sync.Mutex); m.Lock(); return m }()", "v.Lock(); v.Unlock()", "v.Unlock()"),
    ("*sync.Mutex", "func() *sync.Mutex { b#.Lock(); return &b# }()", "b#.Lock(); b#.Unlock()", "v.Unlock()", "var b# sync.Mutex"),
    ("*account", "func() *account { b#.mu.Lock(); return &b# }()", "v.mu.Lock(); v.mu.Unlock()", "v.mu.Unlock()", "var b# account"),
    ("*account", "func() *account { b#.rows[1].mu.RLock(); return &b# }()", "v.rows[1].mu.Lock(); v.rows[1].mu.Unlock()", "v.rows[1].mu.RUnlock()", "var b# account"),
    ("*sync.RWMutex", "func() *sync.RWMutex { m := &new(account).rows[2].mu; m.Lock(); return m }()", "v.RLock(); v.RUnlock()", "v.Unlock()"),
    ("*sync.WaitGroup", "func() *sync.WaitGroup { g := new(sync.WaitGroup); g.Add(2); g.Done(); return g }()", "v.Wait()", "v.Done()"),
    ("*sync.WaitGroup", "func() *sync.WaitGroup { b#[4].Add(1); return &b#[4] }()", "b#[4].Wait()", "v.Done()", "var b# [6]sync.WaitGroup"),
    ("*cond", "newCond()", "v.mu.Lock(); for !v.ok { v.c.Wait() }; v.mu.Unlock()", "v.mu.Lock(); v.ok = true; v.c.Broadcast(); v.mu.Unlock()"),
    ("cancelled", "cancellable()", "<-v.ctx.Done()", "v.cancel()"), ("two", "two{make(chan int), make(chan int)}", "select { case <-v.a: case v.b <- 1: }", "<-v.b"),
    ("two", "two{make(chan int), nil}", "select { case <-v.a: case v.b <- 1: }", "v.a <- 1"),
]

# How the other sleeps; {} is what it does then. # is a number of its own.
SLEEPS = [
    "time.Sleep(2*unit); {}", "<-time.After(2*unit); {}", "select { case <-time.After(2*unit): case <-make(chan int): }; {}",
    "time.AfterFunc(2*unit, func() { {} })", "defer func() { {} }(); time.Sleep(2*unit)", "for i := 0; i < 20; i++ { time.Sleep(100*unit/1000) }; {}",
    "sort.Slice([]int{2, 1}, func(i, j int) bool { time.Sleep(2*unit); return false }); {}", "for i := range 1 { _ = i; time.Sleep(2*unit); {} }",
    "func() { defer func() { recover(); time.Sleep(2*unit); {} }(); panic(1) }()", "c := make(chan bool); go func() { time.Sleep(2*unit); close(c) }(); <-c; {}",
    "var once sync.Once; once.Do(func() { time.Sleep(2*unit); {} })", "t := time.NewTicker(500*unit/1000); for i := 0; i < 4; i++ { <-t.C }; t.Stop(); {}",
    "ctx, cancel := context.WithTimeout(context.Background(), 2*unit); defer cancel(); <-ctx.Done(); {}", "for range map[int]int{1: 1} { time.Sleep(2*unit); {} }",
    "var mu sync.Mutex; mu.Lock(); go func() { time.Sleep(2*unit); mu.Unlock() }(); mu.Lock(); {}; mu.Unlock()",
    "func(yield func(int) bool) { time.Sleep(2*unit); yield(1) }(func(int) bool { {}; return true })",
    "var wg sync.WaitGroup; wg.Add(1); go func() { defer wg.Done(); time.Sleep(2*unit); {} }(); wg.Wait()",
]


def pair(rng, n, forgets):
    """The source of pair n: a type for each stage, func make#, wait#, wake#."""
    wait = rng.choice(WAITS)
    number = lambda text, stage: text.replace("#", "%d_%d" % (n, stage))
    types, out, wraps, unwraps = [wait[0]], [], [], []
    out += [number(d, 0) for d in wait[4:]]
    for stage in range(1, rng.choice([1, 2, 2, 3, 4]) + 1):
        w = rng.choice(WRAPPERS)
        inner = "t%d_%d" % (n, stage - 1)
        fill = lambda text: "".join(inner if c == "T" and not before.isalnum() and not after.isalnum() else c
                                    for before, c, after in zip(" " + text, text, text[1:] + " "))
        types.append(fill(w[0]))
        out += [number(fill(d), stage) for d in w[3:]]
        wraps.append("\tv%d := func(v %s) t%d_%d { return %s }(v%d)" % (stage, inner, n, stage, number(fill(w[1]), stage), stage - 1))
        unwraps.insert(0, "\tv%d := func(w t%d_%d) %s { return %s }(v%d)" % (stage - 1, n, stage, inner, number(fill(w[2]), stage), stage))
    last = len(wraps)
    out += ["type t%d_%d = %s" % (n, i, t) for i, t in enumerate(types)]
    out.append("func wrap%d(v0 t%d_0) t%d_%d {\n%s\n\treturn v%d\n}" % (n, n, n, last, "\n".join(wraps), last))
    wake = "nothing(); _ = v%d" % last if rng.random() < 0.5 else "nothing()"
    if not forgets:
        wake = "wake%d(v%d)" % (n, last)
    out.append("func wake%d(v%d t%d_%d) {\n%s\n\tv := v0\n\t%s\n}" % (n, last, n, last, "\n".join(unwraps), number(wait[3], 0)))
    out.append("func other%d(v%d t%d_%d) {\n\t%s\n}" % (n, last, n, last, number(rng.choice(SLEEPS), 0).replace("{}", wake, 1)))
    out.append("func wait%d(v t%d_0) {\n\t_ = v\n\t%s\n}" % (n, n, number(wait[2], 0)))
    out.append("func pair%d(done chan bool) {\n\tv := %s\n\tgo func() { wait%d(v); done <- true }()\n\tgo other%d(wrap%d(v))\n}" % (n, number(wait[1], 0), n, n, n))
    return "\n".join(out) + "\n"


def program(rng, forgets, unit):
    """(source, how many pairs). unit: how long a second of it lasts."""
    n = rng.randint(2, 5)
    out = ["package main\n", "import (", *('\t"%s"' % i for i in IMPORTS), ")", DECLARED,
           "var _ = []any{list.New, errors.New, reflect.ValueOf, sort.Ints, iter.Pull[int], new(atomic.Int64)}\n", "const unit = %s\n\nfunc nothing() {}\n" % unit]
    out += [pair(rng, i, forgets) for i in range(n)]
    starts = "".join("\tpair%d(done)\n" % i for i in range(n))
    ends = "\ttime.Sleep(4*unit)\n" if forgets else "\tfor i := 0; i < %d; i++ {\n\t\t<-done\n\t}\n" % n
    out.append("func main() {\n\tgo func() {\n\t\tfor i := 0; i < 8; i++ {\n\t\t\ttime.Sleep(230*unit/1000)\n\t\t\truntime.GC()\n\t\t}\n\t}()\n"
               "\tdone := make(chan bool, %d)\n%s%s\tfmt.Println(\"done\")\n}\n" % (n, starts, ends))
    return "\n".join(out), n


def wrong(r, forgets, pairs):
    """Why the run is not as it must be; empty: it is."""
    err = r.err.decode("utf-8", "replace")
    why = r.trouble()
    if why:
        return why
    if r.status in (1, 64):
        return "it does not compile"
    if r.out != b"done\n":
        return "it printed %r" % r.out
    if not forgets:
        return "" if r.status == 0 and not err else "status %s, and something was said" % r.status
    missing = [i for i in range(pairs) if " in pair%d)" % i not in err]
    return "not told: " + ", ".join("pair %d" % i for i in missing) if missing else ""


def main():
    p = fuzz.arguments(__doc__, "reachfuzz")
    p.add_argument("--count", type=int, default=300)
    opt = parse(p)
    folder = tempfile.mkdtemp(prefix="gol-reachfuzz-")
    failed = 0

    def one(number):
        rng = fuzz.numbered(opt.seed, number)
        forgets = number % 3 == 2
        flags = rng.choice([["-workers", "2"], ["-workers", "8"], ["-seed", str(number)], ["-seed", str(number), "-strategy", "random"], ["-perturb", str(number)]])
        text, pairs = program(rng, forgets, "time.Second" if "-seed" in flags else "%d * time.Millisecond" % (200 * opt.slowness))
        path = os.path.join(folder, "r%d.gol" % number)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        r = run([opt.gol, "run", "-warnings=off"] + flags + [path], 20 * opt.slowness)
        os.remove(path)
        return number, text, flags, r, wrong(r, forgets, pairs)

    with concurrent.futures.ThreadPoolExecutor(opt.jobs) as pool:
        for number, text, flags, r, why in pool.map(one, range(opt.count)):
            if not why:
                continue
            failed += 1
            print("FAIL  %s (%s): %s\n      %s" % (fuzz.keep(opt, "%d-%d.gol" % (opt.seed, number), text), " ".join(flags), why, fuzz.shown(r.err[-3000:])), flush=True)
    os.rmdir(folder)
    return fuzz.end(opt.count - failed, failed)


if __name__ == "__main__":
    sys.exit(main())
