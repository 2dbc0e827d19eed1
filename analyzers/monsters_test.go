package analyzers_test

import (
	"fmt"
	"strings"
)

// monster is a source that grows with a number of lines, as a generator of code may write it.
type monster struct {
	name  string
	write func(b *strings.Builder, lines int)
}

const monsterHead = `package monster

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
	"github.com/spiffe/go-spiffe/v2/svid/jwtsvid"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
	"github.com/spiffe/go-spiffe/v2/workloadapi"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
)

var (
	_ = context.Background
	_ tls.Config
	_ x509.CertPool
	_ = errors.Is
	_ = fmt.Sprint
	_ = http.Get
	_ = otel.Tracer
	_ attribute.Key
	_ = codes.Error
	_ trace.Span
	_ x509bundle.Source
	_ spiffeid.ID
	_ tlsconfig.Authorizer
	_ jwtsvid.Params
	_ x509svid.Source
	_ workloadapi.Client
	_ grpc.ServerOption
	_ credentials.TransportCredentials
	_ = insecure.NewCredentials
	tracer trace.Tracer
	svid   x509svid.Source
	bundle x509bundle.Source
	on     bool
)

func work(context.Context) error { return nil }
func keep(any)                   {}
`

// source returns the source of a monster with about that many lines.
func (m monster) source(lines int) string {
	var b strings.Builder
	b.WriteString(monsterHead)
	m.write(&b, lines)
	return b.String()
}

// inFunc writes one function whose body is a part over and over; %[1]d in it counts them.
func inFunc(part string) func(*strings.Builder, int) {
	return func(b *strings.Builder, lines int) {
		b.WriteString("\nfunc monster(ctx context.Context, n int, w http.ResponseWriter, r *http.Request) (err error) {\n")
		repeat(b, part, lines)
		b.WriteString("\treturn nil\n}\n")
	}
}

// inFuncAfter is inFunc with a part before and one after all.
func inFuncAfter(before, part, after string) func(*strings.Builder, int) {
	return func(b *strings.Builder, lines int) {
		b.WriteString("\nfunc monster(ctx context.Context, n int, w http.ResponseWriter, r *http.Request) (err error) {\n" + before)
		repeat(b, part, lines)
		b.WriteString(after + "\treturn nil\n}\n")
	}
}

// inPackage writes declarations over and over.
func inPackage(part string) func(*strings.Builder, int) {
	return func(b *strings.Builder, lines int) { repeat(b, part, lines) }
}

func repeat(b *strings.Builder, part string, lines int) {
	for i := range max(1, lines/strings.Count(part, "\n")) {
		if !strings.Contains(part, "%[") {
			b.WriteString(part)
			continue
		}
		fmt.Fprintf(b, part, i, i+1)
	}
}

// cyclic writes declarations of so many lines over and over, each of which names the next one,
// and the last the first.
func cyclic(size int, part string) func(*strings.Builder, int) {
	return func(b *strings.Builder, lines int) {
		n := max(1, lines/size)
		for i := range n {
			fmt.Fprintf(b, part, i, (i+1)%n)
		}
	}
}

// nested writes a function that opens a thing again and again, and then closes all of them.
func nested(open, inner, end string, most int) func(*strings.Builder, int) {
	return func(b *strings.Builder, lines int) {
		b.WriteString("\nfunc monster(ctx context.Context, n int, w http.ResponseWriter, r *http.Request) (err error) {\n")
		depth := min(lines/(strings.Count(open, "\n")+strings.Count(end, "\n")), most)
		for i := range depth {
			fmt.Fprintf(b, open, i, i+1)
		}
		b.WriteString(inner)
		b.WriteString(strings.Repeat(end, depth))
		b.WriteString("\treturn nil\n}\n")
	}
}

