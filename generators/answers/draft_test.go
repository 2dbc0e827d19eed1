package answers

import (
	"strings"
	"testing"
)

func set(t *testing.T, d *Draft, path, value string, o Origin) {
	t.Helper()
	if err := d.Set(path, value, o); err != nil {
		t.Fatalf("%s=%s: %v", path, value, err)
	}
}

func TestOrigins(t *testing.T) {
	d := NewDraft()
	set(t, d, "name", "typed", Question)
	set(t, d, "name", "folder", Surroundings) // weaker, though later
	set(t, d, "owner", "team-git", Surroundings)
	if err := d.Read("m.yaml", []byte(whole+"owner: team-file\ndeploy: {namespace: shop}\n")); err != nil {
		t.Fatal(err)
	}
	set(t, d, "deploy.namespace", "market", SetFlag)
	for path, want := range map[string]struct {
		value  string
		origin Origin
	}{
		"name":             {"typed", Question},
		"module":           {"example.com/acme/orders", File},
		"owner":            {"team-file", File},
		"deploy.namespace": {"market", SetFlag},
		"identity.path":    {"/ns/market/sa/typed", Default},
		"serve":            {"http", Default},
	} {
		if d.Value(path) != want.value || d.Origin(path) != want.origin {
			t.Errorf("%s: want %q (%v), got %q (%v)", path, want.value, want.origin, d.Value(path), d.Origin(path))
		}
	}
}

func TestSet(t *testing.T) {
	d := NewDraft()
	set(t, d, "name", "orders", Option)
	set(t, d, "module", "example.com/orders", Option)
	set(t, d, "calls.0.name", "ledger", SetFlag)
	set(t, d, "calls.0.id", "spiffe://example.org/ledger", SetFlag)
	set(t, d, "calls.0.address", "ledger:8443", SetFlag)
	set(t, d, "telemetry.signals", "logs, traces", SetFlag)
	set(t, d, "identity.callers", "spiffe://example.org/a,spiffe://example.org/b", SetFlag)
	set(t, d, "identity.callers.1", "spiffe://example.org/c", SetFlag)
	set(t, d, "identity.callers.2", "spiffe://example.org/d", SetFlag)
	set(t, d, "description", "a, b", SetFlag)
	a, err := d.Answers()
	if err != nil {
		t.Fatal(err)
	}
	if want := (Call{"ledger", "http", "spiffe://example.org/ledger", "ledger:8443"}); len(a.Calls) != 1 || a.Calls[0] != want {
		t.Errorf("calls: want %v, got %v", want, a.Calls)
	}
	for want, got := range map[string]string{
		"traces,logs": strings.Join(a.Telemetry.Signals, ","),
		"spiffe://example.org/a,spiffe://example.org/c,spiffe://example.org/d": strings.Join(a.Identity.Callers, ","),
		"a, b": a.Description,
	} {
		if got != want {
			t.Errorf("want %q, got %q", want, got)
		}
	}
	set(t, d, "calls", "", SetFlag)
	set(t, d, "identity.callers", "", SetFlag)
	if a, err := d.Answers(); err != nil || a.Calls != nil || a.Identity.Callers != nil {
		t.Errorf("emptied: %v, %v, %v", a.Calls, a.Identity.Callers, err)
	}
}

