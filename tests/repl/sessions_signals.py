"""Ctrl-C, Ctrl-D, Ctrl-Z and the signals behind them; how a session ends."""
import re
import signal

from terminal import session


@session
def ctrl_c_clears_the_line(t):
    t.prompt().type("abc").wait("gol> abc").key("C-c").wait("gol> abc^C", "gol>", cursor=(5, None))


@session
def ctrl_c_clears_many_lines(t):
    t.prompt().type("func f() {\nx := 1").wait("...>     x := 1").key("Up").wait("...>     x := 1", cursor=(12, 1)).key("C-c").wait("...>     x := 1^C", "gol>").enter("1").wait("1 // int", "gol>")


@session
def ctrl_c_ends_an_endless_loop(t):
    t.prompt().begin("for {}").key("C-c").wait("gol> for {}", "^C", "interrupted", "gol>", cursor=(5, None))
    t.sees(re.compile("^gol>$"), times=1).enter("1 + 1").wait("2 // int", "gol>")


@session
def ctrl_c_ends_a_sleep(t):
    t.prompt().begin("time.Sleep(time.Hour)").key("C-c").wait("interrupted", "gol>")


@session
def ctrl_c_ends_a_receive_that_may_come(t):
    t.prompt().enter("c := make(chan int)").enter("go func() { time.Sleep(time.Hour); c <- 1 }()").begin("<-c").key("C-c")
    t.wait("interrupted", "gol>").enter("2").wait("2 // int", "gol>")


@session
def ctrl_c_runs_the_deferred_calls(t):
    t.prompt().type('func() { defer fmt.Println("deferred"); fmt.Println("begun"); for {} }()\n').sees(re.compile("^begun$"))
    t.key("C-c").sees(re.compile(r"^(\^C)?deferred$")).prompt(2)


@session
def ctrl_c_leaves_the_background_alone(t):
    t.prompt().enter("c := make(chan int)").enter('go func() { for i := range c { fmt.Println("got", i) } }()').begin("for {}").key("C-c").wait("interrupted", "gol>").enter("c <- 7").sees(re.compile(r"^\[g\d+\] got 7$"))


@session
def ctrl_c_ends_a_flood(t):
    t.prompt().type('for { fmt.Println("flood") }\n').sees(re.compile("^flood$")).key("C-c").sees("interrupted").prompt().enter("3").wait("3 // int", "gol>")


@session
def a_second_ctrl_c_gives_up_the_deferred_calls(t):
    t.prompt().type('func() { defer func() { fmt.Println("deferred"); for {} }(); fmt.Println("begun"); for {} }()\n').sees(re.compile("^begun$"))
    t.key("C-c").sees(re.compile(r"^(\^C)?deferred$"))
    t.key("C-c").wait("interrupted", "gol>").enter("3").wait("3 // int", "gol>")


@session
def ctrl_c_right_behind_enter(t):
    t.prompt().type("for{}").wait("gol> for{}").key("Enter", "C-c").sees(re.compile(r"interrupted|\^C")).prompt().enter("3").wait("3 // int", "gol>")


@session
def ctrl_backslash_shows_the_goroutines(t):
    t.prompt().enter("c := make(chan int)").enter("go func() { <-c }()").type("half").wait("gol> half").key("C-\\\\")
    t.sees("1 goroutine:").sees("waiting to receive from `c`").wait("gol> half", cursor=(9, None))


@session
def ctrl_d_leaves(t):
    t.prompt().key("C-d").ended(0)


@session
def ctrl_d_in_a_line_deletes(t):
    t.prompt().type("12").key("Home", "C-d").wait("gol> 2", cursor=(5, None)).key("End", "C-d").wait("gol> 2").key("Enter").wait("2 // int", "gol>")


@session
def os_exit_ends_with_its_status(t):
    t.prompt().type("os.Exit(3)\n").ended(3)


@session
def quit_leaves(t):
    t.prompt().type(":quit\n").ended(0)


@session(command="sh -i")
def ctrl_z_and_fg(t):
    t.wait("sh>").type("gol repl\n").prompt().type("1 + ").wait("gol> 1 +").key("C-z").wait(re.compile("Stopped|suspended|^sh>"), "sh>")
    t.type("stty -a | grep -o ' icanon'\n").sees(re.compile("^ icanon$")).type("fg\n").wait("gol> 1 +", cursor=(9, None)).type("2\n").wait("3 // int", "gol>")


@session(command="sh -i")
def ctrl_z_while_a_statement_runs(t):
    t.wait("sh>").type("gol repl\n").prompt().begin("for {}").key("C-z").wait("sh>")
    t.type("fg\n").sees("gol repl", times=3).key("C-c").wait("interrupted", "gol>")


@session(command="""python3 -c 'import pty; pty.spawn(["gol", "repl"])'""")
def ctrl_z_where_nobody_could_continue_it(t):
    t.prompt().begin("for {}").key("C-z").sees(re.compile(r"\^Z")).key("C-c").wait("interrupted", "gol>").enter("1").wait("1 // int", "gol>")


@session
def ctrl_d_typed_ahead_leaves(t):
    t.prompt().begin('time.Sleep(300 * time.Millisecond)').key("C-d").ended(0)


@session(command="sh -i")
def the_terminal_is_left_as_it_was(t):
    t.wait("sh>").type("gol repl\n").prompt().key("C-d").wait("sh>").type("stty -a | grep -o ' icanon\\| echo '\n").wait(" icanon", " echo", "sh>")


@session(command="sh -i")
def sigterm_puts_the_terminal_in_order(t):
    t.wait("sh>").type("gol repl & fg; echo status $?\n").prompt().enter("x := 5").type("unfinished").wait("gol> unfinished")
    t.signal(signal.SIGTERM, t.child()).wait("status 143", "sh>")
    t.type("stty -a | grep -o ' icanon'\n").sees(re.compile("^ icanon$"))
    t.type("gol repl\n").prompt().key("Up").wait("gol> x := 5")


@session
def sigterm_ends_it(t):
    t.prompt().signal(signal.SIGTERM).ended(-signal.SIGTERM)


@session
def sighup_ends_it(t):
    t.prompt().signal(signal.SIGHUP).ended(-signal.SIGHUP)


@session
def sigterm_while_a_statement_runs(t):
    t.prompt().begin("for {}").signal(signal.SIGTERM).ended(-signal.SIGTERM)


@session(args="repl -timeout 100ms")
def each_statement_has_its_time(t):
    t.prompt().enter("for {}").wait("stopped: -timeout is over", "gol>").enter("1").wait("1 // int", "gol>")


@session(command="gol repl | head -1")
def a_closed_output_ends_it(t):
    t.type("1\n").sees("gol> 1 // int")
    t.until(lambda: t.status() == 0 or not t.type("2\n"), "it should end with the first line that nobody reads")


@session
def reading_from_the_terminal(t):
    t.prompt().enter("var name string").begin("fmt.Scanln(&name)").type("Ada\n").prompt(3).enter("name").wait('"Ada" // string', "gol>")
