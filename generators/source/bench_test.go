//go:build unix

package source

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// benched are interfaces over ever more of what others have written.
var benched = [...]struct{ name, imports, method string }{
	{"context", `"context"`, "Get(ctx context.Context, id string) (string, error)"},
	{"http", `"context"; "net/http"`, "Get(ctx context.Context, r *http.Request) (http.Header, error)"},
	{"grpc", `"context"; "net/http"; "google.golang.org/grpc"; "go.opentelemetry.io/otel/trace"`, "Get(ctx context.Context, r *http.Request, s trace.Span, opts ...grpc.CallOption) (grpc.ClientStream, error)"},
}

// The go command's part is in the figures; cpu-ms/op is what all processes took of the processor.
func BenchmarkLoad(b *testing.B) {
	for _, c := range benched {
		b.Run(c.name, func(b *testing.B) {
			site := benchModule(b, c.imports, c.method)
			before := cpu()
			for b.Loop() {
				w, err := Load(b.Context(), nil, site)
				if err != nil {
					b.Fatal(err)
				}
				p, err := w.Package(site)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := p.Interface("Store"); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64((cpu()-before).Milliseconds())/float64(b.N), "cpu-ms/op")
		})
	}
}

// A hundred packages of a module, each with a site over gRPC and OpenTelemetry.
func BenchmarkLoadHundred(b *testing.B) {
	c := benched[2]
	site := benchModule(b, c.imports, c.method)
	content, err := os.ReadFile(filepath.Join(site.Dir, "a.go"))
	if err != nil {
		b.Fatal(err)
	}
	var sites []Site
	for i := range 100 {
		dir := filepath.Join(site.Dir, fmt.Sprintf("p%d", i))
		if err := os.MkdirAll(dir, 0o700); err != nil {
			b.Fatal(err)
		}
		clause := fmt.Sprintf("package p%d", i)
		if err := os.WriteFile(filepath.Join(dir, "a.go"), []byte(strings.Replace(string(content), "package m", clause, 1)), 0o600); err != nil {
			b.Fatal(err)
		}
		sites = append(sites, Site{Dir: dir, File: "a.go", Line: 3, Package: fmt.Sprintf("p%d", i)})
	}
	before := cpu()
	for b.Loop() {
		w, err := Load(b.Context(), nil, sites...)
		if err != nil {
			b.Fatal(err)
		}
		for _, s := range sites {
			p, err := w.Package(s)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := p.Interface("Store"); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64((cpu()-before).Milliseconds())/float64(b.N), "cpu-ms/op")
}

// benchModule writes a module with one interface; its requirements are those of this one.
func benchModule(b *testing.B, imports, method string) Site {
	b.Helper()
	dir := b.TempDir()
	content, err := os.ReadFile("../../go.mod")
	if err != nil {
		b.Fatal(err)
	}
	sums, err := os.ReadFile("../../go.sum")
	if err != nil {
		b.Fatal(err)
	}
	for name, content := range map[string]string{
		"go.mod": strings.Replace(string(content), "module github.com/mintwright/mintwright", "module example.com/m", 1),
		"go.sum": string(sums),
		"a.go":   "package m\n\nimport (" + imports + ")\n\ntype Store interface { " + method + " }\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	return Site{Dir: dir, File: "a.go", Line: 5, Package: "m"}
}

// cpu is the time of the processor that this process and those it waited for have taken.
func cpu() time.Duration {
	var total time.Duration
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		if syscall.Getrusage(who, &u) == nil {
			total += time.Duration(u.Utime.Nano() + u.Stime.Nano())
		}
	}
	return total
}

// A module of 100 packages with a site each, every one of which imports the ten before it.
func BenchmarkFingerprint(b *testing.B) {
	dir := b.TempDir()
	files := map[string]string{"go.mod": "module example.com/m\n\ngo 1.26\n"}
	var sites []Site
	for i := range 100 {
		var imports strings.Builder
		for j := max(0, i-10); j < i; j++ {
			fmt.Fprintf(&imports, "import _ \"example.com/m/p%d\"\n", j)
		}
		for j := range 5 {
			files[fmt.Sprintf("p%d/f%d.go", i, j)] = fmt.Sprintf("package p%d\n\n%s\n%s", i, imports.String(), strings.Repeat("type _ struct{ a, b, c int }\n", 200))
		}
		sites = append(sites, Site{Dir: filepath.Join(dir, fmt.Sprintf("p%d", i)), File: "f0.go", Line: 3})
	}
	for name, content := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	before := cpu()
	for b.Loop() {
		if _, err := Fingerprint(nil, sites...); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64((cpu()-before).Milliseconds())/float64(b.N), "cpu-ms/op")
}
