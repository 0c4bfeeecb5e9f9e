#!/usr/bin/env python3
"""make mutants: damaged copies of the examples, fed to the compiler.

usage: mutants.py [--gol PATH] [--count N] [--seed N] [--jobs N] [--command C] [--run] [--other DIR] [--keep DIR] [FILTER...]

Every mutant is one program of examples/ or tests/lang with one to four changes: tokens or lines left out, doubled, swapped or
taken from another program, numbers, operators and names exchanged, bytes flipped, garbage put in, the end cut off, brackets nested deeply. `gol check` must give a verdict
(status 0, 1, or 64 for what is no text any more) within 5 s: a signal, a sanitizer's report, status 70 or a hang is a failure, and
the mutant is kept in build/mutants. --run runs those that still compile, for at most a second. The same seed
makes the same mutants. The last line is `N passed, N failed`.
"""
import os
import queue
import re
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import fuzz
from common import ROOT, SANITIZER, find_files, parse

TOKEN = re.compile(rb'"(?:\\.|[^"\\\n])*"|`[^`]*`|\'(?:\\.|[^\'\\\n])*\'|//[^\n]*|/\*.*?\*/|[A-Za-z_]\w*|\d[\w.]*|'
                   rb"<-|:=|\.\.\.|&\^=?|<<=?|>>=?|[-+*/%&|^=!<>]=|&&|\|\||\+\+|--|\s+|.", re.S)
GARBAGE = [b"func", b"{", b"}", b"(", b")", b"[", b"]", b"<-", b"chan", b"go", b"defer", b"select", b"case", b"type", b"interface{",
           b"struct{", b"map[", b"...", b":=", b"=", b".", b",", b";", b"0x", b"1e999", b"1e-999999", b"'", b'"', b"`", b"\\", b"/*", b"//", b"~",
           b"[T any]", b"0b", b"9" * 60, b"1<<63", b"-1", b"\xff", b"\xe2\x82", b"\xf0\x9f\x98\x80", b"_", b"range", b"goto L", b"L:",
           b"switch", b"fallthrough", b"return", b"var", b"const", b"iota", b"nil", b"len", b"append(", b"make(", b"new(", b"x.(type)",
           b"import \"nope\"", b"package p", b"&", b"*", b"**", b"!", b"func(){}()", b"[]int{1,2}", b"<-<-c", b"chan<- chan int", b"\x01"]


def tokens(text):
    return TOKEN.findall(text)


SWAPS = [b"+", b"-", b"*", b"/", b"%", b"&", b"|", b"^", b"<<", b">>", b"==", b"!=", b"<", b"<=", b">", b">=", b"&&", b"||", b"+=", b"-=", b"++", b"--"]
NUMBERS = [b"0", b"1", b"2", b"3", b"-1", b"7", b"100", b"255", b"1000", b"65536", b"1<<31", b"1<<62", b"0.5"]


def gently(rng, text):
    """One change that many programs survive: a number, an operator or a name becomes another one, a statement moves or goes."""
    parts = tokens(text)
    kind = rng.randrange(4)
    names = [i for i, t in enumerate(parts) if re.fullmatch(rb"[A-Za-z_]\w*", t) and t not in (b"package", b"main", b"import", b"func")]
    if kind == 0:
        where = [i for i, t in enumerate(parts) if t[:1].isdigit()]
        if where:
            parts[rng.choice(where)] = rng.choice(NUMBERS)
    elif kind == 1:
        where = [i for i, t in enumerate(parts) if t in SWAPS]
        if where:
            parts[rng.choice(where)] = rng.choice(SWAPS)
    elif kind == 2 and names:
        parts[rng.choice(names)] = parts[rng.choice(names)]
    else:
        lines = text.split(b"\n")
        whole = [i for i, line in enumerate(lines) if line[:1] == b"\t" and line.count(b"{") == line.count(b"}")]
        if whole:
            i, j = rng.choice(whole), rng.choice(whole)
            if rng.randrange(2):
                del lines[i]
            else:
                lines[i], lines[j] = lines[j], lines[i]
        return b"\n".join(lines)
    return b"".join(parts)


