"""What the tools share that feed gol with random or damaged input: mutants, verdictfuzz, replfuzz, gofuzz, crashfuzz, racefuzz."""
import os
import random

import common
from common import ROOT


def arguments(doc, name, rest=None):
    """Those of common.arguments, the first seed, and the folder in which the input of a failure stays: build/NAME."""
    p = common.arguments(doc, rest)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--keep", default=os.path.join(ROOT, "build", name))
    return p


def numbered(seed, number):
    """The random numbers of one input: it can be made again by its number alone."""
    return random.Random(seed * 1000003 + number)


def keep(opt, name, text):
    """Leaves the input of a failure in the folder for it; its path, as it is shown."""
    os.makedirs(opt.keep, exist_ok=True)
    path = os.path.join(opt.keep, name)
    with open(path, "wb") as f:
        f.write(text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape"))
    return os.path.relpath(path, ROOT)


def go_programs(folder, most):
    """The paths of the .go files in and below a folder that have less than so many bytes."""
    found = []
    for base, _, names in os.walk(folder):
        found += [os.path.join(base, n) for n in sorted(names) if n.endswith(".go") and os.path.getsize(os.path.join(base, n)) < most]
    return found


def shown(data):
    """What a program said, below the line that names it."""
    return data.decode("utf-8", "replace").strip().replace("\n", "\n      ")


def end(passed, failed):
    """The last line; the exit status. Without any input nothing was proved."""
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0
