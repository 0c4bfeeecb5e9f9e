"""Six things at which prompts for Go have failed, and the lesson that they spoil."""
import re

from terminal import session


@session
def an_import_echoes_nothing(t):
    t.prompt().enter('import "fmt"').wait('gol> import "fmt"', "gol>").enter('import ( "os"; "strings" )').wait(re.compile("strings"), "gol>")


@session
def a_channel_shows_itself_and_no_address(t):
    t.prompt().enter("jobs := make(chan int, 4)").wait("gol> jobs := make(chan int, 4)", "gol>")
    t.enter("jobs").wait("gol> jobs", "chan int jobs: 0 of 4 full", "gol>").never(re.compile("0x[0-9a-f]+"))


@session
def background_output_does_not_land_in_the_line(t):
    t.prompt().enter('go func() { for range 3 { time.Sleep(50 * time.Millisecond); fmt.Println("tick") } }()').type("abcdef")
    t.wait(*[re.compile(r"^\[g\d+\] tick$")] * 3, "gol> abcdef", cursor=(11, None))


@session
def the_up_key_works(t):
    t.prompt().enter("6 * 7").key("Up").wait("gol> 6 * 7").key("Enter").wait("42 // int", "gol>").never("^[[A")


@session
def an_unclosed_bracket_continues(t):
    t.prompt().enter("func f(n int) int { return n }").type("f(\n").wait("gol> f(", re.compile(r"^\.\.\.>")).type("3)\n").wait("3 // int", "gol>")


@session
def an_infinite_loop_is_stopped_and_one_prompt_is_left(t):
    t.prompt().begin("for { }").key("C-c").wait("^C", "interrupted", "gol>").sees(re.compile("^gol>$"), times=1)


@session
def a_deadlock_is_reported(t):
    t.prompt().enter("c := make(chan int)").enter("c <- 1").sees("deadlock").wait("gol>")


@session(rows=50)
def the_lesson(t):
    t.prompt().enter("jobs := make(chan int, 4)")
    t.enter("go func() { for i := 1; i <= 6; i++ { jobs <- i } }()")
    t.asks("jobs", "chan int jobs: 4 of 4 full, 1 sender waiting")
    t.enter("<-jobs").wait("1 // int", "gol>")
    t.enter("for range 5 { fmt.Print(<-jobs, \" \") }").wait("2 3 4 5 6", "gol>")
    t.enter("close(jobs)").wait("gol> close(jobs)", "gol>")
    t.enter("v, ok := <-jobs").enter("ok").wait("false // bool", "gol>")
    t.enter("for j := range jobs { fmt.Println(j) }").wait(re.compile("range jobs"), "gol>")
    t.enter("results := make(chan int)").enter("results <- 1").sees("deadlock").sees("results")
    t.enter("go func() { fmt.Println(<-results) }()").enter("results <- 2").sees(re.compile(r"^\[g\d+\] 2$"))
