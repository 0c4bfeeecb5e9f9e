#!/usr/bin/env python3
"""Writes what real Go prints into tests that have no expectation yet, or anew with -f.

usage: tests/record.py [-f] FILE...

Each FILE is a package main. Its standard output becomes the closing `/* output:` block; a panic or fatal error becomes
a `// panic:` or `// fatal:` line above the package clause. A program that Go does not compile is left alone.
"""
import os
import re
import subprocess
import sys
import tempfile

STDIN = re.compile(r"^// stdin: ?(.*)$", re.M)
BLOCK = re.compile(r"\n*/\* output:\n.*?\*/\n?\Z", re.S)


def go_run(text):
    with tempfile.TemporaryDirectory() as d:
        with open(os.path.join(d, "main.go"), "w") as f:
            f.write(text)
        env = {**os.environ, "GO111MODULE": "off"}
        built = subprocess.run(["go", "build", "-o", "x", "main.go"], cwd=d, env=env, capture_output=True, text=True)
        if built.returncode:
            return None, built.stderr, 1
        if "// workers: 1\n" in text:
            env["GOMAXPROCS"] = "1"
        ran = subprocess.run(["./x"], cwd=d, env=env, capture_output=True, encoding="utf-8", errors="surrogateescape", timeout=60,
                             input="".join(line + "\n" for line in STDIN.findall(text)))
        return ran.stdout, ran.stderr, ran.returncode


def record(path, force):
    text = open(path, encoding="utf-8").read()
    if not re.search(r"^package main", text, re.M):
        return "a script: not Go"
    if not force and re.search(r"^/\* output:|// (expect|output|contains)", text, re.M):
        return "has an expectation"
    out, err, status = go_run(text)
    if out is None:
        return "Go: " + err.strip().split("\n")[-1]
    body = BLOCK.sub("", text).rstrip("\n") + "\n"
    if out:
        body += "\n/* output:\n" + (out if out.endswith("\n") else out + "\n") + "*/\n"
    first = re.search(r"^(panic|fatal error): (.*)$", err, re.M)
    if status == 2 and first and not re.search(r"^// (panic|fatal): ", body, re.M):
        key = "panic" if first[1] == "panic" else "fatal"
        body = re.sub(r"^package main", "// %s: %s\npackage main" % (key, first[2]), body, count=1, flags=re.M)
    elif status not in (0, 2) and "// status:" not in body:
        body = re.sub(r"^package main", "// status: %d\npackage main" % status, body, count=1, flags=re.M)
    with open(path, "w", encoding="utf-8") as f:
        f.write(body)
    return "recorded, status %d" % status


def main():
    names = sys.argv[1:]
    force = "-f" in names
    for path in names:
        if path != "-f":
            print("%s: %s" % (path, record(path, force)))


if __name__ == "__main__":
    main()
