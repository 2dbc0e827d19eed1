package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/mintwright/mintwright/internal/check"
	"github.com/mintwright/mintwright/internal/check/areas"
	"github.com/mintwright/mintwright/internal/check/checktest"
)

// cheapAreas are those that need no go.
func cheapAreas() []check.Area {
	return slices.DeleteFunc(areas.All(), func(a check.Area) bool { return a.Name == "code" })
}

// What gen new has just emitted has nothing to mend, whatever was chosen.
func TestCheckIsSilent(t *testing.T) { checktest.Silent(t, cheapAreas()...) }

// Each rule is of its area, is told in the forms that reports rely on, and comes once.
func TestCheckRules(t *testing.T) {
	seen := map[string]bool{}
	for _, a := range areas.All() {
		if a.Summary == "" || strings.HasSuffix(a.Summary, ".") || seen[a.Name] {
			t.Errorf("area %q: summary %q", a.Name, a.Summary)
		}
		seen[a.Name] = true
		if len(a.Rules) == 0 {
			t.Errorf("area %s has no rules", a.Name)
		}
		for _, r := range a.Rules {
			switch {
			case r.Area() != a.Name, seen[r.ID], strings.ToLower(r.ID) != r.ID:
				t.Errorf("area %s: rule %q", a.Name, r.ID)
			case r.Severity != check.Finding && r.Severity != check.Note:
				t.Errorf("%s: severity %q", r.ID, r.Severity)
			}
			seen[r.ID] = true
			for what, text := range map[string]string{"summary": r.Summary, "remedy": r.Remedy, "criterion": r.Criterion} {
				if text == "" && what != "criterion" || strings.HasSuffix(text, ".") || strings.ContainsAny(text, "\n\t") || text != strings.TrimSpace(text) {
					t.Errorf("%s: %s %q", r.ID, what, text)
				}
			}
			if r.Why != "" && !strings.HasSuffix(r.Why, ".") {
				t.Errorf("%s: why %q is no sentence", r.ID, r.Why)
			}
		}
	}
}

// BenchmarkCheck judges a whole service in memory, without its code.
func BenchmarkCheck(b *testing.B) {
	s := checktest.Service(b, checktest.Answers(b, checktest.Full()...))
	for _, a := range cheapAreas() {
		b.Run(a.Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := a.Check(b.Context(), s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("all", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := check.Run(b.Context(), s, cheapAreas()); err != nil {
				b.Fatal(err)
			}
		}
	})
}
