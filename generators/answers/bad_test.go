package answers

import (
	"strings"
	"testing"
)

const whole = "version: 1\nname: orders\nmodule: example.com/acme/orders\n"

func call(name string) string {
	return "{name: " + name + ", id: spiffe://example.org/ledger, address: \"ledger:8443\"}"
}

func grpcCall(name string) string {
	return "{name: " + name + ", protocol: grpc, id: spiffe://example.org/ledger, address: \"ledger:9443\"}"
}

// badFile is a mintwright.yaml that is refused, and what is said of it.
type badFile struct{ about, in, field, problem, remedy string }

func badFiles() []badFile {
	named := func(name string) string {
		return "version: 1\nname: " + name + "\nmodule: example.com/acme/orders\n"
	}
	from := func(module string) string { return "version: 1\nname: orders\nmodule: " + module + "\n" }
	domain := func(td string) string { return whole + "identity: {trustDomain: \"" + td + "\"}\n" }
	caller := func(id string) string { return whole + "identity: {callers: [\"" + id + "\"]}\n" }
	address := func(a string) string {
		return whole + "calls: [{name: ledger, id: spiffe://example.org/x, address: \"" + a + "\"}]\n"
	}
	collector := func(c string) string { return whole + "telemetry: {collector: {" + c + "}}\n" }
	image := func(i string) string { return whole + "deploy: {image: \"" + i + "\"}\n" }

	return []badFile{
		{"name in unicode", named("örders"), "name", "not a DNS label", "lower-case"},
		{"name with a space", named("order book"), "name", "not a DNS label", `"order-book"`},
		{"name ..", named(".."), "name", "not a DNS label", "lower-case"},
		{"name with a slash", named("a/b"), "name", "not a DNS label", `"a-b"`},
		{"name in upper case", named("Orders"), "name", "not a DNS label", `"orders"`},
		{"name with a digit first", named("2orders"), "name", "not a DNS label", `"orders"`},
		{"name of 64", named(strings.Repeat("a", 64)), "name", "64 characters", "at most 63"},
		{"name is a keyword", named("func"), "name", "Go keyword", `"func-service"`},
		{"name is predeclared", named("string"), "name", "predeclared", "add a word"},
		{"name is a standard package", named("http"), "name", "net/http", "add a word"},
		{"name main", named("main"), "name", "go command", "add a word"},
		{"name internal", named("internal"), "name", "go command", "add a word"},
		{"name vendor", named("vendor"), "name", "go command", "add a word"},
		{"name is a number", named("123"), "name", "a number, not text", `"123"`},
		{"name is null", named("null"), "name", "nothing", `""`},
		{"name is empty", named(`""`), "name", "missing", "NAME"},
		{"name is a list", named("[a]"), "name", "a list", "one value"},
		{"no name", "version: 1\nmodule: example.com/a\n", "name", "missing", "NAME"},
		{"no module", "version: 1\nname: orders\n", "module", "missing", "--module"},
		{"module without a dot", from("orders"), "module", "missing dot", `"example.com/orders"`},
		{"module /v1", from("example.com/orders/v1"), "module", "invalid version", "/v2"},
		{"module with a space", from("example.com/my orders"), "module", "invalid char", "github.com/acme"},
		{"module with ..", from("example.com/../x"), "module", "not a module path", "github.com/acme"},
		{"module in upper case domain", from("Example.com/x"), "module", "invalid char", "github.com/acme"},
		{"description of two lines", whole + "description: \"a\\nb\"\n", "description", "more than one line", "one line"},
		{"description with an escape", whole + "description: \"a\\x1b[31m\"\n", "description", "cannot be seen", "take it out"},
		{"description turns around", whole + "description: \"a\\u202eb\"\n", "description", "cannot be seen", "take it out"},
		{"owner", whole + "owner: \"a b\"\n", "owner", "not the name of a team", "team-payments"},
		{"serve nothing", whole + "serve: []\n", "serve", "empty", "at least one"},
		{"serve text", whole + "serve: http\n", "serve", "not a list", "[http]"},
		{"serve twice", whole + "serve: [http, http]\n", "serve.1", "twice", "take one out"},
		{"serve mistyped", whole + "serve: [htpp]\n", "serve.0", "not one of the choices", `"http"`},
		{"trust domain in upper case", domain("Acme.example"), "identity.trustDomain", "upper-case", `"acme.example"`},
		{"trust domain with a scheme", domain("spiffe://acme.example"), "identity.trustDomain", "scheme", `"acme.example"`},
		{"trust domain with a port", domain("acme.example:8443"), "identity.trustDomain", "port", `"acme.example"`},
		{"trust domain with a path", domain("acme.example/x"), "identity.trustDomain", "path", `"acme.example"`},
		{"trust domain with a space", domain("acme example"), "identity.trustDomain", "not a trust domain", "acme.example"},
		{"trust domain empty", domain(""), "identity.trustDomain", "empty", "default"},
		{"trust domain too long", domain(strings.Repeat("a", 256)), "identity.trustDomain", "256 characters", "255"},
		{"path relative", whole + "identity: {path: ns/x}\n", "identity.path", "leading slash", "/ns/shop"},
		{"path with ..", whole + "identity: {path: /ns/../x}\n", "identity.path", "dot segment", "/ns/shop"},
		{"caller is no ID", caller("checkout"), "identity.callers.0", "not a SPIFFE ID", "spiffe://"},
		{"caller is a trust domain", caller("spiffe://example.org"), "identity.callers.0", "not a workload", "/ns/shop"},
		{"caller of a strange domain", caller("spiffe://partner.example/x"), "identity.callers.0", "neither the own one", "identity.federates"},
		{"callers twice", whole + "identity: {callers: [spiffe://example.org/a, spiffe://example.org/a]}\n", "identity.callers.1", "twice", "take one out"},
		{"too many callers", whole + "identity: {callers: [" + strings.Repeat("spiffe://example.org/a, ", 101) + "]}\n", "identity.callers", "101 items", "at most 100"},
		{"federates with itself", whole + "identity: {federates: [example.org]}\n", "identity.federates.0", "own trust domain", "take it out"},
		{"two calls with one name", whole + "calls: [" + call("ledger") + ", " + call("ledger") + "]\n", "calls.1.name", "calls.0", "name of its own"},
		{"two calls with one identifier", whole + "calls: [" + call("a-1") + ", " + call("a1") + "]\n", "calls.1.name", "both become A1", "name of its own"},
		{"two calls with one folder", whole + "calls: [" + grpcCall("a--b") + ", " + grpcCall("a-b") + "]\n", "calls.1.name", "both become AB", "name of its own"},
		{"call with the folder of the service", "version: 1\nname: order-book\nmodule: example.com/x\nserve: [grpc]\ncalls: [" + grpcCall("order--book") + "]\n", "calls.0.name", "both have the folder proto/order_book", "name of its own"},
		{"gRPC call internal", whole + "calls: [" + grpcCall("internal") + "]\n", "calls.0.name", "proto/internal", `"internal-service"`},
		{"gRPC call vendor", whole + "calls: [" + grpcCall("vendor") + "]\n", "calls.0.name", "meaning of its own", `"vendor-service"`},
		{"gRPC call testdata", whole + "calls: [" + grpcCall("testdata") + "]\n", "calls.0.name", "meaning of its own", `"testdata-service"`},
		{"call without a name", whole + "calls: [{id: spiffe://example.org/x, address: \"a:1\"}]\n", "calls.0.name", "missing", "calls.0.name"},
		{"call of a strange domain", whole + "calls: [{name: a, id: spiffe://x.example/x, address: \"a:1\"}]\n", "calls.0.id", "neither", "federates"},
		{"too many calls", whole + "calls: [" + strings.Repeat("{}, ", 51) + "]\n", "calls", "51 items", "at most 50"},
		{"address without a port", address("ledger"), "calls.0.address", "not host:port", "host:port"},
		{"address with a scheme", address("https://ledger:8443"), "calls.0.address", "scheme", "host:port"},
		{"address with port 0", address("ledger:0"), "calls.0.address", "port", "65535"},
		{"address with port 65536", address("ledger:65536"), "calls.0.address", "port", "65535"},
		{"address with a named port", address("ledger:https"), "calls.0.address", "port", "65535"},
		{"address of all", address("0.0.0.0:1"), "calls.0.address", "listen", "host:port"},
		{"address half an IP", address("10.0.0:1"), "calls.0.address", "host", "host:port"},
		{"worker source without worker", whole + "worker: {source: nats}\n", "worker.source", "no effect", "serve"},
		{"worker source without store", whole + "serve: [worker]\nworker: {source: postgres}\n", "worker.source", "needs store", "store: postgres"},
		{"broker without nats", whole + "serve: [worker]\nworker: {broker: {address: \"nats:4222\"}}\n", "worker.broker.address", "no effect", "worker.source: nats"},
		{"broker of a strange domain", whole + "serve: [worker]\nworker: {source: nats, broker: {id: spiffe://x.example/nats}}\n", "worker.broker.id", "neither", "federates"},
		{"broker without an ID", whole + "serve: [worker]\nworker: {source: nats, broker: {id: \"\"}}\n", "worker.broker.id", "empty", "default"},
		{"signals none", whole + "telemetry: {signals: []}\n", "telemetry.signals", "empty", "at least one"},
		{"sampling NaN", whole + "telemetry: {sampling: .NaN}\n", "telemetry.sampling", "not a number", "0.1"},
		{"sampling infinite", whole + "telemetry: {sampling: .inf}\n", "telemetry.sampling", "not a number", "0.1"},
		{"sampling 1e999", whole + "telemetry: {sampling: 1e999}\n", "telemetry.sampling", "not a number", "0.1"},
		{"sampling hexadecimal", whole + "telemetry: {sampling: 0x1}\n", "telemetry.sampling", "not a number", "0.1"},
		{"sampling text", whole + "telemetry: {sampling: \"0.1\"}\n", "telemetry.sampling", "not a number", "0.1"},
		{"sampling 2", whole + "telemetry: {sampling: 2}\n", "telemetry.sampling", "not from 0 to 1", "0.1"},
		{"sampling negative", whole + "telemetry: {sampling: -0.1}\n", "telemetry.sampling", "not from 0 to 1", "0.1"},
		{"prometheus yes", whole + "telemetry: {prometheus: yes}\n", "telemetry.prometheus", "not true or false", "true or false"},
		{"collector in plaintext", collector(`address: "collector:4317"`), "telemetry.collector.address", "plaintext", "tls: system"},
		{"collector with id and tls", collector(`id: spiffe://example.org/c, tls: system`), "telemetry.collector.tls", "excludes", "empty one"},
		{"collector of a strange domain", collector(`id: spiffe://x.example/c`), "telemetry.collector.id", "neither", "federates"},
		{"namespace", whole + "deploy: {namespace: My_Shop}\n", "deploy.namespace", "not a DNS label", `"my-shop"`},
		{"image with a tag", image("ghcr.io/acme/orders:1"), "deploy.image", "tag", `"ghcr.io/acme/orders"`},
		{"image with a digest", image("ghcr.io/acme/orders@sha256:00"), "deploy.image", "digest", `"ghcr.io/acme/orders"`},
		{"image in upper case", image("ghcr.io/Acme/orders"), "deploy.image", "upper-case", `"ghcr.io/acme/orders"`},
		{"image without a host", image("acme/orders"), "deploy.image", "host", "ghcr.io"},
		{"image derived from an odd module", from("example.com/a~b"), "deploy.image", "not the name of an image", "ghcr.io"},
		{"ci mistyped", whole + "ci: gitlba\n", "ci", "not one of the choices", `"gitlab"`},
		{"unsafe without a reason", whole + "unsafe: [{choice: plaintext-collector}]\n", "unsafe.0.reason", "missing", "unsafe.0.reason"},
		{"unsafe with a blank reason", whole + "unsafe: [{choice: plaintext-collector, reason: \" \"}]\n", "unsafe.0.reason", "empty", "acceptable"},
		{"unsafe twice", whole + "unsafe: [{choice: plaintext-collector, reason: a}, {choice: plaintext-collector, reason: b}]\n", "unsafe.1.choice", "twice", "take one out"},
		{"unsafe unknown", whole + "unsafe: [{choice: hostpaht, reason: a}]\n", "unsafe.0.choice", "not one of", `"hostpath"`},

		{"unknown key", whole + "onwer: x\n", "onwer", "no such key", `"owner"`},
		{"unknown nested key", whole + "identity: {trustdomain: x}\n", "identity.trustdomain", "no such key", `"identity.trustDomain"`},
		{"unknown key three deep", whole + "telemetry: {collector: {adress: x}}\n", "telemetry.collector.adress", "no such key", `"telemetry.collector.address"`},
		{"unknown key in a call", whole + "calls: [" + call("a") + ", {name: b, adress: \"b:1\"}]\n", "calls.1.adress", "no such key", `"calls.1.address"`},
		{"unknown key in an unsafe choice", whole + "unsafe: [{choice: hostpath, raeson: x}]\n", "unsafe.0.raeson", "no such key", `"unsafe.0.reason"`},
		{"key in the wrong place", whole + "namespace: x\n", "namespace", "no such key", `"deploy.namespace"`},
		{"lock in a service's file", whole + "locked: [name]\n", "locked", "no such key", "schema.json"},
		{"key twice", whole + "name: other\n", "name", "twice, first on line 2", "one of the two"},
		{"key twice in other quotes", whole + "\"name\": other\n", "name", "twice", "one of the two"},
		{"key twice in a section", whole + "deploy:\n  namespace: a\n  namespace: b\n", "deploy.namespace", "twice, first on line 5", "one of the two"},
		{"key twice three deep", whole + "telemetry: {collector: {tls: system, tls: system}}\n", "telemetry.collector.tls", "twice", "one of the two"},
		{"key twice in a call", whole + "calls: [{name: a, name: b}]\n", "calls.0.name", "twice", "one of the two"},
		{"key twice in an unsafe choice", whole + "unsafe: [{reason: a, choice: hostpath, reason: b}]\n", "unsafe.0.reason", "twice", "one of the two"},
		{"section twice", whole + "deploy: {}\ndeploy: {}\n", "deploy", "twice", "one of the two"},
		{"section is text", whole + "deploy: x\n", "deploy", "text, not keys", "namespace"},
		{"section is nothing", whole + "deploy:\n", "deploy", "nothing", "namespace"},
		{"key is a list", whole + "? [a]\n: b\n", "", "a key is a list", "key: value"},
		{"merge key", whole + "<<: {owner: x}\n", "", "merge key", "key: value"},
		{"anchor", whole + "owner: &x team\n", "owner", "anchor", "take it away"},
		{"alias", whole + "owner: &x team\ndescription: *x\n", "description", "alias", "the value itself"},
		{"tag", whole + "owner: !!str 1\n", "owner", "tag", "take it away"},
		{"own tag", whole + "owner: !x team\n", "owner", "tag", "take it away"},
		{"date", whole + "owner: 2026-11-23\n", "owner", "a date", `"2026-11-23"`},
		{"YAML bomb", whole + "a: &a [x, x]\nb: &b [*a, *a, *a]\nc: &c [*b, *b, *b]\ndescription: *c\n", "description", "alias", "the value itself"},
		{"version of the future", "version: 2\nname: [x]\nfuture: y\n", "version", "newer than 1", "newer gen"},
		{"version 0", "version: 0\n", "version", "no version", "version: 1"},
		{"version in words", "version: one\n", "version", "not a whole number", "version: 1"},
		{"no version", "name: orders\nmodule: example.com/x\n", "version", "missing", "version: 1"},
		{"two documents", whole + "---\n" + whole, "", "more than one document", "keep one"},
		{"empty", "", "", "empty", "version: 1"},
		{"comments only", "# nothing\n", "", "empty", "version: 1"},
		{"a list", "- a\n", "", "a list", "version: 1"},
		{"not YAML", "version: 1\nname: [\n", "", "not YAML", "correct"},
		{"not YAML, on no known line", "version: 1: 2\n", "", "not YAML", "colon"},
		{"deep", strings.Repeat("[", 20000), "", "not YAML", "bracket"},
		{"deep where a value is wanted", whole + "owner: " + strings.Repeat("{a: ", 9000) + strings.Repeat("}", 9000) + "\n", "owner", "keys with values", "one value"},
		{"10 MB", whole + strings.Repeat("#", 10<<20), "", "bytes", "1 MiB"},
		{"invalid UTF-8", whole + "owner: \xff\n", "", "0xff is not UTF-8", "UTF-8"},
		{"UTF-16", "\xff\xfev\x00", "", "not UTF-8", "UTF-8"},
		{"NUL", whole + "owner: a\x00b\n", "", "NUL", "text file"},
	}
}

