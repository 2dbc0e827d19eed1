package answers

import "testing"

func BenchmarkParse(b *testing.B) {
	data := Format(Defaults("orders", "example.com/acme/orders"))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse("mintwright.yaml", data); err != nil {
			b.Fatal(err)
		}
	}
}
