package source

import (
	"strings"
	"testing"
)

func TestParseDirective(t *testing.T) {
	for _, c := range []struct {
		comment, verb, text string
		ok                  bool
	}{
		{"//gen:attr user.id=id", "attr", "user.id=id", true},
		{"//gen:attr!  user.name=name \t", "attr!", "user.name=name", true},
		{"//gen:attr\tuser.id", "attr", "user.id", true},
		{"//gen:idempotent", "idempotent", "", true},
		{"//gen:idempotent\r", "idempotent", "", true},
		{`//gen:span name="a  b" kind=client`, "span", `name="a  b" kind=client`, true},
		{"//gen:", "", "", false},
		{"//gen: attr", "", "", false},
		{"// gen:attr x", "", "", false},
		{"/*gen:attr x*/", "", "", false},
		{"//go:generate gen trace", "", "", false},
		{"//generate:attr", "", "", false},
	} {
		verb, text, ok := parseDirective(c.comment)
		if ok != c.ok || ok && (verb != c.verb || text != c.text) {
			t.Errorf("%q: got %q %q %t", c.comment, verb, text, ok)
		}
	}
	for comment, want := range map[string]bool{
		"// gen:attr x": true, "//  gen:attr": true, "//\tgen:span": true,
		"//gen:attr": false, "// gen: the command": false, "// the gen:attr directive": false, "/* gen:attr */": false, "//": false, "": false,
	} {
		if got := isSpaced(comment); got != want {
			t.Errorf("isSpaced(%q) is %t", comment, got)
		}
	}
}

func FuzzParseDirective(f *testing.F) {
	for _, seed := range []string{"//gen:attr user.id=id", "//gen:attr! a\tb", "//gen:", "//gen:\r", "//gen:x \r\r", "// gen:attr", "//gen:\t\t", "/*gen:*/", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, comment string) {
		verb, text, ok := parseDirective(comment)
		switch {
		case !ok && verb != "":
			t.Errorf("%q is none and has the verb %q", comment, verb)
		case ok && (verb == "" || strings.ContainsAny(verb, " \t") || text != strings.TrimSpace(text)):
			t.Errorf("%q: %q %q", comment, verb, text)
		case ok && isSpaced(comment):
			t.Errorf("%q is a directive, and it has a space", comment)
		}
		if ok {
			again, rest, ok := parseDirective("//gen:" + verb + " " + text)
			if !ok || again != verb || rest != text {
				t.Errorf("%q: %q %q, then %q %q", comment, verb, text, again, rest)
			}
		}
	})
}
