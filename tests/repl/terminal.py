"""gol at a terminal: a real one (tmux), whose screen and cursor are looked at. The sessions stand in the files sessions_*.py beside this one.

A session is a function with one argument, a Terminal that runs `gol repl` in an empty folder of its own:

    @session
    def up_recalls(t):
        t.enter("x := 1")
        t.key("Up")
        t.wait("gol> x := 1", cursor=(11, None))

Nothing sleeps to be right: `wait` looks until the screen is as it should be, and fails with the screen when that takes too long.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from common import Reports

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SESSIONS = []  # (name, function, options)
PROMPT = "gol> "


class Failure(Exception):
    pass


def session(function=None, **options):
    """Options are Terminal's."""
    def note(f):
        SESSIONS.append((f.__name__, f, options))
        return f
    return note(function) if function else note


class Server:
    """One tmux for all sessions, spoken to through its control mode: a command costs no process."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="gol-tmux-")
        self.lock = threading.Lock()
        env = {k: v for k, v in os.environ.items() if k not in ("TMUX", "TMUX_PANE")}
        env["LC_ALL"] = "C.UTF-8"
        self.process = subprocess.Popen(["tmux", "-u", "-S", os.path.join(self.folder, "socket"), "-f", "/dev/null", "-C", "new-session", "-s", "control", "cat"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env)
        self._answer()
        for setting in ("history-limit 5000", "default-terminal screen-256color", "escape-time 0", "remain-on-exit on",
                        "focus-events on", "allow-rename off"):
            self.ask("set-option -g " + setting)

    def _answer(self):
        lines, inside = [], False
        for raw in self.process.stdout:
            line = raw.decode("utf-8", "replace").rstrip("\n")
            if line.startswith("%begin"):
                inside, lines = True, []
            elif inside and line.startswith("%end"):
                return lines
            elif inside and line.startswith("%error"):
                raise Failure("tmux: " + " ".join(lines))
            elif inside:
                lines.append(line)
        raise Failure("tmux has gone")

    def ask(self, command):
        with self.lock:
            self.process.stdin.write((command + "\n").encode())
            self.process.stdin.flush()
            return self._answer()

    def close(self):
        try:
            self.process.stdin.write(b"kill-server\n")
            self.process.stdin.close()
            self.process.wait(10)
        except (OSError, subprocess.TimeoutExpired):
            self.process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def quote(text):
    """For tmux's own command line."""
    return "'" + text.replace("'", "'\\''") + "'"


