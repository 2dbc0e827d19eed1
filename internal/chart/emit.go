package chart

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// toYAML writes a value as Helm's toYaml does: through JSON, keys in their natural order, lists
// not indented, and every string so that YAML 1.1 reads it back as a string. A value that JSON
// cannot hold gives "".
func toYAML(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var plain any
	if err := d.Decode(&plain); err != nil {
		return ""
	}
	var e emitter
	e.value(plain, 0, atTop)
	return strings.TrimSuffix(e.String(), "\n")
}

// Where a value stands decides how a collection begins: on the same line or on the next one.
const (
	atTop = iota
	afterKey
	afterDash
)

type emitter struct{ strings.Builder }

func (e *emitter) value(v any, indent, where int) {
	switch v := v.(type) {
	case map[string]any:
		e.mapping(v, indent, where)
	case []any:
		e.sequence(v, indent, where)
	default:
		if where == afterKey {
			e.WriteByte(' ')
		}
		e.WriteString(scalarText(v, indent))
		e.WriteByte('\n')
	}
}

func (e *emitter) mapping(m map[string]any, indent, where int) {
	if len(m) == 0 {
		e.empty("{}", where)
		return
	}
	if where == afterKey {
		e.WriteByte('\n')
	}
	for i, k := range naturally(m) {
		if i > 0 || where != afterDash {
			e.pad(indent)
		}
		key := keyText(k)
		if len(k) > 128 || strings.Contains(k, "\n") {
			e.WriteString("? " + key + "\n")
			e.pad(indent)
		} else {
			e.WriteString(key)
		}
		e.WriteByte(':')
		next := indent + 2
		if _, ok := m[k].([]any); ok {
			next = indent // lists stand under their key
		}
		e.value(m[k], next, afterKey)
	}
}

func (e *emitter) sequence(list []any, indent, where int) {
	if len(list) == 0 {
		e.empty("[]", where)
		return
	}
	if where == afterKey {
		e.WriteByte('\n')
	}
	for i, v := range list {
		if i > 0 || where != afterDash {
			e.pad(indent)
		}
		e.WriteString("- ")
		e.value(v, indent+2, afterDash)
	}
}

func (e *emitter) empty(s string, where int) {
	if where == afterKey {
		e.WriteByte(' ')
	}
	e.WriteString(s + "\n")
}

func (e *emitter) pad(n int) {
	for range n {
		e.WriteByte(' ')
	}
}

func scalarText(v any, indent int) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(v)
	case json.Number:
		if _, err := strconv.ParseInt(v.String(), 10, 64); err == nil {
			return v.String()
		}
		if _, err := strconv.ParseUint(v.String(), 10, 64); err == nil {
			return v.String()
		}
		f, _ := v.Float64()
		return strconv.FormatFloat(f, 'g', -1, 64)
	case string:
		return stringText(v, indent)
	}
	return ""
}

func keyText(k string) string {
	s := stringStyles(k)
	switch {
	case strings.Contains(k, "\n") || !s.single:
		return doubleQuoted(k)
	case isNoString(k):
		return doubleQuoted(k)
	case k == "" || !s.plain:
		return singleQuoted(k)
	}
	return k
}

func stringText(s string, indent int) string {
	styles := stringStyles(s)
	switch {
	case strings.Contains(s, "\n"):
		if styles.block {
			return literal(s, indent)
		}
		return doubleQuoted(s)
	case isNoString(s):
		return doubleQuoted(s)
	case styles.plain:
		return s
	case styles.single:
		return singleQuoted(s)
	}
	return doubleQuoted(s)
}

// isNoString reports whether an unquoted s would be read as something else than a string, by
// this version of YAML or by one that knows numbers to the base of 60.
func isNoString(s string) bool {
	if _, ok := Plain(s).(string); !ok {
		return true
	}
	return isTimestamp(s) || isBase60(s)
}

func isTimestamp(s string) bool {
	return len(s) > 4 && s[4] == '-' && strings.IndexFunc(s[:4], func(r rune) bool { return r < '0' || r > '9' }) < 0
}

func isBase60(s string) bool {
	if s == "" || !strings.Contains(s, ":") || !strings.ContainsRune("+-0123456789", rune(s[0])) {
		return false
	}
	return strings.Trim(s, "+-0123456789_:.") == ""
}

// styles says in which styles of YAML a string can be written.
type styles struct{ plain, single, block bool }

