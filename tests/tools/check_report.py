#!/usr/bin/env python3
"""Checks a report of gol: check_report.py json|sarif|junit FILE.

json: every line against docs/report.schema.json, and that exactly the last one is the summary and counts right. sarif: what the SARIF 2.1.0 standard
requires of the objects that gol writes (properties that must be there, their types and values, indices that point at something); unknown
properties are refused. junit: well-formed, and the numbers of the suite are those of its cases. Prints one line per report, or what is wrong.
"""
import json
import os
import re
import sys
import xml.etree.ElementTree

import jsonschema

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def check_json(path):
    with open(os.path.join(ROOT, "docs/report.schema.json"), encoding="utf-8") as f:
        schema = json.load(f)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    with open(path, encoding="utf-8") as f:
        lines = [json.loads(line) for line in f.read().splitlines()]
    for i, line in enumerate(lines, 1):
        for e in validator.iter_errors(line):
            yield "line %d: %s: %s" % (i, "/".join(map(str, e.path)), e.message)
    types = [line["type"] for line in lines]
    if types.count("summary") != 1 or types[-1] != "summary":
        yield "the summary is not the last line"
        return
    want = {"findings": types.count("finding"),
            "errors": sum(x["type"] == "diagnostic" and x["level"] == "error" for x in lines),
            "warnings": sum(x["type"] == "diagnostic" and x["level"] == "warning" for x in lines)}
    for key, n in want.items():
        if lines[-1][key] != n:
            yield "the summary says %d %s, there are %d" % (lines[-1][key], key, n)


# SARIF 2.1.0: object -> {property: (required, check)}; a check is a type, a list's [check], or a name of an object.
STRING, COUNT, BOOL = str, int, bool
SARIF = {
    "log": {"$schema": (False, STRING), "version": (True, STRING), "runs": (True, ["run"])},
    "run": {"tool": (True, "tool"), "invocations": (False, ["invocation"]), "results": (True, ["result"]), "columnKind": (False, STRING)},
    "tool": {"driver": (True, "driver")},
    "driver": {"name": (True, STRING), "version": (False, STRING), "rules": (False, ["rule"])},
    "rule": {"id": (True, STRING), "shortDescription": (False, "message"), "help": (False, "message")},
    "invocation": {"executionSuccessful": (True, BOOL), "exitCode": (False, COUNT)},
    "result": {"ruleId": (False, STRING), "ruleIndex": (False, COUNT), "level": (False, STRING), "message": (True, "message"),
               "locations": (False, ["location"]), "codeFlows": (False, ["codeFlow"]), "relatedLocations": (False, ["location"]),
               "partialFingerprints": (False, "strings"), "occurrenceCount": (False, COUNT), "properties": (False, "strings")},
    "message": {"text": (True, STRING)},
    "location": {"physicalLocation": (False, "physicalLocation"), "logicalLocations": (False, ["logicalLocation"]), "message": (False, "message")},
    "physicalLocation": {"artifactLocation": (True, "artifactLocation"), "region": (False, "region")},
    "artifactLocation": {"uri": (True, STRING)},
    "region": {"startLine": (True, COUNT), "startColumn": (False, COUNT), "endColumn": (False, COUNT), "snippet": (False, "message")},
    "logicalLocation": {"fullyQualifiedName": (False, STRING), "kind": (False, STRING)},
    "codeFlow": {"threadFlows": (True, ["threadFlow"])},
    "threadFlow": {"id": (False, STRING), "message": (False, "message"), "locations": (True, ["threadFlowLocation"])},
    "threadFlowLocation": {"location": (False, "location")},
}
NOT_EMPTY = {"codeFlow.threadFlows", "threadFlow.locations", "log.runs"}
URI = re.compile(r"^[A-Za-z0-9\-._~/:%]*$")


def walk_sarif(value, kind, at):
    if kind == "strings":
        if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
            yield at + ": an object of strings"
        return
    if isinstance(kind, list):
        if not isinstance(value, list):
            yield at + ": an array"
            return
        for i, x in enumerate(value):
            yield from walk_sarif(x, kind[0], "%s[%d]" % (at, i))
        return
    if isinstance(kind, type):
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            yield "%s: a %s" % (at, kind.__name__)
        return
    if not isinstance(value, dict):
        yield at + ": an object"
        return
    for key, (required, _) in SARIF[kind].items():
        if required and key not in value:
            yield "%s: %s is missing" % (at, key)
    for key, x in value.items():
        if key not in SARIF[kind]:
            yield "%s: %s is not known" % (at, key)
            continue
        if kind + "." + key in NOT_EMPTY and x == []:
            yield "%s.%s is empty" % (at, key)
        yield from walk_sarif(x, SARIF[kind][key][1], at + "." + key)


def check_sarif(path):
    with open(path, encoding="utf-8") as f:
        log = json.load(f)
    wrong = list(walk_sarif(log, "log", "log"))
    yield from wrong
    if wrong:
        return
    if log["version"] != "2.1.0":
        yield "version " + log["version"]
    for run in log["runs"]:
        rules = run["tool"]["driver"].get("rules", [])
        if len({r["id"] for r in rules}) != len(rules):
            yield "a rule stands there twice"
        if run.get("columnKind") not in ("utf16CodeUnits", "unicodeCodePoints"):
            yield "columnKind"
        for r in run["results"]:
            if r["level"] not in ("none", "note", "warning", "error"):
                yield "level " + r["level"]
            if not 0 <= r["ruleIndex"] < len(rules) or rules[r["ruleIndex"]]["id"] != r["ruleId"]:
                yield "ruleIndex %d is not %s" % (r["ruleIndex"], r["ruleId"])
            if r.get("occurrenceCount", 1) < 1:
                yield "occurrenceCount"
            ids = [t["id"] for c in r.get("codeFlows", []) for t in c["threadFlows"] if "id" in t]
            if len(set(ids)) != len(ids):
                yield "two threadFlows of one goroutine: " + ", ".join(ids)
        for place in re.findall(r'"uri": "([^"]*)"', json.dumps(run)):
            if not URI.match(place):
                yield "not a URI: " + place
        for region in regions(run):
            if region["startLine"] < 1 or region.get("startColumn", 1) < 1 or region.get("endColumn", 9999999) <= region.get("startColumn", 1):
                yield "region %s" % region


def regions(x):
    if isinstance(x, dict):
        if "startLine" in x:
            yield x
        for v in x.values():
            yield from regions(v)
    elif isinstance(x, list):
        for v in x:
            yield from regions(v)


def check_junit(path):
    root = xml.etree.ElementTree.parse(path).getroot()
    if root.tag != "testsuites":
        yield "the root is " + root.tag
    for suite in root.iter("testsuite"):
        cases = suite.findall("testcase")
        failed = sum(c.find("failure") is not None for c in cases)
        if int(suite.get("tests")) != len(cases) or int(suite.get("failures")) != failed or not cases:
            yield "the suite says %s tests and %s failures, there are %d and %d" % (suite.get("tests"), suite.get("failures"), len(cases), failed)
        for c in cases:
            if not c.get("name") or not c.get("classname"):
                yield "a case without a name"


def main():
    kind, path = sys.argv[1:]
    wrong = list({"json": check_json, "sarif": check_sarif, "junit": check_junit}[kind](path))
    for line in wrong[:20]:
        print("%s: %s" % (path, line))
    if not wrong:
        print("%s: a good %s report" % (path, kind))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
