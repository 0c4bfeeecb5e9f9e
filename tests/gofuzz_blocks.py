"""Blocks, and the statements that have some, of the random programs of tests/gofuzz.py (gofuzz_program.py tells what they are)."""
from gofuzz_statements import assign, constants, declare, generic, indexed, maps, methods, multi, output, show, simple, slices, swap, traced


def block(p, n):
    p.scopes.append([])
    for _ in range(n):
        statement(p)
    show(p, p.scopes[-1])
    p.scopes.pop()


def statement(p):
    p.panicky = 1 if p.chance(0.5) else 0
    depth = len(p.scopes)
    makers = FLAT if depth > 6 or len(p.out) > 400 else FLAT + DEEP
    p.r.choice(makers)(p)


def branch(p):
    cond = p.expr(p.types["bool"], 2)
    p.out.append("if %s {" % cond)
    block(p, p.r.randint(1, 2))
    if p.chance(0.5):
        p.out.append("} else {")
        block(p, 1)
    p.out.append("}")


def loop(p):
    if p.loops >= 2:
        return branch(p)
    p.loops += 1
    p.panicky = 0
    i = p.new("i")
    label = p.new("L") if p.chance(0.3) else None
    mark = len(p.out)
    p.scopes.append([])
    c = p.r.randrange(8)
    if c == 0:
        t = p.types[p.r.choice(["int", "uint8", "int8", "uint64", "int16"])]
        head = "for %s := %s(%d); %s < %d; %s%s {" % (i, t, p.r.randrange(3), i, p.r.randint(1, 5), i, p.r.choice(["++", " += 2"]))
        p.declare(i, t, fixed=True)
    elif c == 1:
        t = p.composite("slice", elem=p.type(1))
        v = p.new()
        head = "for %s, %s := range %s {" % (i, v, p.expr(t, 2))
        p.declare(i, p.types["int"])
        p.declare(v, t.elem)
    elif c == 2:
        arrays = [x for x in p.visible() if x.type.kind == "array"]
        v = p.new()
        if arrays:
            x = p.r.choice(arrays)
            head, t = "for %s, %s := range %s {" % (i, v, x.name), x.type
        else:
            t = p.composite("array", elem=p.type(1), n=3)
            head = "for %s, %s := range %s {" % (i, v, p.paren(p.expr(t, 2)))
        p.declare(i, p.types["int"])
        p.declare(v, t.elem)
    elif c == 3:
        v = p.new()
        head = "for %s, %s := range %s {" % (i, v, p.expr(p.types["string"], 1))
        p.declare(i, p.types["int"])
        p.declare(v, p.types["int32"])
    elif c == 4:
        head = "for %s := 0; ; %s++ { if %s >= %d { break }" % (i, i, i, p.r.randint(1, 4))
        p.declare(i, p.types["int"], fixed=True)
    elif c == 5:
        ch = p.new("ch")
        t = p.scalar()
        p.out.append("%s := make(chan %s, 4); go func() { %s <- %s; %s <- %s; close(%s) }()" % (
            ch, t, ch, p.r.choice(["*new(%s)" % t, "§id[%s](*new(%s))" % (t, t)]), ch, "*new(%s)" % t, ch))
        mark = len(p.out)
        head = "for %s := range %s {" % (i, ch)
        p.declare(i, t)
    elif c == 6:
        arrays = [x for x in p.visible() if x.type.kind in ("array", "slice") and x.type.elem.printable()]
        if arrays:
            x = p.r.choice(arrays)
            head = "for %s := range %s {" % (i, x.name)
        else:
            head = "for %s := range [3]int{} {" % i
        p.declare(i, p.types["int"])
    else:
        funcs = p.new("fs")
        p.out.append("var %s []func() int" % funcs)
        p.out.append("for %s := 0; %s < 3; %s++ { %s = append(%s, func() int { %s += 2; return %s }) }" % (i, i, i, funcs, funcs, i, i))
        mark = len(p.out)
        head = "for _, %s := range %s {" % (i, funcs)
        p.out.append(head)
        p.out.append("fmt.Println(%s()) }" % i)
        p.scopes.pop()
        p.loops -= 1
        return
    p.out.append(head)
    if label:
        p.labels.append(label)
    block(p, p.r.randint(1, 3))
    if p.chance(0.4):
        p.out.append("if %s { %s }" % (p.expr(p.types["bool"], 1), p.r.choice(["break", "continue"]) + (" " + p.r.choice(p.labels) if p.labels and p.chance(0.6) else "")))
        block(p, 1)
    if label:
        p.labels.remove(label)
        if any(label in line for line in p.out[mark:]):
            p.out.insert(mark, label + ":")
    show(p, p.scopes[-1])
    p.out.append("}")
    p.scopes.pop()
    p.loops -= 1


