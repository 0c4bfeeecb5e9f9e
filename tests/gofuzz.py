#!/usr/bin/env python3
"""make gofuzz: random programs, in gol and in Go, which must do the same.

usage: gofuzz.py [--gol PATH] [--count N] [--seed S] [--library] [--programs] [--batch N] [--jobs N] [--modes fast|all] [--keep DIR] [-v] [SEED...]

Two kinds. A random program (tests/gofuzz_program.py says of what it is made) always ends and does the same in every run; it is compiled with Go, many at once, and run by gol with
and without checks, with 1 and 2 workers. And the programs of tests/gofuzz/: each calls parts of the library with arguments that follow from a seed and prints what comes out, so
that one compilation serves for any number of calls. Standard output, the exit status and the first line of a panic must be the same. A random program that differs is made smaller,
line by line, as long as it differs, and stays in build/gofuzz; of a library program the lines that differ are shown. SEED... are single programs to try again. The same seed makes the
same programs. The last line is `N passed, N failed`.
"""
import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import fuzz
from common import ROOT, parse, run, without_go
from gofuzz_program import Program

SHARED = "random.go"  # of the programs of tests/gofuzz
HEAD = 'package main\n\nimport (\n\t"fmt"\n\t"sync"\n)\n\nvar _ = fmt.Sprint\nvar _ sync.Mutex\n'
MODES = [["-race=off", "-workers", "1"], ["-race=on", "-workers", "2"]]
MORE_MODES = MODES + [["-race=on", "-seed", "5"], ["-race=off", "-workers", "2"]]
PANIC = re.compile(r"^(panic: .*|fatal error: .*)$", re.M)
ENV = dict(os.environ, GO111MODULE="off", GOFLAGS="", CGO_ENABLED="0")


