package main

import (
	"os"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

// docs/vet.md tells of every flag.
func TestVetPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/vet.md")
	if err != nil {
		t.Fatal(err)
	}
	newVet(&Env{}).Flags().VisitAll(func(f *pflag.Flag) {
		if !strings.Contains(string(page), "--"+f.Name) {
			t.Errorf("docs/vet.md does not tell of --%s", f.Name)
		}
	})
}
