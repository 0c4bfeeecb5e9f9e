"""What was entered before: Up and Down, search, other sessions."""
import os
import re
import stat

from terminal import Terminal, session


@session
def up_and_down(t):
    t.prompt().enter("1").enter("2").key("Up").wait("gol> 2").key("Up").wait("gol> 1").key("Down").wait("gol> 2").key("Down").wait("gol>")


@session
def the_draft_is_kept(t):
    t.prompt().enter("111")
    t.type("x").key("Home").key("Up").wait("gol> 111").key("Down").wait("gol> x")


@session
def a_block_is_recalled_whole_and_edited(t):
    t.prompt().type("func f() int {\nreturn 1\n}\n").prompt().enter("f()").wait("1 // int", "gol>")
    t.key("Up").wait("gol> f()").key("Up").wait("gol> func f() int {", "...>     return 1", "...> }", cursor=(19, None))
    t.key("Down", "End", "BSpace").type("22").wait("...>     return 22", "...> }").key("Enter").prompt()
    t.enter("f()").wait("22 // int", "gol>")


@session
def up_looks_for_what_is_typed(t):
    t.prompt().enter("alpha := 1").enter("beta := 2").enter("alpha + beta").type("be").key("Up").wait("gol> beta := 2")
    t.key("C-c").prompt(5).type("alpha").key("Up").wait("gol> alpha + beta").key("Up").wait("gol> alpha := 1").key("Down").wait("gol> alpha + beta")


@session
def ctrl_r_searches(t):
    t.prompt().enter("first := 1").enter("second := 2").enter("third := 3")
    t.key("C-r").wait("gol>", "(search: )").type("ir").wait("gol> third := 3", "(search: ir)", cursor=(7, None))
    t.key("C-r").wait("gol> first := 1", "(search: ir)").key("C-r").wait("gol> first := 1", "(nothing older with: ir)")
    t.key("Enter").wait(re.compile("gol> first := 1"), "gol>").never("(search")


@session
def ctrl_r_is_given_up(t):
    t.prompt().enter("first := 1").type("abc").key("C-r").type("fir").wait("gol> first := 1", "(search: fir)").key("C-g").wait("gol> abc", cursor=(8, None))


@session
def what_was_found_is_edited(t):
    t.prompt().enter("n := 10").enter("n").key("C-r").type(":=").wait("gol> n := 10", "(search: :=)").key("End").wait("gol> n := 10", cursor=(12, None))
    t.type("0\n").prompt().enter("n").wait("100 // int", "gol>")


@session
def another_session_knows_it(t):
    t.prompt().enter("n := 123").type("if n > 1 {\nn++\n}\n").prompt().key("C-d").ended()
    t.start()
    t.prompt().key("Up").wait("gol> if n > 1 {", "...>     n++", "...> }").key("Up").wait("gol> n := 123")


@session
def two_sessions_at_once_lose_nothing(t):
    other = Terminal(t.server, t.gol, env=t.env)
    try:
        t.prompt().enter("a := 1")
        other.prompt().enter("b := 2")
        t.enter("c := 3").key("C-d").ended()
        other.enter("d := 4").key("C-d").ended()
        t.start()
        t.prompt()
        for line in ("d := 4", "c := 3", "b := 2", "a := 1"):
            t.key("Up").wait("gol> " + line)
    finally:
        other.close()


@session
def the_file_is_the_persons_own(t):
    t.prompt().enter("secret := 1").key("C-d").ended()
    mode = stat.S_IMODE(os.stat(os.path.join(t.state, "gol", "history")).st_mode)
    if mode != 0o600:
        t.fail("mode %o" % mode)


@session(start=False)
def a_long_file_is_shortened(t):
    path = os.path.join(t.state, "gol", "history")
    os.makedirs(os.path.dirname(path))
    with open(path, "w") as f:
        f.writelines("x%d := 1\n" % i for i in range(5000))
    t.start()
    t.prompt().key("Up").wait("gol> x4999 := 1").key("C-c").wait(re.compile("C$"), "gol>").key("C-d").ended()
    with open(path) as f:
        lines = f.read().split("\n")
    if len(lines) != 2001 or lines[0] != "x3000 := 1":
        t.fail("%d lines, the first is %r" % (len(lines), lines[0]))


@session(env={"XDG_STATE_HOME": "/proc/none", "HOME": "/proc/none"})
def without_a_place_for_the_file(t):
    t.prompt().enter("1").key("Up").wait("gol> 1").key("C-c").wait(re.compile("C$"), "gol>").key("C-d").ended()


@session
def the_same_once_more_is_one_entry(t):
    t.prompt().enter("1").enter("2").enter("2").key("Up").wait("gol> 2").key("Up").wait("gol> 1")
