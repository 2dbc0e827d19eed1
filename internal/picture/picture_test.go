package main

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hinshun/vt10x"
)

// TestStandIns gives two runs of the same program the same lines.
func TestStandIns(t *testing.T) {
	run := func(home, clock, serial, port, trace, span, took string) string {
		s := &standIns{home: home}
		var all strings.Builder
		for _, line := range []string{
			"orders | " + clock + " INFO  SVID obtained  serial=" + serial + " expires=2026-11-25T15:19:38Z",
			"gen: orders is ready: https://127.0.0.1:" + port,
			"orders | " + clock + " INFO  greeting composed  trace_id=" + trace + " span_id=" + span,
			"spans  | orders  " + trace[:8] + "  compose greeting  " + took + "  -",
			"gen: orders answered 200 in " + strings.TrimSpace(took) + ", trace " + trace,
			"gen: hint: see " + home + "/orders/internal/api/access.go",
		} {
			all.WriteString(s.line(line) + "\n")
		}
		return all.String()
	}
	one := run("/tmp/a", "14:19:38.309", "d7e8c2452ab980ffa506c5d15e1badb7", "33789", "5331756b982fe3642f94a049484241bf", "91bf5ed2b542712e", "  2.15ms")
	two := run("/tmp/bc", "09:00:00.001", "e8c2452ab980ffa506c5d15e1badb7", "5021", "0f31756b982fe3642f94a049484241bf", "01bf5ed2b5427120", "   142µs")
	if one != two {
		t.Errorf("one run:\n%s\nanother:\n%s", one, two)
	}
	if strings.Contains(one, "5331756b") || strings.Contains(one, "33789") || strings.Contains(one, "/tmp") {
		t.Errorf("something of the run is left:\n%s", one)
	}
}

// TestFilm draws what a terminal shows: once for as long as it is there.
func TestFilm(t *testing.T) {
	f := &film{title: "a <test>"}
	p := newPane(f, "one", 40, 3)
	p.command("ab")
	p.show("two  parts & \x1b[31;1mred\x1b[0m\r\n")
	f.shot(time.Second)
	got := string(f.svg())
	for text, times := range map[string]int{
		`>a</text>`: 1, `>ab</text>`: 1, `>two</text>`: 1, `>parts &amp;</text>`: 1,
		`class="c9 b" x="125.2" y="67" textLength="25.2">red</text>`: 1,
		`<title>a &lt;test&gt;</title>`:                              1,
	} {
		if n := strings.Count(got, text); n != times {
			t.Errorf("%s is there %d times, want %d:\n%s", text, n, times, got)
		}
	}
	wellFormed(t, got)
}

// TestRuns keeps each character in its place.
func TestRuns(t *testing.T) {
	const line = "  one two   three \x1b[7m  \x1b[0m \x1b[32mfour\x1b[0m five  "
	screen := vt10x.New(vt10x.WithSize(40, 1))
	_, _ = screen.Write([]byte(line))
	row := make([]cell, 40)
	for x := range row {
		row[x] = drawn(screen.Cell(x, 0))
	}
	got := []rune(strings.Repeat(" ", 40))
	for _, r := range runs(row) {
		copy(got[r.at:], r.text)
	}
	if want := "  one two   three    four five"; strings.TrimRight(string(got), " ") != want {
		t.Errorf("got %q, want %q", string(got), want)
	}
}

// TestPictures holds the recorded pictures to what a page of GitHub shows: small, and without
// scripts, links, or anything from elsewhere.
func TestPictures(t *testing.T) {
	const most = 150_000
	names, err := filepath.Glob("../../docs/pictures/*.svg")
	if err != nil || len(names) == 0 {
		t.Fatal("no pictures found", err)
	}
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if len(content) > most {
			t.Errorf("%s has %d bytes, want %d at most", name, len(content), most)
		}
		text := string(content)
		for _, no := range []string{"<script", "href", "url(", "@import", "foreignObject", "/tmp/", "picture-"} {
			if strings.Contains(text, no) {
				t.Errorf("%s has %q", name, no)
			}
		}
		wellFormed(t, text)
	}
}

func wellFormed(t *testing.T, text string) {
	t.Helper()
	for d := xml.NewDecoder(strings.NewReader(text)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}
