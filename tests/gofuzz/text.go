// strings, bytes, strconv, unicode, utf8 with random arguments, among them text that is no UTF-8.
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

func word() string {
	var b strings.Builder
	for n := upTo(9); n > 0; n-- {
		b.WriteString(choose("a", "b", "ab", "A", "Z", " ", "\t", "\n", "0", "9", "é", "日", "\xff", "\xe6\x97", "ß", "İ", "ſ", "K", "\u00a0", "\U0001F600", ",", "-", "_", "ǅ", "\x00", "\\", "\"", "aa", "Σ", "\ufffd", "\u2028", "x"))
	}
	return b.String()
}
func short() string {
	return choose("a", "b", "", "ab", "aa", " ", "\xff", "日", "x", ",", "é", "A", word())
}
func letter() rune {
	return choose('a', 'Z', 'é', '日', 'ß', 'İ', 'ſ', 'ǅ', 'Σ', 'ς', '0', '٣', ' ', '\u00a0', '\u3000', '!', '$', '\u0301', 0x1F600, -1, 0x110000, 0xD800, utf8.RuneError, rune(next()%0x500), rune(0x4e00+next()%0x5000), rune(0x1f600+next()%0x40), 'ª', 'Ⅷ', '½', '_', '\u200d', 0xAD)
}
func number() string {
	var b strings.Builder
	b.WriteString(choose("", "-", "+", ""))
	b.WriteString(choose("", "0x", "0b", "0o", "0", "", "", ""))
	for n := upTo(22); n > 0; n-- {
		b.WriteString(choose("0", "1", "2", "5", "7", "9", "a", "F", "_", "3", "8", "1", "9", "9"))
	}
	return b.String()
}
func float() string {
	return choose("", "-", "+") + choose("", "0x", "", "", "") + choose("1", "0", "123456789012345678", "9007199254740993", ".5", "1.", "1.7976931348623157", "4.9", "2.2250738585072011", "1_0", "inf", "nan", "Infinity", "0.1", strconv.FormatUint(next(), 10), strconv.FormatUint(next(), 10)+"."+strconv.FormatUint(next(), 10)) +
		choose("", "", "e", "e10", "E-5", "e308", "e-308", "e-324", "p3", "p-1074", "e400", "e-400", "x", "e"+strconv.Itoa(upTo(700)-350))
}

func runes(s string) bool { return strings.IndexFunc(s, unicode.IsUpper) >= 0 }

