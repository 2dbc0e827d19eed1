package report

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Source returns the content of a file that a Position names. Its error means that the
// source is not shown.
type Source func(file string) ([]byte, error)

// sources reads each file once.
type sources struct {
	read  Source
	files map[string]*source
}

func (s Source) once() *sources { return &sources{read: s, files: map[string]*source{}} }

// file returns nil for a file that cannot be read.
func (s *sources) file(name string) *source {
	if f, seen := s.files[name]; seen {
		return f
	}
	var f *source
	if s.read != nil && name != "" {
		if content, err := s.read(name); err == nil {
			f = newSource(content)
		}
	}
	s.files[name] = f
	return f
}

// source is a file by lines.
type source struct {
	content []byte
	starts  []int // offset of each line
}

func newSource(content []byte) *source {
	s := &source{content: content, starts: []int{0}}
	for i, b := range content {
		if b == '\n' {
			s.starts = append(s.starts, i+1)
		}
	}
	return s
}

// line returns a line, counted from 1, without its end.
func (s *source) line(n int) ([]byte, bool) {
	if s == nil || n < 1 || n > len(s.starts) {
		return nil, false
	}
	line := s.content[s.starts[n-1]:]
	if n < len(s.starts) {
		line = s.content[s.starts[n-1] : s.starts[n]-1]
	}
	return bytes.TrimSuffix(line, []byte("\r")), true
}

// units turns a column in bytes into one in UTF-16 code units, without the byte order mark
// that may begin a file. Both count from 1. It fails for a column outside the line.
func (s *source) units(line, column int) (int, bool) {
	text, ok := s.line(line)
	if !ok || column < 1 || column > len(text)+1 {
		return 0, false
	}
	const mark = "\ufeff"
	before := text[:column-1]
	if line == 1 && bytes.HasPrefix(text, []byte(mark)) {
		before = before[min(len(mark), len(before)):]
	}
	n := 1
	for _, r := range string(before) {
		n += utf16.RuneLen(r) // U+FFFD for a byte that is not UTF-8: one
	}
	return n, true
}

// Printable returns s as it may be shown on a terminal; see the package.
func Printable(s string) string { return printable(s) }

// printable returns s as it may be shown on a terminal: control characters, bytes that are
// not UTF-8 and marks that turn the direction of text are shown as escapes.
func printable(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return !isShown(r) }) < 0 && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		b.WriteString(shown(r, s[:n]))
		s = s[n:]
	}
	return b.String()
}

func isShown(r rune) bool { return unicode.IsGraphic(r) }

// shown is printable for the one character that raw holds.
func shown(r rune, raw string) string {
	const hex = "0123456789abcdef"
	switch {
	case r == utf8.RuneError && len(raw) == 1:
		return `\x` + string([]byte{hex[raw[0]>>4], hex[raw[0]&15]})
	case isShown(r):
		return raw
	case r == '\n':
		return `\n`
	case r == '\r':
		return `\r`
	case r == '\t':
		return `\t`
	}
	digits, prefix := 4, `\u`
	switch {
	case r < 0x80:
		digits, prefix = 2, `\x`
	case r > 0xffff:
		digits, prefix = 8, `\U`
	}
	for i := digits - 1; i >= 0; i-- {
		prefix += string(hex[r>>(4*i)&15])
	}
	return prefix
}

// width is how many cells of a terminal a character takes, as far as that is agreed upon.
func width(r rune) int {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me):
		return 0
	case r >= 0x1100 && r <= 0x115f, r >= 0x2e80 && r <= 0xa4cf && r != 0x303f, r >= 0xac00 && r <= 0xd7a3,
		r >= 0xf900 && r <= 0xfaff, r >= 0xfe30 && r <= 0xfe6f, r >= 0xff00 && r <= 0xff60, r >= 0xffe0 && r <= 0xffe6,
		r >= 0x1f300 && r <= 0x1faff, r >= 0x20000 && r <= 0x3fffd:
		return 2
	}
	return 1
}
