#!/usr/bin/env python3
"""make racefuzz: random programs of which it is known, by the way they are built, which variables race.

usage: racefuzz.py [--gol PATH] [--count N] [--seed S] [--go] [--jobs N] [--keep DIR] [--all]

Every program has some goroutines and some variables of many types, which share structs, byte slices and so on with their neighbours. Each variable
has one way to be used: under a mutex, handed on by a channel, published by an atomic, by one goroutine alone ... or, raced for: then two
goroutines use it as the first thing they do, before anything that could order them. So exactly these must be reported, at these lines,
whatever the schedule. Each program runs with 1, 2 and 8 workers, and seeded with random order. --go checks the programs themselves with
Go's race detector. A program that went wrong stays in build/racefuzz. The last line is
`N passed, N failed`, in programs.
"""
import concurrent.futures
import os
import random
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import fuzz
import races
from common import Expectation, parse, run

MODES = [["-workers", "1"], ["-workers", "2"], ["-workers", "8"], ["-seed", "7", "-strategy", "random"], ["-seed", "8", "-strategy", "pct:3"]]
GORACE = "suppress_equal_stacks=0 suppress_equal_addresses=0 atexit_sleep_ms=20"

# How a variable of each kind is declared, written and read; N is its number. Several declarations are shared: their neighbours are
# variables of their own.
KINDS = {
    "global": ("var gN int", ["gN++", "gN = 5", "gN += 2"], ["_ = gN", "if gN == 77 { println() }"]),
    "pointer": ("var pN = new(int64)", ["*pN = 3", "*pN++"], ["_ = *pN"]),
    "field": ("", ["all.fN = 1", "all.fN++"], ["_ = all.fN"]),
    "flag": ("", ["all.bN = true", "all.bN = !all.bN"], ["_ = all.bN", "if all.bN { runtime.Gosched() }"]),
    "byte": ("", ["bytes[N] = 7", "bytes[N]++", 'copy(bytes[N:N+1], "x")'], ["_ = bytes[N]", "_ = string(bytes[N:N+1])"]),
    "short": ("", ["shorts[N] = 7", "shorts[N]--"], ["_ = shorts[N]"]),
    "element": ("", ["points[N].x = 2", "points[N] = point{1, 2}"], ["_ = points[N].x", "_ = points[N]"]),
    "map": ("var mN = map[int]int{1: 1, 2: 2}", ["mN[3] = 1", "mN[1]++", "delete(mN, 2)"], ["_ = mN[1]", "_ = len(mN)", "for range mN { }"]),
    "slice": ("var sN []int", ["sN = append(sN, 1)", "sN = nil"], ["_ = len(sN)", "for range sN { }"]),
    "string": ("var tN string", ['tN = "abc"', 'tN += "x"'], ["_ = len(tN)", '_ = tN == "q"']),
    "any": ("var iN any = 1", ["iN = 2.5", 'iN = "text"', "iN = point{1, 2}"], ["_, _ = iN.(int)", "_ = iN == nil"]),
    "func": ("var cN = func() {}", ["cN = func() {}"], ["cN()"]),
    "rows": ("", ["rows[N][2] = 4", "rows[N] = [3]int{}"], ["_ = rows[N]", "_ = rows[N][2]"]),
    "complex": ("var zN complex128", ["zN *= 2i", "zN = 1"], ["_ = real(zN)"]),
}
SHARED = {"field": ("fN int32", "fields"), "flag": ("bN bool", "fields")}


