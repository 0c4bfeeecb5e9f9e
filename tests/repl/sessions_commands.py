"""The :commands, as a person meets them."""
import re

from terminal import session


@session(rows=50)
def help_is_a_table(t):
    t.prompt().enter(":help").sees(re.compile(r"^  :goroutines +\w")).sees(re.compile(r"^  :quit +leave")).enter(":help step").sees(":step [N|off]")


@session
def a_name_may_be_cut_short(t):
    t.prompt().enter(":ty 1 + 2").wait("int", "gol>").enter(":li").wait("nothing was entered yet", "gol>")


@session
def a_mistyped_name_has_a_hint(t):
    t.prompt().enter(":gorutines").wait("gol: there is no :gorutines; did you mean :goroutines?", "gol>").enter(":s").sees("gol: :s may be :save :seed :step")


@session
def the_type_of_things(t):
    t.prompt().enter("type T struct{ X int }").enter(":type T{1}.X").wait("int", "gol>").enter(":type strings.Split").wait(re.compile("^func"), "gol>")


@session
def documentation(t):
    t.prompt().enter(":doc strings.ToUpper").sees("func ToUpper(s string) string")


@session
def undo_brings_the_earlier_one_back(t):
    t.prompt().enter("func f() int { return 1 }").enter("func f() int { return 2 }").enter("f()").wait("2 // int", "gol>")
    t.enter(":undo").enter(":undo").enter("f()").wait("1 // int", "gol>")


@session
def reset_forgets(t):
    t.prompt().enter("x := 1").enter(":reset").wait("a fresh session", "gol>").enter("x").sees("undefined: x")


@session
def saved_and_loaded(t):
    t.prompt().enter("x := 20").enter("func double(n int) int { return 2 * n }").enter("double(x)").enter("fmt.Println(double(x) + 2)").enter(":save s.gol")
    t.wait(re.compile(r"^4 inputs saved: gol run s\.gol$"), "gol>").enter(":reset").enter(":load s.gol").wait("42", "gol>").enter("double(4)").wait("8 // int", "gol>")


@session(command="sh -i")
def a_saved_session_runs(t):
    t.wait("sh>").type("gol repl\n").prompt().enter("x := 1").enter('x := "two"').enter("x").enter("fmt.Println(x)").enter(":save s.gol").key("C-d").wait("sh>")
    t.type("gol run s.gol\n").wait("two", "sh>")


@session(files={"bad.gol": "a := 1\nfunc f() { return 1 }\n"})
def a_file_with_an_error_changes_nothing(t):
    t.prompt().enter(":load bad.gol").sees("bad.gol:2:").enter("a").sees("undefined: a")


@session
def a_file_that_is_not_there(t):
    t.prompt().enter(":load nothing.gol").wait("gol: nothing.gol: no such file", "gol>")


@session(args="repl lib.gol", files={"lib.gol": "func three() int { return 3 }\n"})
def a_file_at_the_start(t):
    t.prompt().enter("three()").wait("3 // int", "gol>")


@session(env={"EDITOR": "sed -i s/1/2/"})
def editing_the_last_input(t):
    t.prompt().enter("x := 1").enter(":edit").wait(re.compile("edit"), "gol> x := 2", "gol>").enter("x").wait("2 // int", "gol>")
    t.key("Up", "Up").wait("gol> x := 2")


@session(env={"VISUAL": "sed -i s/111/222/"})
def editing_a_function_by_name(t):
    t.prompt().enter("func f() int { return 111 }").enter("y := 5").enter(":edit f").wait("gol> func f() int { return 222 }", "gol>").enter("f()").wait("222 // int", "gol>")


@session(env={"VISUAL": "false"})
def an_editor_that_fails(t):
    t.prompt().enter("x := 1").enter(":edit").wait("gol: false: nothing was edited", "gol>")


@session
def time_says_how_long(t):
    t.prompt().enter(":time 1 + 1").wait("2 // int", re.compile(r"^took [\d.]+ [nu m]*s$"), "gol>")


@session
def bytecode_is_shown(t):
    t.prompt().enter("func f(a int) int { return a + 1 }").enter(":bytecode f").sees("func main.f").enter(":bytecode 1 + 2").sees("RET")


@session(rows=60)
def explain_shows_a_page(t):
    t.prompt().enter(":explain 301").sees("# GOL0301").enter(":explain 9999").sees("gol: no page on GOL9999")


@session
def channels_are_listed(t):
    t.prompt().enter("jobs := make(chan int, 2)").enter("jobs <- 1").enter(":chans").wait("1 channel:", "  chan int jobs: 1 of 2 full", "gol>")


@session
def locks_are_listed(t):
    t.prompt().enter("var mu sync.Mutex").enter("mu.Lock()").enter("go mu.Lock()").enter(":locks").sees("sync.Mutex mu: locked by goroutine")


@session
def a_seeded_session_repeats(t):
    t.prompt().enter("n := rand.Intn(1000000)").enter(":seed 7").enter("n").enter(":seed 7").enter("n")
    shown = [line for line in t.screen(past=True) if line.endswith("// int")]
    if len(shown) < 3 or len(set(shown)) != 1:
        t.fail("a seed gives one number: %s" % shown)


@session
def steps_need_a_seed(t):
    t.prompt().enter(":step").wait("gol: goroutines can be followed step by step in a session with a seed: :seed 1", "gol>")


@session(args="repl -seed 1")
def step_by_step(t):
    t.prompt().enter(":step").sees("stand still").enter("c := make(chan int)").enter("go func() { for i := range 3 { c <- i } }()").enter(":step 20")
    t.sees(re.compile(r"goroutine \d+ .*waiting to send")).sees("nothing can run now")


@session
def many_words_and_no_command(t):
    t.prompt().enter(":").sees(":help [COMMAND]").enter(":quit now").wait("gol: :quit takes nothing, and was given now", "gol>")
