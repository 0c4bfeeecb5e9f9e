#!/usr/bin/env python3
"""make verdictfuzz: damaged programs that gol and Go must both take, or both refuse.

usage: verdictfuzz.py [--gol PATH] [--count N] [--seed N] [--jobs N] [--other DIR] [--keep DIR] [FILTER...]

Every mutant is a valid program of tests/lang (or of --other, for instance Go's own tests) with one or two changes that leave it a program for the most part: a name
becomes another name of the same file, a type another type, an operator another one, a literal another one; tokens and lines go, come twice, change
places. Go's type checker (tests/tools/typecheck.go, built once) and `gol check -lang=go1.21` give their verdicts, which must be the same. A mutant about
which they differ stays in build/verdictfuzz, with both verdicts at its end. The same seed makes the same mutants. The last line is `N passed, N failed`.
"""
import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import fuzz
from common import ROOT, diagnostics, find_files, parse, run, without_go
from mutants import TOKEN

KEYWORDS = set("break case chan const continue default defer else fallthrough for func go goto if import interface map package range return "
               "select struct switch type var".split())
TYPES = ("int int8 uint8 int64 uint uint64 float64 float32 string bool byte rune error any complex128 []int []byte []string map[string]int "
         "*int func() func(int)int chan(int) <-chan(int) chan<-(int) struct{} [3]int [2]string [0]int uintptr [...]int "
         "interface{M()} ~int comparable []any *string").split()
LITERALS = ('0 1 -1 2 3 1.5 1e3 "s" \'x\' nil true false 1<<40 1i 256 128 -129 65536 1e100 [3]int{1,2,3} []int{1} map[string]int{} struct{}{} func(){} iota '
            "'\\xff' 07 0x1p4 len(\"abc\") (1) 1<<63 .5 int8(1) float64(2) uint(1)").split()
OPERATORS = "+ - * / % & | ^ &^ << >> == != < <= > >= && ||".split()
ASSIGNS = "= := += -= *= /= %= &= |= ^= <<= >>= &^=".split()
BUILTINS = "len cap append copy delete make new panic print println real imag complex close recover".split()
NAME = re.compile(r"[A-Za-z_]\w*$")


def parts_of(text):
    return [t.decode("utf-8", "surrogateescape") for t in TOKEN.findall(text.encode("utf-8", "surrogateescape"))]


def mutate(rng, text):
    for _ in range(rng.choice((1, 1, 1, 2))):
        parts = parts_of(text)
        solid = [i for i, t in enumerate(parts) if t.strip() and not t.startswith(("//", "/*"))]
        names = [i for i in solid if NAME.match(parts[i]) and parts[i] not in KEYWORDS]
        kind = rng.randrange(22)
        i, j = rng.choice(solid), rng.choice(solid)
        if kind <= 4 and names:      # another name of the file, near ones more often
            i = rng.choice(names)
            k = names.index(i)
            near = names[max(0, k - 30):k + 30] if rng.random() < 0.7 else names
            parts[i] = parts[rng.choice(near)]
        elif kind <= 6 and names:
            typed = [k for k in names if parts[k] in TYPES]
            if typed:
                parts[rng.choice(typed)] = rng.choice(TYPES)
            else:
                parts[rng.choice(names)] = rng.choice(TYPES)
        elif kind <= 8:
            where = [k for k in solid if parts[k][0].isdigit() or parts[k][0] in "\"'`"]
            if where:
                parts[rng.choice(where)] = rng.choice(LITERALS)
        elif kind == 9 and names:
            parts[rng.choice(names)] = rng.choice(LITERALS)
        elif kind == 10:
            where = [k for k in solid if parts[k] in OPERATORS]
            if where:
                parts[rng.choice(where)] = rng.choice(OPERATORS)
        elif kind == 11:
            where = [k for k in solid if parts[k] in ASSIGNS]
            if where:
                parts[rng.choice(where)] = rng.choice(ASSIGNS)
        elif kind == 12:
            parts[i] = rng.choice(["&", "*", "!", "-", "<-", "^", "...", "+"]) + parts[i]
        elif kind == 13:
            where = [k for k in solid if parts[k] in ("&", "*", "!", "-", "<-", "^", "...", "+")]
            if where:
                del parts[rng.choice(where)]
        elif kind == 14:
            del parts[i]
        elif kind == 15:
            parts.insert(i, parts[j])
        elif kind == 16:
            parts[i], parts[j] = parts[j], parts[i]
        elif kind == 17 and names:
            i = rng.choice(names)
            parts[i] = rng.choice(["%s()", "%s[0]", "%s.x", "%s.(int)", "(%s)", "*%s", "&%s", "[]%s{}", "%s{}", "len(%s)", "%s...", "func(){%s()}", "%s, %s",
                                   "string(%s)", "int(%s)", "%s == nil", "%s[1:]", "[2]%s{}", "map[%s]int{}", "%s[int]", "new(%s)", "<-%s", "chan %s",
                                   "any(%s)", "append(%s, 1)", "-%s", "!%s", "%s + 1", "%s << 1", "const_", "%s[:]", "%s.String()", "_"]).replace("%s", parts[i])
        elif kind == 18 and names:
            parts[rng.choice(names)] = rng.choice(BUILTINS)
        else:
            lines = text.split("\n")
            body = [k for k, line in enumerate(lines) if line.strip() and line.count("{") == line.count("}") and not line.startswith(("import", "package"))]
            if not body:
                return text
            a, b = rng.choice(body), rng.choice(body)
            if kind == 19:
                del lines[a]
            elif kind == 20:
                lines.insert(b, lines[a])
            else:
                lines[a], lines[b] = lines[b], lines[a]
            text = "\n".join(lines)
            continue
        text = "".join(parts)
    return text


