package answers

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"
)

const formatted = `# yaml-language-server: $schema=.mintwright/schema.json
version: 1
kind: service
name: orders
module: example.com/acme/orders/v2
description: "Takes orders: #1"
owner: "on"
serve: [http]
identity:
  trustDomain: "1e3"
  path: /ns/default/sa/orders
  callers:
    - spiffe://1e3/ns/shop/sa/checkout
  federates: []
calls:
  - name: ledger
    protocol: http
    id: spiffe://1e3/ledger
    address: "ledger:8443"
  - name: stock
    protocol: http
    id: spiffe://1e3/stock
    address: "[::1]:8443"
worker:
  source: schedule
  broker:
    address: ""
    id: ""
telemetry:
  signals: [traces, logs]
  sampling: 0.000001
  protocol: grpc
  collector:
    address: "127.0.0.1:4317"
    id: ""
    tls: ""
  prometheus: false
  middleware: lean
store: none
deploy:
  namespace: "0x1"
  image: example.com/acme/orders
  autoscale: none
  policy: []
  gitops: none
ci: none
unsafe:
  - choice: plaintext-collector
    reason: a test bed, nothing else
`

func TestFormat(t *testing.T) {
	in := strings.Replace(formatted, "[traces, logs]", "[logs, traces]", 1)
	in = strings.Replace(in, "0.000001", "1e-6", 1)
	a, err := Parse("m.yaml", []byte(in))
	if err != nil {
		t.Fatal(err)
	}
	if got := string(Format(a)); got != formatted {
		t.Errorf("want\n%s\ngot\n%s", formatted, got)
	}
}

// Text stays text for readers of YAML 1.1 and 1.2, and is not changed on its way.
func TestScalar(t *testing.T) {
	words := []string{
		"on", "off", "Yes", "no", "y", "N", "null", "~", "true", "FALSE", "1e3", "0x1", "0o7", "017", "1_000", "1:20",
		"2026-11-23", ".nan", ".inf", "-1", "NaN", "Infinity", "=", "<<", "", " ", "a ", " a", "a: b", "a #b", "#a", "- a", "a - b",
		"[a]", "{a}", "*a", "&a", "!a", "|", ">", "%a", "@a", "`a", "'a'", `"a"`, `a\b`, "a:", "?a", "? a", "---", "...", "a, b", "a,b", "a\u0085b", "a\u2028b", "\ufeff", "\x7f", "\n", "é",
	}
	check := func(t rapid.TB, s string) {
		for _, doc := range []string{"v: " + scalar(s), "v:\n  - " + scalar(s)} {
			var node yaml.Node
			if err := yaml.Unmarshal([]byte(doc), &node); err != nil {
				t.Fatalf("%q: %v", doc, err)
			}
			v := node.Content[0].Content[1]
			if v.Kind == yaml.SequenceNode {
				v = v.Content[0]
			}
			if v.Tag != "!!str" || v.Value != s {
				t.Fatalf("%q became %s %q", s, v.Tag, v.Value)
			}
		}
	}
	for _, s := range words {
		check(t, s)
	}
	for _, s := range words[:25] {
		if !strings.HasPrefix(scalar(s), `"`) {
			t.Errorf("%q needs quotes for some reader", s)
		}
	}
	rapid.Check(t, func(t *rapid.T) { check(t, rapid.String().Draw(t, "s")) })
}