var calls = []func() any{
	func() any {
		s, t := word(), short()
		return []any{s, t, strings.Index(s, t), strings.LastIndex(s, t), strings.Contains(s, t), strings.Count(s, t)}
	},
	func() any {
		s, t := word(), short()
		if t == "" {
			s = strings.ToValidUTF8(s, "") // Go 1.20 leaves what is invalid as it is
		}
		return []any{s, t, strings.Split(s, t), strings.SplitAfter(s, t), strings.SplitN(s, t, upTo(5)-1), strings.SplitAfterN(s, t, upTo(5)-1)}
	},
	func() any {
		s := word()
		return []any{s, strings.Fields(s), strings.ToUpper(s), strings.ToLower(s), strings.ToTitle(s), strings.Title(s), strings.TrimSpace(s)}
	},
	func() any {
		s, t := word(), word()
		return []any{s, t, strings.EqualFold(s, t), strings.Compare(s, t), strings.HasPrefix(s, t), strings.EqualFold(s, strings.ToUpper(s))}
	},
	func() any {
		s, t := word(), word()
		return []any{s, t, strings.Trim(s, t), strings.TrimLeft(s, t), strings.TrimRight(s, t), strings.TrimPrefix(s, t), strings.TrimSuffix(s, t), strings.IndexAny(s, t), strings.LastIndexAny(s, t), strings.ContainsAny(s, t)}
	},
	func() any {
		s, t, u := word(), short(), short()
		return []any{s, t, u, strings.Replace(s, t, u, upTo(4)-1), strings.ReplaceAll(s, t, u)}
	},
	func() any {
		a, b, c, d := short(), short(), short(), short()
		s := word()
		return []any{a, b, c, d, s, strings.NewReplacer(a, b, c, d).Replace(s), strings.NewReplacer("a", "1", "b", "22", "é", "").Replace(s)}
	},
	func() any {
		s := word()
		return []any{s, strings.Map(func(r rune) rune { return choose(r, r, r+1, -1, utf8.RuneError, 'x') }, s)}
	},
	func() any {
		s, t := word(), short()
		a, b, ok := strings.Cut(s, t)
		return []any{s, t, a, b, ok, strings.Repeat(t, upTo(4)), strings.ToValidUTF8(s, t)}
	},
	func() any {
		s := word()
		return []any{s, strconv.Quote(s), strconv.QuoteToASCII(s), strconv.QuoteToGraphic(s), strconv.CanBackquote(s)}
	},
	func() any {
		s := choose("\"", "`", "'", "") + strings.ReplaceAll(word(), "\n", "\\n") + choose("\\x41", "\\u65e5", "\\", "\\101", "\\U0001F600", "\\q", "\\xg", "\\'", "\\\"", "") + choose("\"", "`", "'", "")
		u, err := strconv.Unquote(s)
		return []any{s, u, err}
	},
	func() any {
		s := number()
		base, bits := choose(0, 10, 16, 2, 8, 36, 1, 37), choose(0, 8, 16, 32, 64, 65)
		a, err := strconv.ParseInt(s, base, bits)
		b, err2 := strconv.ParseUint(s, base, bits)
		c, err3 := strconv.Atoi(s)
		return []any{s, base, bits, a, err, b, err2, c, err3}
	},
	func() any {
		s := float()
		a, err := strconv.ParseFloat(s, 64)
		b, err2 := strconv.ParseFloat(s, 32)
		return []any{s, a, err, b, err2}
	},
	func() any {
		s := float() + choose("", "+", "-") + float() + choose("i", "")
		a, err := strconv.ParseFloat(s, 32)
		b, err2 := strconv.ParseBool(choose("true", "T", "1", "0", "False", "x", ""))
		return []any{s, a, err, b, err2}
	},
	func() any {
		n := next() >> upTo(64)
		base := 2 + upTo(35)
		return []any{strconv.FormatInt(int64(n), base), strconv.FormatUint(n, base), strconv.FormatInt(-int64(n), 10)}
	},
	func() any {
		r := letter()
		return []any{r, unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsNumber(r), unicode.IsSpace(r), unicode.IsUpper(r), unicode.IsLower(r), unicode.IsTitle(r), unicode.IsPunct(r), unicode.IsSymbol(r), unicode.IsControl(r), unicode.IsPrint(r), unicode.IsGraphic(r), unicode.IsMark(r), unicode.ToUpper(r), unicode.ToLower(r), unicode.ToTitle(r), unicode.SimpleFold(r & 0x1ffff)}
	},
	func() any {
		r := letter()
		return []any{r, utf8.RuneLen(r), utf8.ValidRune(r), string(r), utf8.AppendRune(nil, r), strconv.QuoteRune(r), strconv.QuoteRuneToASCII(r), strconv.IsPrint(r)}
	},
	func() any {
		s := word()
		r, n := utf8.DecodeRuneInString(s)
		q, m := utf8.DecodeLastRuneInString(s)
		return []any{s, r, n, q, m, utf8.ValidString(s), utf8.RuneCountInString(s), utf8.FullRuneInString(s), []rune(s), string([]rune(s))}
	},
	func() any {
		s, t := []byte(word()), []byte(short())
		return []any{s, t, bytes.Index(s, t), bytes.Split(s, t), bytes.Fields(s), bytes.TrimSpace(s), bytes.Equal(s, t), bytes.Compare(s, t), bytes.ToUpper(s), bytes.Count(s, t), bytes.Title(s), bytes.Runes(s), bytes.ContainsRune(s, letter())}
	},
	func() any {
		var b bytes.Buffer
		s := word()
		b.WriteString(s)
		p := make([]byte, upTo(4))
		n, err := b.Read(p)
		r, k, err2 := b.ReadRune()
		err3 := b.UnreadRune()
		line, err4 := b.ReadString(byte(choose('a', '\n', ' ')))
		return []any{s, n, err, r, k, err2, err3, line, err4, b.String(), b.Len(), p}
	},
	func() any {
		s := word() + "\n" + word() + choose("\r\n", "\n", "") + word()
		sc := bufio.NewScanner(strings.NewReader(s))
		sc.Split(choose(bufio.ScanLines, bufio.ScanWords, bufio.ScanRunes, bufio.ScanBytes))
		var out []string
		for sc.Scan() {
			out = append(out, sc.Text())
		}
		return []any{s, out, sc.Err()}
	},
	func() any {
		s := choose("12 abc 3.5", "0x1f -7", " 5\n6", "日 x", "1,2", "true 1e3", "", word())
		var a int
		var b string
		var c float64
		n, err := fmt.Sscan(s, &a, &b, &c)
		var d, e int
		m, err2 := fmt.Sscanf(s, choose("%d %s", "%x %d", "%d,%d", "%v%v", "%3d%d"), &d, &e)
		return []any{s, n, err, a, b, c, m, err2, d, e}
	},
	func() any {
		s := word()
		return []any{s, strings.IndexByte(s, 'a'), strings.IndexRune(s, letter()), strings.IndexFunc(s, unicode.IsSpace), strings.LastIndexFunc(s, unicode.IsLetter), strings.FieldsFunc(s, unicode.IsLetter), strings.TrimFunc(s, unicode.IsSpace), runes(s), strings.LastIndexByte(s, 'b')}
	},
	func() any {
		s := word()
		i := 0
		var out []any
		for k, r := range s {
			i += k
			out = append(out, k, r)
		}
		return []any{s, i, out, len(s)}
	},
}

func main() {
	call(calls, func(result any) string { return fmt.Sprintf("%q", result) })
}
