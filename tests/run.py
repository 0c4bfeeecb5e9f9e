#!/usr/bin/env python3
"""The test runner. tests/README.md says what a test is.

usage: run.py [--gol PATH] [--workers N] [--jobs N] [--scale F] [--only KINDS] [--long] [--unit DIR] [-v] [FILTER...]

FILTER is a part of a path (or a file that need not be in a test folder); without any, everything runs. KINDS is a comma-separated
choice of: prog, search, error, mistakes, cli, fmt, repl, terminal, unit, docs, topic, manual, links, rules, editor, man, catalogue, planted. The last line is `N passed, N failed`.
"""
import argparse
import json
import os
import queue
import re
import shutil
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import bugs
import editors
import fmt_golden
import mistakes
import manual
import planted
import prompt
import races
from common import (ROOT, SCALES, SLOWNESS, Expectation, diagnostics, diff, find_files, glob_lines, is_bug, left_out, lines_of, mode_of, read_text, run)

PROGRAMS = ["examples", "tests/lang", "tests/conc", "tests/std", "tests/errors"]
CONCURRENT = ("tests/conc/", "examples/", "tests/stress/")


class Options:
    pass


def same_line(want, got):
    return got.startswith(want[:-3]) if want.endswith("...") else want == got


def compare_output(x, got):
    """The difference between the output and what the file says of it, or None."""
    for text in x.contains:
        if not any(text in line for line in got):
            return "no line of output contains: %s\n%s" % (text, "\n".join(got[:30]))
    if x.any_out or (x.contains and not x.has_out):
        return None
    rest = list(got)
    for want in x.unordered:
        for i, line in enumerate(rest):
            if same_line(want, line):
                del rest[i]
                break
        else:
            return "no line of output is: %s\n%s" % (want, "\n".join(got[:30]))
    want = [line.rstrip() for line in x.out]
    if x.free_order:
        want, rest = sorted(want), sorted(rest)
    if len(want) == len(rest) and all(same_line(a, b) for a, b in zip(want, rest)):
        return None
    return diff(want, rest, "output")


def check_diags(x, path, err):
    """Errors must match one to one; warnings too, where the file speaks of any or is not a run."""
    got = diagnostics(err)
    problems = []
    rest = list(got)
    for severity, line, code, text in x.diags:
        for d in rest:
            if d[0] == severity and d[1] == line and d[2] == code and text in d[3]:
                rest.remove(d)
                break
        else:
            problems.append("%s:%d: expected: %s %s %s" % (path, line, severity, code, text))
    for severity, line, code, text in rest:
        problems.append("%s:%d: not expected: %s %s %s" % (path, line, severity, code, text))
    return "\n".join(problems) or None


def text_of(err, limit=40):
    lines = err.decode("utf-8", "replace").split("\n")
    return "\n".join(lines[:limit])


def run_program(opt, path):
    """One .gol file. Returns None, or why it failed, or ("skip", why)."""
    x = Expectation(read_text(os.path.join(ROOT, path)))
    if opt.mode in x.not_builds or (x.builds and opt.mode not in x.builds):
        return ("skip", "not in this build")
    x.free_order = x.free_order or opt.mode in x.free_in
    limit = x.timeout * opt.slowness
    env = dict(x.env, GOL_TEST_SCALE=str(opt.scale))
    if x.wants_check():
        r = run([opt.gol, "check"] + [f for f in x.flags if f.startswith("-lang")] + [path], limit, env=env, cwd=ROOT)
        why = r.trouble() or check_diags(x, path, r.err)
        if not why and r.status != (x.status if x.status is not None else 1 if x.wants_error() else 0):
            why = "status %s" % r.status
        return why and why + "\n" + text_of(r.err)
    argv = [opt.gol, "run", "-workers", str(x.workers or opt.workers)] + x.flags + [path] + x.program_args(opt.scale)
    for turn in range(max(1, int(x.repeat * opt.scale)) if x.repeat > 1 else 1):
        if x.races:
            why = run_racy(x, path, argv, limit, env)
        else:
            why = judge(x, path, run(argv, limit, x.input_bytes(), env, ROOT))
        if why:
            return (("run %d: " % (turn + 1)) if x.repeat > 1 else "") + why
    return run_unwatched(x, argv, limit, env) if x.unwatched else None


