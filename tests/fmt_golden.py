#!/usr/bin/env python3
"""The layouts of tests/fmt/*.fmt: what gol fmt makes of small pieces of source. tests/run.py runs them (kind fmt).

usage: fmt_golden.py [--record] [--gol PATH] [FILE...]

A file is a row of cases:

    === gofmt: NAME
    source
    === becomes
    result

The result of `gofmt:` was recorded from gofmt (--record does it again, for all files); that of `gol:` is typed in, where gofmt does not speak (scripts, and
what gol goes on formatting). `=== refused: NAME` has no result: the source must not be accepted. A result is formatted again and must not change.
Lines before the first case are comments.
"""
import argparse
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import ROOT, find_files, run

CASE = re.compile(r"^=== (gofmt|gol|refused): (.*)$")


def read_cases(text):
    """(head, [(kind, name, line, source, result)])"""
    head, cases, into = [], [], None
    for number, line in enumerate(text.split("\n"), 1):
        m = CASE.match(line)
        if m:
            cases.append([m.group(1), m.group(2), number, [], []])
            into = cases[-1][3]
        elif line == "=== becomes" and cases:
            into = cases[-1][4]
        elif into is None:
            head.append(line)
        else:
            into.append(line)
    if into and into[-1] == "":  # the file's own last newline
        into.pop()
    join = lambda lines: "".join(line + "\n" for line in lines)
    return "\n".join(head), [(k, n, at, join(s), join(r)) for k, n, at, s, r in cases]


def check(gol, path, seconds):
    """Why a file of cases fails, or None."""
    with open(os.path.join(ROOT, path), encoding="utf-8", newline="") as f:
        _, cases = read_cases(f.read())
    for kind, name, line, source, wanted in cases:
        where = "%s:%d: %s: " % (path, line, name)
        r = run([gol, "fmt"], seconds, source.encode())
        if kind == "refused":
            if r.status != 1 or r.out or not r.err:
                return where + "status %s, not refused\n%s" % (r.status, r.out.decode("utf-8", "replace"))
            continue
        for text in (source, wanted):
            r = run([gol, "fmt"], seconds, text.encode())
            if r.trouble() or r.status or r.out.decode("utf-8", "replace") != wanted:
                what = "" if text is source else "formatted again: "
                return where + what + "status %s\n--- expected\n%s--- got\n%s%s" % (
                    r.status, wanted, r.out.decode("utf-8", "replace"), r.err.decode("utf-8", "replace"))
    return None if cases else path + ": no case"


def record(path):
    with open(os.path.join(ROOT, path), encoding="utf-8", newline="") as f:
        head, cases = read_cases(f.read())
    out = head + ("\n" if head else "")
    for kind, name, _, source, wanted in cases:
        if kind == "gofmt":
            r = subprocess.run(["gofmt"], input=source.encode(), capture_output=True)
            if r.returncode:
                raise SystemExit("%s: %s: %s" % (path, name, r.stderr.decode()))
            wanted = r.stdout.decode()
        out += "=== %s: %s\n%s" % (kind, name, source)
        if kind != "refused":
            out += "=== becomes\n" + wanted
    with open(os.path.join(ROOT, path), "w", encoding="utf-8", newline="") as f:
        f.write(out)


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--record", action="store_true")
    ap.add_argument("--gol", default=os.path.join(ROOT, "build/release/gol"))
    ap.add_argument("files", nargs="*")
    a = ap.parse_args()
    failed = 0
    files = a.files or find_files(["tests/fmt"], ".fmt")
    for path in files:
        if a.record:
            record(path)
        why = check(os.path.abspath(a.gol), path, 10)
        if why:
            failed += 1
            print("FAIL", why)
    print("%d passed, %d failed" % (len(files) - failed, failed))
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
