#!/usr/bin/env python3
"""make lockfuzz: random programs that take locks inside each other: in one order, or so that the other order can do no harm, or wrongly.

usage: lockfuzz.py [--gol PATH] [--count N] [--seed S] [--jobs N] [--keep DIR]

A program has some scenes. In a scene goroutines nest locks of all sorts (variables, fields, elements, embedded, readers' and writers', through an interface, in a method that calls
back), and count under them. The locks of most scenes can never be waited for in a circle: they are taken in one order; or both orders happen under one outer lock, in one goroutine,
one after the other with something that orders them, or with TryLock. Of such a program nothing may be said, no lock order and no race. In every third program one scene is wrong: a
circle of two or three, an outer lock that is not the same one, that is only read, or that is given back too early. Then gol must say so in that one run.

A program that went wrong stays in build/lockfuzz. The last line is `N passed, N failed`.
"""
import concurrent.futures
import os
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import fuzz
from common import parse, run

DECLARED = """package main

import (
	"fmt"
	"sync"
	"time"
)

type plain struct {
	name string
	mu   sync.Mutex
	n    int
}

func (p *plain) with(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f()
}

type embedding struct {
	sync.RWMutex
	n int
}
type nested struct {
	rows [2]struct{ inner plain }
}

var _ = time.Now
"""

# How a lock is made: declarations at package level, statements before the goroutines, and what it is then. # is a number of its own.
KINDS = [
    ("var l# sync.Mutex", "", "l#"), ("var l# [4]sync.Mutex", "", "l#[2]"), ("var l# plain", "", "l#.mu"), ("var l# nested", "", "l#.rows[1].inner.mu"),
    ("", "var l# sync.Mutex", "l#"), ("", "l# := new(sync.Mutex)", "l#"), ("", "l# := &plain{}", "l#.mu"), ("", "l# := make([]plain, 3)", "l#[1].mu"),
    ("", "l# := &embedding{}", "l#"), ("", "var l# sync.RWMutex", "l#"), ("", "l# := sync.Locker(new(sync.Mutex))", "l#"), ("", "l# := map[string]*sync.Mutex{\"k\": {}}", "l#[\"k\"]"),
    ("", "l# := sync.NewCond(new(sync.Mutex)).L", "l#"), ("", "l# := [2]*plain{{}, {}}", "l#[0].mu"),
]
READABLE = [k for k in KINDS if "embedding" in k[1] or "RWMutex" in k[1]]
TRIED = [k for k in KINDS if "Locker" not in k[1] and "Cond" not in k[1]]


class Scene:
    def __init__(self, rng, n):
        self.rng, self.n, self.locks = rng, n, 0
        self.package, self.before, self.goroutines, self.phases = [], [], [], []

    def lock(self, kinds=KINDS):
        kind = self.rng.choice(kinds)
        number = "%d_%d" % (self.n, self.locks)
        self.locks += 1
        declared, before, name = (part.replace("#", number) for part in kind)
        self.package += [declared] if declared else []
        self.before += [before, "_ = &l" + number] if before else []  # (not every scene uses all of its locks)
        self.package.append("var c%s int" % number)
        return name, "c" + number

    def count(self, locks):
        return "; ".join("%s++" % c for _, c in locks)

    def nest(self, locks, take="Lock", give="Unlock"):
        """Takes these, each inside the one before, counts, and gives them back in some way."""
        names = [name for name, _ in locks]
        how = self.rng.randrange(4)
        if how == 0:
            return "func() { %s; %s }()" % ("; ".join("%s.%s(); defer %s.%s()" % (x, take, x, give) for x in names), self.count(locks))
        if how == 1:
            return "; ".join(["%s.%s()" % (x, take) for x in names] + [self.count(locks)] + ["%s.%s()" % (x, give) for x in reversed(names)])
        if how == 2:
            return "; ".join(["%s.%s()" % (x, take) for x in names] + [self.count(locks)] + ["%s.%s()" % (x, give) for x in names])
        text = self.count(locks)
        for x in reversed(names):
            if x.endswith(".mu") and take == "Lock":
                text = "%s.with(func() { %s })" % (x[:-3], text)
            else:
                text = "%s.%s(); %s; %s.%s()" % (x, take, text, x, give)
        return text

    def go(self, text, times=None):
        times = times or self.rng.choice([1, 1, 3])
        self.goroutines.append("for i := 0; i < %d; i++ { %s }" % (times, text) if times > 1 else text)

    def next_phase(self):
        self.phases.append(self.goroutines)
        self.goroutines = []

    def source(self):
        self.next_phase()
        out = ["%s\nfunc scene%d() {" % ("\n".join(self.package), self.n)] + ["\t" + b for b in self.before]
        for goroutines in self.phases:
            joined = self.rng.randrange(3)
            if joined == 0:
                out += ["\t{", "\t\tvar wg sync.WaitGroup", "\t\twg.Add(%d)" % len(goroutines)]
                out += ["\t\tgo func() {\n\t\t\tdefer wg.Done()\n\t\t\t%s\n\t\t}()" % g for g in goroutines] + ["\t\twg.Wait()", "\t}"]
            elif joined == 1:
                out += ["\t{", "\t\tdone := make(chan bool%s)" % self.rng.choice(["", ", 9"])]
                out += ["\t\tgo func() {\n\t\t\t%s\n\t\t\tdone <- true\n\t\t}()" % g for g in goroutines] + ["\t\tfor i := 0; i < %d; i++ {\n\t\t\t<-done\n\t\t}" % len(goroutines), "\t}"]
            else:
                ends = ["e%d" % i for i in range(len(goroutines))]
                out += ["\t{"] + ["\t\t%s := make(chan struct{})" % e for e in ends]
                out += ["\t\tgo func() {\n\t\t\tdefer close(%s)\n\t\t\t%s\n\t\t}()" % (e, g) for e, g in zip(ends, goroutines)] + ["\t\t<-" + e for e in ends] + ["\t}"]
        return "\n".join(out + ["}\n"])


