// Random formats over random values: every verb, flag, width, precision, argument index, too few and too many arguments.
package main

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

func chance(percent int) bool { return upTo(100) < percent }
func pick(from string) string { return string(from[upTo(len(from))]) }

type point struct {
	X, Y int
	name string
}
type inner struct {
	A any
	B *int
	C []string
	D map[string]int
	E error
}
type outer struct {
	inner
	P point
	F func()
	Z [2]complex64
}
type level uint8

func (l level) String() string { return "level" + strconv.Itoa(int(l)) }

type fails struct{ why string }

func (f fails) Error() string { return "fails: " + f.why }

type goes struct{ n int }

func (g goes) GoString() string { return "goes!" + strconv.Itoa(g.n) }

type own struct{ n int }

func (o own) Format(s fmt.State, verb rune) {
	w, wok := s.Width()
	p, pok := s.Precision()
	fmt.Fprintf(s, "<%c %d %t %d %t", verb, w*one(wok), wok, p*one(pok), pok)
	for _, f := range "+-# 0" {
		if s.Flag(int(f)) {
			fmt.Fprintf(s, " '%c'", f)
		}
	}
	fmt.Fprint(s, ">")
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

type broken struct{}

func (b broken) String() string { panic("broken") }

type nilable struct{ n int }

func (n *nilable) String() string { return "n" + strconv.Itoa(n.n) }

type bytesOf []byte
type text string
type ratio float32
type kinds []level

var texts = []string{"", "a", "hello", "日本語", "\xff\xfe", "a\x00b", "tab\tnl\n", "q\"uo`te'", "\u2028", "\U0001F600", "é", "\xed\xa0\x80", "back\\slash", strings.Repeat("long", 12)}

func value(depth int) any {
	switch upTo(42) {
	case 0:
		return int(next()) >> upTo(64)
	case 1:
		return int8(next())
	case 2:
		return int16(next())
	case 3:
		return int32(next())
	case 4:
		return int64(next()) >> upTo(64)
	case 5:
		return uint(next()) >> upTo(64)
	case 6:
		return uint8(next())
	case 7:
		return uint16(next())
	case 8:
		return uint32(next())
	case 9:
		return uint64(next()) >> upTo(64)
	case 10:
		return uintptr(upTo(1000))
	case 11:
		return math.Float64frombits(next())
	case 12:
		return math.Float32frombits(uint32(next()))
	case 13:
		return choose(0.0, math.Copysign(0, -1), 1, -1, 0.1, 1.5, 2.5, 100, 1e6, 1e20, 1e21, 1e-5, 123456.789, math.Inf(1), math.Inf(-1), math.NaN(), math.MaxFloat64, 5e-324, 1e23)
	case 14:
		return float32(choose(0.0, 0.1, 3.4e38, 1e-45, 16777216.0, -7.25))
	case 15:
		return complex(float64(upTo(100))/8, choose(0.0, -1.5, math.Inf(-1), math.NaN()))
	case 16:
		return complex64(complex(choose(1.0, -2.5, 1e10), choose(0.1, -3.0)))
	case 17, 18, 19:
		return choose(texts...)
	case 20:
		return []byte(choose(texts...))
	case 21:
		return choose(true, false)
	case 22:
		return nil
	case 23:
		return rune(choose('a', '日', '\x00', rune(-1), rune(0x10FFFF), rune(0x110000), rune(0xD800), '\'', '\n', rune(0x1F600)))
	case 24:
		return level(upTo(300))
	case 25:
		return fails{choose(texts...)}
	case 26:
		return goes{upTo(9)}
	case 27:
		return own{upTo(9)}
	case 28:
		return choose[any](broken{}, (*nilable)(nil), &nilable{3}, (*point)(nil), []any(nil), map[string]int(nil), error(nil), errors.New("plain"), fmt.Errorf("wrap %w", fails{"x"}))
	case 29:
		return point{upTo(100) - 50, upTo(9), choose(texts...)}
	case 30:
		return &point{upTo(100), -1, "p"}
	case 31:
		return bytesOf(choose(texts...))
	case 32:
		return text(choose(texts...))
	case 33:
		return ratio(float32(upTo(1000)) / 7)
	case 34:
		return kinds{1, 2, level(upTo(255))}
	case 35:
		return time.Duration(int64(next()) >> upTo(64))
	case 36:
		return choose[any](time.March, time.Weekday(upTo(9)), struct{}{}, struct{ a, b any }{1, "x"}, [3]bool{true}, [2][]int{{1}, nil}, [0]int{}, [4]byte{1, 2, 200, 4}, &[]int{1}, &map[string]int{"a": 1}, &[2]string{"x"})
	}
	if depth <= 0 {
		return upTo(100)
	}
	switch upTo(8) {
	case 0:
		return []any{value(depth - 1), value(depth - 1)}
	case 1:
		return map[string]any{choose(texts...): value(depth - 1), "k": value(depth - 1)}
	case 2:
		return [2]any{value(depth - 1), value(depth - 1)}
	case 3:
		return inner{A: value(depth - 1), C: texts[:upTo(4)], D: map[string]int{"z": 1, "b": upTo(9)}, E: choose[error](nil, fails{"e"})}
	case 4:
		return outer{inner: inner{A: value(depth - 1)}, P: point{1, 2, "n"}}
	case 5:
		return map[any]any{upTo(3): value(depth - 1), 7: nil}
	case 6:
		return map[point][]float64{{1, 2, "a"}: {1, 0.5}, {0, 3, ""}: nil}
	}
	return []any{nil, &point{1, 2, "deep"}, []point{{1, 2, "x"}}, []error{fails{"a"}, nil}, []*int{nil}, []string{choose(texts...)}, []float32{0.1, 3}}
}

func verb() string {
	s := "%"
	for chance(35) {
		s += pick("+-# 0")
	}
	if chance(4) {
		s += choose("[1]", "[2]", "[3]", "[9]", "[0]", "[x]", "[1", "[]")
	}
	if chance(35) {
		s += choose("0", "1", "5", "8", "20", "3", "007", "12", "*", "1001", "90")
	}
	if chance(30) {
		s += "." + choose("0", "1", "3", "10", "", "25", "*", "-1", "6")
	}
	if chance(2) {
		s += choose("[1]", "[2]")
	}
	return s + pick("vvvvvvdsqxXTtcUeEfFgGobO!zZ日%%")
}

func main() {
	cases(func(i int) {
		format := ""
		n := 1 + upTo(3)
		var args []any
		for k := 0; k < n; k++ {
			format += choose("", " ", "x=", "日") + verb()
			if !chance(3) {
				args = append(args, value(2))
			}
		}
		if chance(4) {
			args = append(args, value(1))
		}
		if chance(2) {
			format += "%"
		}
		// An address is printed as an address: it is cut out of what both print.
		out := fmt.Sprintf(format, args...)
		fmt.Printf("%d %q %s %q\n", i, format, types(args), hide(out))
		if i%7 == 0 {
			fmt.Printf("%d %q %q\n", i, hide(fmt.Sprint(args...)), hide(fmt.Sprintln(args...)))
		}
	})
}

func types(args []any) string {
	s := make([]string, len(args))
	for i, a := range args {
		s[i] = fmt.Sprintf("%T", a)
	}
	return strings.Join(s, ",")
}

func address(s string) bool {
	s = strings.TrimLeft(s, "0")
	return strings.Contains(s, "c000") || len(s) == 12 && strings.HasPrefix(s, "8246") || len(s) > 12 && strings.HasPrefix(strings.TrimLeft(s, "0b"), "14000") ||
		len(s) > 30 && strings.HasPrefix(strings.TrimLeft(s, "0b"), "11000000000000")
}

// hide replaces what begins as an address of either program does by a star.
func hide(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		j := i
		for j < len(s) && (s[j] >= '0' && s[j] <= '9' || s[j] >= 'a' && s[j] <= 'f' || s[j] >= 'A' && s[j] <= 'F' || s[j] == 'x' || s[j] == 'X') {
			j++
		}
		if part := strings.ToLower(s[i:j]); address(part) {
			b.WriteString("*")
			i = j
		} else if j > i {
			b.WriteString(s[i:j])
			i = j
		} else {
			b.WriteByte(s[i])
			i++
		}
	}
	if s = b.String(); len(s) > 400 {
		s = fmt.Sprintf("%s...%d", s[:400], len(s))
	}
	return s
}
