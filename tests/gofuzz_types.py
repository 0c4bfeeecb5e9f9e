"""Types of the programs that tests/gofuzz.py makes: their names in Go, what can be done with them, their literals."""

INTS = {"int8": (8, True), "int16": (16, True), "int32": (32, True), "int64": (64, True), "int": (64, True),
        "uint8": (8, False), "uint16": (16, False), "uint32": (32, False), "uint64": (64, False), "uint": (64, False), "uintptr": (64, False)}
STRINGS = ['""', '"a"', '"abc"', '"日本語"', '"\\xff\\xfe"', '"a\\x00b"', '"\\xe6\\x97"', '"é\\xc3"', '"zzzz"', '`raw\\n`', '"\\U0001F600"', '"\\xed\\xa0\\x80"', '"x y"']
FLOATS = ["0.0", "1.0", "-1.0", "0.5", "0.1", "1e10", "-2.75", "3.0", "1e-7", "123456789.0", "1e21", "16777217.0", "0x1p-20", "33.3"]


class Type:
    """kind: int float complex string bool array slice map struct ptr iface func chan."""

    def __init__(self, kind, name, elem=None, key=None, n=0, fields=(), base=None, params=(), result=None):
        self.kind, self.name, self.elem, self.key, self.n, self.fields = kind, name, elem, key, n, list(fields)
        self.base = base or name  # the name of the predeclared type below
        self.params, self.result = list(params), result
        self.methods = []         # (name, params, result, on a pointer)

    def __repr__(self):
        return self.name

    def comparable(self):
        if self.kind in ("slice", "map", "func"):
            return False
        if self.kind == "iface":
            return False          # may panic: asked for by its own statement
        if self.kind == "array":
            return self.elem.comparable()
        if self.kind == "struct":
            return all(f[1].comparable() for f in self.fields)
        return True

    def ordered(self):
        return self.kind in ("int", "float", "string")

    def printable(self):
        """%v shows the same in every run: no addresses."""
        if self.kind in ("ptr", "func", "chan"):
            return False
        if self.kind in ("array", "slice"):
            return self.elem.printable()
        if self.kind == "map":
            return self.elem.printable() and self.key.printable()
        if self.kind == "struct":
            return all(f[1].printable() for f in self.fields)
        return True

    def words(self):
        if self.kind == "array":
            return self.n * self.elem.words()
        if self.kind == "struct":
            return sum(f[1].words() for f in self.fields)
        return 1

    def bits(self):
        return INTS[self.base][0]

    def signed(self):
        return INTS[self.base][1]


def basic():
    types = {n: Type("int", n) for n in INTS}
    types["byte"], types["rune"] = types["uint8"], types["int32"]
    for n in ("float32", "float64"):
        types[n] = Type("float", n)
    for n in ("complex64", "complex128"):
        types[n] = Type("complex", n)
    types["string"] = Type("string", "string")
    types["bool"] = Type("bool", "bool")
    types["any"] = Type("iface", "any")
    return types


def int_literal(rng, t):
    bits, signed = t.bits(), t.signed()
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
    v = rng.choice([0, 1, 2, 3, 5, 7, 8, -1, -2, 10, 16, 31, 32, 63, 64, 100, 127, 128, -128, 255, 256, 1000, 32767, 65535, -32768, 1 << 31, (1 << 31) - 1,
                    -(1 << 31), 1 << 32, (1 << 63) - 1, -(1 << 63), (1 << 64) - 1, low, high, low + 1, high - 1, rng.getrandbits(bits)])
    while not low <= v <= high:
        v >>= 1
        v = v if v >= 0 or signed else -v
    return v