// stringStyles is libyaml's analysis of a scalar.
func stringStyles(s string) styles {
	if s == "" {
		return styles{plain: true, single: true}
	}
	st := styles{plain: !strings.HasPrefix(s, "---") && !strings.HasPrefix(s, "..."), single: true, block: true}
	blank := func(i int) bool { return i >= len(s) || strings.IndexByte(" \t\n\r", s[i]) >= 0 }
	before, space, lineBreak := true, false, false
	for i, r := range s {
		width := utf8.RuneLen(r)
		if r == utf8.RuneError {
			_, width = utf8.DecodeRuneInString(s[i:])
		}
		after := blank(i + width)
		switch {
		case i == 0 && strings.ContainsRune("#,[]{}&*!|>'\"%@`", r),
			i == 0 && strings.ContainsRune("?:-", r) && after,
			i > 0 && r == ':' && after,
			i > 0 && r == '#' && before:
			st.plain = false
		}
		if !printable(r) {
			return styles{}
		}
		switch r {
		case ' ':
			if i == 0 || i+1 == len(s) {
				st.plain = false
			}
			if i+1 == len(s) {
				st.block = false
			}
			if lineBreak {
				st.plain, st.single = false, false
			}
			space, lineBreak = true, false
		case '\n', '\r', 0x85, 0x2028, 0x2029:
			st.plain = false
			if space {
				return styles{}
			}
			space, lineBreak = false, true
		default:
			space, lineBreak = false, false
		}
		before = strings.ContainsRune(" \t\n\r", r)
	}
	return st
}

func printable(r rune) bool {
	return r == '\n' || 0x20 <= r && r <= 0x7e || 0xa0 <= r && r <= 0xd7ff || 0xe000 <= r && r <= 0xfffd && r != 0xfeff && r != utf8.RuneError
}

func singleQuoted(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// escapes are the letters that stand behind a backslash for the characters of escaped.
const (
	escaped = "\x00\a\b\t\n\v\f\r\x1b\"\\\u0085\u00a0\u2028\u2029"
	escapes = `0abtnvfre"\N_LP`
)

func doubleQuoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		short := strings.IndexRune(escaped, r)
		switch {
		case short >= 0:
			b.WriteByte('\\')
			b.WriteByte(escapes[utf8.RuneCountInString(escaped[:short])])
		case printable(r):
			b.WriteRune(r)
		case r <= 0xff:
			fmt.Fprintf(&b, `\x%02X`, r)
		case r <= 0xffff:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			fmt.Fprintf(&b, `\U%08X`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

func literal(s string, indent int) string {
	var b strings.Builder
	b.WriteByte('|')
	if strings.HasPrefix(s, " ") || strings.HasPrefix(s, "\n") {
		b.WriteByte('2')
	}
	switch {
	case !strings.HasSuffix(s, "\n"):
		b.WriteByte('-')
	case s == "\n" || strings.HasSuffix(s, "\n\n"):
		b.WriteByte('+')
	}
	if indent < 2 {
		indent = 2
	}
	for line := range strings.Lines(s) {
		b.WriteByte('\n')
		line = strings.TrimSuffix(line, "\n")
		if line != "" {
			b.WriteString(strings.Repeat(" ", indent) + line)
		}
	}
	return b.String()
}

// naturally returns the keys in the order of go-yaml: letters by their code, numbers within
// keys by their value.
func naturally(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys) // go-yaml's order is not total over odd keys
	slices.SortStableFunc(keys, func(a, b string) int {
		switch {
		case naturalLess(a, b):
			return -1
		case naturalLess(b, a):
			return 1
		}
		return 0
	})
	return keys
}

func naturalLess(a, b string) bool {
	ar, br := []rune(a), []rune(b)
	for i := 0; i < len(ar) && i < len(br); i++ {
		if ar[i] == br[i] {
			continue
		}
		al, bl := unicode.IsLetter(ar[i]), unicode.IsLetter(br[i])
		if al && bl {
			return ar[i] < br[i]
		}
		if al || bl {
			return bl
		}
		var an, bn int64
		if ar[i] == '0' || br[i] == '0' {
			for j := i - 1; j >= 0 && unicode.IsDigit(ar[j]); j-- {
				if ar[j] != '0' {
					an, bn = 1, 1
					break
				}
			}
		}
		ai, bi := i, i
		for ; ai < len(ar) && unicode.IsDigit(ar[ai]); ai++ {
			an = an*10 + int64(ar[ai]-'0')
		}
		for ; bi < len(br) && unicode.IsDigit(br[bi]); bi++ {
			bn = bn*10 + int64(br[bi]-'0')
		}
		if an != bn {
			return an < bn
		}
		if ai != bi {
			return ai < bi
		}
		return ar[i] < br[i]
	}
	return len(ar) < len(br)
}
