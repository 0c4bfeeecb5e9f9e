"""Statements without a block of the random programs of tests/gofuzz.py (gofuzz_program.py tells what they are)."""


def show(p, scope):
    for v in scope:
        if v.type.printable() and p.chance(0.6):
            p.out.append('fmt.Printf("%s=%%v\\n", %s)' % (v.name, v.name))
        else:
            p.out.append("_ = " + v.name)


def simple(p):
    """One line without a block."""
    p.panicky = 1
    t = p.type(2)
    at = p.paths(t)
    if at and at[1]:
        p.panicky = min(p.panicky, 0)
        return "%s = %s" % (at[0], p.expr(t, 2))
    return "fmt.Println(%s)" % p.shown(2)


def declare(p):
    t = p.type(2)
    text = p.varied(t, 3)
    name = p.new()
    if p.chance(0.5):
        p.out.append("var %s %s = %s" % (name, t, text))
    elif p.chance(0.2):
        p.out.append("var %s %s" % (name, t))
    else:
        p.out.append("%s := %s" % (name, text if t.kind in ("struct", "array") else "%s(%s)" % (t if t.kind not in ("ptr", "func", "chan") else "(%s)" % t, text)))
    p.declare(name, t)


def assign(p):
    for _ in range(4):
        p.panicky = 1 if p.chance(0.3) else 0
        t = p.type(2) if p.chance(0.5) else p.scalar()
        at = p.paths(t)
        if at and at[1]:
            p.panicky = 0
            c = p.r.randrange(6)
            if t.kind == "int" and c < 4:
                op = p.r.choice(["+", "-", "*", "&", "|", "^", "&^", "<<", ">>"])
                if op in ("<<", ">>"):
                    p.out.append("%s %s= %d" % (at[0], op, p.r.choice([0, 1, 5, 31, 33, 64])))
                elif c == 0:
                    p.out.append(at[0] + p.r.choice(["++", "--"]))
                else:
                    p.out.append("%s %s= %s" % (at[0], op, p.expr(t, 2)))
            elif t.kind in ("float", "complex") and c < 3:
                p.out.append("%s %s= %s" % (at[0], p.r.choice("+-*"), p.expr(t, 2)))
            elif t.kind == "string" and c < 3:
                p.out.append("%s += %s; %s = %s(§cut(string(%s)))" % (at[0], p.expr(t, 2), at[0], t, at[0]))
            else:
                p.out.append("%s = %s" % (at[0], p.expr(t, 3)))
            return
    declare(p)


def swap(p):
    """Two places at once: indices and pointers first, then the assignments from left to right."""
    p.panicky = 0
    t = p.type(1)
    a, b = p.paths(t), p.paths(t)
    if a and b and a[1] and b[1]:
        if p.chance(0.6):
            p.out.append("%s, %s = %s, %s" % (a[0], b[0], b[0], a[0]))
        else:
            p.out.append("%s, %s = %s, %s" % (a[0], b[0], p.expr(t, 2), p.expr(t, 2)))
    else:
        assign(p)


def indexed(p):
    """i, a[i] = ...: the index is the old one."""
    i, a = p.new("i"), p.new("ar")
    t = p.scalar()
    kind = p.r.choice(["[4]%s{}", "[]%s{3: *new(%s)}", "map[int]%s{}"])
    p.out.append("%s, %s := 1, %s" % (i, a, kind.replace("%s", str(t))))
    p.panicky = 0
    x, y = p.expr(t, 1), p.expr(t, 1)
    p.out.append(p.r.choice(["%s, %s[%s] = 2, %s" % (i, a, i, x), "%s[%s], %s = %s, 3" % (a, i, i, x), "%s[%s], %s[%s+1] = %s, %s" % (a, i, a, i, x, y),
                             "%s, %s[%s], %s = 3, %s, 0" % (i, a, i, "_", x), "%s[%s], %s[%s] = %s, %s" % (a, i, a, i, x, y)]))
    p.out.append("fmt.Println(%s, %s)" % (i, a))


