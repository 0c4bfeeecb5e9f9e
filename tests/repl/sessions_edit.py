"""Editing: lines, brackets, pasting, completion."""
import re

from terminal import session


@session
def greets(t):
    t.prompt()
    t.wait(re.compile(r"^gol [0-9.]+: .*:help.*Ctrl-D"), "gol>", cursor=(5, 1))


@session(args="")
def gol_alone_is_the_prompt(t):
    t.prompt().enter("1 + 2").wait("3 // int", "gol>")


@session
def a_value_and_its_type(t):
    t.prompt().enter("40 + 2").wait("gol> 40 + 2", "42 // int", "gol>")


@session
def an_unclosed_call_continues(t):
    t.prompt().type("fmt.Sprint(\n").wait("gol> fmt.Sprint(", re.compile(r"^\.\.\.>"))
    t.type("1, 2,\n)\n")
    t.wait('"1 2" // string', "gol>")


@session
def a_block_continues_and_is_indented(t):
    t.prompt().type("for i := range 2 {\n")
    t.wait("gol> for i := range 2 {", "...>", cursor=(9, None))
    t.type("fmt.Println(i)\n").wait("...>     fmt.Println(i)", "...>", cursor=(9, None))
    t.type("}").wait("...>     fmt.Println(i)", "...> }", cursor=(6, None))
    t.key("Enter").wait("...> }", "0", "1", "gol>")


@session
def a_function_over_several_lines(t):
    t.prompt().type("func add(a, b int) int {\nreturn a + b\n}\n").prompt()
    t.enter("add(2, 3)").wait("5 // int", "gol>")


@session
def an_open_string_is_an_error_at_once(t):
    t.prompt().type('s := "abc\n').prompt(2).sees("error[GOL")


@session
def a_raw_string_continues(t):
    t.prompt().type("s := `a\n").wait("gol> s := `a", "...>")
    t.type("b`\n").prompt()
    t.enter("len(s)").wait("3 // int", "gol>")


@session
def enter_in_the_middle_of_a_whole_text_accepts_it(t):
    t.prompt().type("1 + 22").key("Left").key("Enter").wait("gol> 1 + 22", "23 // int", "gol>")


@session
def alt_enter_always_begins_a_line(t):
    t.prompt().type("x := 1").key("M-Enter").wait("gol> x := 1", "...>")
    t.type("x + 1\n").wait("2 // int", "gol>")


@session
def backspace_joins_lines(t):
    t.prompt().type("f := []int{\n").wait("gol> f := []int{", "...>", cursor=(9, None))
    t.key("BSpace", "BSpace").wait("gol> f := []int{", cursor=(16, None))
    t.type("4}\n").prompt().enter("f").wait("[]int{4}", "gol>")


@session
def the_cursor_moves_through_lines(t):
    t.prompt().type("if true {\nx := 1").wait("...>     x := 1", cursor=(15, None))
    t.key("Up").wait("...>     x := 1", cursor=(12, 1))
    t.key("End").wait("...>     x := 1", cursor=(14, 1))
    t.key("Home").wait("...>     x := 1", cursor=(5, 1))
    t.key("Down").wait("...>     x := 1", cursor=(5, 2))
    t.key("End").wait("...>     x := 1", cursor=(15, 2))


@session
def words_are_deleted_and_put_back(t):
    t.prompt().type("alpha beta").key("C-w").wait("gol> alpha", cursor=(11, None))
    t.key("C-u").wait("gol>", cursor=(5, None))
    t.type("one two").key("Home").key("C-k").wait("gol>").key("C-y").wait("gol> one two")


@session
def unknown_keys_leave_nothing_behind(t):
    t.prompt().key("F1", "F5", "F12", "S-Up", "C-Up", "IC").type("7\n").wait("gol> 7", "7 // int", "gol>")


@session
def a_pasted_block_is_one_input(t):
    t.prompt().paste("func f() int {\n\treturn 1\n}\n\nfunc g() int {\n\treturn f() + 1\n}\n")
    t.wait("gol> func f() int {", "...>     return 1", "...> }", "...>", "...> func g() int {", "...>     return f() + 1", "...> }", cursor=(6, None))
    t.key("Enter").prompt(2).enter("g()").wait("2 // int", "gol>")


@session
def pasted_tabs_complete_nothing(t):
    t.prompt().paste("for {\n\tfm\t\n\tbreak\n}")
    t.wait("gol> for {", re.compile(r"^\.\.\.>     fm"), "...>     break", "...> }")


@session
def a_paste_is_not_run_half_way(t):
    t.prompt().paste('fmt.Println("one")\nfmt.Println("two")\n').wait('gol> fmt.Println("one")', '...> fmt.Println("two")')
    t.never("one\n").key("Enter").wait("one", "two", "gol>")


@session
def a_paste_without_marks_is_typed(t):
    t.prompt().paste("x := 20\nx + 1\n", bracketed=False).wait("21 // int", "gol>")


@session(columns=30)
def a_long_line_goes_on_in_the_next_row(t):
    t.prompt().type('s := "' + "0123456789" * 4 + '"')
    t.wait('gol> s := "0123456789012345678', '901234567890123456789"', cursor=(22, None))
    t.key("Home").wait(re.compile("^gol>"), '901234567890123456789"', cursor=(5, 3))
    t.key("Enter").prompt(2).enter("len(s)").wait("40 // int", "gol>")


