#!/usr/bin/env python3
"""make crashfuzz: random concurrent programs that race on everything: never a crash, never a hang, never gol's own bug.

usage: crashfuzz.py [--gol PATH] [--count N] [--seed S] [--jobs N] [--workers N] [--limit SECONDS] [--keep DIR] [-v]

Eight goroutines share variables of all kinds without any lock: slices that are appended to, maps that grow while others range over them, interfaces, funcs, strings, structs that
are copied whole, arrays; channels are closed at random, goroutines panic, leave by Goexit, start others, set timers, defer by the hundred, ask for collections. What such a program
prints is nobody's business. It may end in any way that a program may: by itself, a panic, a deadlock, a race, its time limit. What it may not: a signal, a sanitizer's report, status 70,
running on after its limit. A program that did stays in build/crashfuzz. The last line is `N passed, N failed`.
"""
import concurrent.futures
import os
import random
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import fuzz
from common import parse, run

DECLARED = """
type node struct { next *node; val any; tag string; row [3]int; list []int }
type duo struct { a any; b string; c []byte; d float64 }
type shape interface{ area() int }
type square struct{ side int }
func (s square) area() int { return s.side * s.side }
func (n *node) area() int { if n == nil { return -1 }; return len(n.tag) }
var (
	ints []int; bytes []byte; texts []string; anys []any; duos []duo; rows [][]int; nodes []*node
	mi = map[int]int{}; ms = map[string][]int{}; ma = map[any]any{}; md = map[[2]int]duo{}; nilmap map[string]int
	one any = 1; err error; sh shape = square{2}; f func(int) int = func(x int) int { return x + 1 }
	str = "text"; head = &node{}; pair duo; big [40]duo; grid [4][5]int; z complex128; u8 uint8; flag bool; pint = new(int)
	ci = make(chan int, 3); cs = make(chan string); ca = make(chan any, 1); cc = make(chan chan int, 2); nilch chan int; cd = make(chan duo, 2)
	mu sync.Mutex; rw sync.RWMutex; wg sync.WaitGroup; once sync.Once; cond = sync.NewCond(&mu); pool = sync.Pool{New: func() any { return new(node) }}
	sm sync.Map; cnt atomic.Int64; av atomic.Value; ap atomic.Pointer[node]; ctx, cancel = context.WithCancel(context.Background())
	depth atomic.Int32
)
func try(g func()) { defer func() { if r := recover(); r != nil { one = r } }(); g() }
func spawn(g func()) { if depth.Add(1) < 300 { go func() { defer func() { if recover() != nil { cnt.Add(1) } }(); g() }() } }
"""

