package chart

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mintwright/mintwright/generators/answers"
)

// Quoted returns s as a scalar in double quotes that YAML and JSON read alike, whatever it holds.
func Quoted(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic(err) // a string has an encoding
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// scalar writes v so that YAML 1.1 and 1.2 read it back as it is.
func scalar(v any) string {
	switch v := v.(type) {
	case string:
		if isPlain(v) {
			return v
		}
		return Quoted(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	default:
		return fmt.Sprint(v)
	}
}

// isPlain reports whether s needs no quotes: it begins like a word or a path, and is none that
// means a boolean or nothing.
func isPlain(s string) bool {
	for i := range len(s) {
		c := s[i]
		isLetter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '/'
		if !isLetter && (i == 0 || !strings.ContainsRune("0123456789._-", rune(c))) {
			return false
		}
	}
	return !slices.Contains([]string{"", "y", "n", "yes", "no", "on", "off", "true", "false", "null"}, strings.ToLower(s))
}

func valuesYAML(a answers.Answers) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# yaml-language-server: $schema=%s\n#\n", SchemaFile)
	comment(&b, "", "The values of "+a.Name+". What stands here holds everywhere; values-dev.yaml, values-staging.yaml "+
		"and values-prod.yaml say what differs there. README.md tells of them: after a change write it again by gen chart docs.")
	writeRows(&b, "", values(a))
	return b.Bytes()
}

// writeRows writes values with their comments; one that has a title begins a part of the file.
func writeRows(b *bytes.Buffer, indent string, rows []row) {
	for i, r := range rows {
		switch {
		case r.title != "":
			fmt.Fprintf(b, "\n## %s\n\n", r.title)
		case indent == "" && i > 0:
			b.WriteByte('\n')
		}
		if r.doc != "" {
			comment(b, indent, "-- "+r.doc)
		}
		b.WriteString(indent + scalar(r.key) + ":")
		if r.rows != nil {
			b.WriteByte('\n')
			writeRows(b, indent+"  ", r.rows)
		} else {
			writeValue(b, indent, r.def)
		}
		for line := range strings.Lines(r.or) {
			b.WriteString(strings.TrimRight(indent+"  # "+line, " \n") + "\n")
		}
	}
}

// writeValue writes what stands after a key.
func writeValue(b *bytes.Buffer, indent string, v any) {
	switch v := v.(type) {
	case object:
		if len(v) == 0 {
			b.WriteString(" {}\n")
			return
		}
		b.WriteByte('\n')
		writeFields(b, indent+"  ", indent+"  ", v)
	case list:
		if len(v) == 0 {
			b.WriteString(" []\n")
			return
		}
		b.WriteByte('\n')
		for _, item := range v {
			b.WriteString(indent + "  - ")
			if o, ok := item.(object); ok {
				writeFields(b, indent+"    ", "", o)
			} else {
				b.WriteString(scalar(item) + "\n")
			}
		}
	default:
		b.WriteString(" " + scalar(v) + "\n")
	}
}

// writeFields writes a mapping; its first line is indented by first.
func writeFields(b *bytes.Buffer, indent, first string, o object) {
	for i, f := range o {
		lead := indent
		if i == 0 {
			lead = first
		}
		if f.note != "" && i > 0 {
			comment(b, indent, f.note)
		}
		b.WriteString(lead + scalar(f.key) + ":")
		writeValue(b, indent, f.value)
	}
}

// lines is a list as it stands below a key, for a comment.
func lines(l list) string {
	if len(l) == 0 {
		return ""
	}
	var b bytes.Buffer
	writeValue(&b, "", l)
	return strings.ReplaceAll(strings.TrimPrefix(b.String(), "\n"), "\n  ", "\n")[2:]
}

// width is that of a comment's line.
const width = 100

// comment writes text as lines that begin with a number sign.
func comment(b *bytes.Buffer, indent, text string) {
	line := indent + "#"
	for word := range strings.FieldsSeq(text) {
		if len(line)+1+len(word) > width && line != indent+"#" {
			b.WriteString(line + "\n")
			line = indent + "#"
		}
		line += " " + word
	}
	b.WriteString(line + "\n")
}
