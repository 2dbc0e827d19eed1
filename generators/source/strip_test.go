package source

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"testing"
)

var stdPackages = []string{"net/http", "net", "crypto/tls", "crypto/x509", "time", "io", "context", "net/url", "mime/multipart", "math/big", "bufio"}

func BenchmarkParse(b *testing.B) {
	for _, strip := range []bool{false, true} {
		b.Run(map[bool]string{true: "strip", false: "raw"}[strip], func(b *testing.B) {
			for b.Loop() {
				n := 0
				fset := token.NewFileSet()
				for _, p := range stdPackages {
					files, _ := filepath.Glob("/usr/local/go/src/" + p + "/*.go")
					for _, f := range files {
						c, _ := os.ReadFile(f)
						n += len(c)
						if strip {
							c = withoutBodies(c)
						}
						_, err := parser.ParseFile(fset, f, c, parser.ParseComments|parser.SkipObjectResolution)
						if err != nil {
							b.Fatal(err)
						}
					}
				}
				b.ReportMetric(float64(n), "bytes")
			}
		})
	}
}
