"""The random programs of tests/gofuzz.py: always ending, the same in every run, and with an order of evaluation that Go fixes.

Every top-level name of a program begins with its prefix, so that many of them make one Go program. A function body is a row of statements; an expression
of a wanted type is built from variables in scope (and parts of them), literals, operations, conversions, calls. What Go leaves open is not made: an expression
either calls what prints (tr), and then reads nothing that changes, or may panic, and then in one place only. Loops have bounds, every function
spends fuel. What panics is caught and printed statement by statement, but for the last, which may end the program.
"""
import random

import gofuzz_functions
from gofuzz_types import FLOATS, INTS, STRINGS, Type, basic, int_literal

HELPERS = """
var §fuel = 3000
func §spend() bool { §fuel--; return §fuel < 0 }
func §id[T any](x T) T { return x }
func §tr[T any](n int, x T) T { fmt.Println("tr", n, x); return x }
func §cut(s string) string { if len(s) > 30 { return s[3:20] }; return s }
func §cuts[T any](s []T) []T { if len(s) > 12 { return s[2:9:10] }; return s }
func §clip[T any](s []T) []T { return s[:len(s):len(s)] }
func §pick[T any](c bool, a, b T) T { if c { return a }; return b }
func §catch(n int, f func()) {
	defer func() {
		if r := recover(); r != nil {
			if e, ok := r.(error); ok { fmt.Println(n, "caught error", e.Error()) } else { fmt.Printf("%d caught %T %v\\n", n, r, r) }
		}
	}()
	f()
}
type §num interface { ~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~float32 | ~float64 }
func §sum[T §num](xs ...T) (s T) { for _, x := range xs { s += x }; return }
func §mapf[T, U any](xs []T, f func(T) U) []U { var out []U; for _, x := range xs { out = append(out, f(x)) }; return out }
func §swap[A, B any](a A, b B) (B, A) { return b, a }
type §pair[A any, B comparable] struct { a A; b B }
func (p §pair[A, B]) same(o §pair[A, B]) bool { return p.b == o.b }
func (p *§pair[A, B]) set(a A, b B) { p.a, p.b = a, b }
type §stack[T any] struct { items []T }
func (s *§stack[T]) push(x T) *§stack[T] { s.items = append(s.items, x); return s }
func (s *§stack[T]) pop() (x T, ok bool) { if n := len(s.items); n > 0 { x, s.items = s.items[n-1], s.items[:n-1]; ok = true }; return }
"""


class Var:
    def __init__(self, name, type_, fixed=False):
        self.name, self.type, self.fixed = name, type_, fixed


