#!/usr/bin/env python3
"""make oracle: every example and language test in real Go too.

usage: oracle.py [--gol PATH] [--workers N] [--jobs N] [-v] [FILTER...]

Compared are standard output, exit status and the first line of a panic or fatal error; gol runs with -lang=go1.21, because the Go
at hand may be as old as 1.19. A file that says `// order: free` is compared as a set of lines, one that says
`// contains:` or `// output: any` only by its end. The files tests/conc/race_* are built with Go's race detector, which must report
what their `// race:` lines say and nothing else. Left out, each with its reason: scripts, and files with `// oracle: no REASON`.
What Go printed is kept in build/oracle by the file's content, so that only changed files are built again. The last
line is `N passed, N failed`.
"""
import concurrent.futures
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import races
from common import ROOT, Expectation, arguments, find_files, is_bug, lines_of, parse, read_text, run, without_go
from run import diff

CACHE = os.path.join(ROOT, "build", "oracle")
GORACE = "suppress_equal_stacks=0 suppress_equal_addresses=0 atexit_sleep_ms=50"
FOLDERS = ["examples", "tests/lang", "tests/conc", "tests/std"]


def is_script(text):
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    for line in text.split("\n"):
        line = line.strip().lstrip("\ufeff")
        if line and not line.startswith("//") and not line.startswith("#!"):
            return not line.startswith("package ")
    return True


def last_words(err):
    """The first line of a panic or fatal error."""
    for line in err.split("\n"):
        if line.startswith(("panic: ", "fatal error: ")):
            return line.rstrip()
    return ""


def under_race(path):
    return os.path.basename(path).startswith("race_")


def go_run(path, text, x, args, fresh=False):
    """What Go prints: {"out", "err", "status"} or {"refused": the compiler's words}; from the cache where it can be."""
    racy = under_race(path)
    key = hashlib.sha256("\0".join([text, repr(args), repr(x.stdin), repr(sorted(x.env.items())), repr(x.workers), "3"] + ["-race"] * racy).encode()).hexdigest()
    kept = os.path.join(CACHE, key[:32] + ".json")
    try:
        if not fresh:
            with open(kept, encoding="utf-8") as f:
                return json.load(f)
    except (OSError, ValueError):
        pass
    folder = tempfile.mkdtemp(prefix="gol-oracle-")
    try:
        with open(os.path.join(folder, "main.go"), "w", encoding="utf-8", newline="") as f:
            f.write(text)
        env = dict(os.environ, GO111MODULE="off", GOFLAGS="", CGO_ENABLED="1" if racy else "0")
        try:
            built = subprocess.run(["go", "build"] + ["-race"] * racy + ["-o", "prog", "main.go"], cwd=folder, env=env, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, timeout=120, check=False)
        except subprocess.TimeoutExpired:
            return {"refused": "go build did not end in 120 s"}
        if built.returncode:
            result = {"refused": built.stdout.decode("utf-8", "replace")}
        else:
            r = run([os.path.join(folder, "prog")] + args, max(x.timeout, 10) + 10, x.input_bytes(),
                    dict(x.env, GORACE=GORACE, **({"GOMAXPROCS": str(x.workers)} if x.workers else {})), ROOT)
            if r.late:
                return {"refused": "compiled Go did not end in time"}
            result = {"out": r.out.decode("utf-8", "replace"), "err": r.err.decode("utf-8", "replace")[:1 << 17 if racy else 4000], "status": r.status}
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(CACHE, exist_ok=True)
    with open(kept + ".%d" % os.getpid(), "w", encoding="utf-8") as f:
        json.dump(result, f)
    os.replace(kept + ".%d" % os.getpid(), kept)
    return result


def compare(opt, path, text, x):
    """None, or the difference. What differs is run again on both sides: on a busy machine Go itself now and then
    preempts a program that it otherwise runs in one order."""
    why = None
    for turn in range(3):
        why = compare_once(opt, path, text, x, turn > 0)
        if not why:
            return None
    return why


def compare_once(opt, path, text, x, fresh):
    args = x.program_args(1)
    go = go_run(path, text, x, args, fresh)
    if "refused" in go:
        return "Go does not compile or end it:\n" + go["refused"]
    flags = [f for f in x.flags if not f.startswith("-lang")] + ["-lang=go1.21"]
    r = run([opt.gol, "run", "-workers", str(x.workers or opt.workers)] + ["-race=on"] * under_race(path) + flags + [path] + args, x.timeout * opt.slowness,
            x.input_bytes(), dict(x.env), ROOT)
    if r.trouble():
        return r.trouble() + "\n" + r.err.decode("utf-8", "replace")[:2000]
    problems = []
    if not (x.any_out or (x.contains and not x.has_out)):
        want, got = lines_of(go["out"].encode()), lines_of(r.out)
        if x.free_order or x.unordered:
            want, got = sorted(want), sorted(got)
        if want != got:
            problems.append(diff(want, got, "by Go"))
    if go["status"] != r.status:
        problems.append("status %d, Go's is %d" % (r.status, go["status"]))
    if under_race(path):
        problems += ["Go: " + p for p in races.judge(x.races, races.of_go(go["err"], "main.go"), unknown=True)]
    mine, theirs = last_words(r.err.decode("utf-8", "replace")), last_words(go["err"])
    if mine != theirs:
        problems.append("the last words differ:\n  Go   %s\n  gol  %s" % (theirs or "(none)", mine or "(none)"))
    if problems and r.err:
        problems.append(r.err.decode("utf-8", "replace")[:2000])
    return "\n".join(problems) or None


def main():
    p = arguments(__doc__)
    p.add_argument("--workers", type=int, default=2)
    p.add_argument("-v", action="store_true")
    opt = parse(p)
    if without_go("oracle"):
        return 0
    todo, excluded = [], []
    for path in find_files(FOLDERS, ".gol"):
        if is_bug(path) or (opt.filter and not any(f in path for f in opt.filter)):
            continue
        text = read_text(os.path.join(ROOT, path))
        x = Expectation(text)
        reason = x.oracle or ("a program that must not compile" if x.wants_check() else "a script: Go has none" if is_script(text) else None)
        if reason:
            excluded.append((path, reason))
        else:
            todo.append((path, text, x))
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(opt.jobs) as pool:
        jobs = {pool.submit(compare, opt, *t): t[0] for t in todo}
        for job in concurrent.futures.as_completed(jobs):
            why = job.result()
            if why:
                failed += 1
                print("DIFFERS  %s\n      %s" % (jobs[job], why.strip().replace("\n", "\n      ")), flush=True)
            elif opt.v:
                print("same     " + jobs[job], flush=True)
    reasons = {}
    for path, reason in excluded:
        reasons.setdefault(reason, []).append(path)
    for reason, paths in sorted(reasons.items()):
        print("left out: %s (%d): %s" % (reason, len(paths), ", ".join(paths)))
    print("compared %d, left out %d" % (len(todo), len(excluded)))
    print("%d passed, %d failed" % (len(todo) - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
