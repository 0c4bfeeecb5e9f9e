#!/usr/bin/env python3
"""make replfuzz: garbage for the REPL. It must never crash and never hang.

usage: replfuzz.py [--gol PATH] [--sessions N] [--bytes N] [--seed S] [--jobs N] [--keep DIR]

sessions   damaged copies of the inputs in tests/repl/*.txt (the damage of mutants.py), each fed to `gol repl` through a pipe;
bytes      random bytes, a thousand at a time: half of them through a pipe, half typed at a terminal, where what follows must still end it.

A signal, a sanitizer's report, status 70 or no end is a failure; the text stays in build/replfuzz. The same seed makes the same ones. The last line is
`N passed, N failed`.
"""
import concurrent.futures
import os
import pty
import random
import select
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import fuzz
from common import ROOT, SANITIZER, parse
from mutants import mutate

PIECE = 1000
PROMPTS = (b"gol> ", b"...> ")
STATUSES = (0, 1, 2, 64, 124, 125, 130)  # and those of os.Exit in what is damaged
FLAGS = ["-timeout", "200ms", "-max-heap", "300M", "-max-goroutines", "20000"]
# What a person's keys send: they come more often than chance would have them.
KEYS = [b"\x01", b"\x05", b"\x0b", b"\x0c", b"\x12", b"\x15", b"\x17", b"\x1b[A", b"\x1b[B", b"\x1b[C", b"\x1b[D", b"\x1b[H", b"\x1b[3~", b"\x1b[200~",
        b"\x1b[201~", b"\x1bOP", b"\x7f", b"\t", b"\t\t", b"\r", b"\n", b"\x03", "ế".encode(), "世界".encode(), "سلام".encode(), b"func f(", b"x := 1\r", b":help\r", b"{"]


def inputs():
    found = []
    folder = os.path.join(ROOT, "tests", "repl")
    for name in sorted(os.listdir(folder)):
        if name.endswith(".txt"):
            with open(os.path.join(folder, name), "rb") as f:
                lines = [line[len(p):] for line in f.read().split(b"\n") for p in PROMPTS if line.startswith(p)]
            found.append(b"\n".join(lines) + b"\n")
    return found


def garbage(rng):
    out = b""
    while len(out) < PIECE:
        out += rng.choice(KEYS) if rng.randrange(4) == 0 else bytes(rng.randrange(256) for _ in range(rng.randrange(1, 12)))
    return out[:PIECE]


def environment(folder):
    return dict(os.environ, HOME=folder, XDG_STATE_HOME=folder, EDITOR="true", VISUAL="true", TERM="xterm", NO_COLOR="1", ASAN_OPTIONS="detect_leaks=0")


def through_pipe(opt, text):
    with tempfile.TemporaryDirectory(prefix="gol-replfuzz-") as folder, tempfile.TemporaryFile() as out:
        child = subprocess.Popen([opt.gol, "repl"] + FLAGS, stdin=subprocess.PIPE, stdout=out, stderr=out, cwd=folder, env=environment(folder), start_new_session=True)
        try:
            child.communicate(text, timeout=opt.limit)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
            return "no end within %g s" % opt.limit
        except BrokenPipeError:
            child.wait(timeout=opt.limit)
        out.seek(0)
        said = out.read()
    if child.returncode < 0:
        return "killed by signal %d" % -child.returncode
    if SANITIZER.search(said):
        return "a sanitizer or gol itself reports a bug"
    return "status 70" if child.returncode == 70 else None


def drain(fd, seconds, child):
    """What comes on the terminal, until nothing does for a moment or the child has ended."""
    out, until = b"", time.monotonic() + seconds
    while time.monotonic() < until:
        ready, _, _ = select.select([fd], [], [], 0.05)
        if not ready:
            if child.poll() is not None:
                break
            continue
        try:
            data = os.read(fd, 65536)
        except OSError:
            break
        if not data:
            break
        out += data
    return out


def at_terminal(opt, text):
    with tempfile.TemporaryDirectory(prefix="gol-replfuzz-") as folder:
        master, slave = pty.openpty()
        child = subprocess.Popen([opt.gol, "repl"] + FLAGS, stdin=slave, stdout=slave, stderr=slave, cwd=folder, env=environment(folder),
                                 preexec_fn=lambda: (os.setsid(), __import__("fcntl").ioctl(0, __import__("termios").TIOCSCTTY, 0)))
        os.close(slave)
        said = b""
        try:
            end = time.monotonic() + opt.limit
            while b"gol>" not in said and child.poll() is None and time.monotonic() < end:  # before that, Ctrl-C may end it
                said += drain(master, 0.1, child)
            for i in range(0, len(text), 100):
                select.select([], [master], [], opt.limit)
                os.write(master, text[i:i + 100])
                said += drain(master, 0.02, child)
            # Whatever state it is in: the paste ends, the line goes, the statement stops; then it is to end.
            for keys in (b"\x1b[201~", b"\x07", b"\x03", b"\x03", b"\x15", b"\r", b"os.Exit(0)\r"):
                os.write(master, keys)
                said += drain(master, 0.1, child)
        except OSError:
            pass  # it has ended and closed its side
        end = time.monotonic() + opt.limit
        while child.poll() is None and time.monotonic() < end:
            said += drain(master, 0.2, child)
        why = None
        if child.poll() is None:
            why = "still there after os.Exit(0)"
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        os.close(master)
    if why:
        return why
    if child.returncode < 0:
        return "killed by signal %d" % -child.returncode
    if SANITIZER.search(said):
        return "a sanitizer or gol itself reports a bug"
    return "status 70" if child.returncode == 70 else None


def plan(opt):
    texts = inputs()
    for number in range(opt.sessions):
        rng = fuzz.numbered(opt.seed, number)
        yield "session", number, through_pipe, mutate(rng, rng.choice(texts), texts)
    for number in range(opt.bytes // PIECE):
        rng = random.Random(opt.seed * 1000033 + number)
        yield "bytes", number, at_terminal if number % 2 else through_pipe, garbage(rng)


def main():
    p = fuzz.arguments(__doc__, "replfuzz")
    p.add_argument("--sessions", type=int, default=10000)
    p.add_argument("--bytes", type=int, default=1000000)
    opt = parse(p)
    opt.limit = 20 * opt.slowness
    failed, count, start = 0, 0, time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(opt.jobs) as pool:
        for (kind, number, text), why in pool.map(lambda x: ((x[0], x[1], x[3]), x[2](opt, x[3])), plan(opt)):
            count += 1
            if why is None:
                continue
            failed += 1
            print("FAIL  %s: %s" % (fuzz.keep(opt, "%s-%d-%d.txt" % (kind, opt.seed, number), text), why), flush=True)
    print("replfuzz: %d sessions and %d bytes in %.0f s" % (opt.sessions, opt.bytes // PIECE * PIECE, time.monotonic() - start))
    return fuzz.end(count - failed, failed)


if __name__ == "__main__":
    sys.exit(main())