def traced(p):
    """Calls that print: from left to right, whatever else the statement is."""
    n = [p.number]

    def tr(x):
        n[0] += 1
        return "§tr(%d, %s)" % (n[0], x)
    a = p.new("o")
    forms = [
        "%s := []int{1, 2, 3}; %s[%s], %s[%s] = %s, %s; fmt.Println(%s)" % (a, a, tr(0), a, tr(1), tr(7), tr(8), a),
        "%s := map[string]int{}; %s[%s] = %s; %s[%s] += %s; fmt.Println(%s)" % (a, a, tr('"k"'), tr(3), a, tr('"k"'), tr(4), a),
        "%s := []func(int, int) int{func(x, y int) int { return x*10 + y }}; fmt.Println(%s[%s](%s, %s), %s)" % (a, a, tr(0), tr(1), tr(2), tr(3)),
        "%s := map[int][]int{%s: {%s, %s}, %s: {%s}}; fmt.Println(len(%s))" % (a, tr(1), tr(2), tr(3), tr(4), tr(5), a),
        "%s := %s && %s || %s; fmt.Println(%s)" % (a, tr("true"), tr("false"), tr("true"), a),
        "%s := [3]int{%s, 2: %s}; fmt.Println(%s + %s * %s, %s)" % (a, tr(4), tr(5), tr(1), tr(2), tr(3), a),
        "%s := struct{ x, y int }{y: %s, x: %s}; fmt.Println(%s)" % (a, tr(1), tr(2), a),
        "%s := make(chan int, 3); %s <- %s; %s <- %s; fmt.Println(<-%s, %s, <-%s, cap(%s))" % (a, a, tr(5), a, tr(6), a, tr(7), a, a),
        "%s := &struct{ p *[2]int }{&[2]int{}}; %s.p[%s] = %s; *%s.p = [2]int{%s, %s}; fmt.Println(*%s.p)" % (a, a, tr(0), tr(9), a, tr(1), tr(2), a),
        "%s := []int{1, 2, 3, 4, 5, 6}[%s:%s:%s]; fmt.Println(%s, cap(%s))" % (a, tr(1), tr(3), tr(5), a, a),
        "%s := func(xs ...int) int { return len(xs) }; fmt.Println(%s(%s, %s), %s([]int{%s, %s}...))" % (a, a, tr(1), tr(2), a, tr(3), tr(4)),
        "%s := %s; switch %s { case %s: fmt.Println(1); case %s, %s: fmt.Println(2); fallthrough; case %s: fmt.Println(3); default: fmt.Println(4) }" % (
            a, tr(2), a, tr(1), tr(2), tr(3), tr(9)),
        "%s := append([]int{%s}, %s, %s); %s[%s]++; fmt.Println(%s)" % (a, tr(1), tr(2), tr(3), a, tr(2), a),
        "%s := append(append([]string(nil), %s), []string{%s, %s}...); %s[%s] += %s; fmt.Println(%s)" % (a, tr('"a"'), tr('"b"'), tr('"c"'), a, tr(1), tr('"z"'), a),
        "%s, %sb := §swap(%s, %s); fmt.Println(%s, %sb)" % (a, a, tr(1), tr('"s"'), a, a),
        "defer fmt.Println(\"deferred\", %s, %s); %s := 1; _ = %s" % (tr(1), tr(2), a, a),
        "%s := func() func(int) { fmt.Println(\"got\"); return func(x int) { fmt.Println(\"run\", x) } }; defer %s()(%s)" % (a, a, tr(1)),
        "for %s := %s; %s < %s; %s += %s { fmt.Println(%s) }" % (a, tr(0), a, tr(2), a, tr(1), a),
        "var %s any = %s; if x, ok := %s.(int); ok && %s == x { fmt.Println(\"yes\") }" % (a, tr(3), a, tr(3)),
    ]
    form = p.r.choice(forms)
    p.number += 40
    p.out.append("{ %s }" % form if not form.startswith("defer") and " defer " not in form else "func() { %s }()" % form)


