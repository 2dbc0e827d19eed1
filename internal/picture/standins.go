package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// standIns replaces what differs from run to run. The same identifier gets the same stand-in
// in every line, and each time of day is a little later than the one before.
type standIns struct {
	home    string
	ids     []string // first digits of the identifiers met
	ports   []string
	moments int
}

const shortID = 8 // the digits by which gen dev names a trace

// line is a line of output with stand-ins, as wide as it was.
func (s *standIns) line(text string) string {
	text = strings.ReplaceAll(text, s.home, "~")
	for _, kind := range []struct {
		pattern string
		is      func(was string) string
	}{
		{`\b\d\d:\d\d:\d\d\.\d{3}\b`, s.moment},
		{`\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`, func(string) string { return "2026-11-25T11:00:00Z" }},
		{`\b127\.0\.0\.1:\d+`, s.port},
		{`serial=[0-9a-f]+`, func(string) string { return "serial=4d1e5b3a97c20f685b3a97c20f68" }}, // without leading zeros
		{`\b([0-9a-f]{32}|[0-9a-f]{16}|[0-9a-f]{8})\b`, s.id},
		{` *\b\d+(\.\d+)?(µs|ms)`, took},
	} {
		text = regexp.MustCompile(kind.pattern).ReplaceAllStringFunc(text, kind.is)
	}
	return text
}

func (s *standIns) moment(string) string {
	s.moments++
	return fmt.Sprintf("10:00:%02d.%03d", s.moments/8, s.moments*125%1000)
}

// took is a duration, with the spaces before it: in a column it ends where it did.
func took(was string) string {
	const is = "1.2ms"
	if !strings.HasPrefix(was, "  ") {
		return " " + is
	}
	return fmt.Sprintf("%*s", len([]rune(was)), is)
}

func (s *standIns) port(was string) string {
	number := slices.Index(s.ports, was)
	if number < 0 {
		number = len(s.ports)
		s.ports = append(s.ports, was)
	}
	return fmt.Sprintf("127.0.0.1:%d", 38443+1000*number)
}

func (s *standIns) id(was string) string {
	number := slices.Index(s.ids, was[:shortID])
	if number < 0 {
		number = len(s.ids)
		s.ids = append(s.ids, was[:shortID])
	}
	sum := sha256.Sum256(fmt.Append(nil, "picture", number))
	return hex.EncodeToString(sum[:])[:len(was)]
}
