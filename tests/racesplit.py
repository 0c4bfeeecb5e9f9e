"""Cuts one of Go's race-detector test files into programs: one for each test function, with what it needs and nothing else.

A program has every line where the file has it (what is left out is blank), so that the lines of a report mean the same in
both. The file must be formatted as gofmt does it: a declaration begins in column 0 and ends before the next one.
Declarations without a name (`var _ = ...`) are left out: they run before any test and belong to none.
"""
import re

WORD = re.compile(r"[^\W\d]\w*")
TEST = re.compile(r"^Test((?:No)?Race\w*)$")
NOISE = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:[^"\\\n]|\\.)*"|`[^`]*`|\'(?:[^\'\\\n]|\\.)*\'', re.S)

# What stands in for *testing.T, by the methods that a test calls, and what they import.
METHODS = {
    "Fatal": ("func (t *testingT) Fatal(args ...any) { panic(args) }", ""),
    "Fatalf": ("func (t *testingT) Fatalf(format string, args ...any) { panic(format) }", ""),
    "TempDir": ('func (t *testingT) TempDir() string { d, _ := testingOS.MkdirTemp("", "race"); return d }', 'testingOS "os"'),
}


class Declaration:
    def __init__(self, kind, first, last, text):
        self.kind, self.first, self.last = kind, first, last  # lines, from 0, both included
        self.names, self.receiver = [], None
        bare = NOISE.sub(lambda m: "\n" * m.group().count("\n"), text)
        if kind == "func":
            m = re.match(r"func\s+(?:\(\s*(?:\w+\s+)?\*?(\w+)\s*\)\s*)?(\w+)", bare)
            self.receiver = m.group(1)
            self.names = [m.group(2)]
        elif re.match(kind + r"\s*\(", bare):
            for line in bare.split("\n")[1:]:
                m = re.match(r"\t((?:\w+\s*,\s*)*\w+)", line)
                self.names += re.findall(r"\w+", m.group(1)) if m else []
        else:
            m = re.match(kind + r"\s+((?:\w+\s*,\s*)*\w+)", bare)
            self.names = re.findall(r"\w+", m.group(1))
        self.uses = set(WORD.findall(bare))
        self.packages = set(re.findall(r"\b(\w+)\.", bare))


def declarations(text):
    """The declarations of a file, imports apart: ([(name, path, line)], [Declaration])."""
    lines = text.split("\n")
    starts = [i for i, line in enumerate(lines) if re.match(r"(func|type|var|const|import)\b", line)]
    imports, found = [], []
    for k, first in enumerate(starts):
        end = starts[k + 1] if k + 1 < len(starts) else len(lines)
        kind = WORD.match(lines[first]).group()
        last = first
        if not re.match(r"(var|const|type|import)\s[^({]*$|.*\{.*\}$", lines[first]):
            last = next((i for i in range(first, end) if re.match(r"[})]", lines[i])), first)
        if kind == "import":
            for i in range(first, last + 1):
                m = re.search(r'(?:(\w+)\s+)?"([^"]+)"', lines[i])
                if m:
                    name = m.group(1) if m.group(1) not in (None, "import") else m.group(2).split("/")[-1]
                    imports.append((name, m.group(2), i))
        else:
            found.append(Declaration(kind, first, last, "\n".join(lines[first:last + 1])))
    return imports, found


def needed(found, root):
    """The declarations that `root` can reach by name; a type brings its methods."""
    by_name, methods = {}, {}
    for d in found:
        if d.receiver:
            methods.setdefault(d.receiver, []).append(d)
        else:
            for name in d.names:
                if name != "_":
                    by_name[name] = d
    keep, todo = [], [by_name[root]]
    while todo:
        d = todo.pop()
        if d in keep:
            continue
        keep.append(d)
        todo += [by_name[w] for w in d.uses if w in by_name]
        if d.kind == "type":
            todo += [m for name in d.names for m in methods.get(name, [])]
    return keep


def program(text, imports, found, test):
    """The text of the program that runs `test` alone, and the packages that it imports."""
    keep = needed(found, test)
    lines = text.split("\n")
    out = [""] * len(lines)
    for d in keep:
        out[d.first:d.last + 1] = lines[d.first:d.last + 1]
    used = set().union(*[d.packages for d in keep])
    packages = []
    for name, path, line in imports:
        if name in used and path != "testing":
            out[line] = 'import %s "%s"' % (name, path)
            packages.append(path)
    body = "\n".join(out)
    called = sorted(m for m in METHODS if re.search(r"\bt\.%s\(" % m, body))
    extra = sorted(set(METHODS[m][1] for m in called) - {""})
    head = next(i for i, line in enumerate(lines) if line.startswith("package "))
    out[head] = "package main" + "".join("; import " + e for e in extra)
    body = re.sub(r"\*testing\.T\b", "*testingT", "\n".join(out)).rstrip("\n")
    tail = ["", "", "type testingT struct{}"] + [METHODS[m][0] for m in called] + ["func main() { %s(new(testingT)) }" % test, ""]
    return body + "\n".join(tail), packages


def programs(text):
    """[(name, text, packages)] for every test function TestRace... and TestNoRace... of a file."""
    imports, found = declarations(text)
    tests = [d.names[0] for d in found if d.kind == "func" and not d.receiver and TEST.match(d.names[0])]
    return [(t,) + program(text, imports, found, t) for t in tests]
