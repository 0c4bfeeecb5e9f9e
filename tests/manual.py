#!/usr/bin/env python3
"""The manual and the README are tests: every code block of a page is run. tests/README.md says how a block is written.

usage: manual.py [--gol PATH] [--workers N] [--update] PAGE...

Says of each page what is wrong with it. --update writes what gol really prints into the blocks that say something else; read the
difference before you keep it.

A page is run from top to bottom in an empty folder of its own. Its blocks are:

    ```go              a file; its first line is its name: // NAME.gol, // NAME.go or // FOLDER/NAME.go
    ```text            what `gol run` prints of the file above, on both streams; the last line is [status N] where N is not 0
    ```text any-order  the same, where the order of the lines is not fixed
    ```text excerpt    lines that stand together in what was printed last (to speak of a part of it)
    ```go fragment     a few lines that compile, as a script or in the frame that stands in a comment above the block:
                       <!-- frame: lines, `...` where the fragment goes -->
    ```console         commands after `$ ` (continued after `> `), each with what it prints; any-order as above
    ```repl            a session of `gol repl`, whose input is what follows the prompts

No other kind exists. In what is printed, `...` stands for any text and a line `...` for any lines; which schedule found something, and in
how many it showed, may differ (UNSTEADY, below). A file stands as gol fmt writes it. A file that is not followed by
its text must be used by a command further down.
"""
import argparse
import os
import re
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import ROOT, SLOWNESS, diff, find_files, glob_lines, mode_of, read_text, run

KINDS = {"go": {"fragment"}, "text": {"any-order", "excerpt"}, "console": {"any-order"}, "repl": set()}
NAME = re.compile(r"^// ((?:[\w-]+/)?[\w-]+\.(?:gol|go))$")
PROMPT = re.compile(r"^(?:gol|\.\.\.)> ?(.*)$")


class Wrong(Exception):
    """A page that breaks the rules: the line, and why."""


class Block:
    def __init__(self, line, kind, words, frame):
        self.line, self.kind, self.words, self.frame, self.body = line, kind, words, frame, []


def blocks_of(text):
    """The blocks of a page, in order."""
    found, current, frame, comment = [], None, None, None
    for number, line in enumerate(text.split("\n"), 1):
        if current is not None:
            if line.rstrip() == "```":
                found.append(current)
                current = None
            else:
                current.body.append(line)
        elif comment is not None:
            if line.strip() == "-->":
                frame, comment = comment, None
            else:
                comment.append(line)
        elif line.startswith("```"):
            words = line[3:].split()
            kind = words[0] if words else ""
            if kind not in KINDS or not set(words[1:]) <= KINDS[kind]:
                raise Wrong("%d: a block of no known kind: %s" % (number, line))
            current = Block(number, kind, set(words[1:]), frame)
            frame = None
        elif line.strip() == "<!-- frame:":
            comment = []
        elif line.startswith(("    ", "\t")):
            raise Wrong("%d: an indented line would be a block of code that nobody runs" % number)
        elif line.lstrip().startswith("```"):
            raise Wrong("%d: a block begins at the left margin" % number)
    if current or comment is not None:
        raise Wrong("%d: a block without an end" % (current.line if current else 0))
    return found


def commands_of(block):
    """[(first line of its output in the body, command, output)]"""
    steps = []
    for i, line in enumerate(block.body):
        if line.startswith("$ "):
            steps.append([i + 1, line[2:], []])
        elif line.startswith("> ") and steps and not steps[-1][2]:
            steps[-1][1] += "\n" + line[2:]
            steps[-1][0] = i + 1
        elif not steps:
            raise Wrong("%d: output before the first command" % block.line)
        else:
            steps[-1][2].append(line)
    if not steps:
        raise Wrong("%d: no command" % block.line)
    return steps


# What every change of the compiler or the search changes: the hash of the program's code, which of many schedules found something, in how many it showed.
UNSTEADY = [(re.compile(r"(-schedule=)[0-9a-f]{8}-"), r"\1-"), (re.compile(r"(-schedule=-)(?:pct[\d.]+|random)-\d+"), r"\1"),
            (re.compile(r"seen in \d+ of"), "seen in some of"), (re.compile(r"; \d+ runs showed nothing"), "; some runs showed nothing")]


def steady(line):
    for pattern, by in UNSTEADY:
        line = pattern.sub(by, line)
    return line


