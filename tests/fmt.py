#!/usr/bin/env python3
"""make fmtcheck: gol fmt beside gofmt, over every program at hand.

usage: fmt.py [--gol PATH] [--gofmt PATH] [--root /usr/share/go-1.19] [--std] [--mangle N] [--mutants N] [--seed N] [--keep DIR] [CORPUS...]

Corpora: examples, tests (programs with a package clause), scripts (those without), gotest (Go's test directory), std (Go's library, with
--std), mangled: --mangle N copies of programs of the others whose form is damaged (tests/fmt_mangle.py), and mutants: --mutants N that are
damaged as by make mutants, most of which must be refused and stay as they are. For each the line says how many files both accept, and in how many
the results differ, are not stable under a second formatting, or have lost a token (what gofmt itself changes when it
formats its own result is what gol must give at once). A script, which gofmt refuses, is cut at
its functions: each piece of the result must be what gofmt makes of that piece of the source. Files that differ are kept in --keep. The last line
is `N passed, N failed`.
"""
import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import ROOT, SANITIZER
from fmt_mangle import is_comment, is_space, mangle, split
from mutants import mutate


def read(path):
    with open(path, "rb") as f:
        return f.read()


def sources(folder, suffix):
    for top, dirs, names in os.walk(folder):
        dirs[:] = sorted(d for d in dirs if d != "testdata")
        for n in sorted(names):
            if n.endswith(suffix):
                yield os.path.join(top, n)


def is_script(text):
    bare = re.sub(rb"/\*.*?\*/", b"", text, flags=re.S)
    return not re.search(rb"^package\b", bare, re.M)


class Formatter:
    """Formats all files of a folder in place; afterwards `refused` has the names of those it would not read."""

    def __init__(self, command, place):
        self.command, self.place, self.refused = command, place, set()

    def run(self, folder, names):
        self.refused = set()
        for i in range(0, len(names), 200):
            r = subprocess.run(self.command + names[i:i + 200], cwd=folder, capture_output=True)
            if r.returncode not in (0, 1, 2, 64) or SANITIZER.search(r.stderr):
                raise SystemExit("%s ended with %d\n%s" % (self.command[0], r.returncode, r.stderr.decode("utf-8", "replace")[:4000]))
            self.refused.update((m.group(1) or m.group(2)).decode() for m in re.finditer(self.place, r.stderr, re.M))


class Nothing:
    """Stands for gofmt where there is none: then it is only seen that results are stable, keep their tokens, and what is refused stays."""

    def run(self, folder, names):
        self.refused = set(names)


def tokens(text):
    """What formatting must keep: the words, without what it may add or take away; sorted, because imports are."""
    return sorted(t.lower() for t in split(text.decode("utf-8", "replace").replace("\r", ""))
                  if not is_space(t) and not is_comment(t) and t not in (";", ",", "(", ")") and not re.match(r"[\d`\"]", t))


def compare(a, label, items, gofmt, gol):
    """items: (name, bytes). Returns (accepted by gol, failures)."""
    work = tempfile.mkdtemp()
    names = []
    for i, (_, text) in enumerate(items):
        names.append("f%d.go" % i)
        for side in ("a", "b", "c"):
            os.makedirs(os.path.join(work, side), exist_ok=True)
            with open(os.path.join(work, side, names[-1]), "wb") as f:
                f.write(text)
    gofmt.run(os.path.join(work, "a"), names)
    gol.run(os.path.join(work, "b"), names)
    refused = set(gol.refused)
    accepted = [i for i, n in enumerate(names) if n not in gofmt.refused and n not in refused]
    shutil.rmtree(os.path.join(work, "c"))
    shutil.copytree(os.path.join(work, "b"), os.path.join(work, "c"))
    gol.run(os.path.join(work, "c"), [n for n in names if n not in refused])
    # gofmt is not stable where comments stand at odd places; gol goes on until nothing changes
    again = [n for n in names if n not in refused | gofmt.refused and read(os.path.join(work, "a", n)) != read(os.path.join(work, "b", n))]
    first_refused, rounds = gofmt.refused, set()
    for _ in range(8):
        gofmt.run(os.path.join(work, "a"), again)
        rounds |= gofmt.refused
        again = [n for n in again if n not in rounds]
    gofmt.refused = first_refused | rounds
    accepted = [i for i in accepted if names[i] not in rounds]
    bad = {}
    for i, n in enumerate(names):
        one, two, three = (read(os.path.join(work, side, n)) for side in "abc")
        if n in refused:
            if two != items[i][1]:
                bad[i] = "refused and changed"
        elif two != three or n in gol.refused:
            bad[i] = "not stable"
        elif n not in gofmt.refused and one != two:
            # a //line directive makes gofmt's errors speak of another file
            if subprocess.run(gofmt.command[:1], input=items[i][1], capture_output=True).returncode == 0:
                bad[i] = "differs"
        elif tokens(items[i][1]) != tokens(two):
            bad[i] = "has other tokens"
    for i, why in sorted(bad.items()):
        print("  %s: %s" % (items[i][0], why))
        if a.keep:
            os.makedirs(a.keep, exist_ok=True)
            stem = os.path.join(a.keep, "%s_%s" % (label, re.sub(r"\W", "_", items[i][0])[-60:]))
            for side, end in (("a", "gofmt"), ("b", "gol"), ("c", "again")):
                shutil.copy(os.path.join(work, side, names[i]), stem + "." + end)
            with open(stem + ".in", "wb") as f:
                f.write(items[i][1])
    shutil.rmtree(work)
    counts = [sum(1 for w in bad.values() if w == why) for why in ("differs", "not stable")]
    print("%-9s %5d files, both accept %5d: %d differ, %d not stable" % (label, len(items), len(accepted), counts[0], counts[1]))
    return len(names) - len(refused), len(bad)