class Terminal:
    names = iter(range(1, 1 << 30))
    names_lock = threading.Lock()

    def __init__(self, server, gol, args="repl", columns=80, rows=24, env=None, files=None, patience=10, command=None, start=True):
        self.server, self.gol, self.patience = server, gol, patience
        self.columns, self.rows = columns, rows
        self.folder = tempfile.mkdtemp(prefix="gol-terminal-")
        self.work = os.path.join(self.folder, "work")
        self.state = os.path.join(self.folder, "state")
        os.mkdir(self.work)
        for name, text in (files or {}).items():
            self.write(name, text)
        self.env = {"XDG_STATE_HOME": self.state, "HOME": self.folder, "LC_ALL": "C.UTF-8", "NO_COLOR": "1", "PS1": "sh> ", "ENV": "",
                    "PATH": os.path.dirname(gol) + ":" + os.environ["PATH"]}
        self.env.update(env or {})
        self.reports = Reports()
        self.env.update(self.reports.env(dict(os.environ, **self.env)))
        self.command = command or quote(gol) + " " + args
        self.target = None
        if start:
            self.start()

    def start(self):
        """Also once more, when the one before has ended."""
        with Terminal.names_lock:
            self.target = "t%d" % next(Terminal.names)
        env = " ".join(quote(k + "=" + v) for k, v in self.env.items() if v is not None)
        unset = " ".join("-u " + k for k, v in self.env.items() if v is None)
        self.server.ask("new-session -d -s %s -x %d -y %d -c %s %s" % (self.target, self.columns, self.rows, quote(self.work),
                                                                      quote("exec env %s %s %s" % (unset, env, self.command))))

    def path(self, name):
        return os.path.join(self.work, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as f:
            f.write(text)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as f:
            return f.read()

    # ---- doing

    def type(self, text):
        """Key by key. A newline is Enter."""
        for i, line in enumerate(text.split("\n")):
            if i:
                self.key("Enter")
            for at in range(0, len(line), 200):
                self.server.ask("send-keys -t %s -l -- %s" % (self.target, quote(line[at:at + 200])))
        return self

    def key(self, *names):
        """tmux's names: Enter, Up, C-c, M-Enter, ..."""
        for name in names:
            self.server.ask("send-keys -t %s %s" % (self.target, name))
        return self

    def enter(self, text):
        """Types an input, and waits for the next prompt."""
        before = self.count_prompts()
        self.type(text).key("Enter")
        return self.prompt(before + 1)

    def asks(self, text, answer):
        """Enters this until that (as for `shows`) is among the answers: what goes on in the background may still be on its way."""
        self.enter(text)

        def told():
            if self.shows(answer):
                return True
            self.enter(text)
            return False
        self.until(told, "the answer should be %r" % answer)
        return self

    def begin(self, text):
        """Types an input that does not come back soon, and waits until it runs."""
        self.type(text).key("Enter")

        def runs():
            lines = self.screen()
            return bool(lines) and lines[-1].endswith(text.split("\n")[-1]) and self.cursor() == (0, len(lines))
        self.until(runs, "the statement should run")
        return self

    def paste(self, text, bracketed=True):
        name = os.path.join(self.folder, "paste")
        with open(name, "w", encoding="utf-8") as f:
            f.write(text)
        self.server.ask("load-buffer -b %s %s" % (self.target, quote(name)))
        self.server.ask("paste-buffer -d %s -b %s -t %s" % ("-p" if bracketed else "", self.target, self.target))
        return self

    def resize(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.server.ask("resize-window -t %s -x %d -y %d" % (self.target, columns, rows))
        return self

    def child(self):
        """What a shell in the pane has started. (ps is not on every machine.)"""
        shell = self.pid()
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open("/proc/%s/stat" % name, "rb") as f:
                    parent = f.read().rpartition(b")")[2].split()[1]
            except OSError:
                continue  # it has ended
            if int(parent) == shell:
                return int(name)
        raise Failure("the shell has no child")

    def signal(self, number, pid=None):
        os.kill(pid or self.pid(), number)
        return self

    # ---- looking

    def screen(self, colours=False, past=False):
        """The lines of the screen, without blanks at their ends (with past: also what has scrolled away)."""
        lines = self.server.ask("capture-pane -p %s %s -t %s" % ("-e" if colours else "", "-S -" if past else "", self.target))
        lines = [line.rstrip() for line in lines]
        while lines and not lines[-1]:
            lines.pop()
        return lines

    def cursor(self):
        x, y = self.server.ask("display-message -p -t %s '#{cursor_x} #{cursor_y}'" % self.target)[0].split()
        return int(x), int(y)

    def pid(self):
        return int(self.server.ask("display-message -p -t %s '#{pane_pid}'" % self.target)[0])

    def status(self):
        """The exit status, or None while it runs. Minus a signal's number when it died of one."""
        dead, status, sig = self.server.ask("display-message -p -t %s '#{pane_dead}:#{pane_dead_status}:#{pane_dead_signal}'" % self.target)[0].split(":")
        if dead == "1" and not status and not sig:
            self.server.ask("run-shell -b true")  # tmux may miss that a child has ended; when the next one ends, it looks at all
        if dead != "1" or not (status or sig):
            return None
        return -int(sig) if sig and sig != "0" else int(status or 0)

    def ended(self, status=0):
        """Waits until it has ended, with this status."""
        self.until(lambda: self.status() == status, "it should have ended with status %d" % status)
        return self

    def count_prompts(self):
        return sum(line == PROMPT.rstrip() or line.startswith(PROMPT) for line in self.screen(past=True))

    def fail(self, why):
        shown = "\n".join("    |" + line for line in self.screen(past=True)[-self.rows:])
        raise Failure("%s; cursor %s, screen:\n%s" % (why, self.cursor(), shown))

    def until(self, condition, why):
        end = time.monotonic() + self.patience
        pause = 0.002
        while not condition():
            if time.monotonic() > end:
                self.fail(why)
            time.sleep(pause)
            pause = min(pause * 1.5, 0.05)

    def prompt(self, number=None):
        """Waits for an empty prompt: the last line, with the cursor behind it; the number-th one of all."""
        def there():
            lines = self.screen()
            return bool(lines) and lines[-1] == PROMPT.rstrip() and self.cursor() == (len(PROMPT), len(lines) - 1) and (
                number is None or self.count_prompts() >= number)
        self.until(there, "an empty prompt should be there")
        return self

    def wait(self, *lines, cursor=None):
        """Waits until the last lines of the screen are these (an object of re.compile is searched for); cursor: (column, row), None is any."""
        def there():
            got = self.screen()[-len(lines):] if lines else []
            if len(got) != len(lines):
                return False
            for want, line in zip(lines, got):
                if want.search(line) is None if hasattr(want, "search") else want != line:
                    return False
            if cursor is None:
                return True
            x, y = self.cursor()
            return cursor[0] in (None, x) and cursor[1] in (None, y)
        self.until(there, "the screen should end with %r, cursor %s" % (lines, cursor))
        return self

    def shows(self, text):
        """How many lines have the text (or match it, when it is compiled)."""
        return sum(text.search(line) is not None if hasattr(text, "search") else text in line for line in self.screen(past=True))

    def sees(self, text, times=None):
        """Waits until a line has the text, as for `shows`."""
        def there():
            n = self.shows(text)
            return n > 0 if times is None else n == times
        self.until(there, "%r should be there%s" % (text, "" if times is None else " %d times" % times))
        return self

    def never(self, text):
        """The text is nowhere now."""
        if self.shows(text):
            self.fail("%r should not be there" % text)
        return self

    def close(self):
        if self.target:
            try:
                self.server.ask("kill-session -t " + self.target)
            except Failure:
                pass
        shutil.rmtree(self.folder, ignore_errors=True)


def load():
    """All sessions of the files beside this one: [(file, name, function, options)]."""
    import importlib
    import sys
    here = os.path.dirname(os.path.abspath(__file__))
    if here not in sys.path:
        sys.path.insert(0, here)
    module = importlib.import_module("terminal")
    found = []
    for file in sorted(os.listdir(here)):
        if re.match(r"sessions_\w+\.py$", file):
            before = len(module.SESSIONS)
            importlib.import_module(file[:-3])
            found += [(file,) + s for s in module.SESSIONS[before:]]
    return found


def run_session(server, gol, function, options, slowness=1):
    """None, or why it failed."""
    options = dict(options)
    options["patience"] = options.get("patience", 10) * slowness
    t = why = None
    try:
        t = Terminal(server, gol, **options)
        function(t)
    except Failure as e:
        why = str(e)
    finally:
        if t:
            t.close()
    said = t.reports.take().decode("utf-8", "replace") if t else ""
    return "a sanitizer reports a bug\n" + said[:4000] if said else why