def switch(p):
    t = p.scalar()
    c = p.r.randrange(3)
    p.panicky = 0
    if c == 0 and t.comparable():
        p.out.append("switch %s {" % p.varied(t, 2))
        for _ in range(p.r.randint(1, 3)):
            p.out.append("case %s:" % ", ".join(p.varied(t, 1) for _ in range(p.r.randint(1, 2))))
            block(p, 1)
            if p.chance(0.2):
                p.out.append("fallthrough")
        p.out.append("default:")
        block(p, 1)
    elif c == 1:
        seen = set()
        x = p.new("x")
        p.out.append("switch %s := any(%s).(type) {" % (x, p.varied(p.type(2), 2)))
        for _ in range(p.r.randint(2, 5)):
            t = p.type(2)
            if t.name in seen or t.name == "any":
                continue
            seen.add(t.name)
            p.out.append("case %s:" % t)
            p.scopes.append([])
            p.declare(x, t)
            block(p, 1)
            p.scopes.pop()
        p.out.append("case nil, error: fmt.Println(\"nil or error\", %s)" % x)
        p.out.append("default: fmt.Printf(\"other %%T\\n\", %s)" % x)
    else:
        p.out.append("switch {")
        for _ in range(p.r.randint(1, 3)):
            p.out.append("case %s:" % p.expr(p.types["bool"], 2))
            block(p, 1)
        p.out.append("default:")
        block(p, 1)
    p.out.append("}")


def closure(p):
    """A function that changes what is around it, called some times."""
    f, t = p.new("fn"), p.scalar()
    p.panicky = 0
    lines = []
    keep, p.out = p.out, lines
    outer, p.in_func, loops, p.loops, labels, p.labels = p.in_func, ([t], None), p.loops, 0, p.labels, []
    p.scopes.append([])
    a = p.new("a")
    u = p.scalar()
    p.declare(a, u)
    p.out.append("%s := func(%s %s) %s {" % (f, a, u, t))
    p.out.append("if §spend() { return *new(%s) }" % t)
    for _ in range(p.r.randint(1, 3)):
        p.r.choice([assign, assign, swap, output, slices, maps, branch])(p)
    p.panicky = 0
    show(p, p.scopes[-1])
    p.out.append("return %s" % p.expr(t, 2))
    p.out.append("}")
    p.scopes.pop()
    p.out, p.in_func, p.loops, p.labels = keep, outer, loops, labels
    p.out += lines
    for _ in range(p.r.randint(1, 2)):
        n = p.new()
        p.out.append("%s := %s(%s)" % (n, f, p.expr(u, 2)))
        p.declare(n, t)


