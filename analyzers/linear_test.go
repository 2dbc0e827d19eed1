package analyzers_test

import "testing"

// Sources as a generator writes them: no panic and no error. What grows with the square
// takes hundreds of times as long; BenchmarkMonsters shows it.
func TestMonsters(t *testing.T) {
	if testing.Short() {
		t.Skip("thousands of lines")
	}
	const lines = 4000
	w := mustStub(t)
	for _, m := range monsters() {
		t.Run(m.name, func(t *testing.T) {
			u, err := w.check("monster", map[string][]byte{"monster.go": []byte(m.source(lines))})
			if err != nil {
				t.Fatal(err)
			}
			defer u.close()
			if r := w.run(u, w.suite); r.err != nil {
				t.Fatal(r.err)
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
