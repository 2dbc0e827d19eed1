package names

import (
	"go/token"
	"go/types"
	"regexp"
	"testing"

	"pgregory.net/rapid"
)

func TestScope(t *testing.T) {
	s := NewScope("ctx", "store")
	for _, c := range []struct{ want, got string }{
		{"ctx2", s.New("ctx")},
		{"ctx3", s.New("ctx")},
		{"id", s.New("id")},
		{"id2", s.New("id")},
		{"type2", s.New("type")},
		{"len2", s.New("len")},
		{"v", s.New("_")},
		{"v2", s.New("")},
	} {
		if c.want != c.got {
			t.Errorf("want %s, got %s", c.want, c.got)
		}
	}

	inner := s.Child()
	if got := inner.New("store"); got != "store2" {
		t.Errorf("what the parent has is in use in a child: want store2, got %s", got)
	}
	if s.Has("store2") {
		t.Error("what a child has handed out is in use in the parent")
	}
	s.Take("late")
	if !inner.Has("late") {
		t.Error("what the parent takes later is free in a child")
	}
	if !new(Scope).Has("string") || new(Scope).Has("name") {
		t.Error("a scope of nothing: string is in use, name is free")
	}
}

// Whatever was wanted, what is handed out is an identifier that nobody had.
func TestScopeIsUnique(t *testing.T) {
	want := rapid.OneOf(rapid.StringMatching(`[a-zA-Z_][a-zA-Z0-9_]{0,3}`), rapid.SampledFrom([]string{"", "_", "a", "a2", "func", "any"}))
	rapid.Check(t, func(t *rapid.T) {
		s, had := new(Scope), map[string]bool{}
		for _, w := range rapid.SliceOf(want).Draw(t, "wants") {
			name := s.New(w)
			if had[name] || !token.IsIdentifier(name) || name == "_" || types.Universe.Lookup(name) != nil {
				t.Fatalf("New(%q) is %q", w, name)
			}
			had[name] = true
		}
	})
}

func TestSnake(t *testing.T) {
	for name, want := range map[string]string{
		"Store": "store", "PaymentsAPI": "payments_api", "HTTPServer": "http_server", "UserIDs": "user_ids",
		"IDsOf": "ids_of", "OAuth2Client": "o_auth2_client", "V2Store": "v2_store", "URL": "url", "aB": "a_b",
		"snake_case": "snake_case", "Snake_Case": "snake_case", "_hidden": "hidden", "__": "x", "": "x", "Örder": "örder", "DBStats": "db_stats", "As": "as",
	} {
		if got := Snake(name); got != want {
			t.Errorf("Snake(%q): want %s, got %s", name, want, got)
		}
	}
	snake := regexp.MustCompile(`^[a-z0-9][a-z0-9_]*$`)
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[a-zA-Z_][a-zA-Z0-9_]{0,12}`).Draw(t, "name")
		if got := Snake(name); !snake.MatchString(got) || Snake(got) != got {
			t.Fatalf("Snake(%q) is %q: not in snake case, or not stable", name, got)
		}
	})
}
