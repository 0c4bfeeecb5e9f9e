"""The files in editors/ are tested: Vim's by Vim itself, those of VS Code by reading its grammar as an editor does, and both against what gol really prints.

Called by run.py. What needs a program that is not there (vim, node) is counted as skipped."""
import json
import os
import re
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import ROOT, find_files, read_text, run

CODE = "editors/vscode/"
VIM = "editors/vim/"


def keywords():
    """Go's keywords and gol's four names, from the lexer's table."""
    found = re.findall(r'^T\(\w+, KEYWORD, "(\w+)", "(\w+)"\)', read_text(os.path.join(ROOT, "grammar/tokens.def")), re.M)
    return [w for w, kind in found if kind == "keyword"], [w for w, kind in found if kind == "name"]


def json_of(path):
    return json.loads(read_text(os.path.join(ROOT, path)))


# ---- what gol prints of small wrong programs, and the places that an editor must find in it

PROGRAMS = [  # (name, flags, program, [(line, the beginning of the message)])
    ("typo", ["check"], 'name := "world"\nfmt.Println(nmae)\n', [(2, "undefined: nmae")]),
    ("two", ["check"], "package main\n\nfunc main() {\n\tx := 1\n\ty()\n}\n", [(4, "declared and not used: x"), (5, "undefined: y")]),
    ("copy", ["check"], "func f(mu mutex) {\n\tmu.Lock()\n}\nvar mu mutex\nf(mu)\n", [(1, "f gets a copy of a sync.Mutex")]),
    ("race", ["run", "-seed=1"], "n := 0\ndone := make(chan bool)\ngo func() {\n\tn++\n\tdone <- true\n}()\nn++\n<-done\n", [(7, "WARNING: DATA RACE on `n`")]),
    ("stuck", ["run", "-seed=1"], "ch := make(chan int)\n\nch <- 1\n", [(3, "fatal error: all goroutines are asleep - deadlock!")]),
    ("group", ["run", "-seed=1"], "ch := make(chan int)\nfor range 3 {\n\tgo func() { ch <- 1 }()\n}\n<-make(chan int)\n",
     [(5, "fatal error: all goroutines are asleep - deadlock!")]),
    ("partial", ["run", "-seed=1"], "func f() {\n\tch := make(chan int)\n\tgo func() { ch <- 1 }()\n}\nf()\ntime.Sleep(time.Second)\n",
     [(3, "partial deadlock: a goroutine can never run again")]),
    ("leak", ["run", "-seed=1"], "ch := make(chan int)\ngo func() {\n\t<-ch\n}()\ntime.Sleep(time.Second)\nif len(os.Args) > 9 {\n\tch <- 1\n}\n",
     [(3, "leak: a goroutine was left blocked")]),
    ("locked", ["run", "-seed=1"], "var a, b mutex\ndone := make(chan bool)\ngo func() {\n\ta.Lock()\n\tb.Lock()\n\tb.Unlock()\n\ta.Unlock()\n\tdone <- true\n}()\n"
     "b.Lock()\na.Lock()\na.Unlock()\nb.Unlock()\n<-done\n", [(5, "could deadlock: 2 goroutines take the same locks in different orders")]),
    ("trace", ["run", "-seed=1"], "func f(i int) int {\n\treturn []int{1}[i]\n}\nfmt.Println(f(7))\n", [(2, "trace")]),
]


def said_of(gol, folder):
    """[(name, what gol printed, the expected places)]"""
    found = []
    for name, flags, text, places in PROGRAMS:
        with open(os.path.join(folder, name + ".gol"), "w", encoding="utf-8") as f:
            f.write(text)
        r = run([gol] + flags + [name + ".gol"], 10, cwd=folder)
        if r.trouble():
            raise ValueError("%s: %s" % (name, r.trouble()))
        found.append((name, (r.out + r.err).decode(), places))
    return found


# ---- VS Code

def problems_of(patterns, lines):
    """What a problem matcher finds: patterns of successive lines, as VS Code joins them."""
    found, i = [], 0
    while i < len(lines):
        item, ok = {}, True
        for k, p in enumerate(patterns):
            m = re.search(p["regexp"], lines[i + k]) if i + k < len(lines) else None
            if not m:
                ok = False
                break
            for field in ("file", "line", "column", "severity", "code", "message"):
                if field in p:
                    item[field] = m.group(p[field])
        if ok:
            found.append(item)
            i += len(patterns)
        else:
            i += 1
    return found


