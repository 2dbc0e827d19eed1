package image

import (
	"slices"
	"strings"
	"unicode"
)

// stage is what one FROM begins.
type stage struct {
	from     instruction
	name     string
	image    string // the base as FROM has it, its variables filled in; "" for a stage
	platform string // as FROM has it
	parent   *stage // the stage that it goes on from
	body     []instruction
}

// stages returns the stages of a Dockerfile in their order.
func (f file) stages() []*stage {
	var list []*stage
	globals := map[string]string{}
	for _, in := range f.instructions {
		switch {
		case in.name == "FROM":
			list = append(list, begun(in, globals, list))
		case len(list) > 0:
			last := list[len(list)-1]
			last.body = append(last.body, in)
		case in.name == "ARG":
			for _, a := range assignments(in.rest) {
				globals[a.name] = expand(a.value, globals)
			}
		}
	}
	return list
}

func begun(in instruction, globals map[string]string, before []*stage) *stage {
	words := strings.Fields(in.rest)
	s := &stage{from: in}
	s.platform, _ = in.flag("platform")
	if len(words) > 0 {
		s.image = expand(strings.Trim(words[0], `"'`), globals)
	}
	if len(words) == 3 && strings.EqualFold(words[1], "as") {
		s.name = strings.ToLower(words[2])
	}
	for _, other := range before {
		if other.name != "" && other.name == strings.ToLower(s.image) {
			s.parent = other
		}
	}
	if s.parent != nil {
		s.image = ""
	}
	return s
}

// lineage returns the stage and those that it goes on from, the first of them first.
func (s *stage) lineage() (list []*stage) {
	for ; s != nil; s = s.parent {
		list = append(list, s)
	}
	slices.Reverse(list)
	return list
}

// base returns the image that the stage rests on in the end, and the FROM that names it.
func (s *stage) base() (string, instruction) {
	first := s.lineage()[0]
	return first.image, first.from
}

// builtOn returns the platform that the stage runs on, as FROM has it.
func (s *stage) builtOn() string {
	for ; s != nil; s = s.parent {
		if s.platform != "" {
			return s.platform
		}
	}
	return ""
}

// scope is what variables mean at a place.
type scope struct {
	values   map[string]string // of those that are known
	declared map[string]bool   // by ARG
}

// each calls see for the instructions of a stage and of those that it goes on from, in their
// order, with what variables mean there.
func (s *stage) each(globals map[string]string, see func(of *stage, in instruction, sc *scope)) {
	sc := &scope{values: map[string]string{}, declared: map[string]bool{}}
	for _, st := range s.lineage() {
		for _, in := range st.body {
			switch in.name {
			case "ARG":
				sc.declare(assignments(in.rest), globals)
			case "ENV":
				for _, a := range environment(in.rest) {
					sc.values[a.name] = expand(a.value, sc.values)
				}
			}
			see(st, in, sc)
		}
	}
}

// declare takes in an ARG. The builder itself fills those of the platform.
func (sc *scope) declare(list []assignment, globals map[string]string) {
	for _, a := range list {
		sc.declared[a.name] = true
		value, isGlobal := globals[a.name]
		switch {
		case strings.HasPrefix(a.name, "TARGET"), strings.HasPrefix(a.name, "BUILD"):
		case a.set:
			sc.values[a.name] = expand(a.value, sc.values)
		case isGlobal:
			sc.values[a.name] = value
		}
	}
}

// globals returns what the ARGs before the first FROM say.
func (f file) globals() map[string]string {
	values := map[string]string{}
	for _, in := range f.instructions {
		if in.name == "FROM" {
			break
		}
		for _, a := range assignments(in.rest) {
			values[a.name] = expand(a.value, values)
		}
	}
	return values
}

// assignment is NAME=value; set is false for a name alone.
type assignment struct {
	name, value string
	set         bool
}

// assignments reads the words of ARG, LABEL and ENV.
func assignments(text string) (list []assignment) {
	for _, word := range words(text) {
		name, value, set := strings.Cut(word, "=")
		list = append(list, assignment{name, value, set})
	}
	return list
}

// environment reads ENV and LABEL, of which an older form has one name, a space and the value.
func environment(text string) []assignment {
	name, value := cutWord(text)
	if !strings.Contains(name, "=") {
		return []assignment{{name, strings.TrimSpace(value), true}}
	}
	return assignments(text)
}

// words splits a text at spaces that are not quoted, and takes the quotes off. A dollar sign that
// is escaped, or in single quotes, stands for itself and is lost: what it leads to is no variable.
func words(text string) (list []string) {
	var b strings.Builder
	var quote rune
	begun, escaped := false, false
	for _, r := range text {
		switch {
		case escaped:
			if r != '$' {
				b.WriteRune(r)
			}
			escaped = false
		case r == '\\' && quote != '\'':
			escaped, begun = true, true
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '"' || r == '\''):
			quote, begun = r, true
		case quote == 0 && unicode.IsSpace(r):
			if begun {
				list = append(list, b.String())
				b.Reset()
			}
			begun = false
		case quote == '\'' && r == '$':
		default:
			b.WriteRune(r)
			begun = true
		}
	}
	if begun {
		list = append(list, b.String())
	}
	return list
}

// expand fills in variables. One that is not known stays as it is, with its dollar sign: who
// reads on leaves it alone.
func expand(text string, values map[string]string) string {
	if !strings.Contains(text, "$") {
		return text
	}
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, "$")
		b.WriteString(before)
		if !found || b.Len() > maxExpanded {
			return b.String()
		}
		name, word, operator, rest := variable(after)
		value, isKnown := values[name]
		switch {
		case name == "":
			b.WriteByte('$')
		case operator == "-" && value == "":
			b.WriteString(word)
		case operator == "+" && value != "":
			b.WriteString(word)
		case operator == "+" && isKnown:
		case isKnown && operator != "?":
			b.WriteString(value)
		default:
			b.WriteString("$" + after[:len(after)-len(rest)])
		}
		text = rest
	}
}

// maxExpanded ends what grows: variables that hold each other twice, many times over.
const maxExpanded = 1 << 12

// variable reads what follows a dollar sign: NAME, {NAME}, {NAME:-word} or {NAME:+word}. Of other
// forms the operator is "?".
func variable(text string) (name, word, operator, rest string) {
	braced := strings.HasPrefix(text, "{")
	if !braced {
		n := nameLength(text)
		return text[:n], "", "", text[n:]
	}
	inside, rest, found := strings.Cut(text[1:], "}")
	if !found {
		return "", "", "", text
	}
	n := nameLength(inside)
	name, word = inside[:n], inside[n:]
	if name == "" {
		return "", "", "", text
	}
	switch {
	case word == "":
		return name, "", "", rest
	case strings.HasPrefix(strings.TrimPrefix(word, ":"), "-"):
		return name, strings.TrimPrefix(word, ":")[1:], "-", rest
	case strings.HasPrefix(strings.TrimPrefix(word, ":"), "+"):
		return name, strings.TrimPrefix(word, ":")[1:], "+", rest
	default:
		return name, "", "?", rest
	}
}

func nameLength(text string) int {
	for i := range len(text) {
		c := text[i]
		if c != '_' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (i == 0 || c < '0' || c > '9') {
			return i
		}
	}
	return len(text)
}
