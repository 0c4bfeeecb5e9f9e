"""Goroutines that live on between the prompts, and what is printed while somebody types."""
import re

from terminal import session


@session
def output_of_the_background_stays_out_of_the_line(t):
    t.prompt().enter('go func() { for range 2 { time.Sleep(150 * time.Millisecond); fmt.Println("tick") } }()').type("half a li")
    t.wait(*[re.compile(r"^\[g\d+\] tick$")] * 2, "gol> half a li", cursor=(14, None)).type("ne").wait("gol> half a line")


@session
def the_cursor_stays_where_it_is(t):
    t.prompt().enter('time.AfterFunc(300*time.Millisecond, func() { fmt.Println("later") })').type("x := 12345").key("Home").key("Right")
    t.wait(re.compile(r"^\[g\d+\] later$"), "gol> x := 12345", cursor=(6, None)).key("C-e").type("\n").prompt().enter("x").wait("12345 // int", "gol>")


@session
def every_line_has_its_goroutine(t):
    t.prompt().enter('go fmt.Print("a\\nb\\n")').sees(re.compile(r"^\[g\d+\] a$")).sees(re.compile(r"^\[g\d+\] b$"))


@session
def an_unfinished_line_is_shown_after_a_while(t):
    t.prompt().enter('go fmt.Print("no end")').sees(re.compile(r"^\[g\d+\] no end$")).wait("gol>")


@session
def pieces_of_a_line_stay_together(t):
    t.prompt().enter('go func() { fmt.Print("a"); fmt.Print("b"); fmt.Println("c") }()').sees(re.compile(r"^\[g\d+\] abc$"))


@session
def what_the_foreground_prints_has_no_tag(t):
    t.prompt().enter('fmt.Println("mine")').wait("mine", "gol>")


@session
def a_line_without_end_is_ended_before_the_prompt(t):
    t.prompt().enter('fmt.Print("abc")').wait('gol> fmt.Print("abc")', "abc", "gol>", cursor=(5, None))


@session
def both_at_once(t):
    t.prompt().enter("c := make(chan int)").enter('go func() { for i := range c { fmt.Println("got", i) } }()')
    t.enter('for i := range 3 { c <- i; fmt.Println("sent", i) }')
    for i in range(3):
        t.sees("sent %d" % i, times=1).sees(re.compile(r"^\[g\d+\] got %d$" % i), times=1)


@session
def a_flood_leaves_the_prompt_usable(t):
    t.prompt().enter('go func() { for i := 0; ; i++ { fmt.Println("flood", i) } }()')
    t.sees(re.compile(r"^\.\.\. [\d,]+ more lines of g\d+ not shown$"))
    t.type("1 + ").wait("gol> 1 +").type("2\n").sees("3 // int").type("half").wait("gol> half", cursor=(9, None))
    t.never(re.compile("half.*flood")).key("C-u", "C-d").ended()


@session
def a_flood_of_unfinished_lines(t):
    t.prompt().enter('go func() { for { fmt.Print("x") } }()').type("1 + 1\n").sees("2 // int").wait("gol>", cursor=(5, None)).key("C-d").ended()


@session
def a_race_is_told_above_the_line(t):
    t.prompt().enter("n := 0").enter("go func() { time.Sleep(200 * time.Millisecond); n++ }()").enter("n++").type("typing")
    t.sees("DATA RACE").wait("gol> typing", cursor=(11, None))


@session
def a_panic_in_the_background_ends_only_its_goroutine(t):
    t.prompt().enter('go func() { time.Sleep(50 * time.Millisecond); panic("boo") }()').type("still").sees("panic: boo").wait("gol> still")
    t.key("C-u").enter("1").wait("1 // int", "gol>")


@session
def a_deadlock_is_told_and_the_prompt_comes_back(t):
    t.prompt().enter("c := make(chan int)").enter("<-c").sees("deadlock").prompt().enter("1").wait("1 // int", "gol>")


@session
def a_mutex_locked_twice(t):
    t.prompt().enter("var mu sync.Mutex").enter("mu.Lock()").enter("mu.Lock()").sees("deadlock").enter("2").wait("2 // int", "gol>")


@session
def a_wait_that_can_end_is_no_deadlock(t):
    t.prompt().enter("c := make(chan int)").enter("go func() { time.Sleep(200 * time.Millisecond); c <- 5 }()").enter("<-c")
    t.wait("5 // int", "gol>").never("deadlock")


@session
def goroutines_are_listed(t):
    t.prompt().enter("c := make(chan int)").enter("go func() { <-c }()")
    t.asks(":goroutines", re.compile(r"^  goroutine \d+ .*waiting to receive from `c`"))


@session
def leaving_names_what_still_runs(t):
    t.prompt().enter("c := make(chan int)").enter("go func() { <-c }()").enter("go func() { for {} }()").key("C-d").sees("2 goroutines were still running:").ended()


@session(args="repl -workers 1")
def one_worker_and_an_endless_loop(t):
    t.prompt().enter("go func() { for {} }()").enter("1 + 1").wait("2 // int", "gol>")


@session(args="repl -seed 3")
def a_seeded_session_at_a_terminal(t):
    t.prompt().enter("c := make(chan int)").enter("go func() { c <- 1 }()").enter("<-c").wait("1 // int", "gol>")
    t.enter("time.Sleep(time.Hour)").enter("2").wait("2 // int", "gol>")