def some(s, most, kinds=KINDS):
    return [s.lock(kinds) for _ in range(s.rng.randint(2, most))]


def one_order(s):
    locks = some(s, 4)
    for _ in range(s.rng.randint(2, 4)):
        s.go(s.nest(sorted(s.rng.sample(locks, s.rng.randint(2, len(locks))), key=locks.index)))


def hand_over_hand(s):
    a, b, c = (s.lock() for _ in range(3))
    for _ in range(2):
        s.go("%s.Lock(); %s++; %s.Lock(); %s++; %s.Unlock(); %s.Lock(); %s++; %s.Unlock(); %s.Unlock()" % (a[0], a[1], b[0], b[1], a[0], c[0], c[1], b[0], c[0]))


def under_a_gate(s):
    gate, a, b = s.lock(), s.lock(), s.lock()
    s.go(s.nest([gate, a, b]))
    s.go(s.nest([gate, b, a]))


def under_a_token(s):
    a, b = s.lock(), s.lock()
    s.before.append("token%d := make(chan int, 1)" % s.n)
    for pair in ([a, b], [b, a]):
        s.go("token%d <- 1; %s; <-token%d" % (s.n, s.nest(pair), s.n))


def under_a_reader_and_a_writer(s):
    gate, a, b = s.lock(READABLE), s.lock(), s.lock()
    s.go("%s.RLock(); %s; %s.RUnlock()" % (gate[0], s.nest([a, b]), gate[0]))
    s.go("%s.Lock(); %s; %s.Unlock()" % (gate[0], s.nest([b, a]), gate[0]))


def alone(s):
    a, b = s.lock(), s.lock()
    s.go(s.nest([a, b]) + "; " + s.nest([b, a]))


def one_after_the_other(s):
    a, b = s.lock(), s.lock()
    s.go(s.nest([a, b]))
    s.next_phase()
    s.go(s.nest([b, a]))


def in_turns(s):
    a, b = s.lock(), s.lock()
    s.before.append("turn%d := make(chan int%s)" % (s.n, s.rng.choice(["", ", 1"])))
    s.go("%s; turn%d <- 1" % (s.nest([a, b]), s.n), 1)
    s.go("<-turn%d; %s" % (s.n, s.nest([b, a])), 1)


def tried(s):
    a, b = s.lock(TRIED), s.lock(TRIED)
    s.go(s.nest([a, b]))
    s.go("%s.Lock(); if %s.TryLock() { %s++; %s++; %s.Unlock() }; %s.Unlock()" % (b[0], a[0], a[1], b[1], a[0], b[0]))


