package analyzers_test

import (
	"testing"
	"time"
)

// Sources as a generator writes them: no panic, and no analyzer takes more than a line is worth.
// What grows with the square takes hundreds of times as much; BenchmarkMonsters shows it finely.
func TestMonsters(t *testing.T) {
	if testing.Short() {
		t.Skip("thousands of lines")
	}
	const (
		lines = 4000
		most  = lines * time.Millisecond
	)
	w := mustStub(t)
	for _, m := range monsters() {
		t.Run(m.name, func(t *testing.T) {
			u, err := w.check("monster", map[string][]byte{"monster.go": []byte(m.source(lines))})
			if err != nil {
				t.Fatal(err)
			}
			defer u.close()
			r := w.run(u, w.suite)
			if r.err != nil {
				t.Fatal(r.err)
			}
			for a, d := range r.spent {
				if d > most {
					t.Errorf("%s: %v for %d lines", a, d, lines)
				}
			}
		})
	}
}

// Findings in small monsters lie where they are said to, and each fix leaves a sound program.
func TestMonstersFixed(t *testing.T) {
	w := mustStub(t)
	for _, m := range monsters() {
		t.Run(m.name, func(t *testing.T) {
			u, err := w.check("monster", map[string][]byte{"monster.go": []byte(m.source(30))})
			if err != nil {
				t.Fatal(err)
			}
			defer u.close()
			r := w.run(u, w.suite)
			if r.err != nil {
				t.Fatal(r.err)
			}
			if err := w.prove(u, r.found); err != nil {
				t.Error(err)
			}
		})
	}
}
