"""What the test tools share: their arguments, reading the directives of a test file, running a program with limits, build modes."""
import argparse
import atexit
import difflib
import glob
import itertools
import os
import re
import shlex
import shutil
import shutil
import signal
import subprocess
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SLOWNESS = {"release": 1, "debug": 3, "asan": 5, "tsan": 15, "hostile": 30}
SCALES = {"release": 1.0, "debug": 0.3, "asan": 0.2, "tsan": 0.1, "hostile": 0.02}
OUTPUT_LIMIT = 32 << 20

DIRECTIVE = re.compile(
    r"//\s*(expect unordered|expect|contains|output|order|panic|fatal|stderr|status|error|warning|note|args|flags|workers|"
    r"stdin|env|timeout|repeat|unwatched|builds|oracle|silence|race)(@[+-]\d+)?:(?: |$)")
SANITIZER = re.compile(
    rb"ERROR: AddressSanitizer|WARNING: ThreadSanitizer|ERROR: ThreadSanitizer|ERROR: LeakSanitizer|"
    rb"AddressSanitizer:DEADLYSIGNAL|\.[ch]:\d+:\d+: runtime error: |gol: internal error at")
DIAGNOSTIC = re.compile(r"^(error|warning|note)\[(GOL\d+)\]: (.*)$")
PLACE = re.compile(r"^\s*--> (.*):(\d+):(\d+)$")

# A shell ignores the interrupt signal in what it starts in the background, and programs inherit that: tests that interrupt
# themselves would wait for ever.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def arguments(doc, rest="filter"):
    """What every tool that runs programs can be told; doc is the tool's head, which -h shows, rest the name of what has no flag."""
    p = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--gol", default=os.path.join(ROOT, "build/release/gol"))
    p.add_argument("--jobs", type=int, default=2)
    if rest:
        p.add_argument(rest, nargs="*")
    return p


def parse(p):
    """The arguments; with them the build mode of the program, and how many times the limits of the release build it gets."""
    opt = p.parse_args()
    opt.gol = os.path.abspath(opt.gol)
    opt.mode = mode_of(opt.gol)
    opt.slowness = SLOWNESS[opt.mode]
    return opt


def without_go(tool):
    """Whether there is no Go to compare with. That is said then, and nothing has passed or failed."""
    if shutil.which("go"):
        return False
    print("%s: Go is not installed (Debian: golang-go); nothing is compared" % tool)
    print("0 passed, 0 failed")
    return True


def left_out(mode, text):
    """A session or transcript says in a line of its own in which builds its order does not hold: `# builds: !hostile`."""
    m = re.search(r"^# builds: (.*)$", text, re.M)
    return bool(m) and "!" + mode in m.group(1).split()