def mutate(rng, text, others):
    if rng.randrange(2):
        return gently(rng, text)
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 4))):
        kind = rng.randrange(14)
        if kind <= 5:
            parts = tokens(text)
            solid = [i for i, t in enumerate(parts) if t.strip()]
            if not solid:
                return text
            i, j = rng.choice(solid), rng.choice(solid)
            if kind == 0:
                del parts[i]
            elif kind == 1:
                parts.insert(i, parts[i])
            elif kind == 2:
                parts[i], parts[j] = parts[j], parts[i]
            elif kind == 3:
                parts[i] = parts[j]
            elif kind == 4:
                parts.insert(i, b" " + rng.choice(GARBAGE) + b" ")
            else:
                other = tokens(rng.choice(others))
                k = rng.randrange(len(other))
                parts[i:i + rng.randrange(6)] = other[k:k + rng.randrange(1, 12)]
            text = b"".join(parts)
        elif kind <= 9:
            lines = text.split(b"\n")
            i, j = rng.randrange(len(lines)), rng.randrange(len(lines))
            if kind == 6:
                del lines[i]
            elif kind == 7:
                lines.insert(j, lines[i])
            elif kind == 8:
                lines[i], lines[j] = lines[j], lines[i]
            else:
                lines[i:i] = rng.choice(others).split(b"\n")[:rng.randrange(1, 8)]
            text = b"\n".join(lines)
        elif kind == 10 and text:
            i = rng.randrange(len(text))
            text = text[:i] + bytes([text[i] ^ 1 << rng.randrange(8)]) + text[i + 1:]
        elif kind == 11:
            text = text[:rng.randrange(len(text) + 1)]
        elif kind == 12 and text:
            i = rng.randrange(len(text))
            text = text[:i] + bytes(rng.randrange(1, 256) for _ in range(rng.randrange(1, 5))) + text[i:]
        else:
            i = rng.randrange(len(text) + 1)
            text = text[:i] + rng.choice((b"(", b"[", b"{", b"[]", b"*", b"<-", b"func(", b"!", b"-", b"chan ", b"if x {", b"struct{a ",
                                          b"interface{f(", b"f(g", b"a.", b"map[int]")) * rng.choice((5, 50, 2000)) + text[i:]
    return text


def main():
    p = fuzz.arguments(__doc__, "mutants", "filter")
    p.add_argument("--count", type=int, default=10000)
    p.add_argument("--limit", type=float, default=5)
    p.add_argument("--command", default="check", help="what gol does with a mutant: check, or \"dump ast\"")
    p.add_argument("--run", action="store_true")
    p.add_argument("--other", help="a folder of other .go programs to damage instead of the examples")
    opt = parse(p)
    sources = []
    if opt.other:
        found = fuzz.go_programs(opt.other, 20000)
    else:
        found = find_files(["examples", "tests/lang"], ".gol")
    for path in found:
        if not opt.filter or any(f in path for f in opt.filter):
            with open(os.path.join(ROOT, path), "rb") as f:
                sources.append((path, f.read()))
    if not sources:
        print("mutants: no examples")
        return 1
    texts = [s[1] for s in sources if s[1]]
    work = queue.Queue(maxsize=64)
    lock = threading.Lock()
    tally = {"passed": 0, "failed": 0, "compiled": 0}
    env = dict(os.environ, ASAN_OPTIONS="detect_leaks=0", NO_COLOR="1")

    def attempt(argv, limit):
        with tempfile.TemporaryFile() as err:
            child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=err, env=env, start_new_session=True)
            try:
                status = child.wait(timeout=limit)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
                status = None
            err.seek(0)
            return status, err.read(20000)

    def worker(file):
        while True:
            item = work.get()
            if item is None:
                return
            number, path, text = item
            with open(file, "wb") as f:
                f.write(text)
            status, err = attempt([opt.gol] + opt.command.split() + [file], opt.limit)
            why = None
            if status is None:
                why = "no verdict within %g s" % opt.limit
            elif status < 0:
                why = "killed by signal %d" % -status
            elif SANITIZER.search(err):
                why = "a sanitizer or gol itself reports a bug"
            elif status not in (0, 1, 64):
                why = "status %d" % status
            elif status and not err:
                why = "status %d without a word" % status
            elif status == 0 and opt.run:
                status, err = attempt([opt.gol, "run", "-timeout", "1s", "-max-heap", "200M", file], 10)
                if status is None or status < 0 or status == 70 or SANITIZER.search(err):
                    why = "when run: " + ("no end" if status is None else "status %d" % status)
            with lock:
                tally["passed" if why is None else "failed"] += 1
                tally["compiled"] += status == 0
                if why:
                    kept = fuzz.keep(opt, "%d-%d-%s" % (opt.seed, number, os.path.basename(path)), text)
                    print("FAIL  %s: %s\n      %s" % (kept, why, fuzz.shown(err[:600])), flush=True)

    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="gol-mutants-") as folder:
        threads = [threading.Thread(target=worker, args=(os.path.join(folder, "m%d.gol" % i),)) for i in range(opt.jobs)]
        for t in threads:
            t.start()
        for number in range(opt.count):
            rng = fuzz.numbered(opt.seed, number)
            path, text = rng.choice(sources)
            work.put((number, path, mutate(rng, text, texts)))
        for _ in threads:
            work.put(None)
        for t in threads:
            t.join()
    print("%d mutants of %d programs in %.0f s; %d still compiled" % (opt.count, len(sources), time.monotonic() - start, tally["compiled"]))
    return fuzz.end(tally["passed"], tally["failed"])


if __name__ == "__main__":
    sys.exit(main())