func TestSetRefuses(t *testing.T) {
	for _, c := range []struct{ path, value, problem, remedy string }{
		{"sevre", "http", "no such key", `"serve"`},
		{"", "x", "no such key", "schema.json"},
		{"namespace", "x", "no such key", `"deploy.namespace"`},
		{"calls.0.nmae", "x", "no such key", `"calls.0.name"`},
		{"calls.1.name", "x", "the next is number 0", "without a gap"},
		{"calls.01.name", "x", "no such key", ""},
		{"calls.-1.name", "x", "no such key", ""},
		{"calls.*.name", "x", "no such key", ""},
		{"calls.99999999999999999999.name", "x", "no such key", ""},
		{"identity.callers.1", "x", "the next is number 0", "without a gap"},
		{"calls", "x", "list of groups", "calls.0.name"},
		{"identity", "x", "group of keys", "identity.trustDomain"},
		{"telemetry.sampling", "NaN", "not a number", "0.1"},
		{"telemetry.sampling", "", "not a number", "0.1"},
		{"telemetry.prometheus", "yes", "neither true nor false", "true or false"},
		{"version", "one", "not a whole number", "1"},
	} {
		d := NewDraft()
		before := string(Format(d.Current()))
		err := d.Set(c.path, c.value, SetFlag)
		if err == nil || !strings.Contains(err.Error(), c.problem) || !strings.Contains(err.Error(), c.remedy) {
			t.Errorf("%s=%s: want …%s…%s…, got %v", c.path, c.value, c.problem, c.remedy, err)
		}
		if string(Format(d.Current())) != before {
			t.Errorf("%s=%s: changed the draft", c.path, c.value)
		}
		if _, err := d.Answers(); err == nil || !strings.Contains(err.Error(), c.problem) {
			t.Errorf("%s=%s: Answers forgot it: %v", c.path, c.value, err)
		}
	}
}

// A later value of the same field mends what could not be read.
func TestMended(t *testing.T) {
	d := NewDraft()
	if err := d.Read("m.yaml", []byte(whole+"owner: [x]\n")); err == nil {
		t.Fatal("owner: [x] was accepted")
	}
	if _, err := d.Answers(); err == nil {
		t.Fatal("the fault was forgotten")
	}
	set(t, d, "owner", "team", SetFlag)
	if _, err := d.Answers(); err != nil {
		t.Errorf("mended, but: %v", err)
	}
}

func TestCheck(t *testing.T) {
	d := NewDraft()
	if err := d.Check("name", "Bad Name"); err == nil || !strings.Contains(err.Error(), `"bad-name"`) {
		t.Errorf("want a suggestion, got %v", err)
	}
	if err := d.Check("name", "orders"); err != nil {
		t.Errorf("other fields are not asked for: %v", err)
	}
	if err := d.Check("ci", "travis"); err == nil || Faults(err)[0].Kind != Invalid {
		t.Errorf("want no such choice, got %v", err)
	}
	if d.Value("name") != "" {
		t.Error("Check changed the draft")
	}
	if err := d.Set("telemetry.sampling", "x", Question); err == nil {
		t.Error("x is no number")
	}
	if _, err := d.Answers(); strings.Contains(err.Error(), "sampling") {
		t.Errorf("a question is asked again; its fault is not kept: %v", err)
	}
}

func TestMissing(t *testing.T) {
	d := NewDraft()
	var got []string
	for _, f := range d.Missing() {
		got = append(got, f.Path+" "+f.Option)
	}
	if want := "name NAME, module --module"; strings.Join(got, ", ") != want {
		t.Errorf("want %s, got %v", want, got)
	}
	_, err := d.Answers()
	if f := Faults(err); len(f) != 2 || f[0].Kind != Missing || f[1].Kind != Missing {
		t.Errorf("want both missing and nothing else, got %v", err)
	}
}

const organisation = `version: 1
owner: team-platform
identity: {trustDomain: acme.example}
telemetry:
  collector: {address: "collector.observability.svc:4317", id: spiffe://acme.example/collector}
locked: [identity.trustDomain, telemetry.collector, deploy.image, store, calls]
`

