"""Whether a bug in gol's own C code is noticed in the sanitizers' builds, whatever a test does with standard error and whatever status it expects. For
tests/run.py: tests/tools/planted.c stands for gol, built as this build is, and tests that would pass without its bug must fail."""
import os
import subprocess
import tempfile
import types

from common import ROOT, run

FLAGS = {"tsan": ["-fsanitize=thread"], "asan": ["-fsanitize=address,undefined", "-fno-sanitize-recover=undefined"]}
BUGS = {"tsan": ["race"], "asan": ["past", "overflow"]}
# What a session may do with it, and whether no more than the status is left of a report that goes to standard error.
STEPS = {"gol %s 0 2>/dev/null": True, "gol %s 2 >told 2>&1": True, "gol %s 0 2>told; true": False, "gol %s 0 2>&1 | tr a-z A-Z": False}


def check(opt, path, run_session):
    with tempfile.TemporaryDirectory(prefix="gol-planted-") as folder:
        gol = os.path.join(folder, "gol")
        cc = "clang" if os.path.basename(os.path.dirname(opt.gol)).endswith("-clang") else "gcc"
        built = subprocess.run([cc, "-g", "-pthread", *FLAGS[opt.mode], "-o", gol, os.path.join(ROOT, path)], capture_output=True, text=True)
        if built.returncode:
            return built.stdout + built.stderr
        planted = types.SimpleNamespace(**dict(vars(opt), gol=gol))
        session = os.path.join(folder, "planted.session")
        wrong = []

        def in_session(command):
            with open(session, "w", encoding="utf-8") as f:
                f.write("$ %s\n...\n? %d\n" % (command, run(["sh", "-c", command], 30, env={"PATH": folder + ":" + os.environ["PATH"]}, cwd=folder).status))
            return run_session(planted, session)

        r = run([gol, "none", "66"], 30)
        if r.trouble() or r.err or r.status != 66:
            wrong.append("without a bug: status %s, %s" % (r.status, r.trouble()))
        for bug in BUGS[opt.mode]:
            r = run([gol, bug, "0"], 30)
            if "sanitizer" not in (r.trouble() or "") or not r.err:
                wrong.append("%s: status %s, %s" % (bug, r.status, r.trouble()))
            for step, left in STEPS.items():
                silent = in_session(step % "none")
                if silent:
                    wrong.append("without a bug: " + silent)
                if (left or bug != "overflow") and "sanitizer" not in (in_session(step % bug) or ""):
                    wrong.append("not noticed in a session: " + step % bug)
        return "\n".join(wrong) or None