def run_racy(x, path, argv, limit, env):
    """A program with `race:`."""
    r = run(argv[:2] + ["-race=on"] + argv[2:], limit, x.input_bytes(), env, ROOT)
    wrong = races.judge(x.races, races.of_text(r.err.decode("utf-8", "replace"), os.path.basename(path)))
    why = judge(x, path, r)
    if wrong and not why:
        wrong.append("standard error:\n" + text_of(r.err, 200))
    return "\n".join(wrong + [why or ""]).strip() or None


def run_unwatched(x, argv, limit, env):
    """A program with `unwatched:`, once more."""
    r = run(argv[:2] + ["-race=off"] + argv[2:], limit, x.input_bytes(), env, ROOT)
    why = r.trouble() or (None if r.status in x.unwatched else "status %d" % r.status)
    return "with -race=off: " + why + "\n" + text_of(r.err, 60) if why else None


def judge(x, path, r):
    why = r.trouble()
    if why:
        return why + "\n" + text_of(r.err, 60) + ("\n".join(["", "output:"] + lines_of(r.out)[-10:]) if r.out else "")
    problems = []
    err_lines = lines_of(r.err)
    want_status = x.status if x.status is not None else 2 if x.panic else 66 if x.races else 0
    if r.status != want_status:
        problems.append("status %d, expected %d" % (r.status, want_status))
    different = compare_output(x, lines_of(r.out))
    if different:
        problems.append(different)
    for want in x.panic:
        if not any(same_line(want, line) for line in err_lines):
            problems.append("standard error has no line: " + want)
    text = r.err.decode("utf-8", "replace")
    for want in x.stderr:
        if want not in text:
            problems.append("standard error does not contain: " + want)
    if x.diags:
        wrong = check_diags(x, path, r.err)
        if wrong:
            problems.append(wrong)
    if r.err and not (x.panic or x.stderr or x.any_err or x.diags or x.races):
        problems.append("standard error should be empty")
    if problems and r.err:
        problems.append("standard error:\n" + text_of(r.err))
    return "\n".join(problems) or None


def run_search(opt, path):
    """A program of the corpus of bugs: 200 schedules must show its bug, or nothing where it is repaired."""
    _, _, err, why = bugs.search(opt.gol, path, 200, 60 * opt.slowness)
    return why and why + "\n" + err[:3000]


# ---- sessions

def read_session(text):
    """[(line number, command, out lines, err lines, status)]"""
    steps = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("$ "):
            steps.append([number, line[2:], [], [], 0])
        elif not steps:
            if line.strip() and not line.startswith("#"):
                raise ValueError("line %d: output before the first command" % number)
        elif line.startswith("> ") or line == ">":
            steps[-1][1] += "\n" + line[2:]
        elif line.startswith("!"):
            steps[-1][3].append(line[2:])
        elif line.startswith("? "):
            steps[-1][4] = int(line[2:])
        elif line.startswith("#"):
            continue
        elif line.startswith("\\"):
            steps[-1][2].append(line[1:])
        else:
            steps[-1][2].append(line)
    for s in steps:  # an empty line before the next command is for the eye
        while s[2] and not s[2][-1].strip():
            s[2].pop()
    return steps


def run_session(opt, path):
    text = read_text(os.path.join(ROOT, path))
    if left_out(opt.mode, text):
        return ("skip", "not in this build")
    steps = read_session(text)
    folder = tempfile.mkdtemp(prefix="gol-session-")
    try:
        os.mkdir(os.path.join(folder, "bin"))
        os.symlink(os.path.abspath(opt.gol), os.path.join(folder, "bin", "gol"))
        work = os.path.join(folder, "work")
        os.mkdir(work)
        env = {"PATH": os.path.join(folder, "bin") + ":" + os.environ["PATH"], "ROOT": ROOT, "LC_ALL": "C.UTF-8"}
        for number, command, out, err, status in steps:
            r = run(["sh", "-c", command], 20 * opt.slowness, env=env, cwd=work)
            where = "%s:%d: $ %s\n" % (path, number, command)
            broken = r.broken() or (r.trouble() if r.status != status else None)
            if broken:
                return where + broken + "\n" + text_of(r.err)
            for want, got, name in ((out, lines_of(r.out), "output"), (err, lines_of(r.err), "standard error")):
                if not glob_lines(want, got):
                    return where + diff([w.rstrip() for w in want], got, name)
            if r.status != status:
                return where + "status %d, expected %d\n%s" % (r.status, status, text_of(r.err))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return None


