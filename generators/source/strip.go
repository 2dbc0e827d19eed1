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
		switch c := l.src[l.at]; class[c] {
		case quote:
			l.skip()
		case opens:
			depth++
			l.at++
		case closes:
			depth = max(depth-1, 0)
			l.at++
		case letter:
			if word := l.word(); depth == 0 && string(word) == "func" && l.signature() {
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

// class says what a byte can begin; every byte beyond ASCII may be of a letter.
var class = [256]byte{
	'/': quote, '`': quote, '"': quote, '\'': quote,
	'(': opens, '[': opens, '{': opens, ')': closes, ']': closes, '}': closes,
	'a': letter, 'b': letter, 'c': letter, 'd': letter, 'e': letter, 'f': letter, 'g': letter, 'h': letter, 'i': letter,
	'j': letter, 'k': letter, 'l': letter, 'm': letter, 'n': letter, 'o': letter, 'p': letter, 'q': letter, 'r': letter,
	's': letter, 't': letter, 'u': letter, 'v': letter, 'w': letter, 'x': letter, 'y': letter, 'z': letter,
	'A': letter, 'B': letter, 'C': letter, 'D': letter, 'E': letter, 'F': letter, 'G': letter, 'H': letter, 'I': letter,
	'J': letter, 'K': letter, 'L': letter, 'M': letter, 'N': letter, 'O': letter, 'P': letter, 'Q': letter, 'R': letter,
	'S': letter, 'T': letter, 'U': letter, 'V': letter, 'W': letter, 'X': letter, 'Y': letter, 'Z': letter,
	'_':  letter,
	0x80: letter, 0x81: letter, 0x82: letter, 0x83: letter, 0x84: letter, 0x85: letter, 0x86: letter, 0x87: letter,
	0x88: letter, 0x89: letter, 0x8a: letter, 0x8b: letter, 0x8c: letter, 0x8d: letter, 0x8e: letter, 0x8f: letter,
	0x90: letter, 0x91: letter, 0x92: letter, 0x93: letter, 0x94: letter, 0x95: letter, 0x96: letter, 0x97: letter,
	0x98: letter, 0x99: letter, 0x9a: letter, 0x9b: letter, 0x9c: letter, 0x9d: letter, 0x9e: letter, 0x9f: letter,
	0xa0: letter, 0xa1: letter, 0xa2: letter, 0xa3: letter, 0xa4: letter, 0xa5: letter, 0xa6: letter, 0xa7: letter,
	0xa8: letter, 0xa9: letter, 0xaa: letter, 0xab: letter, 0xac: letter, 0xad: letter, 0xae: letter, 0xaf: letter,
	0xb0: letter, 0xb1: letter, 0xb2: letter, 0xb3: letter, 0xb4: letter, 0xb5: letter, 0xb6: letter, 0xb7: letter,
	0xb8: letter, 0xb9: letter, 0xba: letter, 0xbb: letter, 0xbc: letter, 0xbd: letter, 0xbe: letter, 0xbf: letter,
	0xc0: letter, 0xc1: letter, 0xc2: letter, 0xc3: letter, 0xc4: letter, 0xc5: letter, 0xc6: letter, 0xc7: letter,
	0xc8: letter, 0xc9: letter, 0xca: letter, 0xcb: letter, 0xcc: letter, 0xcd: letter, 0xce: letter, 0xcf: letter,
	0xd0: letter, 0xd1: letter, 0xd2: letter, 0xd3: letter, 0xd4: letter, 0xd5: letter, 0xd6: letter, 0xd7: letter,
	0xd8: letter, 0xd9: letter, 0xda: letter, 0xdb: letter, 0xdc: letter, 0xdd: letter, 0xde: letter, 0xdf: letter,
	0xe0: letter, 0xe1: letter, 0xe2: letter, 0xe3: letter, 0xe4: letter, 0xe5: letter, 0xe6: letter, 0xe7: letter,
	0xe8: letter, 0xe9: letter, 0xea: letter, 0xeb: letter, 0xec: letter, 0xed: letter, 0xee: letter, 0xef: letter,
	0xf0: letter, 0xf1: letter, 0xf2: letter, 0xf3: letter, 0xf4: letter, 0xf5: letter, 0xf6: letter, 0xf7: letter,
	0xf8: letter, 0xf9: letter, 0xfa: letter, 0xfb: letter, 0xfc: letter, 0xfd: letter, 0xfe: letter, 0xff: letter,
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
	for l.at < len(l.src) && (class[l.src[l.at]] == letter || '0' <= l.src[l.at] && l.src[l.at] <= '9') {
		l.at++
	}
	return l.src[begin:l.at]
}

// signature goes to the brace that begins a function's body, and reports whether there is one.
func (l *lexer) signature() bool {
	depth, last := 0, "" // the last word, when nothing but blanks came after it
	for l.at < len(l.src) {
		c := l.src[l.at]
		switch class[c] {
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
		switch class[c] {
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
	if class[rest[0]] == letter {
		return true
	}
	_, rest, ok = bytes.Cut(rest, []byte(") "))
	return ok && len(rest) > 0 && class[rest[0]] == letter
}