def nested(p):
    """A function literal with defers and panics, which recovers or not."""
    p.panicky = 0
    outer, p.in_func, loops, p.loops, labels, p.labels = p.in_func, ([], None), p.loops, 0, p.labels, []
    caught = p.new("c")
    p.out.append("§catch(%d, func() {" % p.number)
    p.scopes.append([])
    for _ in range(p.r.randint(1, 2)):
        c = p.r.randrange(5)
        if c == 0:
            p.out.append("defer fmt.Println(\"deferred\", %s)" % p.shown(1))
        elif c == 1:
            p.out.append("defer func() { fmt.Println(\"in defer\"); %s }()" % simple(p))
        elif c == 2:
            p.out.append("defer func() { %s := recover(); fmt.Println(\"got\", %s); if %s != nil { panic(fmt.Sprint(\"again \", %s)) } }()" % ((caught,) * 4))
        elif c == 3:
            p.out.append("defer func(x %s) { fmt.Println(\"arg\", x) }(%s)" % ("any", p.shown(1)))
        else:
            p.out.append("for i := 0; i < 2; i++ { defer func(n int) { fmt.Println(\"loop\", n, i) }(i) }")
    for _ in range(p.r.randint(1, 3)):
        p.panicky = 1
        p.r.choice(FLAT)(p)
    if p.chance(0.4):
        p.panicky = 0
        p.out.append("if %s { panic(%s) }" % (p.expr(p.types["bool"], 2), p.shown(1)))
    show(p, p.scopes[-1])
    p.scopes.pop()
    p.out.append("})")
    p.in_func, p.loops, p.labels = outer, loops, labels


def jump(p):
    """goto over a block, or back some times."""
    label, n = p.new("G"), p.new("n")
    p.panicky = 0
    if p.chance(0.5):
        p.out.append("{ %s := 0" % n)
        p.out.append("%s:" % label)
        p.scopes.append([])
        p.out.append("{")
        block(p, 1)
        p.out.append("}")
        p.scopes.pop()
        p.out.append("if %s++; %s < 3 { goto %s } }" % (n, n, label))
    else:
        p.out.append("{ if %s { goto %s }" % (p.expr(p.types["bool"], 2), label))
        p.out.append("{")
        block(p, 1)
        p.out.append("}")
        p.out.append("%s: fmt.Println(\"%s\") }" % (label, label))


def early(p):
    if not p.in_func or not p.in_func[0]:
        return branch(p)
    p.panicky = 0
    p.out.append("if %s { return %s }" % (p.expr(p.types["bool"], 2), ", ".join(p.expr(x, 1) for x in p.in_func[0])))


def select(p):
    t = p.scalar()
    a = p.new("ch")
    p.panicky = 0
    p.out.append("%s, %sn := make(chan %s, 1), (chan %s)(nil)" % (a, a, t, t))
    if p.chance(0.5):
        p.out.append("%s <- %s" % (a, p.expr(t, 2)))
    v = p.new()
    p.out.append("select {")
    p.out.append("case %s, ok := <-%s:" % (v, a))
    p.scopes.append([])
    p.declare(v, t)
    p.out.append("_, _ = %s, ok" % v)
    block(p, 1)
    p.scopes.pop()
    p.out.append("case %sn <- *new(%s): fmt.Println(\"never\")" % (a, t))
    p.out.append("default:")
    block(p, 1)
    p.out.append("}")


def goroutine(p):
    """A goroutine that is waited for at once."""
    d = p.new("d")
    p.panicky = 0
    outer, p.in_func, loops, p.loops, labels, p.labels = p.in_func, ([], None), p.loops, 0, p.labels, []
    way = p.r.randrange(3)
    p.out.append(["%s := make(chan bool); go func() { defer close(%s); defer func() { fmt.Println(recover()) }()", "var %s sync.WaitGroup; %s.Add(1); go func() { defer %s.Done(); defer func() { fmt.Println(recover()) }()", "var %s sync.Once; %s.Do(func() {"][way].replace("%s", d))
    block(p, p.r.randint(1, 3))
    p.out.append(["}(); <-%s", "}(); %s.Wait()", "}); %s.Do(nil)"][way] % d)
    p.in_func, p.loops, p.labels = outer, loops, labels


FLAT = [declare, declare, assign, assign, assign, swap, indexed, traced, output, multi, maps, slices, closure, methods, generic, constants]
DEEP = [branch, branch, loop, loop, loop, switch, switch, nested, nested, jump, early, select, goroutine]