def check_package(opt):
    p = json_of(CODE + "package.json")
    wrong = []
    for key in ("name", "displayName", "description", "version", "publisher", "license", "main"):
        if not isinstance(p.get(key), str) or not p[key]:
            wrong.append("package.json has no %s" % key)
    if not re.fullmatch(r"\d+\.\d+\.\d+", p["version"]) or not re.fullmatch(r"\^\d+\.\d+\.\d+", p["engines"]["vscode"]):
        wrong.append("package.json: a version is not one")
    c = p["contributes"]
    files = [p["main"]] + [x["configuration"] for x in c["languages"]] + [x["path"] for x in c["grammars"]]
    wrong += ["package.json names %s, which is not there" % f for f in files if not os.path.isfile(os.path.join(ROOT, CODE, f))]
    languages = {x["id"] for x in c["languages"]}
    wrong += ["a grammar for the unknown language %s" % g["language"] for g in c["grammars"] if g["language"] not in languages]
    if c["grammars"][0]["scopeName"] != json_of(CODE + c["grammars"][0]["path"])["scopeName"]:
        wrong.append("the grammar has another scope name than package.json says")
    commands = {x["command"] for x in c["commands"]}
    for menu in c["menus"].values():
        wrong += ["a menu has the unknown command %s" % m["command"] for m in menu if m["command"] not in commands]
    for name in commands:
        if "'%s'" % name not in read_text(os.path.join(ROOT, CODE, "extension.js")):
            wrong.append("extension.js does not know the command %s" % name)
    patterns = {x["name"]: x["patterns"] for x in c["problemPatterns"]}
    matchers = {x["name"]: patterns[x["pattern"][1:]] for x in c["problemMatchers"]}
    for list_of in patterns.values():
        for x in list_of:
            groups = re.compile(x["regexp"]).groups
            wrong += ["%s: there is no group %d" % (x["regexp"], n) for k, n in x.items() if k != "regexp" and n > groups]
    with tempfile.TemporaryDirectory(prefix="gol-editors-") as folder:
        for name, text, places in said_of(opt.gol, folder):
            got = [x for m in matchers.values() for x in problems_of(m, text.split("\n"))]
            for line, message in places:
                want = "return []int" if message == "trace" else message
                if not any(x["file"] == name + ".gol" and int(x["line"]) == line and x["message"].startswith(want) for x in got):
                    wrong.append("no problem at %s.gol:%d: %s in\n%s\nfound: %s" % (name, line, want, text, got))
            if len(got) != len(places):
                wrong.append("%d problems, expected %d, in\n%s\nfound: %s" % (len(got), len(places), text, got))
    return wrong