class Program:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.globals, self.fields = [], []
        self.bodies = [([], []) for _ in range(self.r.randint(2, 5))]  # what a goroutine does first, and what after it
        self.before, self.after = [], []  # main's, around it all
        self.number = 0
        for _ in range(self.r.randint(3, 9)):
            self.variable()

    def variable(self):
        kind = self.r.choice(sorted(KINDS))
        n, self.number = self.number, self.number + 1
        declared, self.writes, self.reads = KINDS[kind]
        self.n = n
        if declared:
            self.globals.append(self.named(declared))
        if kind in SHARED:
            self.fields.append(self.named(SHARED[kind][0]))
        if self.r.random() < 0.5:
            self.before.append(self.write())
        if self.r.random() < 0.5:
            self.after.append(self.write())
        self.r.choice(WAYS)(self)

    def named(self, text):
        return re.sub("N(?![a-z])", str(self.n), text)

    def write(self):
        return self.named(self.r.choice(self.writes))

    def read(self):
        return self.named(self.r.choice(self.reads))

    def any(self):
        return self.write() if self.r.random() < 0.5 else self.read()

    def use(self, bodies, lines):
        """Somewhere among what these goroutines do, once or in a loop."""
        for body in bodies:
            for _ in range(self.r.randint(1, 2)):
                block = lines()
                if self.r.random() < 0.3:
                    block = "for k := 0; k < %d; k++ {\n%s\n}" % (self.r.randint(2, 6), block)
                body[1].append(block)

    def some(self):
        return self.r.sample(self.bodies, self.r.randint(1, len(self.bodies)))

    def text(self):
        out = ["package main", "", 'import (\n"runtime"\n"sync"\n"sync/atomic"\n"time"\n)', "", "type point struct{ x, y int }"]
        out.append("var all struct {\n%s\n}" % "\n".join(self.fields + ["last int"]))
        size = self.number + 1
        out.append("var bytes = make([]byte, %d)\nvar shorts [%d]int16\nvar points = make([]point, %d)\nvar rows [%d][3]int" % (size, size, size, size))
        out += self.globals
        out.append("func main() {\nvar wg sync.WaitGroup\n_, _, _ = runtime.Gosched, atomic.AddInt32, time.Now")
        out += self.before
        for first, rest in self.bodies:
            self.r.shuffle(rest)
            noise = ["runtime.Gosched()", "_ = make([]int, 100)", "time.Sleep(time.Microsecond)", "runtime.GC()"]
            for _ in range(self.r.randint(0, 2)):
                rest.insert(self.r.randint(0, len(rest)), self.r.choice(noise))
            out.append("wg.Add(1)\ngo func() {\ndefer wg.Done()\n%s\n}()" % "\n".join(first + rest))
        out.append("wg.Wait()")
        out += self.after + ["}", ""]
        return "\n".join(out)


# --- the ways a variable is used. All but raced order its uses.

def mutex(p):
    p.globals.append(p.named("var muN sync.Mutex"))
    p.use(p.some(), lambda: p.named("muN.Lock()\n%s\nmuN.Unlock()") % p.any())


def rwmutex(p):
    p.globals.append(p.named("var rwN sync.RWMutex"))

    def lines():
        if p.r.random() < 0.5:
            return p.named("rwN.RLock()\n%s\nrwN.RUnlock()") % p.read()
        return p.named("rwN.Lock()\n%s\nrwN.Unlock()") % p.write()
    p.use(p.some(), lines)


def semaphore(p):
    p.globals.append(p.named("var semN = make(chan bool, 1)"))
    p.use(p.some(), lambda: p.named("semN <- true\n%s\n<-semN") % p.any())


def token(p):
    p.globals.append(p.named("var tokN = make(chan int, 1)"))
    p.before.append(p.named("tokN <- 1"))
    p.use(p.some(), lambda: p.named("<-tokN\n%s\ntokN <- 1") % p.any())


def spin(p):
    p.globals.append(p.named("var spinN int32"))
    p.use(p.some(), lambda: p.named("for !atomic.CompareAndSwapInt32(&spinN, 0, 1) {\nruntime.Gosched()\n}\n%s\natomic.StoreInt32(&spinN, 0)") % p.any())


def confined(p):
    p.use([p.r.choice(p.bodies)], p.any)


def constant(p):
    p.use(p.some(), p.read)


def once(p):
    p.globals.append(p.named("var onceN sync.Once"))
    p.use(p.some(), lambda: p.named("onceN.Do(func() {\n%s\n})\n%s") % (p.write(), p.read()))


def closed(p):
    p.globals.append(p.named("var doneN = make(chan bool)"))
    owner = p.r.choice(p.bodies)
    owner[0].append("%s\n%s" % (p.write(), p.named("close(doneN)")))
    p.use(p.some(), lambda: p.named("<-doneN\n%s") % p.read())


def published(p):
    p.globals.append(p.named("var readyN atomic.Bool"))
    owner = p.r.choice(p.bodies)
    owner[0].append("%s\n%s" % (p.write(), p.named("readyN.Store(true)")))
    p.use([b for b in p.some() if b is not owner], lambda: p.named("if readyN.Load() {\n%s\n}") % p.read())


def child(p):
    joins = ["done := make(chan bool)\ngo func() {\n%s\ndone <- true\n}()\n<-done", "done := make(chan bool)\ngo func() {\n%s\nclose(done)\n}()\n<-done",
             "done := make(chan bool, 1)\ntime.AfterFunc(time.Microsecond, func() {\n%s\ndone <- true\n})\n<-done",
             "var inner sync.WaitGroup\ninner.Add(1)\ngo func() {\n%s\ninner.Done()\n}()\ninner.Wait()",
             "done := make(chan bool)\ngo func() {\n<-done\n%s\n<-done\n}()\ndone <- true\ndone <- true"]
    p.use([p.r.choice(p.bodies)], lambda: "%s\nfunc() {\n%s\n}()\n%s" % (p.any(), p.r.choice(joins) % p.any(), p.any()))


