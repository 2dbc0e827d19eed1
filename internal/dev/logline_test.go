package dev

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func TestReadable(t *testing.T) {
	at := time.Date(2026, 11, 24, 0, 10, 12, 494e6, time.UTC)
	clock := at.Local().Format("15:04:05.000")
	begin := `{"time":"` + at.Format(time.RFC3339Nano) + `","level":"INFO","msg":`
	for _, c := range []struct{ name, line, want string }{
		{"attributes", begin + `"serving","address":"127.0.0.1:1","n":3,"ok":true,"none":null}` + "\n", clock + " INFO  serving  address=127.0.0.1:1 n=3 ok=true none=null\n"},
		{"no attribute", begin + `"serving"}`, clock + " INFO  serving\n"},
		{"words", begin + `"a b","error":"no such \"x\"","empty":"","a b":"c=d"}`, clock + ` INFO  a b  error="no such \"x\"" empty="" "a b"="c=d"` + "\n"},
		{"groups", begin + `"m","http":{"route":"/a","peer":{"id":"x"}},"list":[1,{"a":2}]}`, clock + ` INFO  m  http.route=/a http.peer.id=x list="[1,{\"a\":2}]"` + "\n"},
		{"controls", begin + `"a\u001b[31m\nb","c":"\u009b2J"}`, clock + ` INFO  "a\x1b[31m\nb"  c="\u009b2J"` + "\n"},
		{"a key twice", begin + `"m","level":"x"}`, clock + " INFO  m  level=x\n"},
	} {
		if got := string(readable([]byte(c.line))); got != c.want {
			t.Errorf("%s:\nwant %q\ngot  %q", c.name, c.want, got)
		}
	}
	for _, line := range []string{
		"", "\n", "plain text\n", "{", "{}\n", "[1]", "null", `"x"`, `{"time":"now","level":"INFO","msg":"m"}`,
		`{"level":"INFO","msg":"m"}`, begin + `"m"} and more`, begin + `"m"`, strings.Repeat(`{"a":`, 1000), begin + `"m","a":` + strings.Repeat(`{"a":`, 100) + "1" + strings.Repeat("}", 101), "\x00\xff\xfe\n", "panic: {1 2}\n",
	} {
		if got := string(readable([]byte(line))); got != line {
			t.Errorf("want %q as it is, got %q", line, got)
		}
	}
}

// A line is shown once it is whole, in whatever pieces it comes.
func TestReadableInPieces(t *testing.T) {
	var out bytes.Buffer
	l := &lines{printer: &printer{to: &out}, prefix: "orders | ", show: readable}
	for _, piece := range []string{"first\n", `{"time":"2026-11-24T00:10:12Z","le`, `vel":"WARN","msg":"m"}` + "\nla", "st"} {
		if _, err := l.Write([]byte(piece)); err != nil {
			t.Fatal(err)
		}
	}
	l.flush()
	at := time.Date(2026, 11, 24, 0, 10, 12, 0, time.UTC).Local().Format("15:04:05.000")
	if want := "orders | first\norders | " + at + " WARN  m\norders | last\n"; out.String() != want {
		t.Errorf("want %q, got %q", want, out.String())
	}
}