def run_layouts(opt, path):
    return fmt_golden.check(os.path.abspath(opt.gol), path, 10 * opt.slowness)


# ---- the code blocks of the error pages

def doc_blocks(text):
    """[(line number, "wrong" or "right", code)]"""
    blocks, current = [], None
    for number, line in enumerate(text.split("\n"), 1):
        if current is None:
            m = re.match(r"^```gol (wrong|right)((?: -\S+)*)\s*$", line)
            if m:
                current = (number, m.group(1), m.group(2).split(), [])
        elif line.startswith("```"):
            blocks.append((current[0], current[1], current[2], "\n".join(current[3]) + "\n"))
            current = None
        else:
            current[3].append(line)
    return blocks


def run_found(opt, code, flags, path, kind):
    """A block of a page about what is found while a program runs: it is run, and the report says what was found."""
    with tempfile.NamedTemporaryFile("r", suffix=".json", encoding="utf-8") as report:
        # a block with -runs is a search, which chooses its workers; a test is run as one
        command = ["test"] if "func Test" in read_text(path) else ["run"]
        command += [] if any(f.startswith("-runs") for f in flags) else ["-workers", str(opt.workers)]
        r = run([opt.gol] + command + ["-report=json", "-report-file=" + report.name] + flags + [path], 10 * opt.slowness)
        if r.trouble():
            return r.trouble() + "\n" + text_of(r.err)
        items = [json.loads(line) for line in report.read().splitlines()]
    found = {x["code"] for x in items if x["type"] != "summary"}
    if kind == "wrong" and found != {code}:
        return "brings %s\n%s" % (", ".join(sorted(found)) or "nothing", text_of(r.err))
    if kind == "right" and (found or r.status or r.err):
        return "is not silent\n" + text_of(r.err)
    return None


def run_doc(opt, path):
    code = os.path.basename(path)[:-3]
    for number, kind, flags, text in doc_blocks(read_text(os.path.join(ROOT, path))):
        with tempfile.NamedTemporaryFile("w", suffix=".gol", encoding="utf-8") as f:
            f.write(text)
            f.flush()
            if code >= "GOL0700":
                why = run_found(opt, code, flags, f.name, kind)
                if why:
                    return "%s:%d: the %s block: %s" % (path, number, kind, why)
                continue
            r = run([opt.gol, "check"] + flags + [f.name], 10 * opt.slowness)
        where = "%s:%d: the %s block: " % (path, number, kind)
        if r.trouble():
            return where + r.trouble() + "\n" + text_of(r.err)
        codes = {d[2] for d in diagnostics(r.err) if d[0] != "note" or d[2] == code}
        if kind == "wrong" and codes != {code}:
            return where + "brings %s\n%s" % (", ".join(sorted(codes)) or "nothing", text_of(r.err))
        if kind == "right" and (codes or r.status):
            return where + "is not clean\n" + text_of(r.err)
    return None


def run_topic(opt, path):
    """Both blocks of a topic are programs that compile, with their expectations inside, as in tests/."""
    blocks = doc_blocks(read_text(os.path.join(ROOT, path)))
    if {b[1] for b in blocks} != {"wrong", "right"}:
        return "a topic has a wrong block and a right one"
    for number, kind, flags, text in blocks:
        x = Expectation(text)
        if not (x.has_out or x.out or x.unordered or x.any_out or x.contains or x.panic):
            return "%s:%d: the %s block expects nothing" % (path, number, kind)
        with tempfile.NamedTemporaryFile("w", suffix=".gol", encoding="utf-8") as f:
            f.write(text)
            f.flush()
            r = run([opt.gol, "run", "-workers", str(x.workers or opt.workers)] + flags + x.flags + [f.name], x.timeout * opt.slowness)
        why = judge(x, f.name, r)
        if why:
            return "%s:%d: the %s block: %s" % (path, number, kind, why)
    return None