def output(p):
    verbs = ["%v", "%+v", "%#v", "%T", "%d", "%s", "%q", "%x", "%X", "%5v", "%-9v|", "%08d", "%t", "%c", "%U", "%e", "%g", "%.3v", "%6.2f", "%o", "%b", "%#x", "% x", "%+d", "%+q"]
    n = p.r.randint(1, 3)
    if p.chance(0.5):
        p.out.append("fmt.Println(%s)" % ", ".join(p.shown(2) for _ in range(n)))
    else:
        p.out.append('fmt.Printf("%s\\n", %s)' % (" ".join(p.r.choice(verbs) for _ in range(n)), ", ".join(p.shown(2) for _ in range(n))))


def multi(p):
    fs = [f for f in p.funcs if len(f[2]) == 2]
    if not fs:
        return output(p)
    f = p.r.choice(fs)
    a, b = p.new(), p.new()
    p.out.append("%s, %s := %s" % (a, b, p.call(f, 2)))
    p.declare(a, f[2][0])
    p.declare(b, f[2][1])


def maps(p):
    ms = [v for v in p.visible() if v.type.kind == "map" and not v.fixed]
    if not ms:
        t = p.composite("map", key=p.keyed(), elem=p.type(1))
        name = p.new()
        p.out.append("%s := %s" % (name, p.expr(t, 2)))
        p.declare(name, t)
        return
    v = p.r.choice(ms)
    k = p.varied(v.type.key, 1)
    p.panicky = 0
    c = p.r.randrange(5)
    if c == 0:
        p.out.append("delete(%s, %s)" % (v.name, k))
    elif c == 1:
        a, b = p.new(), p.new()
        p.out.append("%s, %s := %s[%s]" % (a, b, v.name, k))
        p.declare(a, v.type.elem)
        p.declare(b, p.types["bool"])
    elif c == 2 and v.type.elem.kind == "int":
        p.out.append("if %s != nil { %s[%s] %s= %s }" % (v.name, v.name, k, p.r.choice("+-*|^"), p.expr(v.type.elem, 2)))
    elif c == 3 and v.type.elem.kind == "slice":
        p.out.append("if %s != nil { %s[%s] = §cuts(append(%s[%s], %s)) }" % (v.name, v.name, k, v.name, k, p.expr(v.type.elem.elem, 2)))
    else:
        p.out.append("if %s != nil { %s[%s] = %s }" % (v.name, v.name, k, p.expr(v.type.elem, 2)))


def slices(p):
    ss = [v for v in p.visible() if v.type.kind == "slice" and not v.fixed]
    if not ss:
        return declare(p)
    v = p.r.choice(ss)
    c = p.r.randrange(7)
    p.panicky = 0
    if c <= 1:
        p.out.append("%s = §cuts(append(%s, %s))" % (v.name, v.name, ", ".join(p.expr(v.type.elem, 2) for _ in range(p.r.randint(1, 3)))))
    elif c == 2:
        p.out.append("copy(%s, %s)" % (v.name, p.expr(v.type, 2)))
    elif c == 3:
        p.out.append("if len(%s) > 1 { copy(%s[1:], %s) }" % (v.name, v.name, v.name))
    elif c == 4:
        p.out.append("if len(%s) > 2 { %s = append(%s[:1], %s[2:]...) }" % ((v.name,) * 4))
    elif c == 5:
        n = p.new()
        p.out.append("%s := %s[:len(%s)/2:len(%s)]" % (n, v.name, v.name, v.name))
        p.declare(n, v.type)
        p.out.append("%s = §cuts(append(%s, %s))" % (n, n, p.expr(v.type.elem, 1)))
    else:
        p.out.append("fmt.Println(len(%s), cap(%s) >= len(%s))" % ((v.name,) * 3))


