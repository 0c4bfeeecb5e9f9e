"""Letters of all widths, and where the cursor stands among them."""
import re

from terminal import session


@session
def vietnamese_composed(t):
    t.prompt().type('s := "Tiếng Việt"').wait('gol> s := "Tiếng Việt"', cursor=(22, None))
    t.key("Left", "Left").type("!").wait('gol> s := "Tiếng Việ!t"', cursor=(21, None))


@session
def vietnamese_with_combining_marks(t):
    t.prompt().type("\"e\u0302\u0301o\u0323\"").wait("gol> \"e\u0302\u0301o\u0323\"", cursor=(9, None))
    t.key("Left", "Left").wait(re.compile("gol"), cursor=(7, None))
    t.key("Left").wait("gol> \"e\u0302\u0301o\u0323\"", cursor=(6, None))
    t.key("Right").key("BSpace").wait("gol> \"o\u0323\"", cursor=(6, None))


@session
def chinese_japanese_korean(t):
    t.prompt().type('s := "日本語"').wait('gol> s := "日本語"', cursor=(18, None))
    t.key("Left", "Left").wait('gol> s := "日本語"', cursor=(15, None)).key("BSpace").wait('gol> s := "日語"', cursor=(13, None))
    t.key("Enter").prompt(2).enter("len(s)").wait("6 // int", "gol>")


@session(columns=20)
def a_wide_letter_is_not_cut(t):
    t.prompt().type('s := "abcd日本語日本"').wait('gol> s := "abcd日本', '語日本"', cursor=(7, None))


@session
def persian(t):
    t.prompt().type('s := "سلام دنیا"').wait(re.compile("سلام دنیا"), cursor=(21, None))
    t.key("Enter").prompt(2).enter("len([]rune(s))").wait("9 // int", "gol>")


@session
def persian_with_a_joiner(t):
    t.prompt().type('s := "می‌خواهم"\n').prompt(2).enter("len([]rune(s))").wait("8 // int", "gol>")


@session
def emoji(t):
    t.prompt().type('s := "😀x"').wait('gol> s := "😀x"', cursor=(15, None))
    t.key("Left", "Left", "BSpace").wait('gol> s := "x"', cursor=(11, None))


@session
def a_family_is_one_letter(t):
    t.prompt().type('"👨\u200d👩\u200d👧"').key("Left", "BSpace").wait('gol> ""', cursor=(6, None))


@session
def names_in_other_scripts(t):
    t.prompt().enter("größe := 3").enter("größe * 2").wait("6 // int", "gol>")
    t.type("grö\t\n").wait("gol> größe", "3 // int", "gol>")


@session
def a_letter_is_never_a_key(t):
    t.prompt().type('"éàüñåß¿"\n').wait('"éàüñåß¿" // string', "gol>")


@session
def bytes_that_are_no_text(t):
    t.prompt()
    t.server.ask("send-keys -t %s -H ff fe" % t.target)
    t.type("x").wait(re.compile("^gol> .*x$")).key("C-c").prompt(2).enter("1").wait("1 // int", "gol>")


@session
def other_scripts_are_recalled(t):
    t.prompt().enter('s := "日本 Việt سلام"').key("Up").wait('gol> s := "日本 Việt سلام"')