def run_catalogue(opt, path):
    """Every diagnostic of the catalogue has a page under its own title, and every page a diagnostic."""
    text = read_text(os.path.join(ROOT, path))
    titles = {"GOL%04d" % int(n): title for n, title in re.findall(r'^X\((\d+), \w+, \w+, "(.*)"\)$', text, re.M)}
    pages = {os.path.basename(p)[:-3]: p for p in find_files(["docs/errors"], ".md") if re.match(r"GOL\d+\.md$", os.path.basename(p))}
    problems = ["%s has no page docs/errors/%s.md" % (c, c) for c in sorted(set(titles) - set(pages))]
    problems += ["%s: no such diagnostic" % pages[c] for c in sorted(set(pages) - set(titles))]
    for code in sorted(set(pages) & set(titles)):
        first = read_text(os.path.join(ROOT, pages[code])).split("\n", 1)[0]
        if first != "# %s: %s" % (code, titles[code]):
            problems.append("%s: its first line should be: # %s: %s" % (pages[code], code, titles[code]))
    return "\n".join(problems) or None


# ---- unit tests

def run_unit(opt, path):
    """A cmocka program; its tests count one by one: (passed, [(name, why)])."""
    r = run([os.path.join(opt.unit, path)], 60 * opt.slowness, env={"GOL_TEST_SCALE": str(opt.scale)}, cwd=ROOT)
    text = (r.out + r.err).decode("utf-8", "replace")
    passed = len(re.findall(r"^\[ +OK \]", text, re.M))
    failed = []
    for name in re.findall(r"^\[  FAILED  \] (\w+)$", text, re.M):
        if name not in [f[0] for f in failed]:
            failed.append((name, "\n".join(line for line in text.split("\n") if not line.startswith("[  "))[:4000]))
    if not failed and (r.trouble() or r.status):
        failed.append(("(the program)", (r.trouble() or "status %d" % r.status) + "\n" + text[-4000:]))
    return passed, failed


# ---- all of it

def collect(opt):
    tests = []
    folders = PROGRAMS + (["tests/stress"] if opt.long else [])
    for path in find_files(folders, ".gol"):
        if is_bug(path):
            continue
        tests.append(("error" if path.startswith("tests/errors/") else "prog", path))
    tests += [("cli", p) for p in find_files(["tests/cli"], ".session")]
    tests += [("mistakes", p) for p in find_files(["tests/errors"], ".mistakes")]
    tests += [("fmt", p) for p in find_files(["tests/fmt"], ".fmt")]
    tests += [("docs", p) for p in find_files(["docs/errors"], ".md")
              if re.match(r"GOL\d+\.md$", os.path.basename(p)) and doc_blocks(read_text(os.path.join(ROOT, p)))]
    tests += [("topic", p) for p in find_files(["docs/topics"], ".md")]
    if opt.mode in ("release", "debug") and opt.workers == 2:  # a search has one worker, whatever --workers says: once is enough
        tests += [("search", p) for p in bugs.one_of_each_kind()]
    tests.append(("catalogue", "base/diag_codes.def"))
    tests += [("manual", p) for p in manual.pages()] + [("links", "docs/manual/README.md"), ("rules", "tests/manual.py")]
    tests += [("man", p) for p in find_files(["docs/man"], ".scd")]
    if opt.mode in planted.FLAGS:
        tests.append(("planted", "tests/tools/planted.c"))
    if opt.mode == "release":  # what they look at is the same in every build
        tests += [("editor", p) for p in editors.CHECKS]
    tests += [("repl", p) for p in prompt.transcripts()] + [("terminal", p) for p in prompt.sessions()]
    if opt.unit and os.path.isdir(opt.unit):
        tests += [("unit", n) for n in sorted(os.listdir(opt.unit)) if n.startswith("test_")]
    if opt.only:
        tests = [t for t in tests if t[0] in opt.only]
    if opt.concurrent:
        tests = [t for t in tests if t[0] == "prog" and t[1].startswith(CONCURRENT)]
    if opt.filter:
        extra = [os.path.relpath(os.path.abspath(f), ROOT) for f in opt.filter if f.endswith(".gol") and os.path.isfile(f)]
        tests = [t for t in tests if any(f in t[1] for f in opt.filter)]
        known = {t[1] for t in tests}
        tests += [("prog", p) for p in extra if p not in known]
    return tests


