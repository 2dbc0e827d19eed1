package names

import (
	"go/token"
	"go/types"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestIsLabel(t *testing.T) {
	for s, want := range map[string]bool{
		"orders": true, "o": true, "order-book2": true, strings.Repeat("a", 63): true,
		"": false, "Orders": false, "2orders": false, "-orders": false, "orders-": false,
		"order_book": false, "order.book": false, "örders": false, strings.Repeat("a", 64): false,
	} {
		if got := IsLabel(s); got != want {
			t.Errorf("IsLabel(%q): want %t, got %t", s, want, got)
		}
	}
	if !IsLabel1123("2orders") {
		t.Error("IsLabel1123: a digit at the front is allowed")
	}
}

func TestIsLabelValue(t *testing.T) {
	for s, want := range map[string]bool{
		"": true, "a": true, "A-b_c.9": true, strings.Repeat("a", 63): true,
		strings.Repeat("a", 64): false, "-a": false, "a.": false, "_": false, "a b": false, "ü": false, "a/b": false,
	} {
		if got := IsLabelValue(s); got != want {
			t.Errorf("%q: got %v", s, got)
		}
	}
}

func TestLabel(t *testing.T) {
	for s, want := range map[string]string{
		"Order Book": "order-book", "..": "", "2 orders": "orders", "örders": "rders", "a__b": "a-b", "x-": "x",
		strings.Repeat("a", 62) + "-b": strings.Repeat("a", 62),
	} {
		if got := Label(s); got != want {
			t.Errorf("Label(%q): want %q, got %q", s, want, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		if l := Label(s); l != "" && (!IsLabel(l) || Label(l) != l) {
			t.Fatalf("Label(%q) is %q: no label, or not stable", s, l)
		}
	})
}

func TestDerivedNames(t *testing.T) {
	if got := Env("order-book"); got != "ORDER_BOOK" {
		t.Errorf("Env: want ORDER_BOOK, got %s", got)
	}
	if got := Exported("order-book"); got != "OrderBook" {
		t.Errorf("Exported: want OrderBook, got %s", got)
	}
	identifier := rapid.StringMatching(`[a-z]([a-z0-9-]{0,10}[a-z0-9])?`)
	rapid.Check(t, func(t *rapid.T) {
		if l := identifier.Draw(t, "label"); !token.IsIdentifier(Exported(l)) {
			t.Fatalf("Exported(%q) is %q: no identifier", l, Exported(l))
		}
	})
}

func TestProtoNames(t *testing.T) {
	for label, want := range map[string][2]string{
		"orders":     {"orders", "ordersv1"},
		"order-book": {"order_book", "orderbookv1"},
		"a-1-b":      {"a_1_b", "a1bv1"},
		"a--b":       {"a_b", "abv1"},
		"type":       {"type", "typev1"},
		"v1":         {"v1", "v1v1"},
	} {
		if got := [2]string{Proto(label), ProtoGo(label)}; got != want {
			t.Errorf("%s: want %v, got %v", label, want, got)
		}
	}
	label := rapid.StringMatching(`[a-z]([a-z0-9-]{0,61}[a-z0-9])?`)
	snake := regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)
	rapid.Check(t, func(t *rapid.T) {
		l := label.Draw(t, "label")
		if !snake.MatchString(Proto(l)) {
			t.Fatalf("Proto(%q) is %q: not in lower snake case", l, Proto(l))
		}
		if name := ProtoGo(l); !token.IsIdentifier(name) || strings.Contains(name, "_") || types.Universe.Lookup(name) != nil {
			t.Fatalf("ProtoGo(%q) is %q: no name for a package", l, name)
		}
	})
}

func TestNearest(t *testing.T) {
	known := []string{"name", "module", "identity.trustDomain", "deploy.namespace", "http", "grpc"}
	for got, want := range map[string]string{
		"nmae": "name", "Module": "module", "identity.trust-domain": "identity.trustDomain",
		"identity.trustdomian": "identity.trustDomain", "htpp": "http", "banana": "", "x": "", "": "",
		strings.Repeat("n", 65): "",
	} {
		if near := Nearest(got, known); near != want {
			t.Errorf("Nearest(%q): want %q, got %q", got, want, near)
		}
	}
}

func TestReserved(t *testing.T) {
	for name, want := range map[string]string{
		"main": "go command", "internal": "go command", "vendor": "go command", "testdata": "go command",
		"func": "keyword", "string": "predeclared", "http": "net/http", "crypto": "crypto", "rand": "rand",
		"con": "Windows", "com1": "Windows", "lpt9": "Windows",
		"orders": "", "com": "", "company": "", "v2": "",
	} {
		got := Reserved(name)
		if want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("Reserved(%q): want %q in it, got %q", name, want, got)
		}
	}
}

// The tables are the language's own.
func TestTables(t *testing.T) {
	var words, universe []string
	for tok := token.BREAK; tok <= token.VAR; tok++ {
		words = append(words, tok.String())
	}
	slices.Sort(words)
	if !slices.Equal(words, keywords[:]) {
		t.Errorf("keywords: want %v, got %v", words, keywords)
	}
	universe = types.Universe.Names()
	slices.Sort(universe)
	if !slices.Equal(universe, predeclared[:]) {
		t.Errorf("predeclared: want %v, got %v", universe, predeclared)
	}

	out, err := exec.Command("go", "list", "std").Output()
	if err != nil {
		t.Skipf("no go command: %v", err)
	}
	hidden := regexp.MustCompile(`(^|/)(internal|vendor)(/|$)`)
	for p := range strings.FieldsSeq(string(out)) {
		if !hidden.MatchString(p) && !slices.Contains(standard[:], p) {
			t.Errorf("standard: %s is missing", p)
		}
	}
	if !slices.IsSorted(standard[:]) {
		t.Error("standard is not sorted")
	}
}