def each_its_own(s):
    for _ in range(3):
        a, b = s.lock(), s.lock()
        s.go(s.nest(s.rng.choice([[a, b], [b, a]])))


def readers_in_one_order(s):
    a, b = s.lock(READABLE), s.lock(READABLE)
    read = "_ = %s; _ = %s" % (a[1], b[1])
    for _ in range(3):
        s.go("%s.RLock(); %s.RLock(); %s; %s.RUnlock(); %s.RUnlock()" % (a[0], b[0], read, b[0], a[0]))
    s.go(s.nest([a, b]))


def never_inside(s):
    a, b = s.lock(), s.lock()
    s.go(s.nest([a]) + "; " + s.nest([b]))
    s.go(s.nest([b]) + "; " + s.nest([a]))


def wrong_circle(s):
    locks = some(s, 3)
    for i in range(len(locks)):
        s.go(s.nest([locks[i], locks[(i + 1) % len(locks)]]))


def wrong_gates(s):
    a, b = s.lock(), s.lock()
    s.go(s.nest([s.lock(), a, b]))
    s.go(s.nest([s.lock(), b, a]))


def wrong_gate_is_read(s):
    gate, a, b = s.lock(READABLE), s.lock(), s.lock()
    for pair in ([a, b], [b, a]):
        s.go("%s.RLock(); %s; %s.RUnlock()" % (gate[0], s.nest(pair), gate[0]))


def wrong_gate_is_given_back(s):
    gate, a, b = s.lock(), s.lock(), s.lock()
    for x, y in ((a, b), (b, a)):
        s.go("%s.Lock(); %s.Lock(); %s.Unlock(); %s++; %s.Lock(); %s++; %s.Unlock(); %s.Unlock()" % (gate[0], x[0], gate[0], x[1], y[0], y[1], y[0], x[0]))


def wrong_first_time_only(s):
    a, b = s.lock(), s.lock()
    s.go(s.nest([a, b]) + "; " + s.nest([b]), 1)
    s.go(s.nest([a]) + "; " + s.nest([b, a]), 1)


RIGHT = [one_order, hand_over_hand, under_a_gate, under_a_token, under_a_reader_and_a_writer, alone, one_after_the_other, in_turns, tried, each_its_own, readers_in_one_order, never_inside]
WRONG = [wrong_circle, wrong_gates, wrong_gate_is_read, wrong_gate_is_given_back, wrong_first_time_only]


def program(rng, is_wrong):
    kinds = [rng.choice(RIGHT) for _ in range(rng.randint(1, 5))]
    if is_wrong:
        kinds.insert(rng.randint(0, len(kinds)), rng.choice(WRONG))
    out = [DECLARED]
    for n, kind in enumerate(kinds):
        s = Scene(rng, n)
        kind(s)
        out.append("// %s\n%s" % (kind.__name__, s.source()))
    return "\n".join(out) + "func main() {\n%s\tfmt.Println(\"done\")\n}\n" % "".join("\tscene%d()\n" % n for n in range(len(kinds)))


def wrong(r, is_wrong):
    """Why the run is not as it must be; empty: it is."""
    why = r.trouble()
    if why:
        return why
    if r.status in (1, 64):
        return "it does not compile"
    if is_wrong:
        told = b"could deadlock" in r.err or b"deadlock!" in r.err or b"can never run again" in r.err
        return "" if told and b"data race" not in r.err else "nothing was said of it" if not told else "a race was made up"
    return "" if r.status == 0 and not r.err and r.out == b"done\n" else "status %s, and something was said" % r.status


def main():
    p = fuzz.arguments(__doc__, "lockfuzz")
    p.add_argument("--count", type=int, default=300)
    opt = parse(p)
    folder = tempfile.mkdtemp(prefix="gol-lockfuzz-")
    failed = 0

    def one(number):
        rng = fuzz.numbered(opt.seed, number)
        is_wrong = number % 3 == 2
        text = program(rng, is_wrong)
        path = os.path.join(folder, "l%d.gol" % number)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        flags = rng.choice([["-workers", "1"], ["-workers", "2"], ["-workers", "8"], ["-seed", str(number)], ["-seed", str(number), "-strategy", "random"], ["-perturb", str(number)]])
        r = run([opt.gol, "run", "-warnings=off"] + flags + [path], 20 * opt.slowness)
        os.remove(path)
        return number, text, flags, r, wrong(r, is_wrong)

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
