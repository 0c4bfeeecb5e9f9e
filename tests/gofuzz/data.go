// Numbers, sort, json, reflect.DeepEqual, time, regexp, bits, base64, heaps and lists with random arguments.
package main

import (
	"bytes"
	"container/list"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"hash/fnv"
	"math"
	"math/bits"
	"path"
	"reflect"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

func float() float64 {
	return choose(0, math.Copysign(0, -1), 1, -1, 0.5, -0.5, 1.5, 2.5, 1e10, -1e300, math.Inf(1), math.Inf(-1), math.NaN(), 0.1, 3.7, -3.2, math.MaxFloat64, 5e-324, math.Float64frombits(next()), float64(int64(next())), float64(upTo(1000))/8)
}
func word() string {
	return choose("", "a", "hello", "日本", "\xff", "<b>&", "q\"", "a/b", "../x", "/", "tab\t", "\u2028", "é", "x.y", "k", "name", "Name", "NAME")
}

type leaf struct {
	A int     `json:"a"`
	B string  `json:"b,omitempty"`
	C float64 `json:",string"`
	D []byte
	e int
	F *leaf `json:"f,omitempty"`
	G any
	H map[string]int `json:"-"`
	I map[int]string
}
type tree struct {
	leaf
	Name  string
	Kids  []tree
	When  time.Duration
	Flags [2]bool
	M     json.Number
	R     json.RawMessage `json:",omitempty"`
	T     temperature
}
type temperature float64

func (t temperature) MarshalText() ([]byte, error) {
	return []byte(fmt.Sprintf("%.1fC", float64(t))), nil
}
func (t *temperature) UnmarshalText(b []byte) error {
	v, err := strconv.ParseFloat(strings.TrimSuffix(string(b), "C"), 64)
	*t = temperature(v)
	return err
}

func finite() float64 {
	for {
		if f := float(); !math.IsInf(f, 0) && !math.IsNaN(f) {
			return f
		}
	}
}
func anything(depth int) any {
	switch upTo(9) {
	case 0:
		return nil
	case 1:
		return upTo(1000) - 500
	case 2:
		return finite()
	case 3, 4:
		return word()
	case 5:
		return choose(true, false)
	case 6:
		if depth > 0 {
			return []any{anything(depth - 1), anything(depth - 1)}
		}
	case 7:
		if depth > 0 {
			return map[string]any{word(): anything(depth - 1), word(): anything(depth - 1)}
		}
	}
	return float32(finite() / 1e250)
}
func aLeaf(depth int) leaf {
	l := leaf{A: upTo(100) - 50, B: word(), C: finite(), G: anything(1)}
	if upTo(2) == 0 {
		l.D = []byte(word())
		l.I = map[int]string{upTo(20) - 25: word(), 3: "x"}
	}
	if depth > 0 && upTo(2) == 0 {
		f := aLeaf(depth - 1)
		l.F = &f
	}
	return l
}
func aTree(depth int) tree {
	t := tree{leaf: aLeaf(1), Name: word(), When: time.Duration(next() >> 20), M: "12.50", T: temperature(upTo(400)) / 10}
	for n := upTo(3); depth > 0 && n > 0; n-- {
		t.Kids = append(t.Kids, aTree(depth-1))
	}
	return t
}
func source(depth int) string {
	if depth <= 0 || upTo(3) == 0 {
		return choose("1", "-1.5e3", "\"x\"", "null", "true", "false", "\"\\u00e9\\n\"", "01", "1.", "\"\\ud83d\\ude00\"", "\"\\ud800\"", "nul", "\"a", "-", "1e400", "[]", "{}", "12345678901234567890", "\"\xff\"", "3")
	}
	if upTo(2) == 0 {
		return "[" + source(depth-1) + choose(", ", ",", "", " ,\n") + source(depth-1) + choose("]", "]", "]", "")
	}
	return "{" + choose("\"a\"", "\"Name\"", "\"name\"", "\"b\"", "\"Kids\"", "\"D\"", "\"f\"", "\"Flags\"", "\"When\"", "\"G\"", "\"I\"", "\"T\"", "a") + choose(":", ": ", "") + source(depth-1) + choose("}", "}", "}", ",}", ",\"G\":[1]}")
}

var patterns = []string{"a+b*", "(a|b)*c", "^x?y$", "[a-c]+", "(?i)ABC", "\\d{2,3}", "(\\w+)@(\\w+)", "a.c", "(?s)a.c", "(?m)^b", "", "x*", "[^a]", "(a+)(b+)?", "\\bword\\b", "日|é", "(?P<n>a)b", "a{2}", "(", "a**", "[z-a]", "\\p{L}+", "\\s", "(a*?)b", "(?:ab)+", "a|", "$", "\\pN", "(?U)a+"}
var subjects = []string{"", "abc", "aabbcc", "xy", "ABCabc", "12 345 6789", "me@here you@there", "a\nc", "b\nb", "日é", "word sword words", "aaaa", "xaxbx", "\xffa"}

var layouts = []string{time.RFC3339Nano, time.RFC1123Z, time.Kitchen, "2006-01-02 15:04:05.000", "Jan _2 Mon 3:04PM", "02/01/06 15h", "2006.002", ".00 .999", "Z07:00 -0700 MST", time.ANSIC, "January Monday PM pm", "05.000000", "2006-01-02T15:04:05,999"}

func aTime() time.Time {
	zone := choose(time.UTC, time.FixedZone("X", 3600*(upTo(20)-10)+upTo(60)*60), time.FixedZone("", 5400), time.FixedZone("LMT", 1234))
	return time.Unix(int64(next()>>30)-8e9, int64(upTo(1e9))).In(zone)
}

var calls = []func() any{
	func() any {
		x, y := float(), float()
		return []any{x, y, math.Floor(x), math.Ceil(x), math.Trunc(x), math.Round(x), math.RoundToEven(x), math.Abs(x), math.Max(x, y), math.Min(x, y), math.Copysign(x, y), math.Signbit(x), math.Sqrt(x), math.IsNaN(x)}
	},
	func() any {
		x, y := float(), float()
		a, b := math.Modf(x)
		c, d := math.Frexp(x)
		return []any{x, y, math.Mod(x, y), math.Remainder(x, y), a, b, c, d, math.Ldexp(x, upTo(100)-50), math.Nextafter(x, y), math.Dim(x, y), math.Float32bits(float32(x)), math.Float64bits(y)}
	},
	func() any {
		x, y := float(), float()
		return []any{x, y, x < y, x == y, x + y, x - y, x * y, x / y, float32(x), float32(x) * float32(y), complex(x, y), complex(x, y) * complex(y, 2), -x, x >= y}
	},
	func() any {
		z, w := complex(float(), float()), complex(float(), float())
		return []any{z, w, z + w, z * w, z / w, z == w, complex64(z), -z, real(z) != imag(w)}
	},
	func() any {
		x := float()
		return []any{strconv.FormatFloat(x, choose[byte]('e', 'f', 'g', 'b', 'x', 'E', 'G', 'X'), upTo(25)-1, choose(32, 64)), strconv.FormatFloat(x, 'g', -1, 32)}
	},
	func() any {
		n, m := next()>>upTo(64), next()>>upTo(64)
		hi, lo := bits.Mul64(n, m)
		s, c := bits.Add64(n, m, uint64(upTo(2)))
		d, b := bits.Sub64(n, m, uint64(upTo(2)))
		return []any{n, m, bits.Len64(n), bits.OnesCount64(n), bits.TrailingZeros32(uint32(n)), bits.Reverse16(uint16(n)), bits.ReverseBytes64(n), bits.RotateLeft8(uint8(n), upTo(40)-20), hi, lo, s, c, d, b, bits.LeadingZeros16(uint16(m))}
	},
	func() any {
		n := upTo(40)
		s := make([]int, n)
		for i := range s {
			s[i] = upTo(12)
		}
		t := append([]int{}, s...)
		sort.Ints(t)
		u := make([]string, n)
		for i := range u {
			u[i] = fmt.Sprint(s[i], "-", i)
		}
		sort.SliceStable(u, func(i, j int) bool { return u[i][:1] < u[j][:1] })
		k := upTo(14)
		sort.Sort(sort.Reverse(sort.IntSlice(s)))
		return []any{t, u, s, k, sort.SearchInts(t, k), sort.IntsAreSorted(s), sort.Search(n, func(i int) bool { return t[i] >= k })}
	},
	func() any {
		t := aTree(2)
		b, err := json.Marshal(t)
		var back tree
		err2 := json.Unmarshal(b, &back)
		return []any{string(b), err, err2, back.Name == t.Name, len(back.Kids)}
	},
	func() any {
		v := anything(3)
		b, err := json.MarshalIndent(v, word(), choose(" ", "\t", ""))
		return []any{string(b), err}
	},
	func() any {
		s := source(3)
		var v any
		err := json.Unmarshal([]byte(s), &v)
		return []any{s, v, err, json.Valid([]byte(s))}
	},
	func() any {
		s := source(3)
		var v tree
		err := json.Unmarshal([]byte(s), &v)
		return []any{s, fmt.Sprintf("%+v", strip(v)), err}
	},
	func() any {
		s := source(2)
		var v map[string]int
		err := json.Unmarshal([]byte(s), &v)
		var w []float64
		err2 := json.Unmarshal([]byte(s), &w)
		var x [2]string
		err3 := json.Unmarshal([]byte(s), &x)
		return []any{s, v, err, w, err2, x, err3}
	},
	func() any {
		s := source(2) + choose("", " ", "x") + source(1)
		d := json.NewDecoder(strings.NewReader(s))
		var out []any
		for i := 0; i < 6; i++ {
			t, err := d.Token()
			out = append(out, t, fmt.Sprint(err), d.More())
			if err != nil {
				break
			}
		}
		return []any{s, out}
	},
	func() any {
		s := source(2)
		var b bytes.Buffer
		err := json.Compact(&b, []byte(s))
		var c bytes.Buffer
		err2 := json.Indent(&c, []byte(s), ">", "  ")
		var d bytes.Buffer
		json.HTMLEscape(&d, []byte(s+"<&>"))
		return []any{s, b.String(), err, c.String(), err2, d.String()}
	},
	func() any {
		a, b := anything(2), anything(2)
		return []any{a, b, reflect.DeepEqual(a, b), reflect.DeepEqual(a, a), fmt.Sprint(reflect.TypeOf(a)), reflect.DeepEqual([]any{a}, []any{a})}
	},
	func() any {
		p, s := choose(patterns...), choose(subjects...)+choose(subjects...)
		r, err := regexp.Compile(p)
		if err != nil {
			return []any{p, err}
		}
		return []any{p, s, r.MatchString(s), r.FindString(s), r.FindStringIndex(s), r.FindAllString(s, -1), r.FindAllStringSubmatchIndex(s, -1), r.ReplaceAllString(s, "<$1>"), r.Split(s, -1), r.NumSubexp(), r.SubexpNames(), r.FindStringSubmatch(s)}
	},
	func() any {
		t := aTime()
		return []any{t.Format(choose(layouts...)), t.String(), t.Weekday(), t.YearDay(), t.Unix(), t.Truncate(time.Hour).Format(time.RFC3339), t.Round(time.Minute).Format(time.RFC3339)}
	},
	func() any {
		t, u := aTime(), aTime()
		y, w := t.ISOWeek()
		return []any{t.Sub(u), t.Before(u), t.AddDate(upTo(5)-2, upTo(30)-15, upTo(80)-40).Format(time.RFC3339), t.Add(time.Duration(next() >> 2)).Format(time.RFC3339Nano), y, w, t.Equal(u)}
	},
	func() any {
		l := choose(layouts...)
		t := aTime()
		s := t.Format(l)
		p, err := time.Parse(l, s+choose("", "", "", "x"))
		q, err2 := time.Parse(choose(layouts...), s)
		return []any{l, s, p.UTC().Format(time.RFC3339Nano), err == nil, q.UTC().Format(time.RFC3339Nano), err2 == nil} // Go 1.20 has other words for err2
	},
	func() any {
		s := choose("1h", "-1.5s", "3ms2us", "1", "", "h", "1e3s", ".5m", "100000000h", "1.h", "9223372036854775807ns", "2562047h47m16.854775808s", "+3µs", "1d")
		d, err := time.ParseDuration(s)
		e := time.Duration(int64(next()) >> upTo(64))
		return []any{s, d, err, e, e.Round(time.Second), e.Truncate(time.Minute), e.Hours(), e.Seconds(), e.Milliseconds()}
	},
	func() any {
		s := word() + word() + word()
		b := base64.StdEncoding.EncodeToString([]byte(s))
		c, err := base64.URLEncoding.DecodeString(b[:upTo(len(b)+1)])
		d, err2 := hex.DecodeString(choose("00ff", "0", "zz", "ABcd", ""))
		return []any{s, b, c, err, d, err2, hex.EncodeToString([]byte(s)), base64.RawURLEncoding.EncodeToString([]byte(s)), hex.Dump([]byte(s))}
	},
	func() any {
		h := fnv.New32a()
		s := word() + word()
		h.Write([]byte(s))
		g := fnv.New64()
		g.Write([]byte(s))
		b := make([]byte, 8)
		binary.LittleEndian.PutUint64(b, next())
		return []any{s, h.Sum32(), g.Sum64(), crc32.ChecksumIEEE([]byte(s)), b, binary.BigEndian.Uint32(b), binary.PutVarint(b, int64(next())>>40), b}
	},
	func() any {
		p := word() + choose("/", "//", "") + word() + choose("/..", "/.", "")
		return []any{p, path.Clean(p), path.Base(p), path.Dir(p), path.Ext(p), path.Join(p, word(), "..", word()), path.IsAbs(p)}
	},
	func() any {
		var b strings.Builder
		w := tabwriter.NewWriter(&b, upTo(8), 4+upTo(5), upTo(3), choose[byte](' ', '.', '\t'), choose(uint(0), tabwriter.AlignRight, tabwriter.Debug, tabwriter.AlignRight|tabwriter.Debug))
		for i := 0; i < 4; i++ {
			fmt.Fprintf(w, "%s\t%d\t%s\t%s\n", word(), upTo(1000), strings.Repeat("x", upTo(9)), word())
		}
		w.Flush()
		return b.String()
	},
	func() any {
		l := list.New()
		for i := 0; i < 8; i++ {
			switch upTo(4) {
			case 0:
				l.PushFront(i)
			case 1:
				l.PushBack(i)
			case 2:
				if l.Front() != nil {
					l.MoveToBack(l.Front())
				}
			case 3:
				if l.Back() != nil {
					l.Remove(l.Back())
				}
			}
		}
		var out []any
		for e := l.Front(); e != nil; e = e.Next() {
			out = append(out, e.Value)
		}
		return []any{out, l.Len()}
	},
	func() any {
		e := errors.New(word())
		f := fmt.Errorf("%s: %w", word(), e)
		g := fmt.Errorf("a %d %w", upTo(9), f)
		var n *strconv.NumError
		_, err := strconv.Atoi(word())
		return []any{g, errors.Is(g, e), errors.Unwrap(g) == f, errors.As(fmt.Errorf("x %w", err), &n), n, err}
	},
	func() any {
		v := reflect.ValueOf(aLeaf(1))
		var out []any
		for i := 0; i < v.NumField(); i++ {
			f := v.Type().Field(i)
			out = append(out, f.Name, f.Type.String(), f.Tag.Get("json"), v.Field(i).Kind().String(), v.Field(i).IsZero())
		}
		return out
	},
}

// strip leaves out what has an address.
func strip(t tree) tree {
	t.F = nil
	for i := range t.Kids {
		t.Kids[i] = strip(t.Kids[i])
	}
	return t
}

func main() {
	call(calls, func(result any) string { return strings.ReplaceAll(fmt.Sprintf("%v", result), "\n", "|") })
}