def ring(p):
    size = p.r.randint(1, 3)
    p.use([p.r.choice(p.bodies)], lambda: (
        "func() {\nfree, full, done := make(chan int, %d), make(chan int, %d), make(chan bool)\nfor k := 0; k < %d; k++ {\nfree <- k\n}\n"
        "go func() {\nfor k := 0; k < 9; k++ {\n<-free\nif k %% %d == 0 {\n%s\n}\nfull <- k\n}\ndone <- true\n}()\n"
        "for k := 0; k < 9; k++ {\nif at := <-full; at %% %d == 0 {\n%s\n}\nfree <- k\n}\n<-done\n}()")
        % (size, size, size, size, p.write(), size, p.any()))


def cond(p):
    p.globals.append(p.named("var cmuN sync.Mutex\nvar condN = sync.NewCond(&cmuN)\nvar turnN int"))
    owner = p.r.choice(p.bodies)
    owner[0].append(p.named("cmuN.Lock()\n%s\nturnN = 1\ncmuN.Unlock()\ncondN.Broadcast()") % p.write())
    p.use([b for b in p.some() if b is not owner], lambda: p.named("cmuN.Lock()\nfor turnN == 0 {\ncondN.Wait()\n}\n%s\ncmuN.Unlock()") % p.any())


def pooled(p):
    p.globals.append(p.named("var poolN = sync.Pool{New: func() any { return new([9]byte) }}"))
    p.use(p.some(), lambda: p.named("func() {\nb := poolN.Get().(*[9]byte)\nb[3]++\npoolN.Put(b)\n}()"))


def stored(p):
    p.globals.append(p.named("var boxN sync.Map"))
    owner = p.r.choice(p.bodies)
    owner[0].append("%s\n%s" % (p.write(), p.named('boxN.Store("k", 1)')))
    p.use([b for b in p.some() if b is not owner], lambda: p.named('if _, ok := boxN.Load("k"); ok {\n%s\n}') % p.read())


def selected(p):
    p.globals.append(p.named("var aN, bN = make(chan int, 1), make(chan int)"))
    p.before.append(p.named("aN <- 1"))
    p.use(p.some(), lambda: p.named("select {\ncase <-aN:\ncase <-bN:\n}\n%s\naN <- 1") % p.any())


# Goroutines that do one thing and end, in a row: the numbers that stand for them in clocks are used again and again.
CROWDS = ["lock.Lock()\n%s\nlock.Unlock()", "for !atomic.CompareAndSwapInt32(&turn, 0, 1) {\nruntime.Gosched()\n}\n%s\natomic.StoreInt32(&turn, 0)",
          "token <- k\n%s\n<-token", "<-next\n%s\nnext <- k"]


def crowd(p):
    p.use([p.r.choice(p.bodies)], lambda: (
        "func() {\nvar many sync.WaitGroup\nvar lock sync.Mutex\nvar turn int32\ntoken, next := make(chan int, 1), make(chan int, 1)\n"
        "_, _, _, _ = &lock, &turn, token, next\nnext <- 1\nfor k := 0; k < %d; k++ {\nk := k\nmany.Add(1)\n"
        "go func() {\ndefer many.Done()\n_ = k\n%s\n}()\n}\nmany.Wait()\n}()") % (p.r.choice([5, 40, 150]), p.r.choice(CROWDS) % p.any()))


# A goroutine that starts one that starts one; %d of them end before the last does something.
CHAIN = ("func() {\ndone := make(chan bool)\nvar step func(k int)\nstep = func(k int) {\nif k == 0 {\n%%s\nclose(done)\nreturn\n}\n%s\ngo step(k - 1)\n}\n"
         "go step(%d)\n<-done\n}()")


def chained(p):
    p.use([p.r.choice(p.bodies)], lambda: CHAIN % (p.r.choice(["", p.any()]), p.r.choice([2, 9, 60])) % p.any())


