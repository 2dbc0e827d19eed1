package analyzers_test

import (
	"fmt"
	"testing"
	"time"

	"golang.org/x/tools/go/analysis"
)

// One place for all analyzers: what each of them takes a line, for functions and packages of
// twice and four times the size. What grows with the square shows in the third row.
func BenchmarkMonsters(b *testing.B) {
	for _, m := range monsters() {
		for _, lines := range []int{5000, 10000, 20000} {
			b.Run(fmt.Sprintf("%s/lines=%d", m.name, lines), func(b *testing.B) {
				w := mustStub(b)
				u, err := w.check("monster", map[string][]byte{"monster.go": []byte(m.source(lines))})
				if err != nil {
					b.Fatal(err)
				}
				defer u.close()
				spent := map[*analysis.Analyzer]time.Duration{}
				for b.Loop() {
					r := w.run(u, w.suite)
					if r.err != nil {
						b.Fatal(r.err)
					}
					for a, d := range r.spent {
						spent[a] += d
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(lines), "ns/line")
				for a, d := range spent {
					if perLine := float64(d.Nanoseconds()) / float64(b.N) / float64(lines); perLine > 100 {
						b.ReportMetric(perLine, a.Name+"-ns/line")
					}
				}
			})
		}
	}
}