class Grammar:
    """A TextMate grammar, read line by line as an editor does: match, begin/end, captures, include."""

    def __init__(self, path):
        self.g = json_of(path)
        self.cache = {}
        self.check(self.g["patterns"])
        for rule in self.g["repository"].values():
            self.check(rule["patterns"])

    def regexp(self, text):
        if text not in self.cache:
            self.cache[text] = re.compile(text)
        return self.cache[text]

    def check(self, patterns):
        """Every expression compiles, every include is there."""
        for p in patterns:
            for key in ("match", "begin", "end"):
                if key in p:
                    self.regexp(p[key])
            if "include" in p and p["include"][1:] not in self.g["repository"]:
                raise ValueError("include of %s, which is not there" % p["include"])
            self.check(p.get("patterns", []))
            for c in p.get("captures", {}).values():
                self.check(c.get("patterns", []))

    def flat(self, patterns):
        for p in patterns:
            if "include" in p:
                yield from self.flat(self.g["repository"][p["include"][1:]]["patterns"])
            else:
                yield p

    def scopes(self, text):
        """For each line a list of sets, one for each character."""
        stack, result = [], []
        for line in text.split("\n"):
            marks = [set() for _ in line]
            self.line(line, 0, len(line), stack, marks)
            result.append(marks)
        return result

    def line(self, line, pos, end, stack, marks):
        while pos <= end:
            rule = stack[-1] if stack else None
            best = None
            if rule:
                m = self.regexp(rule["end"]).search(line, pos, end)
                best = (m.start(), -1, m, None) if m else None
            for order, p in enumerate(self.flat(rule.get("patterns", []) if rule else self.g["patterns"])):
                m = self.regexp(p.get("match") or p["begin"]).search(line, pos, end)
                if m and (best is None or (m.start(), order) < best[:2]):
                    best = (m.start(), order, m, p)
            stop = best[2].end() if best else end
            for i in range(pos, stop):
                marks[i] |= {r["name"] for r in stack if "name" in r}
            if not best:
                return
            _, _, m, p = best
            if p is None:
                stack.pop()
            else:
                for i in range(m.start(), m.end()):
                    marks[i] |= {p["name"]} if "name" in p else set()
                for n, c in p.get("captures", {}).items():
                    a, b = m.span(int(n))
                    for i in range(max(a, 0), max(b, 0)):
                        marks[i] |= {c["name"]} if "name" in c else set()
                    if "patterns" in c and a >= 0:
                        inner = dict(self.g)
                        self.g = dict(inner, patterns=c["patterns"])
                        self.line(line, a, b, [], marks)
                        self.g = inner
                if "begin" in p:
                    stack.append(p)
            pos = m.end() if m.end() > m.start() or p is None or "begin" in p else m.end() + 1
            if m.end() == end and p is not None and "begin" not in p:
                return
            if p is None and m.end() == m.start() == end:
                return


SAMPLE = """\
#!/usr/bin/env gol
// expect: 3
package main

type Counter struct {
	mu mutex
	n  map[string]int
}

func (c *Counter) Inc(n uint8) error {
	go work(<-jobs, 0x1F, "a\\n %d // no comment", 'q')
	x := len(items)
	mutex := 3
	var o once; o.Do(func() { y.len(1_000.5e3) })
	for range 3 {
		select {
		case v := <-ch:
			fmt.Println(v, nil)
		default:
		}
	}
outer:
	/* a comment
	var x int */ var y waitgroup
	s := `raw
	if "text` + "x"
	return nil
}
"""
TOKENS = [  # (line, the text, which of its kind in the line, scope in VS Code, group in Vim)
    (1, "#!", 0, "comment.line.shebang", "golShebang"),
    (2, "expect", 0, "keyword.other.directive", "golDirective"),
    (3, "package", 0, "keyword.other.package", "golPackage"),
    (5, "type", 0, "keyword.declaration.type", "golDeclare"),
    (5, "Counter", 0, "entity.name.type", ""),
    (5, "struct", 0, "storage.type", "golStructure"),
    (6, "mutex", 0, "storage.type.sync", "golType"),
    (7, "map", 0, "storage.type", "golStructure"),
    (7, "string", 0, "storage.type.basic", "golType"),
    (10, "func", 0, "keyword.declaration.function", "golDeclare"),
    (10, "Inc", 0, "entity.name.function", "golFunction"),
    (10, "uint8", 0, "storage.type.basic", "golType"),
    (10, "error", 0, "storage.type.basic", "golType"),
    (11, "go", 0, "keyword.control.concurrent", "golConcurrent"),
    (11, "<-", 0, "keyword.operator.channel", "golArrow"),
    (11, "0x1F", 0, "constant.numeric", "golNumber"),
    (11, "a", 0, "string.quoted.double", "golString"),
    (11, "\\n", 0, "constant.character.escape", "golEscape"),
    (11, "%d", 0, "constant.other.placeholder", "golVerb"),
    (11, "comment", 0, "string.quoted.double", "golString"),
    (11, "q", 0, "string.quoted.single", "golRune"),
    (12, ":=", 0, "keyword.operator.assignment", "golDefine"),
    (12, "len", 0, "support.function.builtin", "golBuiltin"),
    (14, "var", 0, "keyword.declaration", "golDeclare"),
    (14, "once", 0, "storage.type.sync", "golType"),
    (14, "Do", 0, "entity.name.function.call", "golCall"),
    (14, "len", 0, "entity.name.function.call", "golCall"),
    (14, "1_000", 0, "constant.numeric", "golNumber"),
    (15, "for", 0, "keyword.control", "golRepeat"),
    (15, "range", 0, "keyword.control", "golRepeat"),
    (16, "select", 0, "keyword.control.concurrent", "golBranch"),
    (17, "case", 0, "keyword.control", "golCase"),
    (18, "Println", 0, "entity.name.function.call", "golCall"),
    (18, "nil", 0, "constant.language", "golConstant"),
    (22, "outer", 0, "entity.name.label", ""),
    (24, "int", 0, "comment.block", "golComment"),
    (24, "var", 1, "keyword.declaration", "golDeclare"),
    (24, "waitgroup", 0, "storage.type.sync", "golType"),
    (26, "if", 0, "string.quoted.raw", "golRaw"),
    (26, "x", 1, "string.quoted.double", "golString"),
    (27, "return", 0, "keyword.control", "golJump"),
]


