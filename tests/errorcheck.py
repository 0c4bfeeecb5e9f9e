#!/usr/bin/env python3
"""How gol's checker compares with Go's on Go's own tests (package golang-1.19-src): lines refused, programs accepted.

usage: errorcheck.py [--gol PATH] [--tests DIR] [--jobs N] [-v] [FILTER...]

`// errorcheck` files: exactly the lines with an ERROR comment must be refused. `// run`, `// compile`, `// build` files:
none may be refused. What gol refuses by name as not done (GOL05xx) and packages it has not are counted apart.
-v prints each difference. The figures come last.
"""
import concurrent.futures
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import arguments, parse

DIRS = ["", "chan", "interface", "ken", "syntax", "fixedbugs"]


def expected_lines(text):
    lines = set()
    for i, line in enumerate(text.split("\n"), 1):
        m = re.search(r"//\s*(GC_ERROR|ERROR|ERRORAUTO)\s+(.*)$", line)
        if m and '"' in m.group(2) or m and "`" in m.group(2):
            lines.add(i)
    return lines


def check(opt, path):
    with open(path, encoding="utf-8", errors="surrogateescape") as f:
        text = f.read()
    head = text.lstrip().split("\n", 1)[0]
    m = re.match(r"// (errorcheck|run|compile|build)\b(.*)", head)
    if not m:
        return None
    kind, flags = m.group(1), m.group(2).strip()
    if kind == "errorcheck" and re.search(r"-d=|-m\b|-0|-live|-\+|-std|-race|-c=|-lang|-l\b", flags) or "errorcheckandrundiag" in head:
        return None
    try:
        r = subprocess.run([opt.gol, "check", path], capture_output=True, text=True, errors="replace", timeout=20)
    except subprocess.TimeoutExpired:
        return kind, "BUG", "hangs"
    if r.returncode not in (0, 1):
        return kind, "BUG", "status %d: %s" % (r.returncode, r.stderr[-300:])
    errors = []
    for m in re.finditer(r"^error\[(GOL\d+)\]: (.*)\n(?:(?!error|warning).*\n)*? *--> (.*?):(\d+):(\d+)", r.stderr, re.M):
        errors.append((int(m.group(4)), m.group(1), m.group(2)))
    # Go's tests are compiled without linking: no main, and bodies elsewhere.
    errors = [e for e in errors if e[1] != "GOL0418" and not (e[1] == "GOL0410" and "undeclared" in e[2])]
    codes = {c for _, c, _ in errors}
    if codes & {"GOL0504", "GOL0590"}:
        return kind, "notdone", ""
    if "GOL0412" in codes:
        return kind, "package", ""
    if kind != "errorcheck":
        if not errors:
            return kind, "same", ""
        return kind, "DIFF", "\n".join("    %d %s %s" % e for e in errors[:4])
    want, got = expected_lines(text), {l for l, _, _ in errors}
    if want == got:
        return kind, "same", ""
    if "more error" in r.stderr and got <= want:
        return kind, "same", ""
    src = text.split("\n")
    out = ["    missing %d: %s" % (l, src[l - 1].strip()[:150]) for l in sorted(want - got)[:6]]
    out += ["    extra %d: %s %s | %s" % (l, c, t[:90], src[l - 1].strip()[:80]) for l, c, t in errors if l not in want][:6]
    return kind, "lines" if got & want or (not want and not got) else "DIFF", "\n".join(out)


def main():
    p = arguments(__doc__)
    p.add_argument("--tests", default="/usr/share/go-1.19/test")
    p.add_argument("-v", action="store_true")
    opt = parse(p)
    if not os.path.isdir(opt.tests):
        print("errorcheck: no Go tests at", opt.tests)
        return 0
    files = []
    for d in DIRS:
        full = os.path.join(opt.tests, d)
        files += sorted(os.path.join(full, f) for f in os.listdir(full) if f.endswith(".go"))
    files = [f for f in files if not opt.filter or any(x in f for x in opt.filter)]
    count = {}
    with concurrent.futures.ThreadPoolExecutor(opt.jobs) as pool:
        for path, result in zip(files, pool.map(lambda f: check(opt, f), files)):
            if not result:
                continue
            kind, verdict, words = result
            count[kind, verdict] = count.get((kind, verdict), 0) + 1
            if verdict == "BUG" or (opt.v and words):
                print("%s %s %s\n%s" % (kind, verdict, os.path.relpath(path, opt.tests), words))
    for kind in sorted({k for k, _ in count}):
        n = {v: c for (k, v), c in count.items() if k == kind}
        print("%-10s %4d files: as Go %d, other lines %d, other verdict %d, not done %d, package missing %d, bugs %d" % (
            kind, sum(n.values()), n.get("same", 0), n.get("lines", 0), n.get("DIFF", 0), n.get("notdone", 0), n.get("package", 0),
            n.get("BUG", 0)))
    return 1 if any(v == "BUG" for _, v in count) else 0


if __name__ == "__main__":
    sys.exit(main())