# What a goroutine does; K is a small number, {} another action.
ACTIONS = """ints = append(ints, K) ; ints = append(ints[:0:0], ints...) ; if len(ints) > K { ints = ints[K:] } ; if len(ints) > 5 { ints[K%5] = K } ; ints = nil ; copy(ints, ints[len(ints)/2:])
for i, v := range ints { if i > 50 { break }; ints[i%len(ints)] += v } ; sort.Ints(ints) ; sort.Slice(ints, func(i, j int) bool { return ints[i] > ints[j] }) ; ints = make([]int, K*7)
bytes = append(bytes, str...) ; str = string(bytes) ; bytes = []byte(str) ; if len(bytes) > 1000 { bytes = bytes[:1] } ; str += "x" ; if len(str) > 500 { str = str[K:] } ; for i, r := range str { if i > 99 { break }; u8 += uint8(r) }
texts = append(texts, str, "K") ; one = strings.Join(texts, ",") ; if len(texts) > 60 { texts = texts[:K] } ; texts = strings.Split(str, "x") ; str = strings.Repeat("ab", K) ; str = fmt.Sprint(pair.b, u8)
anys = append(anys, one, K, str, pair, nil, sh) ; if len(anys) > 200 { anys = nil } ; for _, x := range anys { switch y := x.(type) { case int: u8 += uint8(y); case string: str = y; case duo: pair = y } }
duos = append(duos, pair, duo{one, str, bytes, 1.5}) ; if len(duos) > 100 { duos = duos[50:60] } ; for i := range duos { duos[i] = pair } ; pair = duo{K, "p", bytes, 2} ; big[K%40] = pair ; pair = big[(K+7)%40] ; b := big; big = b
rows = append(rows, ints, ints[:0]) ; if len(rows) > 50 { rows = nil } ; for _, r := range rows { if len(r) > 0 { r[0]++ } } ; grid[K%4][K%5]++ ; g := grid; grid = g ; one = grid ; grid[K%4] = [5]int{1, 2} ; one = any(grid) == one
mi[K]++ ; mi[rand.Intn(1000)] = K ; delete(mi, K) ; for k := range mi { delete(mi, k); break } ; for k, v := range mi { mi[k+1] = v; if len(mi) > 3000 { break } } ; if len(mi) > 5000 { mi = map[int]int{} } ; mi = map[int]int{K: K} ; for i := 0; i < 200; i++ { mi[i*K] = i }
ms[str] = ints ; ms["K"] = append(ms["K"], K) ; delete(ms, "K") ; for k, v := range ms { ms[k+"y"] = v; break } ; ma[one] = K ; ma[K] = str ; ma[pair.d] = 1 ; delete(ma, one) ; one = ma[K] ; md[[2]int{K, 1}] = pair ; pair = md[[2]int{K, 1}] ; nilmap["x"] = 1 ; one = len(ma) + len(md)
one = K ; one = str ; one = pair ; one = ints ; one = sh ; one = &pair ; one = f ; one = 2.5 ; one = nil ; if x, ok := one.(shape); ok { sh = x } ; str = one.(string) ; one = one == any(K) ; sh = square{K} ; sh = head ; sh = nil ; u8 += uint8(sh.area())
f = func(x int) int { return x * K } ; f = func(x int) int { return x + len(ints) } ; u8 = uint8(f(K)) ; f = nil ; g := sh.area; one = g() ; one = f ; h := f; f = func(x int) int { if x > 40 { return x }; return h(x + 1) }
head = &node{next: head, val: one, tag: str, list: ints} ; head = head.next ; head.val = one ; *head = node{tag: str} ; n := *head; head = &n ; nodes = append(nodes, head, nil) ; if len(nodes) > 100 { nodes = nodes[:0] } ; for _, n := range nodes { if n != nil { n.row[K%3]++; n.next = nil } } ; head.next = head ; for n, i := head, 0; n != nil && i < 50; n, i = n.next, i+1 { n.val = i }
z = complex(real(z), float64(K)) ; z *= 2i ; u8++ ; flag = !flag ; *pint = K ; pint = &ints[K] ; pint = &grid[K%4][K%5] ; pint = new(int) ; *pint++ ; p := &pair.b; *p = str ; q := &big[K%40].c; *q = bytes ; pb := &u8; *pb = K
select { case ci <- K: case v := <-ci: *pint = v; default: } ; select { case cs <- str: case str = <-cs: case ca <- one: case one = <-ca: case <-time.After(time.Microsecond * K): } ; ci <- K ; <-ci ; close(ci) ; ci = make(chan int, K) ; ci = nil ; ci = make(chan int) ; close(cs) ; cs = make(chan string, 1) ; close(ca) ; ca = make(chan any)
select { case v, ok := <-ci: flag = ok; u8 = uint8(v); case cd <- pair: case pair = <-cd: case cc <- ci: case c := <-cc: ci = c; case <-ctx.Done(): case nilch <- 1: default: } ; for v := range ci { if v > K { break } } ; cc <- ci ; one = len(ci) + cap(cs) ; select { case ci <- K: case ci <- K + 1: case <-ci: case <-ci: case <-time.After(K * 100 * time.Microsecond): }
mu.Lock() ; mu.Unlock() ; mu.Lock(); {}; mu.Unlock() ; if mu.TryLock() { {}; mu.Unlock() } ; rw.RLock(); one = mi[K]; rw.RUnlock() ; rw.Lock(); mi[K] = 1; rw.Unlock() ; wg.Add(1); spawn(wg.Done) ; wg.Done() ; once.Do(func() { {} }) ; once = sync.Once{} ; cond.Broadcast() ; cond.Signal() ; mu = sync.Mutex{} ; spawn(func() { mu.Lock(); cond.Wait(); mu.Unlock() })
sm.Store(K, one) ; sm.Load(str) ; sm.Range(func(k, v any) bool { one = v; return k != any(K) }) ; sm.Delete(K) ; one, _ = sm.LoadOrStore(str, head) ; pool.Put(head) ; head = pool.Get().(*node) ; cnt.Add(K) ; av.Store(str) ; av.Store(K) ; one = av.Load() ; ap.Store(head) ; head = ap.Load() ; ap.CompareAndSwap(head, nil) ; av.Swap(pair)
spawn(func() { {} }) ; spawn(func() { {}; {} }) ; spawn(func() { panic(one) }) ; spawn(func() { defer func() { recover(); {} }(); {}; panic("K") }) ; spawn(func() { runtime.Goexit() }) ; defer func() { {} }() ; for i := 0; i < K*40; i++ { defer func() { u8++ }() } ; try(func() { {} }) ; try(func() { defer func() { {}; panic("again") }(); {}; panic(1) }) ; func() { defer func() { recover() }(); var n *node; n.tag = "x" }()
time.AfterFunc(time.Microsecond*K, func() { {} }) ; t := time.NewTimer(time.Microsecond); t.Stop(); t.Reset(time.Microsecond * K) ; k := time.NewTicker(time.Microsecond * 50); <-k.C; k.Stop() ; time.Sleep(time.Microsecond * K) ; cancel() ; ctx, cancel = context.WithCancel(ctx) ; c2, stop := context.WithTimeout(ctx, time.Microsecond*K); <-c2.Done(); stop() ; ctx, cancel = context.WithCancel(context.Background()) ; context.AfterFunc(ctx, func() { {} })
runtime.GC() ; runtime.Gosched() ; _ = make([]*node, K*500) ; _ = make([]byte, K*3000) ; for i := 0; i < 300; i++ { head = &node{val: i} } ; debug.FreeOSMemory() ; _ = fmt.Sprintf("%v %+v %#v", pair, anys, mi) ; _ = fmt.Sprint(ms, ma, rows, duos) ; fmt.Fprintln(io.Discard, one, err, grid) ; reflect.DeepEqual(anys, duos) ; json.Marshal(ms) ; json.Unmarshal([]byte(`{"a":[1,2]}`), &ms) ; err = fmt.Errorf("%w K", err) ; err = errors.New(str) ; buf := make([]byte, 500); runtime.Stack(buf, true)
var r func(int) int; r = func(n int) int { if n == 0 { {}; return 1 }; var pad [20]int; pad[n%20] = n; return r(n-1) + pad[n%20] }; u8 = uint8(r(K * 30)) ; x := [200]int{K: 1}; x[u8%200]++; ints = x[K:90] ; a, b := ints, bytes; spawn(func() { a = append(a, 1); b = append(b, 2); copy(b, "zz") }) ; min, max := K, u8; _, _ = min, max ; slices.Sort(texts) ; ints = slices.Insert(ints, 0, K) ; maps.Copy(mi, map[int]int{1: 2}) ; clear(mi) ; clear(ints)"""


