package image

import (
	"strings"
	"testing"
	"testing/fstest"
)

// FuzzCheck: whatever stands in the files, something is said that can be read, about lines that
// there are, and twice the same.
func FuzzCheck(f *testing.F) {
	seeds := []string{
		"FROM golang:1.26 AS go\nFROM go\nRUN <<A cat <<-'B'\nx\nA\n\ty\n\tB\nUSER $U\n",
		"# syntax=a\n# escape=`\nARG A=${B:-$C}\nFROM ${A:+x}$A\nRUN a | sh `\n\n# b\n c\n",
		"\ufeffFROM a:1\r\nENV a b\r\nENV a=\"b\\$c\" d='$e'\r\nEXPOSE 1-2 3/udp $x\r\n",
		"FROM a@b\nADD [\"http://x\", \"/\"]\nRUN [\"sh\",\"-c\",\"curl x|sh\"]\nONBUILD RUN x\nHEALTHCHECK CMD\nCMD []\n",
		"ARG A=$A$A\nARG A=$A$A\nFROM $A\n", "FROM", "FROM \\\n", "RUN", "\\", "", "<<", "FROM a\nCOPY <<",
	}
	for _, s := range seeds {
		f.Add(s, "*\n!a/**/b\n[\n", "module a\ngo 1.26\n", "package config")
	}
	f.Fuzz(func(t *testing.T, dockerfile, ignore, mod, config string) {
		fsys := fstest.MapFS{
			"Dockerfile": {Data: []byte(dockerfile)}, ".dockerignore": {Data: []byte(ignore)},
			"go.mod": {Data: []byte(mod)}, "internal/config/config.go": {Data: []byte(config)},
		}
		results, _ := judged(t, fsys)
		again, _ := judged(t, fsys)
		lines := strings.Count(dockerfile, "\n") + 1
		for i, r := range results {
			if r.Line < 0 || r.Line > lines || r.Message == "" || strings.ContainsAny(r.Message, "\n\r") {
				t.Errorf("of %d lines: %+v", lines, r)
			}
			if again[i] != r {
				t.Errorf("%+v, then %+v", r, again[i])
			}
		}
	})
}