def same(want, got, any_order):
    want, got = ([steady(line) for line in lines] for lines in (want, got))
    if not any_order:
        return glob_lines(want, got)
    return len(want) == len(got) and all(glob_lines([w], [g]) for w, g in zip(sorted(want), sorted(got)))


class Page:
    """One page that is run."""

    def __init__(self, path, gol, workers, slowness):
        self.path, self.gol, self.workers, self.slowness = path, gol, workers, slowness
        self.problems = []
        self.changes = []       # (block, first line, number of lines, new lines)
        self.last = []          # what was printed last
        self.status = 0
        self.programs = 0

    def say(self, line, why):
        self.problems.append("%s:%d: %s" % (self.path, line, why))

    def shell(self, command):
        """The lines that a command prints, with its status; both streams as on a terminal."""
        env = {"PATH": os.path.join(self.folder, "bin") + ":" + os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        script = "exec 2>&1\n(exit %d)\n%s" % (self.status, command)
        r = run(["sh", "-c", script], 20 * self.slowness, env=env, cwd=self.work)
        lines = [line.rstrip() for line in r.out.decode("utf-8", "replace").split("\n")]
        if lines and not lines[-1]:
            lines.pop()
        r.err = r.out
        if r.trouble():
            lines.append("[%s]" % r.trouble())
        if r.status:
            lines.append("[status %d]" % r.status)
        self.status = max(r.status or 0, 0)
        self.last = lines
        return lines

    def compare(self, block, at, want, got, what):
        """want stands in the block from its line `at` on (0: the line after the fence)."""
        trimmed = [w.rstrip() for w in want]
        got = list(got)
        for lines in (trimmed, got):  # an empty line before the next command is for the eye
            while lines and not lines[-1]:
                lines.pop()
        if same(trimmed, got, "any-order" in block.words):
            return
        self.say(block.line + 1 + at, "%s\n%s" % (what, diff(trimmed, got, "")))
        self.changes.append((block, at, len(trimmed), got))

    def run(self, blocks):
        self.folder = tempfile.mkdtemp(prefix="gol-manual-")
        try:
            os.mkdir(os.path.join(self.folder, "bin"))
            os.symlink(os.path.abspath(self.gol), os.path.join(self.folder, "bin", "gol"))
            self.work = os.path.join(self.folder, "work")
            os.mkdir(self.work)
            for i, block in enumerate(blocks):
                following = blocks[i + 1:]
                getattr(self, "take_" + block.kind)(block, following)
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def take_go(self, block, following):
        if "fragment" in block.words:
            return self.take_fragment(block)
        m = NAME.match(block.body[0] if block.body else "")
        if not m:
            raise Wrong("%d: the first line of a file is its name: // NAME.gol" % block.line)
        name = m.group(1)
        path = os.path.join(self.work, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write("\n".join(block.body) + "\n")
        self.programs += 1
        r = run([self.gol, "fmt", "-stdout", path], 10 * self.slowness)
        formed = r.out.decode("utf-8", "replace").split("\n")[:-1]
        if not r.status and formed != block.body:
            self.say(block.line, "gol fmt would write it otherwise\n" + diff(block.body, formed, ""))
            self.changes.append((block, 0, len(block.body), formed))
        if following and following[0].kind == "text" and "excerpt" not in following[0].words:
            got = self.shell("gol run -workers %d %s" % (self.workers, name))
            self.compare(following[0], 0, following[0].body, got, "%s prints something else" % name)
            following[0].words.add("done")
            return
        folder = os.path.dirname(name)
        for b in following:
            if b.kind == "go" and b.body and b.body[0] == block.body[0]:
                break
            if b.kind == "console" and any(re.search(r"(?<![\w.-])%s(?![\w-])" % re.escape(n), c) for _, c, _ in commands_of(b)
                                           for n in (name, folder, "*.gol") if n):
                return
        raise Wrong("%d: nothing runs %s" % (block.line, name))

    def take_fragment(self, block):
        lines = list(block.body)
        if block.frame is not None:
            at = [i for i, line in enumerate(block.frame) if line.strip() == "..."]
            if len(at) != 1:
                raise Wrong("%d: a frame has one line `...`" % block.line)
            lines = block.frame[:at[0]] + lines + block.frame[at[0] + 1:]
        with tempfile.NamedTemporaryFile("w", suffix=".gol", encoding="utf-8") as f:
            f.write("\n".join(lines) + "\n")
            f.flush()
            r = run([self.gol, "check", f.name], 10 * self.slowness)
        if r.trouble() or r.status:
            self.say(block.line, "the fragment does not compile\n" + r.err.decode("utf-8", "replace"))

    def take_text(self, block, following):
        if "excerpt" in block.words:
            want = [w.rstrip() for w in block.body]
            if not any(glob_lines(want, self.last[i:i + len(want)]) for i in range(len(self.last))):
                self.say(block.line, "these lines do not stand in what was printed last\n" + "\n".join(self.last))
        elif "done" not in block.words:
            raise Wrong("%d: a text block follows the file whose output it is" % block.line)

    def take_console(self, block, following):
        for at, command, want in commands_of(block):
            self.compare(block, at, want, self.shell(command), "`%s` prints something else" % command)

    def take_repl(self, block, following):
        typed = [m.group(1) for m in map(PROMPT.match, block.body) if m]
        if not typed:
            raise Wrong("%d: no prompt" % block.line)
        path = os.path.join(self.work, ".session")
        with open(path, "w", encoding="utf-8") as f:
            f.write("\n".join(typed) + "\n")
        self.compare(block, 0, block.body, self.shell("gol repl < .session"), "the session goes otherwise")


def run_page(path, gol, workers, slowness, text=None):
    """(problems, changes, number of files)"""
    page = Page(path, gol, workers, slowness)
    try:
        page.run(blocks_of(read_text(os.path.join(ROOT, path)) if text is None else text))
    except Wrong as e:
        page.problems.append("%s:%s" % (path, e))
    return page.problems, page.changes, page.programs


def pages():
    return find_files(["docs/manual"], ".md") + ["README.md"]


# ---- as tests: called by run.py

def run_manual(opt, path):
    if opt.mode == "hostile":
        return ("skip", "goroutines are interrupted everywhere in that build: it has other orders than the manual shows")
    problems, _, _ = run_page(path, opt.gol, opt.workers, opt.slowness)
    return "\n".join(problems) or None


def anchors(text):
    """The names that headings of a page can be reached by."""
    heads = re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S), re.M)
    return {re.sub(r"[^\w\- ]", "", h.lower()).strip().replace(" ", "-") for h in heads}