def column_of(line, text, which):
    at = -1
    for _ in range(which + 1):
        at = SAMPLE.split("\n")[line - 1].index(text, at + 1)
    return at


def check_grammar(opt):
    g = Grammar(CODE + "syntaxes/gol.tmLanguage.json")
    wrong = []
    marks = g.scopes(SAMPLE)
    for line, text, which, scope, _ in TOKENS:
        at = column_of(line, text, which)
        for i in range(at, at + len(text)):
            if not any(s.startswith(scope) for s in marks[line - 1][i]):
                wrong.append("line %d, %s: expected %s, got %s" % (line, text, scope, sorted(marks[line - 1][i])))
                break
    if any(s.startswith("storage.type.sync") for s in marks[12][1]):
        wrong.append("a variable called mutex is shown as a type")
    words, names = keywords()
    for word in words:
        if not any(s.startswith(("keyword.", "storage.")) for s in g.scopes(" %s " % word)[0][1]):
            wrong.append("the keyword %s is not shown as one" % word)
    for word in names:
        if not any(s.startswith("storage.type.sync") for s in g.scopes("var x %s" % word)[0][6]):
            wrong.append("%s is not shown as a type" % word)
    return wrong


def check_configuration(opt):
    c = json_of(CODE + "language-configuration.json")
    more, less = (re.compile(c["indentationRules"][k]) for k in ("increaseIndentPattern", "decreaseIndentPattern"))
    wrong = []
    for line, up, down in (("func f() {", True, False), ("}", False, True), ("x := f(", True, False), (")", False, True), ("case 1:", True, True),
                           ("x := 1", False, False), ("f(1, 2)", False, False), ('fmt.Println("{")', False, False), ("} else {", True, True)):
        if bool(more.search(line)) != up or bool(less.search(line)) != down:
            wrong.append("indentation of the lines around: %s" % line)
    return wrong