RUNNERS = {"prog": run_program, "search": run_search, "error": run_program, "cli": run_session, "fmt": run_layouts, "mistakes": lambda opt, path: mistakes.check(opt.gol, path, 10 * opt.slowness),
            "repl": lambda opt, path: prompt.run_transcript(opt, path, glob_lines, diff),
           "terminal": prompt.run_terminal, "docs": run_doc, "topic": run_topic, "catalogue": run_catalogue,
           "manual": manual.run_manual, "links": manual.run_links, "rules": manual.run_rules, "editor": editors.run_editor, "man": manual.run_man,
           "planted": lambda opt, path: planted.check(opt, path, run_session)}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--gol", default=os.path.join(ROOT, "build/release/gol"))
    p.add_argument("--workers", type=int, default=2)
    p.add_argument("--jobs", type=int, default=2)
    p.add_argument("--scale", type=float)
    p.add_argument("--only", type=lambda s: s.split(","))
    p.add_argument("--concurrent", action="store_true", help="only the programs about concurrency")
    p.add_argument("--long", action="store_true", help="tests/stress too")
    p.add_argument("--unit", help="folder of the built unit tests")
    p.add_argument("-v", action="store_true", help="name every test")
    p.add_argument("filter", nargs="*")
    opt = p.parse_args(namespace=Options())
    opt.gol = os.path.abspath(opt.gol)
    opt.mode = mode_of(opt.gol)
    opt.slowness = SLOWNESS[opt.mode]
    if opt.scale is None:
        opt.scale = SCALES[opt.mode]
    tests = collect(opt)
    todo = queue.Queue()
    for t in tests:
        todo.put(t)
    lock = threading.Lock()
    count = {"passed": 0, "failed": 0, "skipped": 0}
    slowest = []

    def report(path, why):
        with lock:
            if why is None:
                count["passed"] += 1
                if opt.v:
                    print("ok    " + path, flush=True)
            elif isinstance(why, tuple):
                count["skipped"] += 1
            else:
                count["failed"] += 1
                print("FAIL  %s\n      %s" % (path, why.strip().replace("\n", "\n      ")), flush=True)

    def work():
        while True:
            try:
                kind, path = todo.get_nowait()
            except queue.Empty:
                return
            start = time.monotonic()
            try:
                if kind == "unit":
                    passed, failed = run_unit(opt, path)
                    with lock:
                        count["passed"] += passed
                    for name, why in failed:
                        report("%s %s" % (path, name), why)
                else:
                    report(path, RUNNERS[kind](opt, path))
            except Exception as e:  # a test that cannot be read is a failed test, not the end of the run
                report(path, "the test itself is broken: %r" % e)
            slowest.append((time.monotonic() - start, path))

    start = time.monotonic()
    threads = [threading.Thread(target=work) for _ in range(max(1, opt.jobs))]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    took = time.monotonic() - start
    slow = ", ".join("%s %.1f s" % (p, s) for s, p in sorted(slowest, reverse=True)[:3] if s > 2)
    print("%s build, %d workers: %.0f s%s%s" % (
        opt.mode, opt.workers, took, "; slowest: " + slow if slow else "",
        "; %d not for this build" % count["skipped"] if count["skipped"] else ""))
    print("%d passed, %d failed" % (count["passed"], count["failed"]))
    sys.exit(1 if count["failed"] or not count["passed"] else 0)


if __name__ == "__main__":
    main()