// answers draws right answers within what is built.
func drawn(t *rapid.T) Answers {
	label := func(name string) string {
		return rapid.StringMatching(`[a-z][a-z0-9]{1,8}(-[a-z0-9]{1,5})?x`).Draw(t, name)
	}
	id := func(td string) string {
		return "spiffe://" + td + "/" + rapid.StringMatching(`[A-Za-z0-9_-]{1,9}`).Draw(t, "path")
	}
	a := Defaults("s-"+label("name"), rapid.StringMatching(`[a-z]{1,5}\.(org|example)(/[A-Za-z][A-Za-z0-9]{0,7}z){1,3}(/v[2-9])?`).Draw(t, "module"))
	a.Description = strings.TrimSpace(rapid.StringMatching(`[\pL\pN\pP\pS ]{0,40}`).Draw(t, "description"))
	a.Owner = rapid.StringMatching(`|@?[A-Za-z0-9]{1,4}([./@_-][a-z0-9]{1,3})?`).Draw(t, "owner")
	a.Identity.TrustDomain = rapid.StringMatching(`[a-z0-9_.-]{1,20}`).Draw(t, "trust domain")
	a.Identity.Callers = rapid.SliceOfNDistinct(rapid.Custom(func(*rapid.T) string { return id(a.Identity.TrustDomain) }), 0, 3, rapid.ID[string]).Draw(t, "callers")
	for i := range rapid.IntRange(0, 3).Draw(t, "calls") {
		a.Calls = append(a.Calls, Call{
			Name: "c" + strings.Repeat("a", i), Protocol: "http", ID: id(a.Identity.TrustDomain),
			Address: rapid.SampledFrom([]string{"ledger:8443", "[::1]:1", "127.0.0.1:65535", "a.b.svc:443"}).Draw(t, "address"),
		})
	}
	a.Telemetry.Signals = rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"traces", "metrics", "logs"}), 1, 3, rapid.ID[string]).Draw(t, "signals")
	a.Telemetry.Sampling = rapid.Float64Range(0, 1).Draw(t, "sampling")
	a.Telemetry.Protocol = rapid.SampledFrom([]string{"grpc", "http/protobuf"}).Draw(t, "protocol")
	if rapid.Bool().Draw(t, "unsafe") {
		a.Unsafe = []Unsafe{{"plaintext-collector", rapid.StringMatching(`[a-z:#"'\\][ a-z:#"'\\]{0,20}[a-z:#"'\\]`).Draw(t, "reason")}}
		a.Telemetry.Collector.Address = "collector.observability.svc:4317"
	}
	return a
}

// Parse reads what Format wrote, Format is the same twice, the schema agrees, and replaying
// each value with Set makes the same answers.
func TestRoundTrip(t *testing.T) {
	s := compiled(t)
	rapid.Check(t, func(t *rapid.T) {
		a := drawn(t)
		if err := a.Validate(); err != nil {
			t.Fatalf("drawn wrong: %v", err)
		}
		text := Format(a)
		got, err := Parse("m.yaml", text)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		a.normalise()
		if !reflect.DeepEqual(a, got) {
			t.Fatalf("want %+v\ngot  %+v", a, got)
		}
		if again := Format(got); !bytes.Equal(text, again) {
			t.Fatalf("want\n%s\ngot\n%s", text, again)
		}
		accepted(t, s, text)

		d := NewDraft()
		for _, f := range Fields() {
			list, _, isItem := strings.Cut(f.Path, ".*.")
			n := 1
			if isItem {
				n = a.items(list)
			}
			for i := range n {
				if f.at != nil {
					if err := d.Set(numbered(f.Path, i), show(f.at(&a, i)), SetFlag); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		if got, err := d.Answers(); err != nil || !reflect.DeepEqual(a, got) {
			t.Fatalf("by Set: %v\nwant %+v\ngot  %+v", err, a, got)
		}
	})
}

// Whatever is read is written and read again as the same; nothing makes the reader panic.
func FuzzParse(f *testing.F) {
	seeds, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(seeds) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, name := range seeds {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, s := range []string{formatted, whole, "", "\ufeff" + whole, "a: &a [*a]", "<<: *x", "? ", "--- !!map\n", "%YAML 1.1\n---\n" + whole, "version: 1\ncalls: [{}, {}]\nunsafe: [{choice: x}]\n", "version: 1\nserve: [\"\", http]\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d := NewDraft()
		readErr := d.Read("m.yaml", data)
		a, err := d.Answers()
		_ = Format(d.Current())
		if readErr != nil && err == nil {
			t.Fatalf("forgotten: %v", readErr)
		}
		if err != nil {
			if Faults(err) == nil {
				t.Fatalf("no fault: %v", err)
			}
			return
		}
		again, err := Parse("m.yaml", Format(a))
		if err != nil || !reflect.DeepEqual(a, again) {
			t.Fatalf("%v\nwant %+v\ngot  %+v", err, a, again)
		}
	})
}