MOCK = """
const Module = require('module'), asked = [], started = []
class Task { constructor(d, s, name, source, run, matchers) { Object.assign(this, { d, name, run, matchers }) } }
class ProcessExecution { constructor(program, args) { this.program = program; this.args = args } }
const commands = {}
let editor = { document: { isUntitled: false, fileName: '/x/a.gol', save: async () => { asked.push('save') } } }
const vscode = {
  Task, ProcessExecution, Range: class { constructor(a, b) { this.a = a; this.b = b } }, TextEdit: { replace: (r, text) => [r.a, r.b, text] },
  languages: { registerDocumentFormattingEditProvider: (l, p) => { vscode.formatter = p; return {} } }, TaskScope: { Workspace: 2 }, TaskRevealKind: { Always: 1 },
  workspace: { getConfiguration: () => ({ get: (k, d) => (k === 'flags' ? ['-seed=1'] : vscode.program || d) }) },
  window: { get activeTextEditor() { return editor }, showErrorMessage: (m) => asked.push(m),
    createTerminal: (t) => ({ show: () => asked.push([t.shellPath, ...t.shellArgs].join(' ')) }) },
  commands: { registerCommand: (n, f) => { commands[n] = f; return {} } },
  tasks: { executeTask: (t) => started.push(t), registerTaskProvider: (n, p) => { vscode.provider = p; return {} } }
}
const load = Module._load
Module._load = (name, ...rest) => (name === 'vscode' ? vscode : load(name, ...rest))
const extension = require(process.argv[2])
extension.activate({ subscriptions: [] })
;(async () => {
  for (const n of ['gol.run', 'gol.check', 'gol.search']) await commands[n]()
  editor = undefined
  await commands['gol.run']()
  commands['gol.prompt']()
  for (const t of vscode.provider.provideTasks()) started.push(t)
  started.push(vscode.provider.resolveTask({ definition: { type: 'gol', command: 'run', file: 'b.gol', flags: ['-runs=9'] } }))
  for (const t of started) console.log([t.run.program, ...t.run.args].join(' '), t.matchers.join(' '))
  console.log(asked.join('; '))
  vscode.program = process.argv[3]
  for (const text of ['x:=1\\n', 'x := 1\\n', 'x := (\\n']) {
    console.log(JSON.stringify(await vscode.formatter.provideDocumentFormattingEdits({ getText: () => text, positionAt: (i) => i })))
  }
  vscode.program = '/no/such/gol'
  console.log(JSON.stringify(await vscode.formatter.provideDocumentFormattingEdits({ getText: () => 'x', positionAt: (i) => i })))
})()
"""
MOCK_SAYS = """\
gol run -seed=1 /x/a.gol $gol $gol-finding $gol-trace
gol check /x/a.gol $gol $gol-finding $gol-trace
gol run -seed=1 -runs=200 /x/a.gol $gol $gol-finding $gol-trace
gol run -seed=1 ${file} $gol $gol-finding $gol-trace
gol check ${file} $gol $gol-finding $gol-trace
gol test . $gol $gol-finding $gol-trace
gol run -seed=1 -runs=9 b.gol $gol $gol-finding $gol-trace
save; save; save; gol: open a file first, and save it under a name; gol repl
[[0,5,"x := 1\\n"]]
[]
[]
[]
"""


def check_extension(opt):
    """The extension in a VS Code that is made of paper."""
    if not shutil.which("node"):
        return ("skip", "node is not there")
    with tempfile.TemporaryDirectory(prefix="gol-editors-") as folder:
        mock = os.path.join(folder, "mock.js")
        with open(mock, "w", encoding="utf-8") as f:
            f.write(MOCK)
        r = run(["node", mock, os.path.join(ROOT, CODE, "extension.js"), opt.gol], 30)
    if r.status or r.out.decode() != MOCK_SAYS:
        return ["status %s\n%s%s" % (r.status, r.out.decode(), r.err.decode())]
    return []


# ---- Vim

def vim(commands, folder):
    """Runs Vim with these commands; what they write to the file `out` comes back as lines."""
    argv = ["vim", "-es", "-N", "-i", "NONE", "-u", "NONE", "--cmd", "set runtimepath^=" + os.path.join(ROOT, VIM)]
    for c in ["filetype plugin indent on", "syntax on"] + commands + ["qa!"]:
        argv += ["-c", c]
    r = run(argv, 30, cwd=folder, env={"TERM": "dumb"})
    out = os.path.join(folder, "out")
    if not os.path.exists(out):
        raise ValueError("vim wrote nothing: status %s\n%s%s" % (r.status, r.out.decode(), r.err.decode()))
    return read_text(out).rstrip("\n").split("\n")


def with_vim(check):
    def run_it(opt):
        if not shutil.which("vim"):
            return ("skip", "vim is not there")
        with tempfile.TemporaryDirectory(prefix="gol-editors-") as folder:
            return check(opt, folder)
    return run_it


@with_vim
def check_vim_syntax(opt, folder):
    words, names = keywords()
    lines = SAMPLE + "".join("%s\n" % w for w in words + names)
    first = SAMPLE.count("\n") + 1
    with open(os.path.join(folder, "sample.gol"), "w", encoding="utf-8") as f:
        f.write(lines)
    asked = [(line, column_of(line, text, which) + 1, text, group) for line, text, which, _, group in TOKENS]
    asked += [(first + i, 1, w, None) for i, w in enumerate(words + names)]
    places = ",".join("[%d,%d]" % a[:2] for a in asked)
    got = vim(["edit sample.gol", 'call writefile(map([%s],{_,p->&filetype." ".synIDattr(synID(p[0],p[1],1),"name")}),"out")' % places], folder)
    wrong = []
    for (line, _, text, group), g in zip(asked, got):
        if group is None and g == "gol " or group is not None and g != "gol " + group:
            wrong.append("line %d, %s: expected %s, got %s" % (line, text, group or "a group", g))
    return wrong


