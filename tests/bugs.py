#!/usr/bin/env python3
"""make bugs: the corpus of concurrency bugs in tests/conc/bugs. tests/README.md says what its files say.

usage: bugs.py [--gol PATH] [--runs N] [--jobs N] [--limit S] [--table] [--go] [-v] [FILTER...]

Each NAME_bug.gol is run by `gol run -runs N -clock=virtual`, which must find one of the kinds that the file names, in a report that
contains what it names, and nothing of another kind; each NAME_fixed.gol is run the same way and must be silent and end with status 0.
--table writes docs/bugs.md. (tests/replay.py runs the replay line of every finding.)
--go runs Go's own tools (vet; the ordinary and the race build, five times each) and records in tests/conc/bugs/go.txt what they find.
The last line is `N passed, N failed`.
"""
import concurrent.futures
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import ROOT, arguments, find_files, is_bug, parse, read_text, run

FOLDER = "tests/conc/bugs"
GO_RECORD = FOLDER + "/go.txt"
TABLE = "docs/bugs.md"
GO_RUNS = 5
# The exit statuses that a finding of a kind may bring (a leak alone is no error).
STATUS = {"race": 66, "lock order": 66, "misuse": 66, "deadlock": 2, "partial deadlock": 2, "panic": 2, "fatal": 2, "leak": 0}


class Program:
    """A file of the corpus and what it says of itself."""

    def __init__(self, path):
        self.path = path
        self.name = re.sub(r"_(bug|fixed)\.gol$", "", os.path.basename(path))
        self.text = read_text(os.path.join(ROOT, path))
        head = self.text.split("\n\n", 1)[0].split("\n")
        self.model = head[0][3:]
        keys = {}
        for line in head[1:]:
            m = re.match(r"// (\w+): (.*)$", line)
            if m:
                keys[m.group(1)] = m.group(2).strip()
        self.kind = keys.get("kind", "")
        self.finds = [k.strip() for k in keys.get("finds", "").split("|")]
        self.names = keys.get("names")
        self.flags = shlex.split(keys.get("flags", ""))
        self.no_go = "oracle" in keys


class Finding:
    """One line of the JSON report."""

    def __init__(self, record):
        self.kind = record["kind"].replace("-", " ")
        self.head, self.seen, self.words = record["message"], record["count"], record["text"]


def corpus(suffix, filters):
    paths = [p for p in find_files([FOLDER], ".gol") if p.endswith("_%s.gol" % suffix)]
    return [Program(p) for p in paths if not filters or any(f in p for f in filters)]


def one_of_each_kind():
    """The paths of the first bug of each kind and of its twin: what the ordinary tests run."""
    first = {}
    for program in corpus("bug", None):
        first.setdefault(program.kind, program.path)
    return [path for bug in first.values() for path in (bug, bug.replace("_bug.gol", "_fixed.gol"))]


def explore(gol, program, runs, limit):
    """The findings of all runs, the exit status, the text on standard error, and what is wrong with the run itself."""
    with tempfile.TemporaryDirectory(prefix="gol-bugs-") as folder:
        report = os.path.join(folder, "report.json")
        r = run([gol, "run", "-runs", str(runs), "-clock=virtual", "-report=json", "-report-file=" + report] + program.flags + [program.path], limit, cwd=ROOT)
        err = r.err.decode("utf-8", "replace")
        if r.trouble():
            return [], r.status, err, r.trouble()
        try:
            with open(report, encoding="utf-8") as f:
                records = [json.loads(line) for line in f]
        except (OSError, ValueError) as e:
            return [], r.status, err, "no JSON report: %s" % e
    return [Finding(x) for x in records if x["type"] == "finding"], r.status, err, None


def search(gol, path, runs, limit):
    """(program, findings, standard error, why the program is not what it says or None)"""
    program = Program(path)
    findings, status, err, trouble = explore(gol, program, runs, limit)
    if not trouble:
        trouble = judge_bug(program, findings, status) if is_bug(path) else judge_twin(findings, status, err)
    return program, findings, err, trouble


def judge_bug(program, findings, status):
    """Why the run is not what the file says, or None."""
    wanted = [f for f in findings if f.kind in program.finds]
    if not wanted:
        return "nothing of this is found: " + " | ".join(program.finds)
    if program.names and not any(program.names in f.words for f in wanted):
        return "the report does not speak of: " + program.names
    strange = sorted({f.kind for f in findings} - set(program.finds))
    if strange:
        return "also found: " + ", ".join(strange)
    if status not in {STATUS[f.kind] for f in findings}:
        return "status %s" % status
    return None


def judge_twin(findings, status, err):
    if findings:
        return "a false alarm: " + ", ".join("%s (%s)" % (f.kind, f.head) for f in findings)
    if status or not re.fullmatch(r"gol: \d+ runs: nothing found in these schedules\n", err):
        return "status %s" % status
    return None


# ---- Go's own tools

def go_finds(program):
    """What vet, the ordinary build and the race build say, in one line."""
    if program.no_go:
        return "not run"
    env = dict(os.environ, GO111MODULE="off", GOFLAGS="")
    said = []
    with tempfile.TemporaryDirectory(prefix="gol-bugs-") as folder:
        with open(os.path.join(folder, "main.go"), "w", encoding="utf-8") as f:
            f.write(program.text)
        if subprocess.run(["go", "vet", "main.go"], cwd=folder, env=env, capture_output=True, timeout=120, check=False).returncode:
            said.append("vet")
        count = {}
        for race in (False, True):
            subprocess.run(["go", "build"] + (["-race"] if race else []) + ["-o", "prog", "main.go"], cwd=folder, env=env, timeout=120, check=True)
            for _ in range(GO_RUNS):
                r = run([os.path.join(folder, "prog")], 5)
                err = r.err.decode("utf-8", "replace")
                what = ("race" if "DATA RACE" in err else "deadlock" if "all goroutines are asleep" in err else
                        "panic" if re.search("^(panic|fatal error):", err, re.M) else "")
                if what and not (r.late and what != "race"):
                    key = what + (" (race build)" if race and what != "race" else "")
                    count[key] = count.get(key, 0) + 1
        said += ["%s %d of %d" % (k, n, GO_RUNS) for k, n in sorted(count.items())]
    return ", ".join(said) or "nothing"