// Each bad file is refused with the field and a remedy.
func TestBadInput(t *testing.T) {
	for _, c := range badFiles() {
		t.Run(c.about, func(t *testing.T) {
			_, err := Parse("mintwright.yaml", []byte(c.in))
			if err == nil {
				t.Fatal("it was accepted")
			}
			faults := Faults(err)
			for _, f := range faults {
				if f.Remedy == "" || f.Problem == "" {
					t.Errorf("half a fault: %+v", *f)
				}
				if f.Field == c.field && strings.Contains(f.Problem, c.problem) && strings.Contains(f.Remedy, c.remedy) {
					return
				}
			}
			t.Errorf("want %s: …%s…; …%s…\ngot:\n%v", c.field, c.problem, c.remedy, err)
		})
	}
}

// badReader stands for input on which the YAML library panics; no such input is known.
type badReader struct{}

func (badReader) Read([]byte) (int, error) { panic("index out of range") }

func TestPanicOfTheLibraryIsAFault(t *testing.T) {
	root, f := parse(badReader{})
	if root != nil || f == nil || !strings.Contains(f.Problem, "gave up: index out of range") || f.Remedy == "" {
		t.Errorf("want a fault that says what the library said, got %v", f)
	}
}

// What is said once is enough, and everything is said at once, with its place.
func TestAllFaultsAtOnce(t *testing.T) {
	in := "version: 1\nname: [x]\nmodule: X\nidentity:\n  trustDomain: A\n  callers: [spiffe://b/c]\nserve: [ftp]\nnmae: y\n"
	_, err := Parse("m.yaml", []byte(in))
	want := []string{
		"m.yaml:2:7: name: ", "m.yaml:3:9: module: ", "m.yaml:7:9: serve.0: ", "m.yaml:5:16: identity.trustDomain: ", "m.yaml:8:1: nmae: ",
	}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != len(want) {
		t.Fatalf("want %d faults, got:\n%v", len(want), err)
	}
	for i, w := range want {
		if !strings.HasPrefix(lines[i], w) {
			t.Errorf("want %s…, got %s", w, lines[i])
		}
	}
}