HEADS = re.compile(r"^(WARNING|fatal error|partial deadlock|could deadlock|leak): ")  # what the patterns take away
ENTRIES = ('call writefile(map(filter(getqflist(),"v:val.valid"),'
           '{_,e->bufname(e.bufnr)."|".e.lnum."|".e.type."|".substitute(e.text,"\\n.*","","")}),"out")')


@with_vim
def check_vim_compiler(opt, folder):
    """The quickfix list of what gol prints: the first entry of each message stands at the right line."""
    wrong = []
    for name, text, places in said_of(opt.gol, folder):
        with open(os.path.join(folder, "said"), "w", encoding="utf-8") as f:
            f.write(text)
        got = vim(["edit %s.gol" % name, "cgetfile said", ENTRIES], folder)
        for line, message in places:
            want = "runtime error: index" if message == "trace" else HEADS.sub("", message)
            entries = [g.split("|", 3) for g in got]
            if not any(e[:2] == [name + ".gol", str(line)] and e[2] != "I" and e[3].startswith(want) for e in entries):
                wrong.append("no entry at %s.gol:%d: %s; the list is\n%s\nof\n%s" % (name, line, want, "\n".join(got), text))
    with open(os.path.join(folder, "ugly.gol"), "w", encoding="utf-8") as f:
        f.write("x:=1\nif x>0{\n}\n")
    with open(os.path.join(folder, "broken.gol"), "w", encoding="utf-8") as f:
        f.write("x:=(1\n")
    for name, want in (("ugly", ["x := 1", "if x > 0 {", "}"]), ("broken", ["x:=(1"])):
        if os.path.exists(os.path.join(folder, "out")):
            os.remove(os.path.join(folder, "out"))
        path = "let $PATH=%s.':'.$PATH" % json.dumps(os.path.dirname(opt.gol))
        got = vim([path, "edit %s.gol" % name, "silent! GolFmt", "call writefile(getline(1, '$'), 'out')"], folder)
        if got != want:
            wrong.append(":GolFmt of %s makes %s" % (name, got))
    got = vim(["edit typo.gol", 'call writefile([&makeprg, &commentstring, &shiftwidth, exists(":GolRun"), exists(":GolPrompt")], "out")'], folder)
    if got != ["gol $* %:S", "// %s", "4", "2", "2"]:
        wrong.append("settings: %s" % got)
    return wrong


@with_vim
def check_vim_indent(opt, folder):
    """The examples, indented anew, are what they were."""
    wrong = []
    names = []
    for p in find_files(["examples"], ".gol"):
        name = os.path.basename(p)
        text = read_text(os.path.join(ROOT, p)).split("\n/* output:")[0].rstrip("\n") + "\n"
        if p.startswith("examples/notes/") or "/*" in text:
            continue
        names.append((name, text))
        with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
            f.write(re.sub(r"^[ \t]+", "", text, flags=re.M))
    vim(["for f in glob('*.gol', 0, 1) | execute 'edit' f | execute 'normal! gg=G' | silent write! | endfor", "call writefile(['done'], 'out')"], folder)
    for name, text in names:
        got = read_text(os.path.join(folder, name))
        if got != text:
            bad = [(a, b) for a, b in zip(text.split("\n"), got.split("\n")) if a != b]
            wrong.append("%s: %d lines stand otherwise, the first: %r instead of %r" % (name, len(bad), bad[0][1], bad[0][0]))
    return wrong


CHECKS = {
    CODE + "package.json": check_package,
    CODE + "syntaxes/gol.tmLanguage.json": check_grammar,
    CODE + "language-configuration.json": check_configuration,
    CODE + "extension.js": check_extension,
    VIM + "syntax/gol.vim": check_vim_syntax,
    VIM + "compiler/gol.vim": check_vim_compiler,
    VIM + "indent/gol.vim": check_vim_indent,
}


def run_editor(opt, path):
    wrong = CHECKS[path](opt)
    return wrong if isinstance(wrong, tuple) else "\n".join(wrong) or None