func TestLocks(t *testing.T) {
	fresh := func() *Draft {
		d := NewDraft()
		if err := d.ReadDefaults("org.yaml", []byte(organisation)); err != nil {
			t.Fatal(err)
		}
		return d
	}
	d := fresh()
	set(t, d, "name", "orders", Option)
	set(t, d, "module", "example.com/orders", Option)
	set(t, d, "identity.trustDomain", "folder.example", Surroundings) // gives way
	set(t, d, "owner", "team-orders", SetFlag)                        // not locked
	a, err := d.Answers()
	if err != nil {
		t.Fatal(err)
	}
	if a.Identity.TrustDomain != "acme.example" || d.Origin("identity.trustDomain") != Organisation {
		t.Errorf("trust domain: got %s (%v)", a.Identity.TrustDomain, d.Origin("identity.trustDomain"))
	}
	if file, locked := d.Locked("telemetry.collector.id"); !locked || file != "org.yaml" {
		t.Errorf("collector.id: got %q, %t", file, locked)
	}

	// What was made under the locks can be read again under them.
	again := fresh()
	if err := again.Read("m.yaml", Format(a)); err != nil {
		t.Error(err)
	}
	if _, err := again.Answers(); err != nil {
		t.Error(err)
	}

	for path, value := range map[string]string{
		"identity.trustDomain":        "other.example",
		"telemetry.collector.address": "127.0.0.1:4317",
		"telemetry.collector.tls":     "system",
		"store":                       "postgres",
		"calls.0.name":                "ledger",
		"deploy.image":                "ghcr.io/acme/orders",
	} {
		for _, origin := range []Origin{SetFlag, Question} {
			d := fresh()
			set(t, d, "name", "orders", Option)
			set(t, d, "module", "example.com/orders", Option)
			err := d.Set(path, value, origin)
			if err == nil {
				_, err = d.Answers() // what is derived is judged when all is known
			}
			f := Faults(err)
			if len(f) != 1 || f[0].Kind != Locked || f[0].Field != path || !strings.Contains(f[0].Problem+f[0].Remedy, "org.yaml") {
				t.Errorf("%s=%s: want a lock of org.yaml, got %v", path, value, err)
			}
		}
	}

	d = fresh()
	err = d.Read("m.yaml", []byte(whole+"identity: {trustDomain: other.example}\n"))
	if err == nil || !strings.HasPrefix(err.Error(), `m.yaml:4:25: identity.trustDomain: it is locked to "acme.example" by org.yaml`) {
		t.Errorf("want the place of the change, got %v", err)
	}

	// The order of reading does not open a lock.
	d = NewDraft()
	_ = d.Read("m.yaml", []byte(whole+"identity: {trustDomain: other.example}\n"))
	_ = d.ReadDefaults("org.yaml", []byte(organisation))
	if _, err := d.Answers(); err == nil {
		t.Error("a lock that was read late does not hold")
	}
}

func TestBadLocks(t *testing.T) {
	for in, want := range map[string]string{
		"locked: name\n":           "not a list",
		"locked: [nmae]\n":         `did you mean "name"?`,
		"locked: [calls.0.name]\n": "the list as a whole",
		"locked: [[a]]\n":          "not a single value",
		"locked: []\nlocked: []\n": "twice",
		"lokced: []\n":             "no such key",
	} {
		err := NewDraft().ReadDefaults("org.yaml", []byte("version: 1\n"+in))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: want %s, got %v", in, want, err)
		}
	}
}

// A worker on messages has a broker, unless told otherwise; other services have none.
func TestBroker(t *testing.T) {
	for source, want := range map[string]Broker{
		"nats":     {Address: "nats.nats.svc:4222", ID: "spiffe://acme.example/ns/nats/sa/nats"},
		"schedule": {},
	} {
		d := NewDraft()
		for path, value := range map[string]string{
			"name": "orders", "module": "example.com/orders", "serve": "worker", "identity.trustDomain": "acme.example", "worker.source": source,
		} {
			if err := d.Set(path, value, SetFlag); err != nil {
				t.Fatal(err)
			}
		}
		a, err := d.Answers()
		if err != nil || a.Worker.Broker != want {
			t.Errorf("%s: want %v, got %v, %v", source, want, a.Worker.Broker, err)
		}
	}
}

// Notes name what was chosen and has no effect.
func TestNotesOfShapes(t *testing.T) {
	for _, c := range []struct {
		serve, choice string
		isNote        bool
	}{
		{"http", "reflection", true},
		{"grpc", "reflection", false},
		{"grpc", "web-pki-ingress", true},
		{"http", "web-pki-ingress", false},
		{"worker", "any-caller", true},
		{"http", "any-caller", false},
		{"http", "plaintext-collector", true},
	} {
		a := Defaults("orders", "example.com/orders")
		a.Serve, a.Unsafe = []string{c.serve}, []Unsafe{{Choice: c.choice, Reason: "a test"}}
		if notes := a.Notes(); (len(notes) > 0) != c.isNote {
			t.Errorf("%s with %s: got notes %q", c.serve, c.choice, notes)
		}
	}
}
