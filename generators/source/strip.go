package source

import "bytes"

// withoutBodies returns Go source with the bodies of the functions emptied: of a body only the
// line ends stay, so that whatever follows is where it was. The source does not need to be correct:
// a body that is not closed ends before the next line that can only begin a function.
//
// Parsing costs a third of the time then, and what is wrong in a body is not met.
func withoutBodies(src []byte) []byte {
	l := &lexer{src: src, out: make([]byte, 0, len(src))}
	for depth := 0; l.at < len(l.src); {
		switch c := l.src[l.at]; classOf(c) {
		case quote:
			l.skip()
		case opens:
			depth++
			l.at++
		case closes:
			depth = max(depth-1, 0)
			l.at++
		case letter:
			isFirst := depth == 0 && l.isFirst()
			if word := l.word(); isFirst && string(word) == "func" && l.signature() {
				l.dropBody()
			}
		default:
			l.at++
		}
	}
	return append(l.out, src[l.kept:]...)
}

// lexer finds its way through Go source without understanding it.
type lexer struct {
	src  []byte
	at   int
	out  []byte
	kept int // up to where src is in out
}

// What a byte can begin.
const (
	other = iota
	letter
	quote // a comment, a string or a rune
	opens
	closes
)

// classOf says what a byte can begin; every byte beyond ASCII may be of a letter.
func classOf(c byte) int {
	switch c {
	case '/', '`', '"', '\'':
		return quote
	case '(', '[', '{':
		return opens
	case ')', ']', '}':
		return closes
	case '_':
		return letter
	}
	if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= 0x80 {
		return letter
	}
	return other
}

// skip goes over a comment, a string or a rune that begins here, or else over one byte.
func (l *lexer) skip() {
	switch c := l.src[l.at]; c {
	case '/':
		l.comment()
	case '`':
		l.at++
		l.past("`")
	default:
		l.quoted(c)
	}
}

func (l *lexer) comment() {
	l.at++
	switch {
	case l.at == len(l.src):
	case l.src[l.at] == '*':
		l.at++
		l.past("*/")
	case l.src[l.at] == '/':
		if i := bytes.IndexByte(l.src[l.at:], '\n'); i >= 0 {
			l.at += i
			return
		}
		l.at = len(l.src)
	}
}

// past goes behind the next end, or to the end of all.
func (l *lexer) past(end string) {
	if i := bytes.Index(l.src[l.at:], []byte(end)); i >= 0 {
		l.at += i + len(end)
		return
	}
	l.at = len(l.src)
}

// quoted goes behind a string or rune; one that is not closed ends with its line.
func (l *lexer) quoted(end byte) {
	for l.at++; l.at < len(l.src); l.at++ {
		switch l.src[l.at] {
		case '\\':
			l.at++
		case end:
			l.at++
			return
		case '\n':
			return
		}
	}
	l.at = min(l.at, len(l.src))
}

func (l *lexer) word() []byte {
	begin := l.at
	for l.at < len(l.src) && (classOf(l.src[l.at]) == letter || '0' <= l.src[l.at] && l.src[l.at] <= '9') {
		l.at++
	}
	return l.src[begin:l.at]
}

// isFirst reports whether a declaration can begin here: what follows anything but a line's end on
// the same line is part of something else, as in []func(){f}.
func (l *lexer) isFirst() bool {
	before := bytes.TrimRight(l.src[:l.at], " \t")
	return len(before) == 0 || before[len(before)-1] == '\n' || before[len(before)-1] == ';'
}

// signature goes to the brace that begins a function's body, and reports whether there is one.
func (l *lexer) signature() bool {
	depth, last := 0, "" // the last word, when nothing but blanks came after it
	for l.at < len(l.src) {
		c := l.src[l.at]
		switch classOf(c) {
		case quote:
			l.skip()
			continue
		case letter:
			last = string(l.word())
			continue
		case opens:
			if c == '{' && depth == 0 && last != "struct" && last != "interface" {
				return true
			}
			depth++
		case closes:
			depth--
		}
		if c == '\n' && depth <= 0 {
			return false // a function of another language
		}
		if c != ' ' && c != '\t' {
			last = ""
		}
		l.at++
	}
	return false
}

// dropBody leaves out what is between the brace here and the one that closes it, but for the ends
// of lines.
func (l *lexer) dropBody() {
	begin := l.at + 1
	for depth := 0; l.at < len(l.src); {
		c := l.src[l.at]
		switch classOf(c) {
		case quote:
			l.skip()
			continue
		case letter:
			l.word()
			continue
		case opens:
			if c == '{' {
				depth++
			}
		case closes:
			if c == '}' {
				depth--
			}
			if depth == 0 {
				l.drop(begin, l.at)
				return
			}
		}
		if c == '\n' && beginsFunction(l.src[l.at+1:]) {
			l.drop(begin, l.at)
			l.out = append(l.out, '}')
			return
		}
		l.at++
	}
}

// drop leaves out of the source what is between two places, but for the ends of lines.
func (l *lexer) drop(begin, end int) {
	l.out = append(l.out, l.src[l.kept:begin]...)
	for range bytes.Count(l.src[begin:end], []byte("\n")) {
		l.out = append(l.out, '\n')
	}
	l.kept = end
}

// beginsFunction reports whether a line begins with func and a name, or with func and a receiver
// that a name follows: no statement does.
func beginsFunction(line []byte) bool {
	rest, ok := bytes.CutPrefix(line, []byte("func "))
	if !ok || len(rest) == 0 {
		return false
	}
	if classOf(rest[0]) == letter {
		return true
	}
	_, rest, ok = bytes.Cut(rest, []byte(") "))
	return ok && len(rest) > 0 && classOf(rest[0]) == letter
}
