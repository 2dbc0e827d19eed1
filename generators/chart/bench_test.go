package chart

import (
	"os"
	"testing"

	"github.com/mintwright/mintwright/generators/answers"
)

func BenchmarkFiles(b *testing.B) {
	data, err := os.ReadFile("../../golden/full/mintwright.yaml")
	if err != nil {
		b.Fatal(err)
	}
	a, err := answers.Parse("mintwright.yaml", data)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		for _, name := range append(environments, ValuesFile, SchemaFile, ReadmeFile) {
			if _, err := File(a, name); err != nil {
				b.Fatal(err)
			}
		}
	}
}
