"""Functions, methods and main of the random programs of tests/gofuzz.py (gofuzz_program.py tells what they are)."""
from gofuzz_blocks import block
from gofuzz_statements import simple


def fill(p):
    r = p.r
    for _ in range(r.randint(1, 4)):  # package variables, some of which need others that are declared later
        t = p.type(2)
        if t.kind in ("func", "chan"):
            continue
        name = "§" + p.new("g")
        p.out.append("var %s %s = %s" % (name, t, p.expr(t, 2)))
        p.globals.append(type(p).var(name, t))
    for t in p.structs + p.named:
        for k in range(r.randint(0, 2)):
            method(p, t, "M" if k == 0 else p.new("m"))
    for _ in range(r.randint(2, 5)):
        function(p)
    main(p)


def method(p, t, name):
    params, result = ([p.types["int"]], p.m_result) if name == "M" else ([p.scalar() for _ in range(p.r.randrange(3))], p.scalar())
    pointer = p.chance(0.35)
    p.scopes = [[]]
    names = [p.new("a") for _ in params]
    p.declare("r" if not pointer else "(*r)", t)
    for n, x in zip(names, params):
        p.declare(n, x)
    head = "func (r %s%s) %s(%s) %s" % ("*" if pointer else "", t, name, ", ".join("%s %s" % x for x in zip(names, params)), result)
    body(p, head, result, p.r.randint(0, 3), named=None)
    t.methods.append((name, params, result, pointer))
    p.scopes = []


def function(p):
    params = [p.type(2) for _ in range(p.r.randint(0, 4))]
    results = [p.type(2) for _ in range(p.r.choice([1, 1, 1, 2]))]
    spread = p.scalar() if p.chance(0.2) else None
    name = "§" + p.new("F")
    p.scopes = [[]]
    names = [p.new("a") for _ in params]
    for n, x in zip(names, params):
        p.declare(n, x)
    text = ["%s %s" % x for x in zip(names, params)]
    if spread:
        s = p.composite("slice", elem=spread)
        n = p.new("a")
        p.declare(n, s)
        text.append("%s ...%s" % (n, spread))
    named = None
    shown = "(%s)" % ", ".join(map(str, results))
    if p.chance(0.4):
        named = [p.new("res") for _ in results]
        for n, x in zip(named, results):
            p.declare(n, x)
        shown = "(%s)" % ", ".join("%s %s" % x for x in zip(named, results))
    body(p, "func %s(%s) %s" % (name, ", ".join(text), shown), results, p.r.randint(2, 7), named)
    p.funcs.append((name, params, results, spread))
    p.scopes = []


def body(p, head, result, n, named):
    results = result if isinstance(result, list) else [result]
    keep, p.panicky = p.panicky, 0
    outer, p.in_func, loops, p.loops, labels, p.labels = p.in_func, (results, named), p.loops, 0, p.labels, []
    for g in p.globals:  # a function changes none: in `g + f()` Go leaves open which comes first
        g.fixed = True
    p.out.append(head + " {")
    if named:
        p.out.append("if §spend() { return }")
    else:
        p.out.append("if §spend() { return %s }" % ", ".join("*new(%s)" % x for x in results))
    if named and p.chance(0.6):
        v = p.r.choice(range(len(named)))
        line = "defer func() { if e := recover(); e != nil { fmt.Println(\"recovered\", e); %s = %s } }()" % (named[v], p.expr(results[v], 1))
        p.out.append(line)
    block(p, n)
    p.panicky = 0
    if named and p.chance(0.4):
        p.out.append("return")
    else:
        p.out.append("return " + ", ".join(p.expr(x, 2) for x in results))
    p.out.append("}")
    p.in_func, p.panicky, p.loops, p.labels = outer, keep, loops, labels


def main(p):
    for g in p.globals:
        g.fixed = False
    p.scopes = [[]]
    p.out.append("func §main() {")
    for k in range(p.r.randint(3, 8)):
        p.out.append("§catch(%d, func() {" % k)
        p.in_func, p.loops, p.labels = ([], None), 0, []
        block(p, p.r.randint(2, 6))
        p.out.append("})")
    for g in p.globals:
        if g.type.printable():
            p.out.append("fmt.Println(%s)" % g.name)
    p.panicky = 1
    if p.chance(0.5):
        p.out.append(p.r.choice(["panic(%s)" % p.shown(2), simple(p), "defer func() { panic(%s) }(); panic(%s)" % (p.shown(1), p.shown(1)),
                                 "defer func() { r := recover(); fmt.Println(r); panic(r) }(); %s; panic(\"end\")" % simple(p), "fmt.Println(%s)" % p.shown(3)]))
    p.out.append("}")
