package directive

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestIn(t *testing.T) {
	const long = "//go:generate x "
	v := Variables{File: "a.go", Package: "p", Arch: "arm64", OS: "plan9", Lookup: func(name string) string {
		return map[string]string{"NAME": "Store", "HOME": "/home"}[name]
	}}
	for _, c := range []struct{ about, file, want string }{
		{"none", "package p\n", ""},
		{"one", "package p\n\n//go:generate gen trace -type Store\n", "3 [gen trace -type Store]\n"},
		{"a tab, a carriage return, spaces", "//go:generate\tgen  trace\t-type Store \r\n", "1 [gen trace -type Store]\n"},
		{"inside a comment or a string", "/*\n//go:generate a\n*/\nvar x = `\n//go:generate b\n`\n", "2 [a]\n5 [b]\n"},
		{"not in the first column", " //go:generate a\n// go:generate b\n//go:generated c\n//go:generate\n", ""},
		{"strings", `//go:generate gen "a b" "\"" "" c"d` + "\n", `1 [gen a b "  c"d]` + "\n"},
		{"variables", "//go:generate $HOME/x $GOFILE ${GOLINE} $GOPACKAGE $GOARCH $GOOS $DOLLAR{x} \"$NAME x\" $NONE\n", "1 [/home/x a.go 1 p arm64 plan9 ${x} Store x ]\n"},
		{"a short name", "//go:generate -command t gen trace\n//go:generate t -type A\n//go:generate x t\n", "2 [gen trace -type A]\n3 [x t]\n"},
		{"a short name twice", "//go:generate -command t a\n//go:generate -command t b\n//go:generate t\n", "2 -command t stands a second time in this file\n"},
		{"a short name for nothing", "//go:generate -command t\n//go:generate t\n", "2 it names no command\n"},
		{"a short name without one", "//go:generate -command\n", "1 -command names no command\n"},
		{"nothing", "//go:generate  \n", "1 it names no command\n"},
		{"open", "//go:generate a \"b\n//go:generate c\n", "1 a string in it is not closed, or is none of Go's\n"},
		{"a backslash", "//go:generate a \"\\z\"\n", "1 a string in it is not closed, or is none of Go's\n"},
		{"after a string", "//go:generate a \"b\"c\n", "1 a string in it is not followed by a space\n"},
		{"raw strings are none", "//go:generate a `b c`\n", "1 [a `b c`]\n"},
		{"the end", "//go:generate a", "1 the file ends in it\n"},
		{"long", long + strings.Repeat("x", maxLength-len(long)-1) + "\n", "1 [x " + strings.Repeat("x", maxLength-len(long)-1) + "]\n"},
		{"too long", long + strings.Repeat("x", maxLength-len(long)) + "\n//go:generate a\n", "1 it is longer than the go command reads\n"},
	} {
		var got strings.Builder
		for _, l := range In([]byte(c.file), v) {
			if l.Err != nil {
				fmt.Fprintln(&got, l.Number, l.Err)
			} else {
				fmt.Fprintln(&got, l.Number, l.Words)
			}
		}
		if diff := cmp.Diff(c.want, got.String()); diff != "" {
			t.Errorf("%s: -want +got:\n%s", c.about, diff)
		}
	}
}

func TestGen(t *testing.T) {
	for line, want := range map[string]string{
		"gen trace -type A":                             "trace -type A",
		"/usr/local/bin/gen.exe proto":                  "proto",
		"gen":                                           "",
		"gen chart docs":                                "",
		"generate trace":                                "",
		"go tool gen attrs x.yaml":                      "attrs x.yaml",
		"go tool -modfile=tools.mod gen client":         "client",
		"go tool -modfile tools.mod gen client":         "client",
		"go tool " + program + " trace":                 "trace",
		"go run " + program + " trace -type A":          "trace -type A",
		"go run -mod=mod -tags x " + program + " trace": "trace",
		"go run " + program + "@v1.2.3 trace":           "trace @v1.2.3",
		"go run " + program + "@latest trace":           "trace @latest",
		"go run gen trace":                              "",
		"go run ./cmd/gen trace":                        "",
		"go build gen trace":                            "",
		"go tool":                                       "",
		"go tool -n":                                    "",
		"go run example.com/other@v1.2.3 trace":         "",
		"sh -c gen":                                     "",
	} {
		args, version := Gen(strings.Fields(line))
		got := strings.Join(args, " ")
		if version != "" {
			got += " @" + version
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", line, got, want)
		}
	}
}

func FuzzJoin(f *testing.F) {
	f.Add("gen\x00trace\x00-type\x00Store")
	f.Add("\x00a b\x00\"\x00`\x00\\\x00é\x00\xff\x00\n")
	f.Fuzz(func(t *testing.T, text string) {
		words := strings.Split(text, "\x00")
		got, err := Split(Join(words))
		if diff := cmp.Diff(words, got); err != nil || diff != "" {
			t.Errorf("%q: %v\n-want +got:\n%s", Join(words), err, diff)
		}
	})
}

func FuzzIn(f *testing.F) {
	f.Add([]byte("//go:generate -command t \"a\"\n//go:generate t $x \"\\n\"\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		for i, l := range In(content, Variables{}) {
			if l.Err == nil && len(l.Words) == 0 || l.Err != nil && l.Words != nil && l.Words[0] != "-command" {
				t.Errorf("line %d: %q, %v", i, l.Words, l.Err)
			}
		}
	})
}