class Program:
    var = Var

    def __init__(self, seed, prefix):
        self.r = random.Random(seed)
        self.prefix = prefix
        self.basic = basic()
        self.types = dict(self.basic)
        self.structs, self.named, self.out = [], [], []
        self.funcs = []
        self.globals = []
        self.number = 0
        self.scopes = []
        self.panicky = 0
        self.loops = 0
        self.labels = []
        self.in_func = None
        self.build()

    # --- small things

    def new(self, stem="v"):
        self.number += 1
        return "%s%d" % (stem, self.number)

    def chance(self, p):
        return self.r.random() < p

    def visible(self):
        return [v for scope in self.scopes for v in scope] + self.globals

    def declare(self, name, t, fixed=False):
        v = Var(name, t, fixed)
        self.scopes[-1].append(v)
        return v

    # --- types

    def composite(self, kind, **k):
        e = k.get("elem")
        name = {"array": lambda: "[%d]%s" % (k["n"], e), "slice": lambda: "[]%s" % e, "ptr": lambda: "*%s" % e, "chan": lambda: "chan %s" % e,
                "map": lambda: "map[%s]%s" % (k["key"], e),
                "func": lambda: "func(%s) %s" % (", ".join(map(str, k["params"])), k["result"])}[kind]()
        if name not in self.types:
            self.types[name] = Type(kind, name, **k)
        return self.types[name]

    def scalar(self):
        c = self.r.random()
        if c < 0.5:
            return self.types[self.r.choice(list(INTS))]
        return self.types[self.r.choice(["int", "int", "string", "string", "bool", "float64", "float32", "complex128", "complex64", "any"])]

    def keyed(self):
        t = self.type(1)
        return t if t.comparable() and t.kind not in ("ptr", "chan") and t.printable() else self.types[self.r.choice(["int", "string", "uint8"])]

    def type(self, depth=2):
        c = self.r.random()
        if depth <= 0 or c < 0.45:
            return self.scalar()
        if c < 0.53 and self.named:
            return self.r.choice(self.named)
        if c < 0.68 and self.structs:
            return self.r.choice(self.structs)
        if c < 0.80:
            e = self.type(depth - 1)
            return self.composite("array", elem=e, n=self.r.choice([1, 2, 3, 4, 5, 7, 9]) if e.words() < 12 else 2)
        if c < 0.91:
            return self.composite("slice", elem=self.type(depth - 1))
        if c < 0.95:
            return self.composite("map", key=self.keyed(), elem=self.type(depth - 1))
        if c < 0.98:
            return self.composite("ptr", elem=self.type(depth - 1))
        return self.composite("func", params=[self.scalar()], result=self.scalar())

    # --- expressions: each gives (text, is a constant)

    def paths(self, want, depth=3):
        """A place of the wanted type within a variable in scope, or None: (text, may be assigned)."""
        vs = self.visible()
        for _ in range(6):
            if not vs:
                return None
            v = self.r.choice(vs)
            text, t, ok = v.name, v.type, not v.fixed
            for _ in range(depth + 1):
                if t is want:
                    return text, ok
                if t.kind == "struct" and t.fields:
                    near = [f for f in t.fields if f[1] is want]
                    f = self.r.choice(near or t.fields)
                    text, t = "%s.%s" % (text, f[0]), f[1]
                elif t.kind == "array":
                    text, t = "%s[%s]" % (text, self.index(t.n)), t.elem
                elif t.kind == "slice" and self.panicky:
                    self.panicky -= 1
                    text, t, ok = "%s[%s]" % (text, self.index(3)), t.elem, True
                elif t.kind == "ptr" and self.panicky:
                    self.panicky -= 1
                    text, t, ok = "(*%s)" % text, t.elem, True
                else:
                    break
        return None

    def index(self, n):
        """Within 0..n-1, constant or not."""
        if self.chance(0.6):
            return str(self.r.randrange(n))
        for v in self.visible():
            if v.type.kind == "int" and not v.type.signed() and self.chance(0.3):
                return "%s%%%d" % (v.name, n) if n < 200 else "0"
        return "§id(%d)" % self.r.randrange(n)

    def expr(self, t, depth=3):
        return self.expression(t, depth)[0]

    def varied(self, t, depth):
        """Not a constant."""
        text, const = self.expression(t, depth)
        return "§id[%s](%s)" % (t, text) if const else text

    def expression(self, t, depth=3):
        if self.chance(0.35 if depth > 0 else 0.7):
            at = self.paths(t)
            if at:
                return at[0], False
        if depth > 0 and self.chance(0.12):
            text = self.general(t, depth - 1)
            if text:
                return text, False
        return getattr(self, t.kind + "_expr")(t, depth)

    def general(self, t, depth):
        """What any type has: a call, a choice, an assertion, an element of a map, a literal function."""
        c = self.r.randrange(9)
        if c == 0:
            fs = [f for f in self.funcs if f[2] == [t]]
            if fs:
                return self.call(self.r.choice(fs), depth)
        elif c == 1:
            return "§pick(%s, %s, %s)" % (self.expr(self.types["bool"], depth), self.varied(t, depth), self.varied(t, depth))
        elif c == 2:
            return "func() %s { if %s { return %s }; return %s }()" % (t, self.expr(self.types["bool"], depth), self.expr(t, depth), self.expr(t, depth))
        elif c == 3:
            return "any(%s).(%s)" % (self.varied(t, depth), t)
        elif c == 4:
            k = self.types[self.r.choice(["int", "string", "uint8"])]
            return "map[%s]%s{%s: %s}[%s]" % (k, t, self.varied(k, 0), self.expr(t, depth), self.expr(k, depth))
        elif c == 5:
            return "[...]%s{%s, %s}[%s]" % (t, self.expr(t, depth), self.expr(t, depth), self.index(2))
        elif c == 6:
            return "struct{ a, b %s }{b: %s}.%s" % (t, self.expr(t, depth), self.r.choice("ab"))
        elif c == 7:
            ms = [(s, m) for s in self.structs + self.named for m in s.methods if m[2] is t and not m[3]]
            if ms:
                s, m = self.r.choice(ms)
                args = ", ".join(self.expr(p, depth) for p in m[1])
                if self.chance(0.3):
                    return "%s.%s(%s%s%s)" % (s, m[0], self.varied(s, depth), ", " if args else "", args)
                return "(%s).%s(%s)" % (self.varied(s, depth), m[0], args)
        elif c == 8:
            return "*(&[]%s{%s}[0])" % (t, self.expr(t, depth)) if t.kind != "iface" else None
        return None

    def call(self, f, depth):
        args = [self.expr(p, depth) for p in f[1]]
        if f[3]:
            args += [self.expr(f[3], depth) for _ in range(self.r.randrange(3))]
        return "%s(%s)" % (f[0], ", ".join(args))

    def int_expr(self, t, depth):
        c = self.r.randrange(20) if depth > 0 else 0
        if c <= 2:
            return "%s(%d)" % (t, int_literal(self.r, t)), True
        if c <= 9:
            a, b = self.varied(t, depth - 1), self.expr(t, depth - 1)
            op = self.r.choice(["+", "-", "*", "&", "|", "^", "&^", "+", "-"])
            if self.chance(0.4):
                b = str(int_literal(self.r, t)) if self.chance(0.5) else str(self.r.choice([1, 2, 3, 7]))
            return "(%s %s %s)" % ((a, op, b) if self.chance(0.8) or b[0] == "-" else (b, op, a)), False
        if c <= 11:
            a, op = self.varied(t, depth - 1), self.r.choice("/%")
            if self.chance(0.5):
                b = int_literal(self.r, t) or 3
                return "(%s %s %d)" % (a, op, b), False
            if self.panicky and self.chance(0.4):
                self.panicky -= 1
                return "(%s %s %s)" % (a, op, self.varied(t, depth - 1)), False
            return "(%s %s (%s | 1))" % (a, op, self.varied(t, depth - 1)), False
        if c <= 13:
            a, op = self.varied(t, depth - 1), self.r.choice(["<<", ">>"])
            if self.chance(0.5):
                return "(%s %s %d)" % (a, op, self.r.choice([0, 1, 3, 7, 8, 15, 31, 32, 33, 63, 64, 65, 200])), False
            u = self.types[self.r.choice([n for n in INTS if not INTS[n][1]])]
            if self.panicky and self.chance(0.3):
                self.panicky -= 1
                u = self.types[self.r.choice([n for n in INTS if INTS[n][1]])]
            count = self.varied(u, depth - 1)
            return "(%s %s %s)" % (a, op, "(%s %% %d)" % (count, self.r.choice([9, 40, 70])) if self.chance(0.7) else count), False
        if c == 14:
            return "%s%s" % (self.r.choice("-^+"), self.paren(self.varied(t, depth - 1))), False
        if c <= 16:
            other = self.types[self.r.choice(list(INTS))] if self.chance(0.7) or not self.named else self.r.choice(self.named)
            if other.kind == "int":
                return "%s(%s)" % (t, self.varied(other, depth - 1)), False
            return self.int_expr(t, 0)
        if c == 17:
            small = self.types["int8" if t.signed() else "uint8"]
            f = self.r.choice(["float64", "float32"])
            return "%s(%s(%s) * 0.75)" % (t, f, self.varied(small, depth - 1)), False
        sized = [v for v in self.visible() if v.type.kind in ("string", "slice", "map", "array")]
        if sized:
            v = self.r.choice(sized)
            return "%s(%s(%s))" % (t, "len" if v.type.kind in ("string", "map", "slice") or self.chance(0.8) else "cap", v.name), v.type.kind == "array"
        return self.int_expr(t, 0)

    @staticmethod
    def paren(s):
        return "(" + s + ")"

    def float_expr(self, t, depth):
        c = self.r.randrange(10) if depth > 0 else 0
        if c <= 2:
            return "%s(%s)" % (t, self.r.choice(FLOATS)), True
        if c <= 6:
            return "(%s %s %s)" % (self.varied(t, depth - 1), self.r.choice("+-*/"), self.varied(t, depth - 1)), False
        if c == 7:
            src = self.types[self.r.choice(list(INTS) + ["float32", "float64"])]
            return "%s(%s)" % (t, self.varied(src, depth - 1)), False
        if c == 8:
            return "-(%s)" % self.varied(t, depth - 1), False
        z = self.types["complex128" if t.base == "float64" else "complex64"]
        return "%s(%s(%s))" % (t, self.r.choice(["real", "imag"]), self.varied(z, depth - 1)), False

    def complex_expr(self, t, depth):
        f = self.types["float64" if t.base == "complex128" else "float32"]
        c = self.r.randrange(6) if depth > 0 else 0
        if c <= 1:
            return "%s(complex(%s, %s))" % (t, self.r.choice(FLOATS), self.r.choice(FLOATS)), True
        if c <= 3:
            return "(%s %s %s)" % (self.varied(t, depth - 1), self.r.choice("+-*"), self.varied(t, depth - 1)), False
        if c == 4:
            return "-(%s)" % self.varied(t, depth - 1), False
        return "%s(complex(%s, %s))" % (t, self.varied(f, depth - 1), self.varied(f, depth - 1)), False

    def string_expr(self, t, depth):
        c = self.r.randrange(13) if depth > 0 else 0
        conv = (lambda s: s) if t.name == "string" else (lambda s: "%s(%s)" % (t, s))
        plain = self.types["string"]
        if c <= 3:
            return conv(self.r.choice(STRINGS)), t.name == "string" or True
        if c <= 5:
            return conv("§cut(string(%s + %s))" % (self.varied(t, depth - 1), self.expr(t, depth - 1))), False
        if c == 6:
            return conv("string(rune(%s))" % self.varied(self.types["int32"], depth - 1)), False
        if c == 7:
            return conv("string([]byte(%s))" % self.varied(plain, depth - 1)), False
        if c == 8:
            return conv("string([]rune(%s))" % self.varied(plain, depth - 1)), False
        if c == 9 and self.panicky:
            self.panicky -= 1
            s = self.varied(plain, depth - 1)
            return conv("(%s)[%s]" % (s, self.r.choice(["1:", ":2", "1:3", "2:1+1", "len(\"ab\"):", ":"]))), False
        if c == 10:
            return conv("fmt.Sprint(%s)" % self.shown(depth - 1)), False
        if c == 11:
            return conv("fmt.Sprintf(%s, %s)" % (self.r.choice(['"%v"', '"%+v"', '"%#v"', '"%T"', '"%q"', '"%x"', '"%6v|"', '"%-6v|"', '"%08v"', '"%d"', '"%s"'])
                                                 , self.shown(depth - 1))), False
        return self.string_expr(t, 0)

    def shown(self, depth):
        for _ in range(5):
            t = self.type(1)
            if t.printable():
                return self.varied(t, depth)
        return "1"

    def bool_expr(self, t, depth):
        c = self.r.randrange(12) if depth > 0 else 0
        conv = (lambda s: s) if t.name == "bool" else (lambda s: "%s(%s)" % (t, s))
        if c <= 1:
            return conv("§id(%s)" % self.r.choice(["true", "false"])), False
        if c <= 5:
            s = self.scalar()
            while not s.ordered():
                s = self.scalar()
            return conv("(%s %s %s)" % (self.varied(s, depth - 1), self.r.choice(["<", "<=", ">", ">=", "==", "!="]), self.expr(s, depth - 1))), False
        if c <= 7:
            return conv("(%s %s %s)" % (self.expr(self.types["bool"], depth - 1), self.r.choice(["&&", "||", "==", "!="]),
                                        self.expr(self.types["bool"], depth - 1))), False
        if c == 8:
            return conv("!(%s)" % self.expr(self.types["bool"], depth - 1)), False
        if c <= 10:
            s = self.type(2)
            if s.comparable() and s.printable():  # pointers to what has no size may be equal or not
                return conv("((%s) %s (%s))" % (self.varied(s, depth - 1), self.r.choice(["==", "!="]), self.varied(s, depth - 1))), False
            if s.kind == "iface" and self.panicky:
                self.panicky -= 1
                return conv("(%s == %s)" % (self.expr(s, depth - 1), self.expr(s, depth - 1))), False
            if s.kind in ("slice", "map", "func"):
                at = self.paths(s)
                if at:
                    return conv("(%s == nil)" % at[0]), False
        return self.bool_expr(t, 0)

    def elements(self, t, depth, most):
        n = self.r.randrange(most + 1)
        return ", ".join(self.expr(t.elem, depth - 1) for _ in range(n))

    def array_expr(self, t, depth):
        if depth <= 0 or self.chance(0.15):
            return "%s{}" % t, False
        if self.chance(0.2):
            return "%s{%d: %s}" % (t, self.r.randrange(t.n), self.expr(t.elem, depth - 1)), False
        return "%s{%s}" % (t, self.elements(t, depth, t.n)), False

    def slice_expr(self, t, depth):
        c = self.r.randrange(10) if depth > 0 else self.r.randrange(2)
        if c == 0:
            return "%s(nil)" % t, False
        if c == 1:
            return "make(%s, %d, %d)" % ((t,) + self.r.choice([(0, 0), (0, 4), (3, 3), (2, 5)])), False
        if c <= 5:
            return "%s{%s}" % (t, self.elements(t, depth, 4)), False
        if c == 6:
            return "§cuts(append(%s, %s))" % (self.expr(t, depth - 1), self.expr(t.elem, depth - 1)), False
        if c == 7:
            return "append(%s(nil), %s...)" % (t, self.expr(t, depth - 1)), False
        if self.panicky and c == 8:
            self.panicky -= 1
            return "(%s)[%s]" % (self.expr(t, depth - 1), self.r.choice(["1:", ":2", "1:2:3", "0:0", ":1:2", "2:", ":"])), False
        if t.elem.name == "uint8" and t.name == "[]uint8":
            return "§clip([]byte(%s))" % self.varied(self.types["string"], depth - 1), False
        if t.name == "[]int32":
            return "§clip([]rune(%s))" % self.varied(self.types["string"], depth - 1), False
        return "§cuts(append(%s{%s}, %s...))" % (t, self.elements(t, depth, 2), self.expr(t, depth - 1)), False

    def map_expr(self, t, depth):
        if depth <= 0 or self.chance(0.2):
            return "%s{}" % t, False
        return "%s{%s}" % (t, ", ".join("§id[%s](%s): %s" % (t.key, self.expr(t.key, 0), self.expr(t.elem, depth - 1)) for _ in range(self.r.randrange(4)))), False

    def struct_expr(self, t, depth):
        if depth <= 0 or self.chance(0.1):
            return "(%s{})" % t, False
        if self.chance(0.5) or not t.fields:
            some = [f for f in t.fields if self.chance(0.6)]
            return "(%s{%s})" % (t, ", ".join("%s: %s" % (f[2], self.expr(f[1], depth - 1)) for f in some)), False
        return "(%s{%s})" % (t, ", ".join(self.expr(f[1], depth - 1) for f in t.fields)), False

    def ptr_expr(self, t, depth):
        c = self.r.randrange(5) if depth > 0 else 0
        if c == 0 and self.chance(0.4):
            return "%s(nil)" % self.paren(str(t)), False
        if c == 1:
            fit = [v for v in self.visible() if v.type is t.elem and not v.fixed]
            if fit:
                return "&" + self.r.choice(fit).name, False
        if c == 2 and t.elem.kind == "struct":
            return "&" + self.struct_expr(t.elem, depth - 1)[0], False
        return "func() %s { x := %s; return &x }()" % (t, self.varied(t.elem, depth - 1) if t.elem.kind != "iface" else "any(%s)" % self.expr(t.elem, depth - 1)), False

    def iface_expr(self, t, depth):
        if t.name != "any":
            fit = [s for s in self.structs + self.named if any(m[0] == "M" and not m[3] for m in s.methods)]
            if depth > 0 and fit:
                s = self.r.choice(fit)
                return "%s(%s)" % (t, self.varied(s, depth - 1)), False
            return "%s(nil)" % t, False
        for _ in range(4 if depth > 0 else 0):
            s = self.type(2)
            if s.printable():
                return "any(%s)" % self.varied(s, depth - 1), False
        return self.r.choice(["any(nil)", "any(1)", "any(\"s\")", "any(2.5)", "any(uint8(3))"]), False

    def func_expr(self, t, depth):
        self.scopes.append([])
        names = [self.new("p") for _ in t.params]
        for n, p in zip(names, t.params):
            self.declare(n, p)
        head = "func(%s) %s" % (", ".join("%s %s" % x for x in zip(names, t.params)), t.result)
        keep, self.panicky = self.panicky, 0
        text = "%s { return %s }" % (head, self.expr(t.result, max(0, depth - 1)))
        self.panicky = keep
        self.scopes.pop()
        return text, False

    # --- the program

    def build(self):
        for _ in range(self.r.randint(1, 2)):
            base = self.types[self.r.choice(list(INTS) + ["float64", "string", "bool"])]
            t = Type(base.kind, "§" + self.new("N"), base=base.name)
            self.types[t.name] = t
            self.out.append("type %s %s" % (t, base))
            self.named.append(t)
        for _ in range(self.r.randint(1, 4)):
            name = "§" + self.new("S")
            fields, embedded = [], set()
            for _ in range(self.r.randint(0, 5)):
                if self.structs and self.chance(0.15):
                    e = self.r.choice(self.structs)
                    if e.name not in embedded and not e.methods:
                        embedded.add(e.name)
                        fields.append((e.name, e, e.name))
                        continue
                f = self.new("f")
                fields.append((f, self.type(2), f))
            t = Type("struct", name, fields=fields)
            self.types[name] = t
            self.structs.append(t)
            self.out.append("type %s struct { %s }" % (t, "; ".join(str(f[1]) if f[0] == f[1].name else "%s %s" % (f[0], f[1]) for f in fields)))
        iface = Type("iface", "§" + self.new("I"))
        self.types[iface.name] = self.iface = iface
        self.m_result = self.scalar()
        self.out.append("type %s interface { M(int) %s }" % (iface, self.m_result))
        gofuzz_functions.fill(self)

    def text(self):
        return (HELPERS + "\n".join(self.out) + "\n").replace("§", self.prefix)
