"""Programs whose form is damaged and whose meaning is not: white space, line breaks and comments at random places. For tests/fmt.py, which
formats them with gol and with gofmt: the layout has to be made anew, and comments stand where nobody writes them."""
import re

TOKEN = re.compile(r'"(?:\\.|[^"\\\n])*"|`[^`]*`|\'(?:\\.|[^\'\\\n])*\'|//[^\n]*|/\*.*?\*/|[^\W\d]\w*|(?:0[xX][\w.]*(?:[pP][+-]\w+)?|\.?\d(?:[eEpP][+-]|[\w.])*)|'
                   r"<-|:=|\.\.\.|&\^=?|<<=?|>>=?|[-+*/%&|^=!<>]=|&&|\|\||\+\+|--|\n|[ \t\r]+|.", re.S)
# A line break behind one of these would be a semicolon.
ENDS = re.compile(r"""[\w"'`)\]}]$|\+\+$|--$""")
GOES_ON = {"case", "chan", "const", "default", "defer", "else", "for", "func", "go", "goto", "if", "import", "interface", "map", "package", "range",
           "select", "struct", "switch", "type", "var"}


def split(text):
    return TOKEN.findall(text)


def is_space(t):
    return not t.strip(" \t\r\n")


def is_comment(t):
    return t.startswith("//") or t.startswith("/*")


def ends_statement(t):
    return bool(ENDS.search(t)) and t not in GOES_ON and not is_comment(t)


def flat(parts, rng):
    """No indentation, one blank where there were several."""
    out = []
    for t in parts:
        if is_space(t) and t != "\n":
            t = "" if out and out[-1] == "\n" else " "
        out.append(t)
    return out


def wide(parts, rng):
    """Blanks and tabs where there is room, and more empty lines."""
    out = []
    for t in parts:
        if t == "\n" and rng.random() < 0.2:
            t = "\n" * rng.randrange(1, 4)
        elif is_space(t) and rng.random() < 0.5:
            t = rng.choice([" ", "  ", "\t", " \t ", "     "])
        out.append(t)
    return out


def tight(parts, rng):
    """No blanks where none are needed."""
    out = []
    for i, t in enumerate(parts):
        if is_space(t) and t != "\n" and 0 < i < len(parts) - 1:
            around = out[-1][-1:] + parts[i + 1][:1]
            if re.fullmatch(r"[\w.'\"`]{2}|[-+*/&|^<>=!:%]{2}", around):
                t = " "
            else:
                t = ""
            if not out[-1]:
                t = " "
        out.append(t)
    return out


def breaks(parts, rng, share=0.03):
    """Line breaks where none end a statement, and lines joined."""
    out, before = [], ""
    for t in parts:
        if t == "\n" and before and not ends_statement(before) and not before.startswith("//") and rng.random() < 0.3:
            t = " "
        out.append(t)
        if not is_space(t):
            before = t
            if not ends_statement(t) and not is_comment(t) and rng.random() < share:
                out.append("\n" * rng.choice([1, 1, 2]))
    return out


def semicolons(parts, rng):
    """Lines joined by semicolons, and semicolons at line ends."""
    out, before, depth = [], "", 0
    for t in parts:
        if t in "([":
            depth += 1
        elif t in ")]":
            depth -= 1
        if t == "\n" and ends_statement(before) and depth == 0 and rng.random() < 0.1:
            t = rng.choice(["; ", ";\n", ";"])
        out.append(t)
        before = "" if "\n" in t else before if is_space(t) else t
    return out


def comments(parts, rng, share=0.02):
    """Comments between tokens."""
    out, before = [], ""
    for t in parts:
        if t == "\n" and before and not before.startswith("//") and rng.random() < share * 4:
            out.append(rng.choice([" // c", "// trailing", " /* at the end */", "\t//c\n\t// d", " // e\n\n// f", " /* two\n lines */"]))
        if not is_space(t) and before and not before.startswith("//") and rng.random() < share:
            fits = [" /* c */ ", "/*x*/", " /**/ "]
            if not ends_statement(before):
                fits += [" // c\n", "\n// own line\n", "/* two\n   lines */", "\n\n/* far */\n\n", "\n\t// in\n\t// two\n"]
            out.append(rng.choice(fits))
        out.append(t)
        if not is_space(t):
            before = t
    return out


def docs(parts, rng):
    """Comments at the first column in the forms that documentation knows, in front of lines that begin there."""
    out = []
    forms = ["// Title\n//\n// text\n", "//no blank\n", "// list:\n//  - a\n//  - b\n", "// code:\n//\tx := 1\n//   y := 2\n// end\n", "//\n//\n", "/*\nBlock text\n\n   code\n*/\n",
             "// # Heading\n// text\n", "// text ``quoted''\n//go:noinline\n", "// 1. one\n// 2) two\n// 3. three\n", "// a [link] here\n//\n// [link]: https://go.dev/x\n",
             "// text\n//    * a\n//    * b\n//      more\n// text\n", "// Old Heading\n", "// func main() {\n//     x()\n// }\n", "// text\n//\n// Old Heading\n//\n// text\n", "// + a\n// + b\n",
             "//\ttabbed\n// not\n", "/* one line */\n", "/*\n * stars\n * stars\n */\n", "// text\n//  indented\n//\n//\n// last\n"]
    for i, t in enumerate(parts):
        out.append(t)
        if t == "\n" and i + 1 < len(parts) and re.match(r"[a-z/]", parts[i + 1]) and rng.random() < 0.3:
            out.append("".join(rng.choice(forms) for _ in range(rng.choice([1, 1, 1, 2, 3]))))
    return out


WAYS = [flat, wide, tight, breaks, semicolons, comments, docs]


def mangle(text, rng):
    parts = split(text)
    for way in rng.sample(WAYS, rng.choice([1, 1, 2, 3])):
        parts = split("".join(way(parts, rng)))
    out = "".join(parts)
    return out.replace("\n", "\r\n") if rng.random() < 0.03 else out