func monsters() []monster {
	return []monster{
		{"spans", inFunc(`	ctx%[1]d, span%[1]d := tracer.Start(ctx, "x")
	if err = work(ctx%[1]d); err != nil {
		span%[1]d.RecordError(err)
		span%[1]d.End()
		return err
	}
	if on {
		span%[1]d.AddEvent("z")
	}
	span%[1]d.SetAttributes(attribute.String("http.method", "GET"), attribute.Int("my.key", n))
	span%[1]d.End()
`)},
		{"spansdeferred", inFunc(`	ctx%[1]d, span%[1]d := tracer.Start(ctx, fmt.Sprintf("x %%d", n))
	defer span%[1]d.End()
	if err = work(ctx%[1]d); err != nil {
		span%[1]d.RecordError(err)
		return err
	}
`)},
		{"spansshadowed", inFunc(`	func() {
		ctx, span := tracer.Start(ctx, "x")
		if err := work(ctx); err != nil {
			span.RecordError(err)
			return
		}
		span.End()
	}()
`)},
		{"spanreused", inFuncAfter("\tvar span trace.Span\n", `	ctx, span = tracer.Start(ctx, "x")
	if err := work(ctx); err != nil {
		span.RecordError(err)
		return err
	}
	span.End()
`, "")},
		{"spanalone", inFuncAfter("\tctx, span := tracer.Start(ctx, \"x\")\n", `	if err := work(ctx); err != nil && n == %[1]d {
		span.RecordError(err)
		span.SetAttributes(attribute.Int("a%[1]d", n))
		n++
	}
	for on && n > %[1]d {
		switch n {
		case 1:
			continue
		}
		break
	}
	span.SetName(fmt.Sprint(n))
	http.Get("http://example.com")
`, "\tspan.End()\n")},
		{"spansalive", func(b *strings.Builder, lines int) {
			b.WriteString("\nfunc monster(ctx context.Context, n int) (err error) {\n")
			for i := range lines / 4 {
				fmt.Fprintf(b, "\tctx, span%[1]d := tracer.Start(ctx, \"x\")\n\tif n == %[1]d {\n\t\tn++\n\t}\n", i)
			}
			for i := range lines / 4 {
				fmt.Fprintf(b, "\tspan%d.End()\n", lines/4-1-i)
			}
			b.WriteString("\treturn nil\n}\n")
		}},
		{"contexts", inFunc(`	ctx%[2]d, span%[1]d := tracer.Start(ctx, "x")
	defer span%[1]d.End()
	work(ctx)
	c%[1]d := context.WithValue(ctx%[2]d, "k", n)
	if on { c%[1]d = context.Background() }
	work(c%[1]d)
	req%[1]d, _ := http.NewRequest("GET", "http://example.com/", nil)
	http.DefaultClient.Do(req%[1]d)
`)},
		{"contextchain", inFuncAfter("\tctx0, span := tracer.Start(ctx, \"x\")\n\tdefer span.End()\n", `	ctx%[2]d := context.WithValue(ctx%[1]d, "k", n)
	work(ctx%[2]d)
	work(ctx)
`, "")},
		{"errors", inFuncAfter("\tctx, span := tracer.Start(ctx, \"x\")\n\tdefer span.End()\n", `	if err := work(ctx); err != nil {
		span.RecordError(err)
		if n == %[1]d { return err }
	}
	if err = work(ctx); err != nil {
		return fmt.Errorf("x: %%w", err)
	}
	if err2 := work(ctx); err2 != nil {
		span.RecordError(err2)
		span.SetStatus(codes.Error, "x")
	}
`, "")},
		{"names", inFuncAfter("\tname := \"x\"\n", `	name += r.URL.Path
	if on { name = fmt.Sprintf("%%s %%d", name, n) }
	_, span%[1]d := tracer.Start(ctx, name + "x")
	span%[1]d.SetName(name)
	span%[1]d.End()
`, "")},
		{"configs", inFunc(`	c%[1]d := &tls.Config{InsecureSkipVerify: on}
	if n == %[1]d {
		c%[1]d.MinVersion = tls.VersionTLS10
		c%[1]d.CipherSuites = []uint16{tls.TLS_RSA_WITH_RC4_128_SHA}
	}
	c%[1]d.VerifyPeerCertificate = func([][]byte, [][]*x509.Certificate) error { return nil }
	keep(c%[1]d)
`)},
		{"config", inFuncAfter("\tc := &tls.Config{}\n", `	c.InsecureSkipVerify = n == %[1]d
	if on {
		c.MinVersion = tls.VersionTLS10
		c.ClientAuth = tls.RequestClientCert
	}
	for range n {
		c.NextProtos = append(c.NextProtos, "x")
	}
`, "\tkeep(c)\n")},
		{"configcopies", inFuncAfter("\tc0 := &tls.Config{InsecureSkipVerify: true}\n", `	c%[2]d := c%[1]d.Clone()
	c%[2]d.ServerName = "x"
`, "")},
		{"configaliases", inFuncAfter("\tc0 := &tls.Config{InsecureSkipVerify: true}\n", `	c%[2]d := c%[1]d
	if on { c%[2]d.MinVersion = tls.VersionTLS11 }
`, "")},
		{"confighelpers", func(b *strings.Builder, lines int) {
			n := max(1, lines/13)
			for i := range n {
				fmt.Fprintf(b, `
func config%[1]d(on bool) *tls.Config {
	c := config%[2]d(!on)
	if on { c.InsecureSkipVerify = true }
	c = more%[1]d(c)
	return c
}

func more%[1]d(c *tls.Config) *tls.Config {
	c.MinVersion = tls.VersionTLS10
	return more%[2]d(c)
}
`, i, (i+1)%n)
			}
		}},
		{"spiffe", inFunc(`	s%[1]d := tlsconfig.MTLSServerConfig(svid, bundle, tlsconfig.AuthorizeAny())
	if on {
		s%[1]d.VerifyPeerCertificate = nil
	}
	s%[1]d.ClientAuth = tls.RequestClientCert
	keep(credentials.NewTLS(s%[1]d))
	src%[1]d, err := workloadapi.NewX509Source(ctx)
	if err != nil { return err }
	if on { src%[1]d.Close() }
`)},
		{"matchers", cyclic(9, `
func match%[1]d(id spiffeid.ID, chains [][]*x509.Certificate) error {
	if id.Path() == "/x" || id.String() == "spiffe://a/b%[1]d" {
		return nil
	}
	if len(chains) > 0 && chains[0][0].Subject.CommonName == "x" {
		return match%[2]d(id, chains)
	}
	return nil
}
`)},
		{"matcher", inFuncAfter("\tvar id spiffeid.ID\n", `	if id.Path() == "/x%[1]d" {
		return nil
	}
	if id.String() == "spiffe://a/b%[1]d" {
		n++
	}
`, "")},
		{"options", inFuncAfter("\tvar opts []grpc.ServerOption\n\tvar dial []grpc.DialOption\n", `	opts = append(opts, grpc.Creds(insecure.NewCredentials()))
	if on { dial = append(dial, grpc.WithTransportCredentials(insecure.NewCredentials())) }
	keep(grpc.NewServer(opts...))
`, "\tkeep(dial)\n")},
		{"optionlists", inFuncAfter("\tvar o0 []grpc.ServerOption\n", `	o%[2]d := append(o%[1]d, o%[1]d...)
	keep(grpc.NewServer(o%[2]d...))
`, "")},
		{"servers", inFunc(`	mux%[1]d := http.NewServeMux()
	mux%[1]d.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { work(context.Background()) })
	srv%[1]d := &http.Server{Addr: ":80", Handler: mux%[1]d}
	go srv%[1]d.ListenAndServe()
	cl%[1]d := &http.Client{}
	cl%[1]d.Get("http://example.com")
	http.ListenAndServe(":80", mux%[1]d)
	keep(grpc.NewServer())
`)},
		{"mux", inFuncAfter("\tmux := http.NewServeMux()\n\tvar h http.Handler = mux\n", `	mux.HandleFunc("/%[1]d", func(w http.ResponseWriter, r *http.Request) { work(r.Context()) })
	h = http.TimeoutHandler(h, 0, "")
`, "\thttp.ListenAndServe(\":80\", h)\n")},
		{"attributes", func(b *strings.Builder, lines int) {
			b.WriteString("\nfunc monster(span trace.Span) {\n\tspan.SetAttributes(\n")
			repeat(b, "\t\tattribute.String(\"http.method\", \"%[1]d\"), attribute.Int(\"my.key.%[1]d\", %[1]d), attribute.String(\"http.request.metod\", \"\"),\n", lines)
			b.WriteString("\t)\n}\n\nvar list = []attribute.KeyValue{\n")
			repeat(b, "\tattribute.String(\"key%[1]d\", \"\"),\n", lines)
			b.WriteString("}\n")
		}},
		{"attributevariables", inFuncAfter("\tctx, span := tracer.Start(ctx, \"x\")\n\tdefer span.End()\n\tvar kv []attribute.KeyValue\n", `	kv = append(kv, attribute.String("http.url", "x"))
	k%[1]d := attribute.Key("a.b%[1]d")
	span.SetAttributes(k%[1]d.String("x"), k%[1]d.String("y"))
	span.SetAttributes(kv...)
	span.SetAttributes(attribute.Int("a.c%[1]d", 1))
`, "")},
		{"package", inPackage(`
type server%[1]d struct{ client *http.Client; conn *grpc.ClientConn }

func (s *server%[1]d) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, span := tracer.Start(r.Context(), "serve")
	defer span.End()
	if err := s.call(ctx, r.URL.Path); err != nil {
		span.RecordError(err)
		http.Error(w, err.Error(), 500)
	}
}

func (s *server%[1]d) call(ctx context.Context, path string) error {
	req, err := http.NewRequestWithContext(ctx, "GET", "http://x/"+path, nil)
	if err != nil {
		return err
	}
	_, err = s.client.Do(req)
	return err
}

func new%[1]d() *http.Server {
	return &http.Server{Addr: ":80", Handler: &server%[1]d{client: &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}}}
}
`)},
		{"spanhelpers", func(b *strings.Builder, lines int) {
			// Each begins and ends its span by way of the next one, and the last by the first.
			n := max(1, lines/9)
			for i := range n {
				fmt.Fprintf(b, `
func start%[1]d(ctx context.Context) (context.Context, trace.Span) { return start%[2]d(ctx) }

func end%[1]d(ctx context.Context, span trace.Span, err error) {
	if err != nil { end%[2]d(ctx, span, nil); return }
	end%[3]d(ctx, span, err)
	use(func() { start%[2]d(ctx) })
}
`, i, (i+1)%n, (i+7)%n)
			}
			b.WriteString("\nfunc use(f func()) { f() }\n")
		}},
		{"spanhelpersdown", func(b *strings.Builder, lines int) {
			n := max(2, lines/8)
			fmt.Fprintf(b, "\nfunc start0(ctx context.Context) (context.Context, trace.Span) { return tracer.Start(ctx, \"x\") }\n\nfunc end0(span trace.Span) { span.End() }\n")
			for i := range n {
				fmt.Fprintf(b, `
func start%[2]d(ctx context.Context) (context.Context, trace.Span) { return start%[1]d(ctx) }

func end%[2]d(span trace.Span) { end%[1]d(span) }

func both%[1]d(ctx context.Context) { _, span := start%[1]d(ctx); end%[1]d(span) }
`, i, i+1)
			}
		}},
		{"spanhelpersup", func(b *strings.Builder, lines int) {
			n := max(2, lines/8)
			for i := range n {
				fmt.Fprintf(b, `
func start%[1]d(ctx context.Context) (context.Context, trace.Span) { return start%[2]d(ctx) }

func end%[1]d(span trace.Span) { end%[2]d(span) }

func both%[1]d(ctx context.Context) { _, span := start%[1]d(ctx); end%[1]d(span) }
`, i, i+1)
			}
			fmt.Fprintf(b, "\nfunc start%[1]d(ctx context.Context) (context.Context, trace.Span) { return tracer.Start(ctx, \"x\") }\n\nfunc end%[1]d(span trace.Span) { span.End() }\n", n)
		}},
		{"ifelse", func(b *strings.Builder, lines int) {
			b.WriteString("\nfunc monster(ctx context.Context, n int) (err error) {\n\tctx, span := tracer.Start(ctx, \"x\")\n\tc := &tls.Config{}\n\tif n == 0 {\n\t\tn++\n")
			for i := range min(lines/4, 5000) {
				fmt.Fprintf(b, "\t} else if err := work(ctx); n == %d || err != nil {\n\t\tspan.RecordError(err)\n\t\tc.InsecureSkipVerify = true\n\t\tspan.End()\n", i)
			}
			b.WriteString("\t}\n\treturn nil\n}\n")
		}},
		{"switch", func(b *strings.Builder, lines int) {
			b.WriteString("\nfunc monster(ctx context.Context, n int) (err error) {\n\tctx, span := tracer.Start(ctx, \"x\")\n\tc := &tls.Config{}\n\tswitch n {\n")
			for i := range lines / 4 {
				fmt.Fprintf(b, "\tcase %d:\n\t\terr = work(ctx)\n\t\tspan.RecordError(err)\n\t\tc.MinVersion = %d\n", i, 768+i%5)
				if i%3 == 0 {
					b.WriteString("\t\tfallthrough\n")
				}
			}
			b.WriteString("\tdefault:\n\t}\n\tspan.End()\n\treturn nil\n}\n")
		}},
		{"gotos", inFuncAfter("\tctx, span := tracer.Start(ctx, \"x\")\n\tvar c tls.Config\n", `l%[1]d:
	if err = work(ctx); err != nil {
		c.InsecureSkipVerify = true
		goto l%[1]d
	}
	for n < %[1]d {
		span.AddEvent("x")
		if on { goto l%[1]d }
	}
	if on { goto last }
`, "last:\n\tspan.End()\n")},
		{"blocks", nested("\tif n > %[1]d {\n\t\tctx, span := tracer.Start(ctx, \"x\")\n\t\twork(ctx)\n", "\tn++\n", "\tspan.End()\n\t}\n", 1000)},
		{"loops", nested("\tfor n > %[1]d {\n\t\tctx, span := tracer.Start(ctx, \"x\")\n\t\tif err := work(ctx); err != nil { break }\n\tdefer span.End()\n\tc := &tls.Config{InsecureSkipVerify: true}\n\t", "\tn++\n", "\tc.MinVersion = 0\n\t}\n", 1000)},
		{"closures", nested("\tfunc() { // %[1]d\n\t\tctx, span := tracer.Start(ctx, \"x\")\n\t\twork(ctx)\n\tc := &tls.Config{}\n", "\tn++\n", "\tspan.End()\n\tc.InsecureSkipVerify = true\n\t}()\n", 1000)},
		{"closurespassed", inFuncAfter("\tctx, span := tracer.Start(ctx, \"x\")\n\tc := &tls.Config{}\n", `	f%[1]d := func() { span.End(); c.InsecureSkipVerify = true }
	if on { f%[1]d() }
	go func() { work(ctx); span.RecordError(err) }()
`, "")},
		{"text", func(b *strings.Builder, lines int) {
			fmt.Fprintf(b, "\nfunc monster(ctx context.Context, s string) {\n\t_, span := tracer.Start(ctx, s%s)\n\tspan.End()\n", strings.Repeat(" +\n\t\"x\"+s", lines))
			fmt.Fprintf(b, "\tspan.SetName(\"x\"%s)\n\thttp.ListenAndServe(s%[1]s, nil)\n\tkeep(attribute.String(s%[1]s, s))\n}\n", strings.Repeat(" +\n\t\"x\"", lines))
		}},
		{"conditions", func(b *strings.Builder, lines int) {
			fmt.Fprintf(b, "\nfunc monster(ctx context.Context, n int, id spiffeid.ID) bool {\n\t_, span := tracer.Start(ctx, \"x\")\n\tif n == 0%s {\n\t\tspan.End()\n\t}\n\treturn id.Path() == \"\"%s\n}\n", strings.Repeat(" ||\n\tn == 1 && on", lines/2), strings.Repeat(" ||\n\tid.Path() == \"/x\"", lines/2))
		}},
		{"calls", func(b *strings.Builder, lines int) {
			depth := min(lines, 10000)
			fmt.Fprintf(b, "\nfunc id(c *tls.Config) *tls.Config { return c }\n\nfunc with(ctx context.Context) context.Context { return ctx }\n\nfunc monster(ctx context.Context) {\n\tkeep(%s&tls.Config{InsecureSkipVerify: true}%s)\n", strings.Repeat("id(\n", depth), strings.Repeat(")", depth))
			fmt.Fprintf(b, "\twork(%sctx%s)\n\tkeep(%son%s)\n\tkeep((((%s\"x\"%s))))\n}\n", strings.Repeat("with(\n", depth), strings.Repeat(")", depth), strings.Repeat("!", depth), "", strings.Repeat("(", depth), strings.Repeat(")", depth))
		}},
		{"generics", cyclic(10, `
type box%[1]d[T any] struct{ span trace.Span; c tls.Config; v T }

func (b *box%[1]d[T]) start(ctx context.Context, v T) context.Context {
	ctx, b.span = tracer.Start(ctx, fmt.Sprint(v))
	b.c.InsecureSkipVerify = true
	return ctx
}

func begin%[1]d[S trace.Span, T any](s S, v T) { keep(&box%[2]d[box%[1]d[T]]{span: s}) }
`)},
		{"literals", func(b *strings.Builder, lines int) {
			b.WriteString("\nvar configs = map[string]*tls.Config{\n")
			repeat(b, "\t\"k%[1]d\": {InsecureSkipVerify: true, MinVersion: tls.VersionTLS10},\n", lines)
			b.WriteString("}\n\nvar keys = map[attribute.Key]string{\n")
			repeat(b, "\t\"http.k%[1]d\": \"x\",\n", lines)
			b.WriteString("}\n\nvar suites = []uint16{\n")
			repeat(b, "\ttls.TLS_RSA_WITH_RC4_128_SHA,\n", lines)
			b.WriteString("}\n\nvar _ = tls.Config{CipherSuites: suites}\n")
		}},
		{"comments", inFunc(`	keep(&tls.Config{InsecureSkipVerify: true}) //nolint:tlsconfig // case %[1]d
	//lint:ignore tlsconfig.skipverify case %[1]d
	keep(&tls.Config{InsecureSkipVerify: true})
`)},
		{"variables", func(b *strings.Builder, lines int) {
			repeat(b, "var v%[1]d = v%[2]d + \"x\"\n", lines)
			fmt.Fprintf(b, "var v%d = \"x\"\n\nfunc monster(ctx context.Context) { tracer.Start(ctx, v0); http.ListenAndServe(v0, nil) }\n", max(1, lines))
		}},
	}
}