class Expectation:
    """The directives of one file."""

    def __init__(self, text):
        self.out = []           # lines of standard output, in order
        self.unordered = []
        self.contains = []
        self.any_out = False
        self.free_order = False
        self.free_in = set()    # builds in which the order is free
        self.panic = []         # whole lines of standard error: "panic: ..." or "fatal error: ..."
        self.stderr = []
        self.any_err = False
        self.status = None
        self.diags = []         # (severity, line, code, text)
        self.races = {}         # name: the lines of its accesses
        self.args, self.flags, self.stdin, self.env = [], [], [], {}
        self.workers = None
        self.timeout = 10.0
        self.repeat = 1
        self.unwatched = None   # statuses it may end with under -race=off
        self.builds, self.not_builds = set(), set()
        self.oracle = None      # the reason why not
        self.not_silent = False # in some order it is reported, and rightly
        self.has_out = False
        self._read(text.replace("\r\n", "\n").split("\n"))

    def _read(self, lines):
        in_note = False
        i = 0
        while i < len(lines):
            line = lines[i]
            stripped = line.strip()
            i += 1
            if stripped.startswith("// note:begin"):
                in_note = True
            elif stripped.startswith("// note:end"):
                in_note = False
            if in_note:
                continue
            if re.match(r"^/\*\s*output:\s*$", stripped):
                self.has_out = True
                while i < len(lines) and lines[i].strip() != "*/":
                    self.out.append(lines[i].rstrip())
                    i += 1
                i += 1
                continue
            found = list(DIRECTIVE.finditer(line))
            for k, m in enumerate(found):
                end = found[k + 1].start() if k + 1 < len(found) else len(line)
                text = line[m.end():end].strip()
                if m.group(1) == "output" and not text:
                    self.has_out = True
                    while i < len(lines) and lines[i].strip().startswith("//"):
                        body = lines[i].strip()[2:]
                        self.out.append(body[1:] if body.startswith(" ") else body)
                        i += 1
                else:
                    self._take(m.group(1), m.group(2), text, i)

    def _take(self, key, at, text, line):
        if key == "expect":
            self.out.append(text)
            self.has_out = True
        elif key == "expect unordered":
            self.unordered.append(text)
            self.has_out = True
        elif key == "contains":
            self.contains.append(text)
        elif key == "output":
            self.any_out = text == "any"
        elif key == "order":
            words = text.split()
            if words[:1] == ["free"]:
                self.free_in = set(itertools.takewhile(SLOWNESS.__contains__, words[1:]))
                self.free_order = not self.free_in
        elif key == "panic":
            self.panic.append("panic: " + text)
        elif key == "fatal":
            self.panic.append("fatal error: " + text)
        elif key == "stderr":
            if text == "any":
                self.any_err = True
            else:
                self.stderr.append(text)
        elif key == "status":
            self.status = int(text)
        elif key in ("error", "warning", "note"):
            code, _, message = text.partition(" ")
            self.diags.append((key, line + int(at[1:] or 0) if at else line, code, message.strip()))
        elif key == "race":
            self.races.setdefault(text, set()).add(line)
        elif key == "args":
            self.args += shlex.split(text)
        elif key == "flags":
            self.flags += shlex.split(text)
        elif key == "workers":
            self.workers = int(text)
        elif key == "stdin":
            self.stdin.append(text)
        elif key == "env":
            name, _, value = text.partition("=")
            self.env[name] = value
        elif key == "timeout":
            self.timeout = float(text.split()[0])
        elif key == "repeat":
            self.repeat = int(text)
        elif key == "unwatched":
            self.unwatched = [int(word) for word in text.split()]
        elif key == "builds":
            for word in text.split():
                if word in SLOWNESS:
                    self.builds.add(word)
                elif word[:1] == "-" and word[1:] in SLOWNESS:
                    self.not_builds.add(word[1:])
                else:
                    break
        elif key == "silence":
            self.not_silent = text.startswith("no")
        elif key == "oracle":
            if text.startswith("no"):
                self.oracle = text[2:].strip() or "no reason given"

    def wants_error(self):
        return any(d[0] == "error" for d in self.diags)

    def wants_check(self):
        """`gol check` is the test, not a run: what must not compile, and notes, which a run does not show."""
        return any(d[0] in ("error", "note") for d in self.diags)

    def program_args(self, scale):
        return [re.sub(r"\{scale:(\d+)\}", lambda m: str(max(1, int(int(m.group(1)) * scale))), a) for a in self.args]

    def input_bytes(self):
        return "".join(s + "\n" for s in self.stdin).encode()


class Reports:
    """Where the sanitizers of one program, and of all that it starts, write what they have to say: to files and not to standard error, which a test
    may send elsewhere or expect to hold anything. They also end it with a status that gol does not have: theirs, 1 and 66, are those of a
    program that does not compile and of a race. (gcc's libubsan beside libasan writes to standard error all the same.)"""
    STATUS = 86
    folder, lock, numbers = None, threading.Lock(), itertools.count()

    def __init__(self):
        with Reports.lock:
            if not Reports.folder:
                Reports.folder = tempfile.mkdtemp(prefix="gol-reports-")
                atexit.register(shutil.rmtree, Reports.folder, ignore_errors=True)
        self.prefix = os.path.join(Reports.folder, str(next(Reports.numbers)))

    def env(self, given):
        """The variables that send them there, after the options that are in `given` already."""
        usual = {"ASAN_OPTIONS": "detect_leaks=0:abort_on_error=0:detect_stack_use_after_return=0", "UBSAN_OPTIONS": "print_stacktrace=1",
                 "TSAN_OPTIONS": "history_size=4"}
        return {name: '%s:exitcode=%d:log_path="%s"' % (given.get(name, options), Reports.STATUS, self.prefix) for name, options in usual.items()}

    def take(self):
        """What was written, as bytes."""
        text = b""
        for path in sorted(glob.glob(glob.escape(self.prefix) + ".*")):
            with open(path, "rb") as f:
                text += f.read(OUTPUT_LIMIT)
            os.remove(path)
        return text


class Result:
    """How a program ended. `reports` is what sanitizers said; `err` begins with it, so that whoever shows the one shows the other."""

    def __init__(self, status, out, err, late, seconds, reports=b""):
        self.status, self.out, self.err, self.late, self.seconds, self.reports = status, out, reports + err, late, seconds, reports

    def broken(self):
        """Why this result is wrong even where its status is the expected one, or None."""
        if self.late:
            return "no end after %.0f s" % self.seconds
        if self.reports or self.status == Reports.STATUS or SANITIZER.search(self.err) or SANITIZER.search(self.out):
            return "a sanitizer or gol itself reports a bug"
        return None

    def trouble(self):
        """Why this result is wrong whatever was expected, or None."""
        if self.broken():
            return self.broken()
        if self.status is not None and self.status < 0:
            try:
                return "killed by %s" % signal.Signals(-self.status).name
            except ValueError:
                return "killed by signal %d" % -self.status
        if self.status == 70:
            return "status 70: an internal error of gol"
        return None