def read_go_record():
    try:
        text = read_text(os.path.join(ROOT, GO_RECORD))
    except OSError:
        return {}
    return dict(line.split(": ", 1) for line in text.splitlines() if line and not line.startswith("#"))


def record_go(opt):
    record = read_go_record()
    programs = corpus("bug", opt.filter) + corpus("fixed", opt.filter)
    with concurrent.futures.ThreadPoolExecutor(opt.jobs) as pool:
        for program, said in zip(programs, pool.map(go_finds, programs)):
            record[os.path.basename(program.path)[:-4]] = said
            print("%-50s %s" % (os.path.basename(program.path)[:-4], said), flush=True)
    with open(os.path.join(ROOT, GO_RECORD), "w", encoding="utf-8") as f:
        f.write("# What Go's own tools find in each program (tests/bugs.py --go): go vet, and five runs each of the ordinary and the race build.\n")
        f.write("".join("%s: %s\n" % item for item in sorted(record.items())))
    noisy = [name for name, said in record.items() if name.endswith("_fixed") and said not in ("nothing", "not run")]
    print("%d passed, %d failed" % (len(record) - len(noisy), len(noisy)))
    return 1 if noisy else 0


# ---- the table

def cell(text):
    return text.replace("|", "\\|").replace("`", "'")


def write_table(opt, rows):
    go = read_go_record()
    kinds = {}
    for program, findings in rows:
        kinds.setdefault(program.kind, []).append((program, findings))
    found = sum(1 for program, _ in rows if go.get(program.name + "_bug", "nothing") not in ("nothing", "not run"))
    run_by_go = sum(1 for program, _ in rows if go.get(program.name + "_bug", "not run") != "not run")
    with open(os.path.join(ROOT, TABLE), "w", encoding="utf-8") as f:
        f.write("# The corpus of bugs\n\n")
        f.write("Small programs that do wrong what real systems have done wrong, in `tests/conc/bugs`, each with a repaired twin. This page is written by\n"
                "`tests/bugs.py --table`, which runs every program with `gol run -runs %d -clock=virtual`.\n\n" % opt.runs)
        f.write("- gol finds %d of %d bugs, and says nothing about any of the twins.\n" % (len(rows), len(rows)))
        f.write("- Go's own tools (`go vet`; %d runs each of the ordinary and of the race build) find %d of the %d that they were run on.\n" %
                (GO_RUNS, found, run_by_go))
        f.write("- \"in\" is the number of the %d runs that show what is found most often.\n\n" % opt.runs)
        for kind in sorted(kinds):
            f.write("## %s\n\n| program | modelled on | in | gol's first line | Go's tools |\n|---|---|---|---|---|\n" % (kind[0].upper() + kind[1:]))
            for program, findings in kinds[kind]:
                best = max((x for x in findings if x.kind in program.finds), key=lambda x: x.seen)
                f.write("| [%s](../%s) | %s | %d | %s | %s |\n" % (program.name.replace("_", " "), program.path, cell(program.model), best.seen,
                                                                  cell(best.head), go.get(program.name + "_bug", "not run")))
            f.write("\n")


# ---- all of it

def main():
    p = arguments(__doc__)
    p.add_argument("--runs", type=int, default=200)
    p.add_argument("--every", type=int, default=1, help="only every so manieth bug and twin (slow builds)")
    p.add_argument("--limit", type=float, default=60, help="seconds for one command")
    p.add_argument("--table", action="store_true")
    p.add_argument("--go", action="store_true")
    p.add_argument("-v", action="store_true")
    opt = parse(p)
    if opt.go:
        return record_go(opt)

    rows, counts = [], {"bugs": 0, "found": 0, "twins": 0, "silent": 0}
    paths = [p.path for kind in ("bug", "fixed") for p in corpus(kind, opt.filter)[::opt.every]]
    with concurrent.futures.ThreadPoolExecutor(opt.jobs) as pool:
        for program, findings, err, why in pool.map(lambda path: search(opt.gol, path, opt.runs, opt.limit * opt.slowness), paths):
            bug = is_bug(program.path)
            counts["bugs" if bug else "twins"] += 1
            if not why:
                counts["found" if bug else "silent"] += 1
            if bug and not why:
                rows.append((program, findings))
            told = ", ".join("%s %d" % (f.kind, f.seen) for f in findings) or "nothing"
            if why:
                print("FAIL  %s: %s\n      %s" % (program.path, told, (why + "\n" + err[:3000]).strip().replace("\n", "\n      ")), flush=True)
            elif opt.v or bug:
                print("ok    %-45s %s" % (program.name + ("" if bug else " (fixed)"), told), flush=True)
    if opt.table and counts["found"] == counts["bugs"] and not opt.filter and opt.every == 1:
        write_table(opt, rows)
    print("%d of %d bugs found, %d of %d twins silent" % (counts["found"], counts["bugs"], counts["silent"], counts["twins"]))
    passed = counts["found"] + counts["silent"]
    failed = counts["bugs"] + counts["twins"] - passed
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
