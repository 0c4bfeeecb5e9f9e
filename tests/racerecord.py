"""What Go's race detector prints for the programs of tests/racetest.py: recorded once, kept in tests/racetest/lines.txt.

A line of that file is: test, its file, and the pairs of lines that Go reported, as `12-15`; a `?` is an access for which
Go names no line of the program (an atomic operation).
It holds facts only: line numbers of Go 1.19.
"""
import os
import shutil
import subprocess
import tempfile

import races
from common import run

# Runs with one thread are nearly repeatable; with more, other interleavings and so other pairs show.
RUNS = (1, 1, 2, 2, 4, 4)


def record(test, text, cwd, limit):
    """The pairs for one program, or None if Go does not build it."""
    folder = tempfile.mkdtemp(prefix="gol-racetest-")
    try:
        with open(os.path.join(folder, "prog.go"), "w", encoding="utf-8") as f:
            f.write(text)
        env = dict(os.environ, GO111MODULE="off", GOFLAGS="", CGO_ENABLED="1")
        built = subprocess.run(["go", "build", "-race", "-o", "prog", "prog.go"], cwd=folder, env=env, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, check=False)
        if built.returncode:
            print("%s: go build -race: %s" % (test, built.stdout.decode("utf-8", "replace")[:300]))
            return None
        found = set()
        for threads in RUNS:
            r = run([os.path.join(folder, "prog")], limit, cwd=cwd, env={
                "GOMAXPROCS": str(threads),
                "GORACE": "suppress_equal_stacks=0 suppress_equal_addresses=0 atexit_sleep_ms=50"})
            found |= races.of_go(r.err.decode("utf-8", "replace"), "prog.go")
        return found
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def read(path):
    """{test: (file, pairs)}"""
    known = {}
    with open(path, encoding="utf-8") as f:
        for line in f:
            if line.strip() and not line.startswith("#"):
                words = line.split()
                known[words[0]] = (words[1], set(tuple(w.split("-")) for w in words[2:]))
    return known


def write(path, known):
    with open(path, "w", encoding="utf-8") as f:
        f.write("# test, file, and the pairs of lines that go build -race (Go 1.19) reports; written by racetest.py --record\n")
        for test, (name, pairs) in sorted(known.items(), key=lambda kv: (kv[1][0], kv[0])):
            order = sorted("-".join(p) for p in pairs)
            f.write(" ".join([test, name] + order) + "\n")
