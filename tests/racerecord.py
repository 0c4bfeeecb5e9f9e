"""What Go's race detector prints for the programs of tests/racetest.py: recorded once, kept in tests/racetest/lines.txt.

A line of that file is: test, its file, and the pairs of lines that Go reported, as `12-15`; a `?` is an access for which
Go names no line of the program (an atomic operation).
It holds facts only: line numbers of Go 1.19.
"""
import os
import re
import shutil
import subprocess
import tempfile

from common import run

# Runs with one thread are nearly repeatable; with more, other interleavings and so other pairs show.
RUNS = (1, 1, 2, 2, 4, 4)
ACCESS = re.compile(r"^(?:Previous )?(?:atomic )?(?:read|write) at 0x[0-9a-f]+ by ", re.I)


def pairs_of(text, name):
    """The pairs of lines in Go's reports: for each access, the innermost frame that is in the file `name`."""
    found = set()
    for report in re.split(r"^={18}$", text, flags=re.M):
        if "WARNING: DATA RACE" not in report:
            continue
        lines, places = report.split("\n"), []
        for i, line in enumerate(lines):
            if not ACCESS.match(line):
                continue
            place = "?"
            for below in lines[i + 1:]:
                m = re.match(r"\s+\S*/%s:(\d+)" % re.escape(name), below)
                if m:
                    place = m.group(1)
                if m or not below.strip():
                    break
            places.append(place)
        if len(places) == 2:
            found.add(tuple(sorted(places, key=lambda p: (len(p), p))))
    return found


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
            found |= pairs_of(r.err.decode("utf-8", "replace"), "prog.go")
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