def actions():
    return [a.strip() for line in ACTIONS.split("\n") for a in line.split(" ; ")]


ALL = actions()


SIMPLE = [a for a in ALL if " {}" not in a and not a.startswith("defer")]


def filled(rng, a):
    """Another action in each place for one."""
    while " {}" in a:
        a = a.replace(" {}", " " + rng.choice(SIMPLE), 1)
    return a


def numbered(rng, text):
    out = []
    for part in text.split("K"):
        out += [part, str(rng.choice([0, 1, 2, 3, 5, 8, 13]))]
    return "".join(out[:-1])


def program(seed):
    rng = random.Random(seed)
    out = ["package main", "", "import (", *('\t"%s"' % i for i in sorted(
        "context encoding/json errors fmt io maps math/rand reflect runtime runtime/debug slices sort strings sync sync/atomic time".split())), ")",
        "var _ = []any{errors.New, io.Discard, rand.Int, reflect.DeepEqual, debug.FreeOSMemory, sort.Ints, strings.Join, json.Marshal, fmt.Sprint, slices.Sort[[]int], runtime.GC, maps.Copy[map[int]int, map[int]int]}",
        DECLARED]
    some = rng.sample(ALL, rng.randint(15, 60)) if rng.random() < 0.5 else ALL  # often: the same few things, again and again
    for g in range(8):
        out.append("func work%d() {" % g)
        for _ in range(rng.randint(4, 12)):
            a = numbered(rng, filled(rng, rng.choice(some if rng.random() < 0.8 else ALL)))
            out.append("\ttry(func() { %s })" % a if rng.random() < 0.9 else "\t{ %s }" % a)
        out.append("}")
    rounds = rng.choice([3, 10, 40])
    out.append("func main() {\n\tdone := make(chan bool, 8)")
    for g in range(8):
        out.append("\tgo func() {\n\t\tdefer func() { if recover() != nil { cnt.Add(1) }; done <- true }()\n\t\tfor i := 0; i < %d; i++ { work%d() }\n\t}()" % (rounds, g))
    out.append("\tfor i := 0; i < 8; i++ { select { case <-done: case <-time.After(%d * time.Millisecond): } }\n}" % rng.choice([5, 30, 100]))
    return "\n".join(out) + "\n"


