"""Races as pairs of lines: out of gol's reports, out of what Go's race detector prints, and held against `// race: NAME` in a test."""
import json
import os
import re

ACCESS = re.compile(r"^(?:Previous )?(?:atomic )?(?:read|write) at 0x[0-9a-f]+ by ", re.I)


def findings(path):
    """The findings in a file written by -report=json, or none if there is no file."""
    try:
        with open(path, encoding="utf-8") as f:
            told = [json.loads(line) for line in f if line.strip()]
            return [t for t in told if t["type"] == "finding"]
    except FileNotFoundError:
        return []


def pair_of(finding, name):
    """The lines of the two accesses of a race, as text: of each, the innermost frame that is in the file `name`; `?` where none is."""
    found = []
    for part in finding["parts"]:
        if "goroutine" in part:
            places = [step["place"] for step in [part] + part.get("calls", []) if "place" in step]
            found.append(next((str(p["line"]) for p in places if os.path.basename(p["file"]) == name), "?"))
    return tuple(sorted(found[:2], key=lambda p: (len(p), p)))


def of_text(err, name):
    """The same from the report as people read it."""
    found = []
    for report in re.split(r"^(?=.*DATA RACE)", err, flags=re.M)[1:]:
        pair = []
        for access in re.split(r"^  (?=goroutine \d+)", report, flags=re.M)[1:]:
            m = re.search(re.escape(name) + r":(\d+)", access.split("started by")[0])
            pair.append(m.group(1) if m else "?")
        found.append(tuple(sorted(pair[:2], key=lambda p: (len(p), p))))
    return found


def of_gol(path, name):
    return [pair_of(f, name) for f in findings(path) if f["kind"] == "race"]


def of_go(text, name):
    """The same from the reports of a program built with go build -race; `?` also stands for an atomic operation, of which Go does not know the line."""
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
                if m or not below.strip() or below.startswith("  sync/atomic."):
                    break
            places.append(place)
        if len(places) == 2:
            found.add(tuple(sorted(places, key=lambda p: (len(p), p))))
    return found


def judge(marked, pairs, unknown=False):
    """What is wrong with the reported pairs of lines, where `marked` is {name: lines}; `unknown`: a `?` may be any line."""
    problems, seen = [], set()
    for pair in pairs:
        names = [n for n, lines in marked.items()
                 if all((p == "?" and unknown) or (p != "?" and int(p) in lines) for p in pair) and len(pair) == 2]
        seen.update(names)
        if not names:
            problems.append("a race is reported that no `race:` expects, at lines " + " and ".join(pair))
    problems += ["no report of race: %s (lines %s)" % (n, ", ".join(map(str, sorted(marked[n])))) for n in sorted(set(marked) - seen)]
    return problems