# ---- scripts

def pieces(text):
    """A script at its functions: (is a function, lines)."""
    out, lines, inside = [], [], False
    pending = []  # comments that may belong to a function
    rest = text.split("\n")
    while rest:
        line = rest.pop(0)
        if not inside and re.match(r"func [\w(]", line):
            if out and out[-1][0] and not lines and not pending:  # right behind another one: its comment may be aligned
                lines = out.pop()[1]
            else:
                out.append((False, lines))
                lines = pending
            lines, inside, pending = lines + [line], True, []
            if re.search(r"\}\s*(//.*)?$", line) and line.count("{") == line.count("}"):
                out.append((True, lines))
                lines, inside = [], False
        elif inside:
            lines.append(line)
            if line.startswith("}"):
                out.append((True, lines))
                lines, inside = [], False
        elif line.startswith("/*"):  # gofmt would indent it: it takes the lines for statements of a function
            out.append((False, lines + pending))
            lines, pending = [], []
            block = [line]
            while "*/" not in block[-1] and rest:
                block.append(rest.pop(0))
            out.append((True, block))
        elif line.startswith("//"):
            pending.append(line)
        else:
            lines += pending + [line]
            pending = []
    out.append((inside, lines + pending))
    return [(is_func, "\n".join(part).strip()) for is_func, part in out if "\n".join(part).strip()]


def gofmt_piece(a, is_func, text):
    """What gofmt makes of a piece: as declarations, or, with a statement behind it, as statements."""
    if not is_func:
        text += "\n\n_ = 0\n"
    alone = text.startswith("/*")
    r = subprocess.run([a.gofmt], input=("package p\n\n" + text if alone else text).encode(), capture_output=True)
    if r.returncode:
        return None
    out = r.stdout.decode().strip()
    if alone:
        out = out[len("package p"):].strip()
    return out if is_func else re.sub(r"\s*\n_ = 0$", "", out).strip()


def compare_scripts(a, items):
    both = failed = 0
    for name, text in items:
        r = subprocess.run([a.gol, "fmt"], input=text, capture_output=True)
        if r.returncode == 1:
            continue
        source, result = pieces(text.decode().replace("\r\n", "\n")), pieces(r.stdout.decode())
        wanted = [(f, gofmt_piece(a, f, p)) for f, p in source]
        if any(p is None for _, p in wanted):
            continue
        both += 1
        again = subprocess.run([a.gol, "fmt"], input=r.stdout, capture_output=True)
        if wanted != result or again.stdout != r.stdout:
            failed += 1
            print("  %s: %s" % (name, "differs" if wanted != result else "not stable"))
            for w, g in zip(wanted, result):
                if w != g:
                    print("--- gofmt\n%s\n--- gol\n%s" % (w[1], g[1]))
                    break
    print("%-9s %5d files, both accept %5d: %d differ" % ("scripts", len(items), both, failed))
    return both, failed


# ---- all of it

def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--gol", default=os.path.join(ROOT, "build/release/gol"))
    ap.add_argument("--gofmt", default="gofmt")
    ap.add_argument("--root", default="/usr/share/go-1.19")
    ap.add_argument("--std", action="store_true")
    ap.add_argument("--mangle", type=int, default=300)
    ap.add_argument("--mutants", type=int, default=300)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--keep")
    ap.add_argument("corpora", nargs="*")
    a = ap.parse_args()
    a.gol = os.path.abspath(a.gol)
    there = shutil.which(a.gofmt)
    if not there:
        print("no gofmt: nothing is compared with it")
    gofmt = Formatter([a.gofmt, "-w"], rb"^(\w+\.go)()?:\d+:") if there else Nothing()
    gol = Formatter([a.gol, "fmt"], rb"^ *--> (\w+\.go):\d+:|^gol: (\w+\.go):")
    rng = random.Random(a.seed)

    def load(paths):
        return [(os.path.relpath(p, ROOT if p.startswith(ROOT) else a.root), read(p)) for p in paths]
    mine = {"examples": load(sources(os.path.join(ROOT, "examples"), ".gol")), "tests": load(sources(os.path.join(ROOT, "tests"), ".gol"))}
    scripts = [i for items in mine.values() for i in items if is_script(i[1])]
    corpora = {k: [i for i in items if not is_script(i[1])] for k, items in mine.items()}
    corpora["gotest"] = [i for i in load(sources(os.path.join(a.root, "test"), ".go")) if not is_script(i[1])]
    if a.std or "std" in a.corpora:
        corpora["std"] = load(sources(os.path.join(a.root, "src"), ".go"))
    others = [text for items in mine.values() for _, text in items]
    passed = failed = 0
    wanted = a.corpora or list(corpora) + ["scripts", "mangled", "mutants"]
    pool = [i for items in corpora.values() for i in items if len(i[1]) < 60000] + scripts * 10
    for label in wanted:
        if label == "scripts" and not there:
            continue
        if label == "scripts":
            both, bad = compare_scripts(a, scripts)
        elif label in ("mangled", "mutants"):
            items = []
            for name, text in (rng.choice(pool) for _ in range(a.mangle if label == "mangled" else a.mutants)):
                damaged = mangle(text.decode("utf-8", "replace"), rng).encode() if label == "mangled" else mutate(rng, text, others)
                items.append(("%s#%d" % (name, len(items)), damaged))
            both, bad = compare(a, label, items, gofmt, gol)
        else:
            both, bad = compare(a, label, corpora[label], gofmt, gol)
        passed += both - bad
        failed += bad
    print("%d passed, %d failed" % (passed, failed))
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