def run(argv, limit, stdin=b"", env=None, cwd=None):
    """Runs argv in a process group of its own; kills the group after limit seconds. Output goes through files,
    so that a program that prints without end cannot fill our memory."""
    start = time.monotonic()
    full_env = dict(os.environ)
    full_env["NO_COLOR"] = "1"
    full_env.update(env or {})
    reports = Reports()
    full_env.update(reports.env(full_env))
    with tempfile.TemporaryFile() as fin, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        fin.write(stdin)
        fin.seek(0)
        try:
            child = subprocess.Popen(argv, stdin=fin, stdout=out, stderr=err, env=full_env, cwd=cwd, start_new_session=True)
        except OSError as e:
            return Result(127, b"", str(e).encode(), False, 0)
        late, ended = threading.Event(), threading.Event()

        def watch():
            while not ended.wait(0.25):
                big = os.fstat(out.fileno()).st_size > OUTPUT_LIMIT or os.fstat(err.fileno()).st_size > OUTPUT_LIMIT
                if time.monotonic() > start + limit or big:
                    late.set()
                    try:
                        os.killpg(child.pid, signal.SIGKILL)
                    except ProcessLookupError:
                        pass
                    return

        try:
            status = child.wait(timeout=0.3)
        except subprocess.TimeoutExpired:
            watcher = threading.Thread(target=watch, daemon=True)
            watcher.start()
            status = child.wait()
            ended.set()
            watcher.join()  # it looks at files that are closed below
        seconds = time.monotonic() - start
        out.seek(0)
        err.seek(0)
        return Result(status, out.read(OUTPUT_LIMIT), err.read(OUTPUT_LIMIT), late.is_set(), seconds, reports.take())


def mode_of(gol):
    """The build mode of a program at build/MODE/gol; release for any other path."""
    name = os.path.basename(os.path.dirname(os.path.abspath(gol))).split("-")[0]
    return name if name in SLOWNESS else "release"


def read_text(path):
    with open(path, encoding="utf-8", errors="replace", newline="") as f:
        return f.read()


def lines_of(data):
    text = data.decode("utf-8", "replace").replace("\r\n", "\n")
    if text.endswith("\n"):
        text = text[:-1]
    return [line.rstrip() for line in text.split("\n")] if text else []


def diff(want, got, name):
    shown = list(difflib.unified_diff(want, got, "expected " + name, "got", lineterm="", n=2))
    if len(shown) > 60:
        shown = shown[:60] + ["... (%d more lines)" % (len(shown) - 60)]
    return "\n".join(shown)


def glob_lines(want, got):
    """Whether got matches want, in which a line `...` is any number of lines and `...` in a line any text."""
    def line_matches(w, g):
        return re.fullmatch(".*".join(re.escape(p) for p in w.rstrip().split("...")), g) is not None

    def match(i, j):
        while i < len(want):
            if want[i].strip() == "...":
                return any(match(i + 1, k) for k in range(j, len(got) + 1))
            if j >= len(got) or not line_matches(want[i], got[j]):
                return False
            i, j = i + 1, j + 1
        return j == len(got)
    return match(0, 0)


def diagnostics(err):
    """The diagnostics that gol printed: [(severity, line, code, message)]."""
    found, lines = [], err.decode("utf-8", "replace").split("\n")
    for i, line in enumerate(lines):
        m = DIAGNOSTIC.match(line)
        if not m:
            continue
        place = PLACE.match(lines[i + 1]) if i + 1 < len(lines) else None
        found.append((m.group(1), int(place.group(2)) if place else 0, m.group(2), m.group(3)))
    return found


def is_bug(path):
    """A program of the corpus of bugs that has its bug: what gol says of it differs from schedule to schedule, so it is no ordinary test."""
    return path.replace(os.sep, "/").startswith("tests/conc/bugs/") and path.endswith("_bug.gol")


def find_files(folders, suffix):
    found = []
    for folder in folders:
        for base, dirs, names in os.walk(os.path.join(ROOT, folder)):
            dirs.sort()
            found += [os.path.relpath(os.path.join(base, n), ROOT) for n in sorted(names) if n.endswith(suffix)]
    return found