def build(folder, tool):
    made = subprocess.run(["go", "build", "-o", tool, "."], cwd=folder, env=dict(ENV, GO111MODULE="on"), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return made.stdout.decode("utf-8", "replace") if made.returncode else None


def words(r):
    """What is compared: standard output, status, the first line of a panic. Addresses in it are left out."""
    m = PANIC.search(r.err.decode("utf-8", "replace"))
    last = re.sub(r"0x[0-9a-f]+", "0x?", m.group(1)) if m else ""
    return r.status, re.sub(r"^panic: main\.(\S+)\{.*", r"panic: \1", last), r.out


def difference(go, gol):
    if gol.trouble():
        return gol.trouble() + "\n" + gol.err.decode("utf-8", "replace")[:1500]
    a, b = words(go), words(gol)
    if a == b:
        return None
    if a[2] != b[2]:
        x, y = a[2].decode("utf-8", "replace").split("\n"), b[2].decode("utf-8", "replace").split("\n")
        k = next((i for i, (m, n) in enumerate(zip(x, y)) if m != n), min(len(x), len(y)))
        return "line %d of the output\n  Go   %s\n  gol  %s\n%s" % (k + 1, (x + ["(end)"])[k], (y + ["(end)"])[k], gol.err.decode("utf-8", "replace")[:700])
    return "the end\n  Go   %s %s\n  gol  %s %s\n%s" % (a[0], a[1], b[0], b[1], gol.err.decode("utf-8", "replace")[:700])


class Both:
    """The same programs in Go and in gol."""

    def __init__(self, opt):
        self.opt = opt
        self.gol, self.slow = opt.gol, opt.slowness
        self.modes = MORE_MODES if opt.modes == "all" else MODES
        self.folder = tempfile.mkdtemp(prefix="gol-gofuzz-")
        self.passed = self.failed = 0

    def whole(self, text, prefix):
        return HEAD + text + "\nfunc main() { %smain() }\n" % prefix

    def run_gol(self, path, flags, args=()):
        return run([self.gol, "run", "-lang=go1.21", "-warnings=off"] + flags + [path] + list(args), 20 * self.slow)

    def batch(self, seeds):
        """Several programs as one Go program, whose argument chooses."""
        folder = tempfile.mkdtemp(dir=self.folder)
        texts = {}
        with open(os.path.join(folder, "go.mod"), "w", encoding="utf-8") as f:
            f.write("module fuzz\n\ngo 1.19\n")
        for s in seeds:
            prefix = "P%d_" % s
            texts[s] = Program(s, prefix).text()
            with open(os.path.join(folder, "p%d.go" % s), "w", encoding="utf-8") as f:
                f.write(HEAD + texts[s])
        with open(os.path.join(folder, "main.go"), "w", encoding="utf-8") as f:
            f.write('package main\n\nimport "os"\n\nfunc main() {\n\tswitch os.Args[1] {\n%s\t}\n}\n' % "".join('\tcase "%d":\n\t\tP%d_main()\n' % (s, s) for s in seeds))
        tool = os.path.join(folder, "all")
        wrong = build(folder, tool)
        if wrong and len(seeds) > 1:
            half = len(seeds) // 2
            return self.batch(seeds[:half]) + self.batch(seeds[half:])
        found = []
        for s in seeds:
            path = os.path.join(folder, "one%d.go" % s)
            with open(path, "w", encoding="utf-8") as f:
                f.write(self.whole(texts[s], "P%d_" % s))
            if wrong:
                r = run([self.gol, "check", "-lang=go1.21", "-warnings=off", path], 20 * self.slow)
                found.append((s, None if r.status == 1 else "Go refuses it and gol does not\n" + wrong, texts[s], None))
                continue
            go = run([tool, str(s)], 20)
            if go.late:
                found.append((s, None, texts[s], None))
                continue
            why = None
            for flags in self.modes:
                why = difference(go, self.run_gol(path, flags))
                if why:
                    why = " ".join(flags) + ": " + why
                    break
            found.append((s, why, texts[s], flags))
        shutil.rmtree(folder)
        return found

    def differs(self, lines, prefix, flags, at):
        """Whether this program, which compiles, still does something else in gol than in Go."""
        folder = os.path.join(self.folder, at)
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, "main.go")
        with open(path, "w", encoding="utf-8") as f:
            f.write(self.whole("\n".join(lines), prefix))
        if run([self.gol, "check", "-lang=go1.21", "-warnings=off", path], 20 * self.slow).status not in (0, 70):
            return False
        gol = self.run_gol(path, flags)
        with open(os.path.join(folder, "go.mod"), "w", encoding="utf-8") as f:
            f.write("module fuzz\n\ngo 1.19\n")
        tool = os.path.join(folder, "one")
        if build(folder, tool):
            return False
        go = run([tool], 20)
        return not go.late and bool(difference(go, gol))

    def smaller(self, seed, text, flags):
        """Lines, and blocks of lines whose brackets balance, go one after the other while the difference stays."""
        lines, prefix, tries = [l for l in text.split("\n") if l.strip()], "P%d_" % seed, 0
        size = max(1, len(lines) // 4)
        while size >= 1 and tries < self.opt.tries:
            i, less = 0, False
            while i < len(lines) and tries < self.opt.tries:
                n = size
                depth = sum(l.count("{") - l.count("}") for l in lines[i:i + n])
                while depth > 0 and i + n < len(lines):
                    depth += lines[i + n].count("{") - lines[i + n].count("}")
                    n += 1
                if depth == 0:
                    fewer = lines[:i] + lines[i + n:]
                    tries += 1
                    if self.differs(fewer, prefix, flags, "small%d" % seed):
                        lines, less = fewer, True
                        continue
                i += max(1, n if size > 1 else 1)
            if not less or size > 1:
                size //= 2
        return lines

    def take(self, found):
        for s, why, text, flags in found:
            if not why:
                self.passed += 1
                continue
            self.failed += 1
            kept = fuzz.keep(self.opt, "%d.go" % s, self.whole(text, "P%d_" % s))
            print("DIFFERS  %s  %s" % (kept, why.replace("\n", "\n      ")), flush=True)
            if flags and self.opt.tries:
                lines = self.smaller(s, text, flags)
                fuzz.keep(self.opt, "%d-small.go" % s, self.whole("\n".join(lines), "P%d_" % s))
                print("         made smaller: %d lines" % len(lines), flush=True)

    def programs(self):
        seeds = [int(s) for s in self.opt.seeds] or list(range(self.opt.seed, self.opt.seed + self.opt.count))
        parts = [seeds[i:i + self.opt.batch] for i in range(0, len(seeds), self.opt.batch)]
        with concurrent.futures.ThreadPoolExecutor(self.opt.jobs) as pool:
            for found in pool.map(self.batch, parts):
                self.take(found)

    def library(self):
        """The programs of tests/gofuzz/, each with what they share, and with arguments: seed and number of cases."""
        where = os.path.join(ROOT, "tests", "gofuzz")
        for name in sorted(os.listdir(where)):
            if not name.endswith(".go") or name == SHARED or (self.opt.only and self.opt.only not in name):
                continue
            folder = tempfile.mkdtemp(dir=self.folder)
            for file in (name, SHARED):
                shutil.copy(os.path.join(where, file), folder)
            with open(os.path.join(folder, "go.mod"), "w", encoding="utf-8") as f:
                f.write("module fuzz\n\ngo 1.19\n")
            wrong = build(folder, os.path.join(folder, "one"))
            if wrong:
                print("FAIL  %s: Go does not compile it\n%s" % (name, wrong))
                self.failed += 1
                continue
            cases = max(1, self.opt.cases // self.slow)
            go = run([os.path.join(folder, "one"), str(self.opt.seed), str(cases)], 60)
            gol = self.run_gol(os.path.join(where, name), ["-race=off"], [os.path.join(where, SHARED), str(self.opt.seed), str(cases)])
            a, b = go.out.decode("utf-8", "replace").split("\n"), gol.out.decode("utf-8", "replace").split("\n")
            unlike = [(i, x, y) for i, (x, y) in enumerate(zip(a, b)) if x != y]
            if unlike or len(a) != len(b) or words(go)[:2] != words(gol)[:2]:
                self.failed += 1
                print("DIFFERS  %s: %d of %d lines, seed %d" % (name, len(unlike) + abs(len(a) - len(b)), len(a), self.opt.seed))
                for i, x, y in unlike[:self.opt.shown]:
                    print("      line %d\n        Go   %s\n        gol  %s" % (i + 1, x[:600], y[:600]))
                if not unlike or len(a) != len(b):
                    print("      the end: Go %s after %d lines, gol %s after %d\n%s" % (words(go)[:2], len(a), words(gol)[:2], len(b), gol.err.decode("utf-8", "replace")[:1500]))
            else:
                self.passed += 1
                if self.opt.v:
                    print("same     %s: %d lines" % (name, len(a)))
            shutil.rmtree(folder)


def main():
    p = fuzz.arguments(__doc__, "gofuzz", "seeds")
    p.add_argument("--count", type=int, default=200)
    p.add_argument("--cases", type=int, default=3000, help="calls of each library program")
    p.add_argument("--batch", type=int, default=25)
    p.add_argument("--tries", type=int, default=300, help="attempts at making a program smaller; 0: leave it")
    p.add_argument("--shown", type=int, default=8)
    p.add_argument("--modes", default="fast", choices=["fast", "all"])
    p.add_argument("--library", action="store_true", help="the library programs alone")
    p.add_argument("--programs", action="store_true", help="the random programs alone")
    p.add_argument("--only", help="library programs whose name has this")
    p.add_argument("-v", action="store_true")
    opt = parse(p)
    if without_go("gofuzz"):
        return 0
    both = Both(opt)
    if not opt.programs and not opt.seeds:
        both.library()
    if not opt.library:
        both.programs()
    shutil.rmtree(both.folder)
    return fuzz.end(both.passed, both.failed)


if __name__ == "__main__":
    sys.exit(main())
