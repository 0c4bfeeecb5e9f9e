#!/usr/bin/env python3
"""make gotest: Go's own test programs (Debian's golang-1.19-src), those of one file that are meant to be run.

usage: gotest.py [--gol PATH] [--tests DIR] [--workers N] [--jobs N] [--limit SECONDS] [--go-only] [--no-lists] [FILTER...]

Selected is a program whose first line is exactly `// run` and whose imports are all among the standard packages of the
first part (PACKAGES below). It is built and run by Go once (kept in build/gotest). It passes when gol, with -lang=go1.21,
printed the same on standard output, ended with the same status and, where Go ended with 0, printed the same on standard error
(println). A program that leaves goroutines behind which nothing can wake ends with 2 here, for gol tells that (GOL0703): when it has printed what Go prints and
nothing else was found it has passed, too, and says "told" in the list. Without a FILTER the lists passed.txt, failed.txt and excluded.txt in tests/gotest/ are written anew, with the
reason of each program that is not in the first. FILTER is the beginning of a path: chan/ or ken/. A table by folder and a total
come last.
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
from common import ROOT, arguments, diagnostics, parse, run

CACHE = os.path.join(ROOT, "build", "gotest")
LISTS = os.path.join(ROOT, "tests", "gotest")
PACKAGES = set("fmt errors strings strconv sort math math/rand time sync sync/atomic context os bufio io runtime log".split())


TOLD = re.compile(r"^gol: (\d+) findings?: \1 partial deadlocks?;", re.M)


def imports_of(text):
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    found = []
    for m in re.finditer(r"^import\s*(\((.*?)^\s*\)|.*?$)", text, re.M | re.S):
        block = m.group(2) if m.group(2) is not None else m.group(1)
        for line in block.split("\n"):
            line = re.sub(r"(^|\s)//.*", "", line)
            found += re.findall(r'["`]([^"`]+)["`]', line)
    return found


def why_not(text):
    """The reason why a file is not one of the selected programs, or None; "" for files that are no programs at all."""
    lines = text.split("\n")
    while lines and lines[0].startswith(("//go:build", "// +build")) or (lines[1:] and not lines[0].strip()):
        lines.pop(0)  # a build constraint may stand above the recipe
    first = lines[0].strip() if lines else ""
    if first == "// run":
        others = sorted(set(imports_of(text)) - PACKAGES)
        if others:
            return "imports " + ", ".join(others)
        head = text.split("\npackage ", 1)[0]
        m = re.search(r"^//go:build (.*)$", head, re.M)
        if m and not build_line_holds(m.group(1)):
            return "build constraint: " + m.group(1)
        return None
    if first.startswith("// run ") :
        return "needs flags or arguments: " + first[3:]
    for kind in ("runoutput", "rundir", "runindir"):
        if first.startswith("// " + kind):
            return "not one file that is run: " + first[3:]
    return ""


def build_line_holds(line):
    known = {"linux", "amd64", "gc", "unix"} | {"go1.%d" % n for n in range(1, 20)}
    words = re.sub(r"[A-Za-z_][\w.]*", lambda m: str(m.group(0) in known), line)
    words = words.replace("&&", " and ").replace("||", " or ").replace("!", " not ")
    try:
        return bool(eval(words, {"__builtins__": {}}))  # only True, False, and, or, not and parentheses are left
    except SyntaxError:
        return False


def go_run(tests, path, text, limit):
    key = hashlib.sha256((path + "\0" + text).encode("utf-8", "surrogateescape")).hexdigest()[:32]
    kept = os.path.join(CACHE, key + ".json")
    try:
        with open(kept, encoding="utf-8") as f:
            return json.load(f)
    except (OSError, ValueError):
        pass
    folder = tempfile.mkdtemp(prefix="gol-gotest-")
    try:
        prog = os.path.join(folder, "prog")
        env = dict(os.environ, GO111MODULE="off", GOFLAGS="", CGO_ENABLED="0")
        try:
            built = subprocess.run(["go", "build", "-o", prog, os.path.join(tests, path)], cwd=folder, env=env,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=180, check=False)
        except subprocess.TimeoutExpired:
            return {"refused": "go build took too long"}
        if built.returncode:
            result = {"refused": built.stdout.decode("utf-8", "replace")[:500]}
        else:
            r = run([prog], 3 * limit, cwd=tests)
            if r.late:
                result = {"refused": "compiled Go did not end in %d s" % (3 * limit)}
            else:
                result = {"out": r.out.decode("latin-1"), "err": r.err.decode("latin-1")[:1 << 20], "status": r.status}
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(CACHE, exist_ok=True)
    with open(kept + ".new", "w", encoding="utf-8") as f:
        json.dump(result, f)
    os.replace(kept + ".new", kept)
    return result


def first_words(r):
    found = [d for d in diagnostics(r.err) if d[0] == "error"]
    if found:
        return "%s %s (line %d)" % (found[0][2], found[0][3], found[0][1])
    for line in r.err.decode("utf-8", "replace").split("\n"):
        if line.startswith(("panic: ", "fatal error: ", "gol: ")):
            return line
    return (r.err.decode("utf-8", "replace").strip().split("\n") or [""])[0]


def judge(opt, path, text):
    """("passed", ""), ("failed", reason) or ("excluded", reason)."""
    go = go_run(opt.tests, path, text, opt.limit)
    if "refused" in go:
        return "excluded", "Go: " + go["refused"].strip().split("\n")[-1]
    if opt.go_only:
        return "passed", ""
    r = run([opt.gol, "run", "-race=off", "-leaks=off", "-warnings=off", "-workers", str(opt.workers), "-lang=go1.21", os.path.join(opt.tests, path)], opt.limit, cwd=opt.tests)
    if r.late:
        return "failed", "no end after %d s, or endless output" % opt.limit
    if r.trouble():
        return "failed", r.trouble() + ": " + first_words(r)
    if r.status == 2 and go["status"] == 0 and r.out.decode("latin-1") == go["out"] and TOLD.search(r.err.decode("latin-1")):
        return "passed", "told: goroutines that nothing can wake"
    if r.status != go["status"]:
        return "failed", "status %d, Go's is %d: %s" % (r.status, go["status"], first_words(r))
    if r.out.decode("latin-1") != go["out"]:
        return "failed", "other output"
    if go["status"] == 0 and r.err.decode("latin-1") != go["err"]:
        return "failed", "other standard error: " + first_words(r)
    return "passed", ""


def main():
    p = arguments(__doc__)
    p.add_argument("--tests", default="/usr/share/go-1.19/test")
    p.add_argument("--workers", type=int, default=2)
    p.add_argument("--limit", type=float, default=20)
    p.add_argument("--go-only", action="store_true", help="only fill the cache of what Go prints")
    p.add_argument("-v", action="store_true", help="name every program")
    p.add_argument("--no-lists", action="store_true")
    opt = parse(p)
    if not os.path.isdir(opt.tests) or not shutil.which("go"):
        print("gotest: needs Go and its tests (Debian: golang-go golang-1.19-src)")
        return 0
    results, todo = {}, []
    for base, dirs, names in os.walk(opt.tests):
        dirs[:] = sorted(d for d in dirs if not d.endswith(".dir") and d != "testdata")
        for name in sorted(n for n in names if n.endswith(".go")):
            path = os.path.relpath(os.path.join(base, name), opt.tests)
            if opt.filter and not any(path.startswith(f) for f in opt.filter):
                continue
            with open(os.path.join(base, name), encoding="utf-8", errors="surrogateescape", newline="") as f:
                text = f.read()
            reason = why_not(text)
            if reason is None:
                todo.append((path, text))
            elif reason:
                results[path] = ("excluded", reason)
    with concurrent.futures.ThreadPoolExecutor(opt.jobs) as pool:
        jobs = {pool.submit(judge, opt, *t): t[0] for t in todo}
        for job in concurrent.futures.as_completed(jobs):
            path = jobs[job]
            results[path] = job.result()
            if (opt.filter or opt.v) and not opt.go_only:
                print("%-8s %s  %s" % (results[path][0], path, results[path][1]), flush=True)
    if not opt.go_only:  # those that did not end once more, alone: the machine may have been busy
        texts, jobs_limit = dict(todo), opt.limit
        opt.limit = 2 * jobs_limit
        for path in [p for p, (kind, why) in results.items() if kind == "failed" and why.startswith("no end")]:
            results[path] = judge(opt, path, texts[path])
    if not opt.filter and not opt.no_lists and not opt.go_only:
        os.makedirs(LISTS, exist_ok=True)
        for kind in ("passed", "failed", "excluded"):
            with open(os.path.join(LISTS, kind + ".txt"), "w", encoding="utf-8", errors="replace") as f:
                for path in sorted(results):
                    if results[path][0] == kind:
                        f.write((path + "\t" + results[path][1].replace("\n", " ")[:160]).rstrip() + "\n")
    table = {}
    for path, (kind, _) in results.items():
        row = table.setdefault(os.path.dirname(path) or ".", {"passed": 0, "failed": 0, "excluded": 0})
        row[kind] += 1
    print("%-16s %8s %8s %8s" % ("folder", "passed", "selected", "left out"))
    for folder, row in sorted(table.items()):
        if row["passed"] + row["failed"]:
            print("%-16s %8d %8d %8d" % (folder, row["passed"], row["passed"] + row["failed"], row["excluded"]))
    passed = sum(r["passed"] for r in table.values())
    failed = sum(r["failed"] for r in table.values())
    print("total: %d of %d selected (%.1f %%); %d left out" % (
        passed, passed + failed, 100 * passed / max(1, passed + failed), sum(r["excluded"] for r in table.values())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