def methods(p):
    vs = [v for v in p.visible() if v.type.methods and not v.fixed and not v.name.startswith("(")]
    if not vs:
        t = p.r.choice(p.structs + p.named)
        name = p.new()
        p.out.append("var %s %s = %s" % (name, t, p.expr(t, 2)))
        p.declare(name, t)
        return
    v = p.r.choice(vs)
    m = p.r.choice(v.type.methods)
    p.panicky = 0
    args = ", ".join(p.expr(x, 1) for x in m[1])
    c = p.r.randrange(4)
    a = p.new()
    if c == 0:
        p.out.append("%s := %s.%s(%s)" % (a, v.name, m[0], args))
    elif c == 1:  # bound now, called later
        p.out.append("%sm := %s.%s" % (a, v.name, m[0]))
        p.out.append("%s = %s" % (v.name, p.expr(v.type, 2)))
        p.out.append("%s := %sm(%s)" % (a, a, args))
    elif c == 2:
        p.out.append("%sm := (*%s).%s" % (a, v.type, m[0]))
        p.out.append("%s := %sm(&%s%s)" % (a, a, v.name, ", " + args if args else ""))
    else:
        p.out.append("%si := any(&%s)" % (a, v.name))
        p.out.append("%s := %si.(interface { %s(%s) %s }).%s(%s)" % (a, a, m[0], ", ".join(map(str, m[1])), m[2], m[0], args))
    p.declare(a, m[2])


def generic(p):
    a, t, u = p.new(), p.scalar(), p.keyed()
    c = p.r.randrange(4)
    p.panicky = 0
    if c == 0:
        p.out.append("%sp := §pair[%s, %s]{%s, %s}; %sq := %sp; %sq.set(%s, %s); fmt.Println(%sp.same(%sq), %sp, %sq)" % (
            a, t, u, p.expr(t, 1), p.expr(u, 1), a, a, a, p.expr(t, 1), p.expr(u, 1), a, a, a, a))
        p.out.append("var %s bool = %sp.same(%sp)" % (a, a, a))
        p.declare(a, p.types["bool"])
    elif c == 1:
        p.out.append("var %ss §stack[%s]; %ss.push(%s).push(%s); %s, %so := %ss.pop(); fmt.Println(%so, len(%ss.items))" % (
            a, t, a, p.expr(t, 1), p.expr(t, 1), a, a, a, a, a))
        p.declare(a, t)
    elif c == 2:
        n = p.types[p.r.choice(["int8", "uint16", "int64", "float32", "float64", "uint"])]
        p.out.append("%s := §sum[%s](%s)" % (a, n, ", ".join(p.expr(n, 1) for _ in range(p.r.randrange(4)))))
        p.declare(a, n)
    else:
        s = p.composite("slice", elem=t)
        x = p.new("x")
        p.scopes.append([])
        p.declare(x, t)
        text = p.expr(u, 2)
        p.scopes.pop()
        p.out.append("%s := §mapf(%s, func(%s %s) %s { return %s })" % (a, p.expr(s, 2), x, t, u, text))
        p.declare(a, p.composite("slice", elem=u))


def constants(p):
    """Untyped constants, of any size: what is printed was computed by the compiler."""
    a = p.new("k")
    r = p.r
    forms = ["const %s = 1 << %d >> %d" % (a, r.randint(60, 300), r.randint(250, 290)), "const %s = %d * %d %% %d" % (a, r.getrandbits(90), r.getrandbits(60), r.randint(2, 9999)),
             "const %s = %d.5 / %d" % (a, r.getrandbits(20), r.randint(1, 99)), "const %s = len(\"日本\") + '%s'" % (a, r.choice("aé日")),
             "const %s = 7 / 2 * 2.0 + %d/4." % (a, r.randint(0, 99)), "const %s = %d &^ %d ^ -%d" % (a, r.getrandbits(30), r.getrandbits(20), r.getrandbits(10)),
             "const %s = \"a\" + \"b\" < \"ab\"" % a, "const %s = 1i * 1i + %d" % (a, r.randint(0, 9)), "const %s = -%d / %d" % (a, r.getrandbits(30), r.randint(1, 1000)),
             "const %s = -%d %% %d" % (a, r.getrandbits(30), r.randint(1, 1000)), "const %s uint8 = ^uint8(%d) >> %d" % (a, r.randint(0, 255), r.randint(0, 9)),
             "const %s = float32(%d) / 3" % (a, r.getrandbits(10)), "const %s = %d. * 0x1p%d" % (a, r.getrandbits(20), r.randint(-90, 90)), "const %s = int8(-128) / int8(%d)" % (a, r.randint(2, 9))]
    p.out.append("{ %s; fmt.Println(%s); fmt.Printf(\"%%T %%v\\n\", %s, %s) }" % (r.choice(forms), a, a, a))
