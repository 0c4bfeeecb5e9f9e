#!/usr/bin/env python3
"""Mistakes that beginners make, tests/errors/*.mistakes: what gol says of each. tests/run.py runs them (kind mistakes).

usage: mistakes.py [--record] [--go] [--gol PATH] [FILE...]

A file is a row of cases:

    === NAME
    source
    === says (Go: 7:8 11:1)
    7:8 GOL0209 unexpected name in, expected := range
      help: write for i, v := range values {

Every error, warning and note must be there, at its place, with its help, and no other; `nothing` where there is none. Behind `Go:` are the places at which
Go 1.19's compiler reports errors, `accepted` or, for a script, `-`: a program that Go refuses must be refused, and one that it accepts must not be.

--record writes what gol says now, --go also what Go says; read `git diff` before you keep it. A source line `%flags -lang=go1.22` at the top gives other flags than
-lang=go1.21. With `%run` there the program is run: what it is told of is the first paragraph of standard error, status 2, and behind `Go:` stands the first
line of Go's own report, which must be gol's.
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import DIAGNOSTIC, PLACE, ROOT, diff, find_files, run

CASE = re.compile(r"^=== (.*)$")
SAYS = re.compile(r"^=== says \(Go: (.*)\)$")
HELP = re.compile(r"^ *= (help: .*)$")


def read_cases(text):
    """(head, [[name, line, source lines, go, said lines]])"""
    head, cases, into = [], [], None
    for number, line in enumerate(text.split("\n"), 1):
        says = SAYS.match(line)
        if says and cases:
            cases[-1][3] = says.group(1)
            into = cases[-1][4]
        elif CASE.match(line):
            cases.append([CASE.match(line).group(1), number, [], "?", []])
            into = cases[-1][2]
        elif into is None:
            head.append(line)
        else:
            into.append(line)
    if into and into[-1] == "":
        into.pop()
    return head, cases


def is_run(source):
    return bool(source) and source[0] == "%run"


def report(text):
    """The first paragraph of what a program that ended badly has written, without what the signal says."""
    lines = text.lstrip("\n").split("\n\n", 1)[0].split("\n")
    return [line.rstrip() for line in lines if line.strip() and not line.startswith("[signal ")]


def split_flags(source):
    if is_run(source):
        return ["-lang=go1.21"], source[1:]
    if source and source[0].startswith("%flags "):
        return source[0].split()[1:], source[1:]
    return ["-lang=go1.21"], source


def ask(gol, source, seconds):
    """(trouble or None, what gol check says, line by line)"""
    whole, (flags, source) = source, split_flags(source)
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "main.go"), "w", encoding="utf-8", newline="") as f:
            f.write("".join(line + "\n" for line in source))
        r = run([gol, "run" if is_run(whole) else "check"] + flags + ["main.go"], seconds, cwd=folder)
    if is_run(whole):
        return r.trouble() or (None if r.status == 2 else "status %s" % r.status), report(r.err.decode("utf-8", "replace")) or ["nothing"]
    said, lines = [], r.err.decode("utf-8", "replace").split("\n")
    for i, line in enumerate(lines):
        m, h = DIAGNOSTIC.match(line), HELP.match(line)
        if m:
            place = PLACE.match(lines[i + 1]) if i + 1 < len(lines) else None
            said.append("%s %s%s %s" % (place and "%s:%s" % place.groups()[1:] or "?", "" if m.group(1) == "error" else m.group(1) + " ", m.group(2), m.group(3)))
        elif h:
            said.append("  " + h.group(1))
    errors = any(DIAGNOSTIC.match(line) and line.startswith("error") for line in lines)
    trouble = r.trouble() or (None if r.status == (1 if errors else 0) else "status %s" % r.status)
    return trouble, said or ["nothing"]


def ask_go(source):
    whole, (_, source) = source, split_flags(source)
    if not any(line.startswith("package ") for line in source):
        return "-"
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "main.go")
        with open(path, "w", encoding="utf-8", newline="") as f:
            f.write("".join(line + "\n" for line in source))
        if is_run(whole):
            subprocess.run(["go", "build", "-o", os.path.join(folder, "main"), path], check=True)
            r = subprocess.run([os.path.join(folder, "main")], capture_output=True, text=True)
            return report(r.stderr)[0] if r.returncode == 2 else "status %d" % r.returncode
        r = subprocess.run(["go", "tool", "compile", "-e", "-p", "main", "-o", os.path.join(folder, "main.o"), path], capture_output=True, text=True)
    places = re.findall(r"^%s:(\d+:\d+)" % re.escape(path), r.stdout + r.stderr, re.M)
    return " ".join(places) if places else "accepted"


def check(gol, path, seconds):
    """Why a file of cases fails, or None."""
    with open(os.path.join(ROOT, path), encoding="utf-8", newline="") as f:
        _, cases = read_cases(f.read())
    problems = []
    for name, line, source, go, wanted in cases:
        trouble, said = ask(gol, source, seconds)
        where = "%s:%d: %s" % (path, line, name)
        refused = any(re.match(r"\S+ GOL", s) for s in said)
        if trouble:
            problems.append("%s: %s" % (where, trouble))
        elif said != wanted:
            problems.append(where + "\n" + diff(wanted, said, "words"))
        elif is_run(source):
            if said[0] != go:
                problems.append("%s: Go's first line is another one: %s" % (where, go))
        elif split_flags(source)[0] == ["-lang=go1.21"] and go != "-" and refused == (go == "accepted"):
            problems.append("%s: Go's verdict is another one (%s)" % (where, go))
    return "\n".join(problems[:5]) or None


def record(gol, path, with_go):
    full = os.path.join(ROOT, path)
    with open(full, encoding="utf-8", newline="") as f:
        head, cases = read_cases(f.read())
    out = list(head)
    for name, _, source, go, _ in cases:
        if with_go or go == "?":
            go = ask_go(source)
        out += ["=== " + name] + source + ["=== says (Go: %s)" % go] + ask(gol, source, 20)[1]
    with open(full, "w", encoding="utf-8", newline="") as f:
        f.write("".join(line + "\n" for line in out))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--gol", default=os.path.join(ROOT, "build/release/gol"))
    p.add_argument("--record", action="store_true")
    p.add_argument("--go", action="store_true")
    p.add_argument("files", nargs="*")
    opt = p.parse_args()
    bad = 0
    for path in [os.path.relpath(os.path.abspath(f), ROOT) for f in opt.files] or find_files(["tests/errors"], ".mistakes"):
        if opt.record or opt.go:
            record(os.path.abspath(opt.gol), path, opt.go)
        why = check(os.path.abspath(opt.gol), path, 20)
        if why:
            bad += 1
            print(why)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
