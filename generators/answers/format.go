package answers

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// header makes editors check and complete the file.
const header = "# yaml-language-server: $schema=.mintwright/schema.json\n"

// Format writes a as mintwright.yaml: whole, with every value, in the order of the table.
// What it writes means the same to readers of YAML 1.1 and 1.2.
func Format(a Answers) []byte {
	a = a.clone()
	a.normalise()
	var b bytes.Buffer
	b.WriteString(header)
	write(&b, &a, "", 0)
	return b.Bytes()
}

// write writes the fields under prefix.
func write(b *bytes.Buffer, a *Answers, prefix string, item int) {
	indent := ""
	if prefix != "" {
		indent = strings.Repeat("  ", strings.Count(prefix, ".")+1)
	}
	for i, f := range children(prefix) {
		lead := indent
		if item >= 0 && strings.Contains(f.Path, "*") && i == 0 {
			lead = strings.TrimSuffix(indent, "  ") + "- "
		}
		fmt.Fprintf(b, "%s%s:", lead, f.Key())
		switch f.Kind {
		case Section:
			b.WriteByte('\n')
			write(b, a, f.Path, -1)
		case Items:
			writeItems(b, a, f.Path)
		default:
			writeValue(b, f.at(a, item), f.Kind, indent)
		}
	}
}

func writeItems(b *bytes.Buffer, a *Answers, list string) {
	if a.items(list) == 0 {
		b.WriteString(" []\n")
		return
	}
	b.WriteByte('\n')
	for i := range a.items(list) {
		write(b, a, fmt.Sprintf("%s.%d", list, i), i)
	}
}

func writeValue(b *bytes.Buffer, v any, kind Kind, indent string) {
	list, isList := v.(*[]string)
	switch {
	case !isList:
		s := show(v)
		if text, ok := v.(*string); ok {
			s = scalar(*text)
		}
		b.WriteString(" " + s + "\n")
	case kind == Choices || len(*list) == 0: // short words, on one line
		words := make([]string, len(*list))
		for i, s := range *list {
			words[i] = scalar(s)
			if strings.ContainsAny(s, " ,:") && !strings.HasPrefix(words[i], `"`) {
				words[i] = strconv.Quote(s)
			}
		}
		b.WriteString(" [" + strings.Join(words, ", ") + "]\n")
	default: // one a line, so that a change is a line
		b.WriteByte('\n')
		for _, s := range *list {
			b.WriteString(indent + "  - " + scalar(s) + "\n")
		}
	}
}

// scalar writes s plainly where every reader takes it for text, otherwise in double quotes.
func scalar(s string) string {
	if isPlain(s) && !isWord(s) {
		return s
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r <= 0xffff:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// isPlain takes letters, digits, . / @ _ - and between them single spaces, ", " and "://".
func isPlain(s string) bool {
	if s == "" || !isLetter(s[0]) && s[0] != '/' {
		return false
	}
	s = strings.ReplaceAll(s, ", ", " ")
	for i := range len(s) {
		switch c := s[i]; {
		case isLetter(c), '0' <= c && c <= '9', strings.IndexByte("./@_-", c) >= 0:
		case c == ' ' && i+1 < len(s) && isLetter(s[i+1]):
		case c == ':' && strings.HasPrefix(s[i:], "://"):
		default:
			return false
		}
	}
	return true
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

// isWord finds what YAML 1.1 or 1.2 reads as something else than text.
func isWord(s string) bool {
	switch strings.ToLower(s) {
	case "y", "yes", "n", "no", "true", "false", "on", "off", "null", "nan", "inf", "infinity":
		return true
	}
	_, err := strconv.ParseFloat(s, 64)
	return err == nil
}