def main():
    p = fuzz.arguments(__doc__, "crashfuzz")
    p.add_argument("--count", type=int, default=200)
    p.add_argument("--workers", type=int, default=4)
    p.add_argument("--limit", type=int, default=2, help="seconds a program may run")
    p.add_argument("-v", action="store_true")
    opt = parse(p)
    folder = tempfile.mkdtemp(prefix="gol-crashfuzz-")
    ends, failed = {}, 0

    def one(seed):
        rng = random.Random(seed)
        text = program(seed)
        path = os.path.join(folder, "c%d.go" % seed)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        flags = rng.choice([[], [], ["-race=off"], ["-seed", str(seed), "-strategy", "random"], ["-perturb", str(seed)]])
        if "-seed" not in flags:
            flags = flags + ["-workers", str(opt.workers)]
        flags += ["-warnings=off", "-timeout", "%ds" % opt.limit, "-max-heap", "300M", "-max-output", "1M"]
        r = run([opt.gol, "run"] + flags + [path], opt.limit * 4 + 5 * opt.slowness)
        why = r.trouble()
        if not why and r.status in (1, 64):
            why = "it does not compile"
        os.remove(path)
        return seed, text, flags, r, why

    with concurrent.futures.ThreadPoolExecutor(opt.jobs) as pool:
        for seed, text, flags, r, why in pool.map(one, range(opt.seed, opt.seed + opt.count)):
            ends[r.status] = ends.get(r.status, 0) + 1
            if why:
                failed += 1
                print("FAIL  %s (%s): %s\n      %s" % (fuzz.keep(opt, "%d.go" % seed, text), " ".join(flags), why, fuzz.shown(r.err[-3000:])), flush=True)
            elif opt.v:
                print("%d: status %s in %.1f s" % (seed, r.status, r.seconds), flush=True)
    os.rmdir(folder)
    print("how they ended: " + ", ".join("%d: %d" % (k, n) for k, n in sorted(ends.items(), key=str)))
    return fuzz.end(opt.count - failed, failed)


if __name__ == "__main__":
    sys.exit(main())
