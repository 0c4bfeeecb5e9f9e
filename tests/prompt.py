"""The tests of gol repl: transcripts (tests/repl/*.txt) and sessions at a terminal (tests/repl/sessions_*.py). For tests/run.py.

A transcript is a test as it is: what stands behind `gol> ` and `...> ` is entered, and the whole must come out as it stands there. A line `...` in an
answer is any number of lines, `...` in a line any text. Lines with # at the top say what it shows, and may have `# flags: -seed 2`, `# status: 3` and
`# env: NAME=VALUE`. It runs in an empty folder of its own.
"""
import atexit
import os
import re
import shutil
import sys
import tempfile
import threading

from common import ROOT, find_files, left_out, lines_of, read_text, run

sys.path.insert(0, os.path.join(ROOT, "tests", "repl"))
import terminal

PROMPTS = ("gol> ", "...> ")


def transcripts():
    return find_files(["tests/repl"], ".txt")


def read_transcript(text):
    """(settings, expected lines, input)"""
    settings, lines, given = {"flags": "", "status": "0", "env": ""}, [], []
    for line in text.rstrip("\n").split("\n"):
        if not lines and line.startswith("#"):
            m = re.match(r"# (flags|status|env): (.*)", line)
            if m:
                settings[m.group(1)] = m.group(2)
        elif lines or line.strip():
            lines.append(line)
            bare = line.rstrip() + " "
            if line.startswith(PROMPTS):
                given.append(line[5:])
            elif bare in PROMPTS:
                given.append("")
    return settings, lines, "".join(line + "\n" for line in given)


def run_transcript(opt, path, glob_lines, diff):
    text = read_text(os.path.join(ROOT, path))
    if left_out(opt.mode, text):
        return ("skip", "not in this build")
    settings, want, given = read_transcript(text)
    folder = tempfile.mkdtemp(prefix="gol-transcript-")
    try:
        env = dict([settings["env"].split("=", 1)] if settings["env"] else [], LC_ALL="C.UTF-8")
        r = run([opt.gol, "repl"] + settings["flags"].split(), 20 * opt.slowness, given.encode(), env, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    broken = r.broken() or (r.trouble() if r.status != int(settings["status"]) else None)
    if broken:
        return "%s\n%s\n%s" % (broken, "\n".join(lines_of(r.out)[-40:]), r.err.decode("utf-8", "replace")[:4000])
    got = lines_of(r.out)
    if not glob_lines([line.rstrip() for line in want], got):
        return diff([line.rstrip() for line in want], got, "transcript")
    if r.status != int(settings["status"]):
        return "status %d, expected %s" % (r.status, settings["status"])
    if r.err:
        return "standard error should be empty:\n" + r.err.decode("utf-8", "replace")[:4000]
    return None


# ---- at a terminal

found = {}
server = None
lock = threading.Lock()


def sessions():
    if not shutil.which("tmux"):
        return []
    for file, name, function, options in terminal.load():
        found["tests/repl/%s: %s" % (file, name)] = (function, options)
    return list(found)


def run_terminal(opt, path):
    global server
    with lock:
        if server is None:
            server = terminal.Server()
            atexit.register(server.close)
    function, options = found[path]
    return terminal.run_session(server, opt.gol, function, options, opt.slowness)