// Of another version nothing else is judged.
func TestFutureVersion(t *testing.T) {
	_, err := Parse("m.yaml", []byte("version: 2\nname: [x]\nfuture: y\n"))
	if f := Faults(err); len(f) != 1 || f[0].Field != "version" || f[0].Line != 1 {
		t.Errorf("want the version alone, got %v", err)
	}
}

// goodFiles are right, by what is odd about them.
func goodFiles() map[string]string {
	return map[string]string{
		"CRLF":                 strings.ReplaceAll(whole, "\n", "\r\n"),
		"byte order mark":      "\ufeff" + whole,
		"document mark":        "---\n" + whole,
		"major version":        "version: 1\nname: orders\nmodule: example.com/acme/orders/v2\n",
		"JSON":                 `{"version": 1, "name": "orders", "module": "example.com/acme/orders"}`,
		"own identity calls":   whole + "identity: {callers: [spiffe://example.org/ns/default/sa/orders]}\n",
		"federated caller":     whole + "identity: {federates: [p.example], callers: [spiffe://p.example/x]}\n",
		"IPv6":                 whole + "calls: [{name: a, id: spiffe://example.org/x, address: \"[::1]:8443\"}]\n",
		"collector over TLS":   whole + "telemetry: {collector: {address: \"c:4317\", tls: system}}\n",
		"collector over mTLS":  whole + "telemetry: {collector: {address: \"c:4317\", id: spiffe://example.org/c}}\n",
		"plaintext, allowed":   whole + "telemetry: {collector: {address: \"c:4317\"}}\nunsafe: [{choice: plaintext-collector, reason: a test bed}]\n",
		"localhost, plaintext": whole + "telemetry: {collector: {address: \"localhost:4317\"}}\n",
		"http/protobuf":        whole + "telemetry: {protocol: http/protobuf, signals: [logs]}\n",
		"words as text":        whole + "owner: on\ndescription: \"null\"\n",
		"HTTP call internal":   whole + "calls: [{name: internal, id: spiffe://example.org/x, address: \"a:1\"}]\n",
		"gRPC call of its own": whole + "serve: [grpc]\ncalls: [" + grpcCall("orders") + "]\n",
		"gRPC call, HTTP here": strings.ReplaceAll(whole, "orders", "a-b") + "calls: [" + grpcCall("a--b") + "]\n",
		"emoji":                whole + "description: Zahlungen für Äpfel 👩‍💻\n",
	}
}

