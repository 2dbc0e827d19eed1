package image

import (
	"encoding/json"
	"strings"
	"unicode"
)

// file is a Dockerfile as it is written. The rules of reading are those of BuildKit's parser
// (moby/buildkit, frontend/dockerfile/parser): directives at the top, continued lines between
// which comments and empty lines fall out, here-documents of RUN, COPY and ADD.
type file struct {
	instructions []instruction
	frontend     string // the image that a syntax directive names
	problem      string // why the rest could not be read, "" for nothing
	at           int    // its line
}

// instruction is one instruction, its continued lines joined.
type instruction struct {
	line  int      // where it begins, from 1
	name  string   // in upper case
	flags []string // that begin with two dashes
	rest  string   // what follows them
	list  []string // rest as a JSON list, nil when it is none
	here  []string // its here-documents
}

// known reports whether BuildKit has an instruction of that name.
func known(name string) bool {
	switch name {
	case "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER",
		"ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR":
		return true
	default:
		return false
	}
}

// parse reads a Dockerfile. What it cannot read it says in problem; what came before stands.
func parse(content []byte) (f file) {
	text := strings.TrimPrefix(string(content), "\ufeff")
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], "\r")
	}
	escape := byte('\\')
	first := 0
	for ; first < len(lines); first++ { // directives end with the first line that is none
		name, value, ok := directive(lines[first])
		if !ok {
			break
		}
		switch name {
		case "syntax":
			f.frontend = value
		case "escape":
			if value != `\` && value != "`" {
				f.problem, f.at = "the escape directive takes a backslash or a backquote", first+1
				return f
			}
			escape = value[0]
		}
	}
	for i := first; i < len(lines); i++ {
		if isBlank(lines[i]) || isComment(lines[i]) {
			continue
		}
		begin := i
		joined, more := continued(strings.TrimLeftFunc(lines[i], unicode.IsSpace), escape)
		var b strings.Builder
		b.WriteString(joined)
		for more && i+1 < len(lines) {
			i++
			if isBlank(lines[i]) || isComment(lines[i]) {
				continue
			}
			joined, more = continued(lines[i], escape)
			b.WriteString(joined)
		}
		if isBlank(b.String()) { // a continuation of nothing
			continue
		}
		in := split(b.String())
		in.line = begin + 1
		if !known(in.name) {
			f.problem, f.at = "there is no instruction "+quoted(in.name), in.line
			return f
		}
		for _, word := range in.terminators() {
			body, end, ok := document(lines, i+1, word)
			if !ok {
				f.problem, f.at = "the here-document "+quoted(word.name)+" has no end", in.line
				return f
			}
			in.here = append(in.here, body)
			i = end
		}
		f.instructions = append(f.instructions, in)
	}
	return f
}

// directive reads a line such as "# syntax=docker/dockerfile:1".
func directive(line string) (name, value string, ok bool) {
	rest, ok := strings.CutPrefix(strings.TrimSpace(line), "#")
	if !ok {
		return "", "", false
	}
	name, value, ok = strings.Cut(rest, "=")
	name, value = strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value)
	return name, value, ok && value != "" && isWord(name)
}

func isWord(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

func isBlank(line string) bool { return strings.TrimSpace(line) == "" }

func isComment(line string) bool {
	return strings.HasPrefix(strings.TrimLeftFunc(line, unicode.IsSpace), "#")
}

// continued returns a line without the character that has it go on, and whether it does.
func continued(line string, escape byte) (string, bool) {
	trimmed := strings.TrimRight(line, " \t")
	n := len(trimmed)
	if n == 0 || trimmed[n-1] != escape || n > 1 && trimmed[n-2] == escape {
		return line, false
	}
	return trimmed[:n-1], true
}

// split takes a joined line apart.
func split(line string) (in instruction) {
	name, rest := cutWord(line)
	in.name = strings.ToUpper(name)
	for {
		word, after := cutWord(rest)
		if !strings.HasPrefix(word, "--") || word == "--" {
			break
		}
		in.flags = append(in.flags, word)
		rest = after
	}
	in.rest = strings.TrimSpace(rest)
	if strings.HasPrefix(in.rest, "[") {
		var list []string
		if json.Unmarshal([]byte(in.rest), &list) == nil {
			in.list = list
		}
	}
	return in
}

// cutWord returns the first word of a text, and what follows it.
func cutWord(text string) (word, rest string) {
	text = strings.TrimLeftFunc(text, unicode.IsSpace)
	if i := strings.IndexFunc(text, unicode.IsSpace); i >= 0 {
		return text[:i], text[i:]
	}
	return text, ""
}

// flag returns the value of a flag such as --platform, and whether it is there.
func (in instruction) flag(name string) (string, bool) {
	for _, f := range in.flags {
		key, value, _ := strings.Cut(strings.TrimPrefix(f, "--"), "=")
		if key == name {
			return value, true
		}
	}
	return "", false
}

// terminator is the word that ends a here-document.
type terminator struct {
	name string
	tabs bool // tabs before it fall out
}

// terminators returns those of the here-documents that an instruction begins.
func (in instruction) terminators() (list []terminator) {
	if in.name != "RUN" && in.name != "COPY" && in.name != "ADD" || in.list != nil {
		return nil
	}
	for word := range strings.FieldsSeq(in.rest) {
		rest, ok := strings.CutPrefix(strings.TrimLeft(word, "0123456789"), "<<")
		if !ok || strings.HasPrefix(rest, "<") {
			continue
		}
		rest, tabs := strings.CutPrefix(rest, "-")
		if name := strings.Trim(rest, `'"`); name != "" && !strings.ContainsAny(name, `<>'"()`) {
			list = append(list, terminator{name, tabs})
		}
	}
	return list
}

// document returns the here-document that begins on a line, and the line that ends it.
func document(lines []string, from int, word terminator) (body string, end int, ok bool) {
	for i := from; i < len(lines); i++ {
		line := lines[i]
		if word.tabs {
			line = strings.TrimLeft(line, "\t")
		}
		if line == word.name {
			return strings.Join(lines[from:i], "\n"), i, true
		}
	}
	return "", 0, false
}