def run_links(opt, path):
    """Every link of the manual leads somewhere; the index names every chapter, in the order of the files."""
    problems = []
    for page in pages():
        text = re.sub(r"^```.*?^```$", "", read_text(os.path.join(ROOT, page)), flags=re.M | re.S)
        if not re.match(r"# \S", text):
            problems.append("%s: the first line is not its title" % page)
        for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`]*`", "", text)):
            if re.match(r"https?:", target):
                continue
            name, _, anchor = target.partition("#")
            where = os.path.normpath(os.path.join(os.path.dirname(page), name)) if name else page
            if not os.path.exists(os.path.join(ROOT, where)):
                problems.append("%s: a link to %s, which is not there" % (page, target))
            elif anchor and anchor not in anchors(read_text(os.path.join(ROOT, where))):
                problems.append("%s: a link to %s, which has no such heading" % (page, target))
    index = re.findall(r"\]\(([\w-]+\.md)\)", read_text(os.path.join(ROOT, path)))
    chapters = [os.path.basename(p) for p in find_files(["docs/manual"], ".md") if os.path.basename(p) != "README.md"]
    if index != chapters:
        problems.append("%s: the index should name, in this order:\n%s\nand names:\n%s" % (path, "\n".join(chapters), "\n".join(index)))
    return "\n".join(problems) or None