class Checker:
    """Go's type checker, a process that answers one path with one line."""

    def __init__(self):
        tool = os.path.join(ROOT, "build", "tools", "typecheck")
        source = os.path.join(ROOT, "tests", "tools", "typecheck.go")
        if not os.path.exists(tool) or os.path.getmtime(tool) < os.path.getmtime(source):
            os.makedirs(os.path.dirname(tool), exist_ok=True)
            subprocess.run(["go", "build", "-o", tool, source], check=True, env=dict(os.environ, GO111MODULE="off", GOFLAGS=""))
        self.child = subprocess.Popen([tool], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.lock = threading.Lock()

    def ask(self, path):
        with self.lock:
            self.child.stdin.write(path.encode() + b"\n")
            self.child.stdin.flush()
            return self.child.stdout.readline().decode("utf-8", "replace").strip()

    def end(self):
        self.child.stdin.close()
        self.child.wait()


# What LANGUAGE.md allows: later versions of the language, keyword types, standard packages that gol has none of.
ALLOWED_GO = re.compile(r"could not import|undeclared name: (min|max|clear|mutex|rwmutex|waitgroup|once)\b|requires go1|panic |"
                        r"does not (implement|satisfy) comparable")
ALLOWED_GOL = re.compile(r"no package|is not a package of gol|unsafe|has no package|constant .*too (large|big)")


def sources_of(opt):
    if opt.other:
        found = fuzz.go_programs(opt.other, 12000)
    else:
        found = [os.path.join(ROOT, f) for f in find_files(["tests/lang", "examples"], ".gol")]
    texts = []
    for path in found:
        if opt.filter and not any(f in path for f in opt.filter):
            continue
        with open(path, encoding="utf-8", errors="surrogateescape") as f:
            text = f.read()
        if re.search(r"^package main\b", text, re.M) and "\nimport \"C\"" not in text and "unsafe" not in text:
            texts.append((path, text))
    return texts


def main():
    p = fuzz.arguments(__doc__, "verdictfuzz", "filter")
    p.add_argument("--count", type=int, default=2000)
    p.add_argument("--other", help="a folder of .go programs to damage instead")
    opt = parse(p)
    if without_go("verdictfuzz"):
        return 0
    folder = tempfile.mkdtemp(prefix="gol-verdictfuzz-")
    checker = Checker()
    tally = {"passed": 0, "failed": 0, "accepted": 0}
    file = os.path.join(folder, "probe.go")

    def verdicts(text, path):
        with open(path, "w", encoding="utf-8", errors="surrogateescape") as f:
            f.write(text)
        go = checker.ask(path)
        r = run([opt.gol, "check", "-lang=go1.21", "-warnings=off", path], 20)
        errors = [d for d in diagnostics(r.err) if d[0] == "error"]
        gol = r.trouble() or ("ok" if r.status == 0 else "no " + "; ".join("%d: %s %s" % d[1:] for d in errors[:3]) if errors else "status %s" % r.status)
        return go, gol

    sources = []
    for path, text in sources_of(opt):  # only what both take as it stands
        if verdicts(text, file) == ("ok", "ok"):
            sources.append((path, text))

    def one(number):
        rng = fuzz.numbered(opt.seed, number)
        path, text = rng.choice(sources)
        head, clause, rest = text.partition("package main\n")  # without its clause it would be a script
        mutant = head + clause + mutate(rng, rest)
        at = os.path.join(folder, "m%d.go" % number)
        go, gol = verdicts(mutant, at)
        os.remove(at)
        return number, path, mutant, go, gol

    with concurrent.futures.ThreadPoolExecutor(opt.jobs) as pool:
        for number, path, mutant, go, gol in pool.map(one, range(opt.count)):
            same = (go == "ok") == (gol == "ok") and not gol.startswith(("status", "no end", "killed", "a sanit"))
            if same or ALLOWED_GO.search(go) or ALLOWED_GOL.search(gol):
                tally["passed"] += 1
                tally["accepted"] += go == "ok"
                continue
            tally["failed"] += 1
            kept = fuzz.keep(opt, "%d-%d-%s" % (opt.seed, number, os.path.basename(path)), "%s\n// Go:  %s\n// gol: %s\n" % (mutant, go, gol))
            print("DIFFERS  %s\n      Go:  %s\n      gol: %s" % (kept, go, gol), flush=True)
    checker.end()
    shutil.rmtree(folder)
    print("%d mutants of %d programs, %d of them still programs" % (opt.count, len(sources), tally["accepted"]))
    return fuzz.end(tally["passed"], tally["failed"])


if __name__ == "__main__":
    sys.exit(main())
