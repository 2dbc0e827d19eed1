package code

import (
	"go/parser"
	"slices"
	"testing"
)

func TestSplit(t *testing.T) {
	for name, want := range map[string][]string{
		"":            nil,
		"skip":        {"skip"},
		"skipVerify":  {"skip", "Verify"},
		"AllowAny":    {"Allow", "Any"},
		"SKIP_VERIFY": {"SKIP", "VERIFY"},
		`"no-tls"`:    {"no", "tls"},
		"TLSConfig":   {"TLS", "Config"},
		"useTLS":      {"use", "TLS"},
		"notify":      {"notify"},
		"x509Pool":    {"x", "Pool"},
		"éÉ":          {"é", "É"},
	} {
		if got := slices.Collect(split(name)); !slices.Equal(got, want) {
			t.Errorf("split(%q): want %q, have %q", name, want, got)
		}
	}
}

func TestHasWord(t *testing.T) {
	for text, want := range map[string]bool{
		`o.AllowAny`:     true,
		`mode == "any"`:  true,
		`len(many) == 0`: false,
		`o.Company`:      false,
	} {
		e, err := parser.ParseExpr(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := HasWord(e, "any"); got != want {
			t.Errorf("%s: want %v, have %v", text, want, got)
		}
	}
}