@session(columns=20, rows=6)
def a_text_higher_than_the_screen(t):
    t.prompt().type("x := []int{\n" + "1,\n" * 10)
    t.wait("...>     1,", "...>").type("}\n")
    t.prompt().enter("len(x)").wait("10 // int", "gol>")


@session
def a_line_that_is_exactly_full(t):
    t.prompt().type('s := "' + "x" * 68 + '"').wait(re.compile('x"$'), cursor=(0, 2))
    t.key("Enter").prompt(2).enter("len(s)").wait("68 // int", "gol>")


@session
def resizing_keeps_the_line(t):
    t.prompt().type('len("' + "a" * 60 + '")').wait(re.compile(r'a"\)$'))
    t.resize(40, 24).wait('gol> len("' + "a" * 30, "a" * 30 + '")', cursor=(32, None))
    t.resize(100, 24).wait('gol> len("' + "a" * 60 + '")')
    t.key("Enter").wait("60 // int", "gol>")


@session
def a_narrower_terminal_leaves_nothing_twice(t):
    t.prompt().type('len("' + "a" * 60 + '")').wait(re.compile(r'a"\)$'))
    t.resize(50, 24).wait('gol> len("' + "a" * 40, "a" * 20 + '")', cursor=(22, None)).sees("gol> len", times=1)


@session
def clearing_the_screen_keeps_the_line(t):
    t.prompt().enter("1").type("abc").wait("gol> abc").key("C-l").wait("gol> abc", cursor=(8, 0))


@session
def colours_where_they_are_wanted(t):
    t.prompt().type('func "s" 1').wait('gol> func "s" 1')
    if any("\033[" in line for line in t.screen(colours=True)):
        t.fail("NO_COLOR is set")


@session(args="repl", env={"NO_COLOR": None})
def colours_at_a_terminal(t):
    t.prompt().type('func "s" 1').wait('gol> func "s" 1')
    if not any("\033[" in line for line in t.screen(colours=True)):
        t.fail("keywords and strings should have a colour")


@session(args="repl -color=never", env={"NO_COLOR": None})
def colours_can_be_switched_off(t):
    t.prompt().type('func "s" 1').wait('gol> func "s" 1').key("C-c").prompt(2).enter("x").sees("undefined")
    if any("\033[" in line for line in t.screen(colours=True)):
        t.fail("-color=never was given")


@session(env={"TERM": "dumb"})
def a_terminal_that_cannot_edit(t):
    t.wait("gol>").type("1 + 1\n").wait("gol> 1 + 1", "2 // int", "gol>")
    t.type("f(\n").wait("gol> f(", "...>")


# ---- completion

@session
def a_package_and_its_names(t):
    t.prompt().type("strin\t").wait("gol> string")
    t.type("s.ToUp\t").wait("gol> strings.ToUpper")
    t.type('("abc")\n').wait('"ABC" // string', "gol>")


@session
def several_completions_are_listed_above(t):
    t.prompt().type("fmt.Print\t").wait(re.compile("^Print "), re.compile("^Printf "), re.compile("^Println  func"), "gol> fmt.Print", cursor=(14, None))


@session
def fields_and_methods_complete(t):
    t.prompt().enter("type Point struct { Across, Down int }").enter("func (p Point) Area() int { return p.Across * p.Down }")
    t.enter("p := Point{2, 3}").type("p.Ar\t()\n").wait("gol> p.Area()", "6 // int", "gol>")
    t.type("p.Do\t\n").wait("gol> p.Down", "3 // int", "gol>")


@session
def names_of_the_session_complete(t):
    t.prompt().enter("counterOfThings := 5").type("counterO\t\n").wait("gol> counterOfThings", "5 // int", "gol>")


@session
def keywords_complete(t):
    t.prompt().type("sele\t").wait("gol> select")


@session
def commands_complete(t):
    t.prompt().type(":gor\t").wait("gol> :goroutines")
    t.key("C-u").type(":se\t").wait("gol> :seed").key("C-u").type(":exp\t").wait("gol> :explain", cursor=(14, None))
    t.type("GOL030\t").wait(re.compile("^GOL0301"), *([re.compile("^GOL030")] * 8), "gol> :explain GOL030")


@session(files={"lesson-one.gol": "x := 1\n", "lesson-two.gol": "y := 1\n"})
def files_complete(t):
    t.prompt().type(":load les\t").wait("gol> :load lesson-").type("t\t\n").prompt(2).enter("y").wait("1 // int", "gol>")


@session
def a_tab_at_the_beginning_is_a_tab(t):
    t.prompt().type("\t1\n").wait("gol>     1", "1 // int", "gol>")


@session
def completion_inside_a_function(t):
    t.prompt().type("func f(number int) int {\nreturn num\t").wait("gol> func f(number int) int {", "...>     return number")


@session
def no_key_leads_to_libedits_command_line(t):
    t.prompt().key("M-x", "Enter").wait("gol>", "gol>", cursor=(5, None))
    t.enter("40 + 2").wait("42 // int", "gol>")
