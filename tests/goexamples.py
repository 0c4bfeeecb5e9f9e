#!/usr/bin/env python3
"""make goexamples: the examples in the documentation of Go's own library (package golang-1.19-src), run by `gol test`.

usage: goexamples.py [--gol PATH] [--src DIR] [FILTER...]

Every example*_test.go of a package that gol has too is a test of that package and of `gol test`: each function Example... says what it prints. A file
passes when all its examples do and no race, leak or deadlock is reported. KNOWN says why some do not. The last line is `N passed, N failed`; the
status is 1 when a file fails that is not known, or a known one passes.
"""
import argparse
import glob
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import ROOT, run

KNOWN = {  # file below src -> why
    "flag/example_func_test.go": "package net",
    "flag/example_textvar_test.go": "package net",
    "hash/example_test.go": "the state of a hash as bytes",
    "io/ioutil/example_test.go": "ioutil.ReadDir",
    "os/example_test.go": "os.Chmod, os.Chtimes",
    "reflect/example_test.go": "reflect.MakeFunc, reflect.StructOf",
    "runtime/example_test.go": "the tests of a package belong to main",
    "strings/example_test.go": "strings.ToTitleSpecial",
    "time/example_test.go": "the time zones of California and Shanghai",
}


def shown(data):
    return "".join("    %s\n" % line for line in data.decode("utf-8", "replace").split("\n")[:12] if line)


def has_package(gol, path):
    return run([gol, "doc", path], 20).status == 0


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--gol", default=os.path.join(ROOT, "build", "release", "gol"))
    p.add_argument("--src", default="/usr/share/go-1.19/src")
    p.add_argument("filters", nargs="*")
    o = p.parse_args()
    files = sorted(glob.glob(os.path.join(o.src, "**", "example*_test.go"), recursive=True))
    if not files:
        print("goexamples: needs the sources of Go's library (Debian: golang-1.19-src)")
        return 1
    passed = failed = known = 0
    packages = {}
    for path in files:
        name = os.path.relpath(path, o.src)
        folder = os.path.dirname(name)
        if "internal" in name or (o.filters and not any(f in name for f in o.filters)):
            continue
        if folder not in packages:
            packages[folder] = has_package(o.gol, folder)
        if not packages[folder]:
            continue
        r = run([o.gol, "test", "-lang=go1.21", path], 60)
        fine = r.status == 0 and b"DATA RACE" not in r.err and b"\ngol: " not in r.err
        if fine and name not in KNOWN:
            passed += 1
        elif not fine and name in KNOWN and not r.trouble():
            known += 1
        else:
            failed += 1
            print("FAIL %s: %s" % (name, "passes now: take it out of KNOWN" if fine else "\n" + shown(r.out) + shown(r.err)))
    print("%d files of %d packages do not pass, for known reasons" % (known, len([k for k in packages if packages[k]])))
    print("%d passed, %d failed" % (passed, failed))
    return failed > 0


sys.exit(main())
