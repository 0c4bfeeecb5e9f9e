#!/usr/bin/env python3
"""make vet: the checks before the run beside those of `go vet`.

usage: vet.py [--gol PATH] [--tests DIR] [--jobs N] [-v] [FILTER...]

Every program that both Go and gol accept (examples, our tests, Go's own tests, vet's own test data) is given to both; compared are
the lines that each analyzer speaks of, gol running with -lang=go1.21. `vet only` are mistakes that gol does not see, `gol only` what
it says beyond vet; both are listed with -v, and known reasons stand in KNOWN. vet's answers are kept in build/vet by the
file's content. The last line is `N lines by both, N by vet only, N by gol only`; the status is 1 when a line has no reason.
"""
import collections
import concurrent.futures
import glob
import hashlib
import json
import os
import re
import subprocess
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import ROOT, arguments, diagnostics, find_files, parse, read_text, run
from oracle import is_script

CACHE = os.path.join(ROOT, "build", "vet")
ANALYZERS = {"copylocks": "GOL0604", "lostcancel": "GOL0605", "loopclosure": "GOL0609", "unreachable": "GOL0610", "unusedresult": "GOL0613",
             "assign": "GOL0614", "printf": "GOL0615", "atomic": "GOL0617"}
GO = "/usr/share/go-1.19"

# Why the two differ: (analyzer, who alone says it, part of the path or of vet's message or the line's text) -> the reason.
KNOWN = [
    ("copylocks", "vet", "call of fetch copies", "gol says it once, at the declaration of the function"),
    ("copylocks", "vet", "call of param copies", "the same"),
    ("copylocks", "vet", "call of work copies", "the same"),
    ("unusedresult", "gol", "TryLock may fail", "gol's list is longer"),
    ("unusedresult", "gol", "fmt.Sprintln", "gol's list is longer"),
    ("copylocks", "vet", "lock value to _", "nothing has the copy"),
    ("copylocks", "gol", "the send copies", "vet does not look at sends"),
    ("copylocks", "gol", "return copies x: a sync.Mutex", "gol looks at the instances of generic functions"),
    ("unusedresult", "gol", "tests/errors/lint_unused_result", "gol's list is longer"),
    ("printf", "vet", "redundant newline", "a note of gol check"),
    ("printf", "vet", "missing ... in args", "a list may be printed as a list"),
    ("printf", "vet", "of wrong type T", "gol looks at the instances, which are all right"),
    ("unreachable", "gol", "issue7272.go", "panic in parentheses, which vet does not know"),
]


def vet(path, text):
    key = hashlib.sha256((text + "1").encode()).hexdigest()[:32]
    kept = os.path.join(CACHE, key + ".json")
    if os.path.exists(kept):
        return json.load(open(kept, encoding="utf-8"))
    go_file = os.path.join(CACHE, "%s-%d.go" % (key, threading.get_ident()))
    with open(go_file, "w", encoding="utf-8") as f:
        f.write(text)
    r = subprocess.run(["go", "vet", "-json"] + ["-" + a for a in ANALYZERS] + [go_file], capture_output=True, text=True, timeout=120, check=False,
                       env=dict(os.environ, GOFLAGS="", GO111MODULE="off"))
    found = None
    if r.returncode == 0:
        found = collections.defaultdict(dict)
        body = "".join(line for line in r.stderr.splitlines(True) if not line.startswith("#"))
        decoder, at = json.JSONDecoder(), 0
        while body[at:].strip():
            at += len(body[at:]) - len(body[at:].lstrip())
            value, at = decoder.raw_decode(body, at)
            for package in value.values():
                for analyzer, list_ in package.items():
                    for d in list_ if isinstance(list_, list) else []:
                        found[analyzer][int(d["posn"].split(":")[-2])] = d["message"]
    os.unlink(go_file)
    with open(kept + ".new", "w", encoding="utf-8") as f:
        json.dump(found, f)
    os.replace(kept + ".new", kept)
    return json.load(open(kept, encoding="utf-8"))


def compare(opt, path):
    """[(analyzer, line, who, message)], or None when one of the two refuses the program."""
    full = path if os.path.isabs(path) else os.path.join(ROOT, path)
    text = read_text(full)
    if is_script(text):
        return None
    r = run([opt.gol, "check", "-lang=go1.21", full], 60, cwd=ROOT)
    if r.trouble() or r.status:
        return None
    theirs = vet(path, text)
    if theirs is None:
        return None
    ours = collections.defaultdict(dict)
    for severity, line, code, message in diagnostics(r.err):
        if severity == "warning":
            ours[code][line] = message
    rows = []
    for analyzer, code in ANALYZERS.items():
        a, b = {int(n): m for n, m in theirs.get(analyzer, {}).items()}, ours.get(code, {})
        if analyzer == "lostcancel":  # vet says it twice: where it is made, and at the return
            a = {n: m for n, m in a.items() if not m.startswith("this return")}
        for line in sorted(set(a) | set(b)):
            who = "both" if line in a and line in b else "vet" if line in a else "gol"
            rows.append((analyzer, line, who, a.get(line) or b.get(line), text.split("\n")[line - 1].strip()))
    return rows


def known(row, path):
    analyzer, _, who, message, source = row
    for k_analyzer, k_who, part, reason in KNOWN:
        if k_analyzer == analyzer and k_who == who and any(part in x for x in (path, message, source)):
            return reason
    return None


def main():
    p = arguments(__doc__)
    p.add_argument("--tests", default=GO)
    p.add_argument("-v", action="store_true", help="show what has a known reason too")
    opt = parse(p)
    os.makedirs(CACHE, exist_ok=True)
    files = find_files(["examples", "tests/lang", "tests/conc", "tests/std", "tests/errors"], ".gol")
    for base, _, names in os.walk(os.path.join(opt.tests, "test")):
        if not re.search(r"\.dir(/|$)", base):
            files += [os.path.join(base, n) for n in sorted(names) if n.endswith(".go")]
    files += sorted(glob.glob(os.path.join(opt.tests, "src/cmd/vet/testdata/*/*.go")))
    if opt.filter:
        files = [f for f in files if any(x in f for x in opt.filter)]
    by = collections.defaultdict(collections.Counter)
    count, programs, unknown = collections.Counter(), 0, 0
    with concurrent.futures.ThreadPoolExecutor(opt.jobs) as pool:
        for path, rows in zip(files, pool.map(lambda f: compare(opt, f), files)):
            programs += rows is not None
            for row in rows or []:
                count[row[2]] += 1
                by[row[0]][row[2]] += 1
                if row[2] == "both":
                    continue
                reason = known(row, path)
                unknown += reason is None
                if opt.v or reason is None:
                    print("%s:%d: %s only: %s: %s%s\n      %s" % (os.path.relpath(path, ROOT) if not os.path.isabs(path) else path, row[1], row[2], row[0],
                                                            row[3], "  (%s)" % reason if reason else "", row[4][:120]))
    for analyzer in ANALYZERS:
        print("%-14s %4d by both, %3d by vet only, %3d by gol only" % ((analyzer,) + tuple(by[analyzer][w] for w in ("both", "vet", "gol"))))
    print("%d programs; %d lines by both, %d by vet only, %d by gol only; %d without a known reason" % (
        programs, count["both"], count["vet"], count["gol"], unknown))
    sys.exit(1 if unknown or not programs else 0)


if __name__ == "__main__":
    main()