FENCE = "```"
BAD = [  # (what must be said, a page)
    ("a block of no known kind", "~python\nprint(1)\n~\n"),
    ("a block of no known kind", "~\n$ gol version\n~\n"),
    ("a block of no known kind", "~go norun\n// a.gol\n~\n"),
    ("a block without an end", "~go\n// a.gol\n"),
    ("an indented line", "Like this:\n\n    gol run x.gol\n"),
    ("a block begins at the left margin", "- an item\n\n  ~python\n  print(1)\n  ~\n"),
    ("the first line of a file", "~go\nfmt.Println(1)\n~\n~text\n1\n~\n"),
    ("nothing runs a.gol", "~go\n// a.gol\nfmt.Println(1)\n~\n"),
    ("nothing runs a.gol", "~go\n// a.gol\nfmt.Println(1)\n~\n~console\n$ echo banana.gol\nbanana.gol\n~\n"),
    ("prints something else", "~go\n// a.gol\nfmt.Println(1)\n~\n~text\n2\n~\n"),
    ("prints something else", "~go\n// a.gol\nfmt.Println(1)\n~\n~text\n~\n"),
    ("prints something else", "~go\n// a.gol\nos.Exit(3)\n~\n~text\n~\n"),
    ("prints something else", "~console\n$ gol -e 'os.Exit(3)'\n~\n"),
    ("prints something else", "~console\n$ gol version\n~\n"),
    ("prints something else", "~go\n// a.gol\nfmt.Println(2)\nfmt.Println(1)\n~\n~text\n1\n2\n~\n"),
    ("a text block follows", "~text\n1\n~\n"),
    ("do not stand in", "~console\n$ echo 1\n1\n~\n~text excerpt\n2\n~\n"),
    ("does not compile", "~go fragment\nx := y\n~\n"),
    ("gol fmt would", "~go\n// a.gol\nfmt.Println( 1)\n~\n~text\n1\n~\n"),
    ("no command", "~console\n~\n"),
    ("output before", "~console\n1\n~\n"),
]
GOOD = [
    "~go\n// a.gol\nfmt.Println(1)\n~\n~text\n1\n~\n",
    "~go\n// a.gol\nfmt.Println(2)\nfmt.Println(1)\n~\n~text any-order\n1\n2\n~\n",
    "~go\n// a.gol\nos.Exit(3)\n~\n~text\n[status 3]\n~\n",
    "~go\n// a.gol\nfmt.Println(1)\n~\n~console\n$ gol a.gol\n1\n~\n~text excerpt\n1\n~\n",
    "~console\n$ gol -e 'os.Exit(3)'\n[status 3]\n$ echo $?\n3\n~\n",
    "<!-- frame:\nx := 1\n...\n-->\n~go fragment\nx++\n~\n",
]


def run_rules(opt, path):
    """The rules of the manual hold: what breaks one is refused."""
    wrong = []
    for why, page in BAD:
        said = "\n".join(run_page("page", opt.gol, 1, opt.slowness, page.replace("~", FENCE))[0])
        if why not in said:
            wrong.append("expected %r of:\n%s\ngot: %s" % (why, page, said or "nothing"))
    for page in GOOD:
        said = run_page("page", opt.gol, 1, opt.slowness, page.replace("~", FENCE))[0]
        if said:
            wrong.append("expected nothing of:\n%s\ngot: %s" % (page, "\n".join(said)))
    return "\n".join(wrong) or None


def run_man(opt, path):
    """A man page is well formed, and the programs in it run without a report."""
    text = read_text(os.path.join(ROOT, path))
    wrong = []
    for program in re.findall(r"^```\n(.*?)^```$", text, re.M | re.S):
        r = run([opt.gol, "run", "-workers", str(opt.workers), "-e", program], 10 * opt.slowness)
        if r.trouble() or r.status or r.err:
            wrong.append("%s: status %s of\n%s%s" % (path, r.status, program, r.err.decode("utf-8", "replace")))
    if shutil.which("scdoc"):
        r = run(["scdoc"], 10, stdin=text.encode(), env={"SOURCE_DATE_EPOCH": "0"})
        if r.status or r.err:
            wrong.append("%s: %s" % (path, r.err.decode()))
    return "\n".join(wrong) or None


# ---- as a command

def update(path, changes):
    lines = read_text(os.path.join(ROOT, path)).split("\n")
    for block, at, count, new in sorted(changes, key=lambda c: -(c[0].line + c[1])):
        lines[block.line + at:block.line + at + count] = new
    with open(os.path.join(ROOT, path), "w", encoding="utf-8") as f:
        f.write("\n".join(lines))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--gol", default=os.path.join(ROOT, "build/release/gol"))
    p.add_argument("--workers", type=int, default=2)
    p.add_argument("--update", action="store_true")
    p.add_argument("pages", nargs="*")
    opt = p.parse_args()
    bad = 0
    for path in opt.pages or pages():
        path = os.path.relpath(os.path.abspath(path), ROOT)
        problems, changes, programs = run_page(path, opt.gol, opt.workers, SLOWNESS[mode_of(opt.gol)])
        for p in problems:
            print(p)
        bad += len(problems)
        if opt.update:
            update(path, changes)
        print("%s: %d files, %d problems%s" % (path, programs, len(problems), ", %d blocks written" % len(changes) if opt.update else ""))
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