# What orders nothing, around an access of a variable that is raced for.
HIDING = ["%s", "muN.Lock()\n%s\nmuN.Unlock()", "rwN.RLock()\n%s\nrwN.RUnlock()", "atomic.LoadInt32(&orderN)\n%s\natomic.LoadInt32(&orderN)",
          "atomic.CompareAndSwapInt32(&orderN, 7, 8)\n%s\natomic.CompareAndSwapInt32(&orderN, 7, 8)",
          "select {\ncase <-noneN:\ndefault:\n}\n%s\n_ = len(noneN)", "runtime.GC()\n%s\nruntime.GC()", "time.Sleep(time.Microsecond)\n%s",
          "func() {\nvar many sync.WaitGroup\nfor k := 0; k < 40; k++ {\nmany.Add(1)\ngo many.Done()\n}\nmany.Wait()\n}()\n%s",
          "for k := 0; k < 300; k++ {\n_ = make([]int, k)\n}\n%s", CHAIN % ("", 3), CHAIN % ("_ = make([]int, k)", 50),
          "func() {\nvar many sync.WaitGroup\nvar lock sync.Mutex\nvar sum int32\nfor k := 0; k < 70; k++ {\nmany.Add(1)\n"
          "go func() {\nlock.Lock()\nlock.Unlock()\natomic.AddInt32(&sum, 1)\nmany.Done()\n}()\n}\nmany.Wait()\n}()\n%s",
          "func() {\ndefer func() { recover() }()\n%s\n}()"]


def raced(p):
    one, other = p.r.sample(p.bodies, 2)
    mark = p.named(" // race: vN")
    lines = [p.write() + mark, p.any() + mark]
    if p.r.random() < 0.7:  # a mutex on one side only
        p.globals.append(p.named("var muN sync.Mutex\nvar rwN sync.RWMutex\nvar orderN int32\nvar noneN chan int"))
        hiding = [p.named(p.r.choice(HIDING)), p.named(p.r.choice([h for h in HIDING if "mu" not in h]))]
        lines = [h.replace("%s", line) for h, line in zip(hiding, lines)]
    p.r.shuffle(lines)
    one[0].insert(0, lines[0])
    other[0].insert(0, lines[1])


WAYS = [mutex, rwmutex, semaphore, token, spin, confined, constant, once, closed, published, child, ring, cond, pooled, stored, selected, crowd, chained,
        raced, raced, raced, raced, raced]


def wrong(marked, status, pairs, unknown):
    problems = races.judge(marked, pairs, unknown)
    if status != (66 if marked else 0):
        problems.append("status %d" % status)
    return problems


def one(opt, seed):
    """What went wrong with the program of this seed: [(how it was run, problems)]."""
    text = Program(seed).text()
    folder = tempfile.mkdtemp(prefix="gol-racefuzz-")
    path = os.path.join(folder, "prog.go")
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    marked, found = Expectation(text).races, []
    if opt.go:
        env = dict(os.environ, GO111MODULE="off", GOFLAGS="", CGO_ENABLED="1")
        built = subprocess.run(["go", "build", "-race", "-o", "prog", "prog.go"], cwd=folder, env=env, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, check=False)
        if built.returncode:
            return [("go build", [built.stdout.decode("utf-8", "replace")])]
        r = run([os.path.join(folder, "prog")], 30, env={"GORACE": GORACE})
        found.append(("go", wrong(marked, r.status, races.of_go(r.err.decode("utf-8", "replace"), "prog.go"), True)))
    for flags in MODES:
        r = run([opt.gol, "run", "-race=on", "-lang=go1.21"] + flags + [path], 30 * opt.slowness)
        text = r.err.decode("utf-8", "replace")
        problems = ["%s\n%s" % (r.trouble(), text[:6000])] if r.trouble() else wrong(marked, r.status, races.of_text(text, "prog.go"), False)
        found.append((" ".join(flags), problems))
    os.remove(path)
    subprocess.run(["rm", "-rf", folder], check=False)
    return [f for f in found if f[1]]


def main():
    p = fuzz.arguments(__doc__, "racefuzz")
    p.add_argument("--count", type=int, default=200)
    p.add_argument("--go", action="store_true", help="Go's race detector must agree with the marks")
    p.add_argument("--all", action="store_true", help="keep every program")
    opt = parse(p)
    seeds, bad = range(opt.seed, opt.seed + opt.count), 0
    with concurrent.futures.ThreadPoolExecutor(opt.jobs) as pool:
        for seed, found in zip(seeds, pool.map(lambda s: one(opt, s), seeds)):
            bad += bool(found)
            if found or opt.all:
                kept = fuzz.keep(opt, "%d.go" % seed, Program(seed).text())
            for how, problems in found:
                print("%s: %s: %s" % (kept, how, "; ".join(problems)), flush=True)
    print("racefuzz: %d programs, %d runs" % (opt.count, opt.count * len(MODES)))
    return fuzz.end(opt.count - bad, bad)


if __name__ == "__main__":
    sys.exit(main())