func TestAccepted(t *testing.T) {
	for about, in := range goodFiles() {
		if _, err := Parse("m.yaml", []byte(in)); err != nil {
			t.Errorf("%s: %v", about, err)
		}
	}
}

// An unsafe choice that nothing needs is named, and no more.
func TestNotes(t *testing.T) {
	const unsafe = "unsafe: [{choice: plaintext-collector, reason: a test bed}]\n"
	for collector, want := range map[string]int{
		`address: "c:4317"`:                             0,
		`address: "127.0.0.1:4317"`:                     1,
		`address: "c:4317", tls: system`:                1,
		`address: "c:4317", id: spiffe://example.org/c`: 1,
	} {
		a, err := Parse("m.yaml", []byte(whole+"telemetry: {collector: {"+collector+"}}\n"+unsafe))
		if err != nil {
			t.Fatal(err)
		}
		if notes := a.Notes(); len(notes) != want || want == 1 && !strings.HasPrefix(notes[0], `unsafe.0.choice: "plaintext-collector" has no effect`) {
			t.Errorf("%s: want %d notes, got %q", collector, want, notes)
		}
	}
	if notes := Defaults("orders", "example.com/orders").Notes(); notes != nil {
		t.Errorf("without unsafe choices: got %q", notes)
	}
}
