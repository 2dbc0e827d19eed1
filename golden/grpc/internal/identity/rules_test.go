package identity_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"go.opentelemetry.io/otel/metric/noop"

	"example.com/acme/stock/internal/identity"
	"example.com/acme/stock/internal/identity/identitytest"
)

var (
	alice = spiffeid.RequireFromString("spiffe://acme.example/alice")
	bob   = spiffeid.RequireFromString("spiffe://partner.example/bob")
	eve   = spiffeid.RequireFromString("spiffe://acme.example/eve")
	rules = identity.Rules{
		{Target: "GET /v1/orders/{id}", Allow: identity.IDs(bob, alice)},
		{Target: "POST /v1/orders", Allow: identity.IDs(alice)},
		{Target: "DELETE /v1/orders/{id}"},
	}
)

func TestAuthorize(t *testing.T) {
	tests := []struct {
		name, target string
		caller       spiffeid.ID
		level        slog.Level // of the record; 0, which is info, stands for none
		reason       string
	}{
		{"allowed", "GET /v1/orders/{id}", alice, slog.LevelDebug, "the rule allows the caller"},
		{"allowed from a federated trust domain", "GET /v1/orders/{id}", bob, slog.LevelDebug, "the rule allows the caller"},
		{"allowed elsewhere", "POST /v1/orders", bob, slog.LevelWarn, "the rule does not allow the caller"},
		{"allowed nowhere", "POST /v1/orders", eve, slog.LevelWarn, "the rule does not allow the caller"},
		{"empty rule", "DELETE /v1/orders/{id}", alice, slog.LevelWarn, "the rule does not allow the caller"},
		{"no rule", "GET /admin", alice, slog.LevelWarn, "the target has no rule"},
		{"target that only looks alike", "get /v1/orders/{id}", alice, slog.LevelWarn, "the target has no rule"},
		{"no caller", "GET /v1/orders/{id}", spiffeid.ID{}, slog.LevelWarn, "the rule does not allow the caller"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var log logBuffer
			counts := newMeter()
			access, err := identity.NewAuthorizer(rules, recorder(&log), counts)
			if err != nil {
				t.Fatal(err)
			}
			err = access.Authorize(context.Background(), test.caller, test.target)
			granted := test.level == slog.LevelDebug
			if granted != (err == nil) {
				t.Fatalf("granted %t, got %v", granted, err)
			}
			if err != nil && strings.Contains(err.Error(), alice.String()) && test.caller != alice {
				t.Errorf("the error tells the caller who may: %v", err)
			}
			record := log.String()
			if strings.Count(record, "\n") != 1 {
				t.Fatalf("want one record, got\n%s", record)
			}
			for _, part := range []string{"level=" + test.level.String(), "caller=" + quoted(test.caller.String()), "target=" + quoted(test.target), "rule=", "reason=" + quoted(test.reason)} {
				if !strings.Contains(record, part) {
					t.Errorf("record lacks %s:\n%s", part, record)
				}
			}
			if n := counts.count("authorization.decisions", test.reason); n != 1 {
				t.Errorf("counted %d decisions for %q, want 1: %v", n, test.reason, counts.all())
			}
		})
	}
}

func quoted(s string) string {
	if s == "" || strings.ContainsAny(s, " ={}") {
		return `"` + s + `"`
	}
	return s
}

func TestAdmit(t *testing.T) {
	tests := []struct {
		name  string
		rules identity.Rules
		id    spiffeid.ID
		want  bool
	}{
		{"named by the first rule", rules, bob, true},
		{"named by two rules", rules, alice, true},
		{"named by none", rules, eve, false},
		{"empty ID", rules, spiffeid.ID{}, false},
		{"rules without callers", identity.Rules{{Target: "GET /"}}, alice, false},
		{"no rules", nil, alice, false},
	}
	for _, test := range tests {
		access, err := identity.NewAuthorizer(test.rules, slog.New(slog.DiscardHandler), noop.NewMeterProvider())
		if err != nil {
			t.Fatal(err)
		}
		if err := access.Admit(test.id); (err == nil) != test.want {
			t.Errorf("%s: admitted %t, got %v", test.name, test.want, err)
		}
	}
}

func TestRules(t *testing.T) {
	targets := []string{"GET /v1/orders/{id}", "POST /v1/orders", "DELETE /v1/orders/{id}"}
	tests := []struct {
		name    string
		rules   identity.Rules
		targets []string
		want    []string // parts of the error
	}{
		{"complete", rules, targets, nil},
		{"nothing at all", nil, nil, nil},
		{"target without a rule", rules[:2], targets, []string{`target "DELETE /v1/orders/{id}" has no rule`}},
		{"rule without a target", rules, targets[:2], []string{`rule "DELETE /v1/orders/{id}" has no target`}},
		{"two rules", append(slices.Clone(rules), rules[0]), targets, []string{`target "GET /v1/orders/{id}" has two rules`}},
		{"empty ID", identity.Rules{{Target: "GET /", Allow: identity.IDs(spiffeid.ID{})}}, []string{"GET /"}, []string{`rule "GET /" allows an empty SPIFFE ID`}},
		{"all at once", identity.Rules{{Target: "GET /a"}}, []string{"GET /b"}, []string{`"GET /a" has no target`, `"GET /b" has no rule`}},
	}
	for _, test := range tests {
		err := test.rules.Check(test.targets...)
		if (err == nil) != (test.want == nil) {
			t.Errorf("%s: got %v", test.name, err)
		}
		for _, part := range test.want {
			if err != nil && !strings.Contains(err.Error(), part) {
				t.Errorf("%s:\nwant %s\ngot  %v", test.name, part, err)
			}
		}
	}

	if got, want := rules.Callers().String(), "spiffe://partner.example/bob, spiffe://acme.example/alice"; got != want {
		t.Errorf("callers: want %s, got %s", want, got)
	}
	want := strings.Join([]string{
		"TARGET                  MAY BE CALLED BY",
		"GET /v1/orders/{id}     spiffe://partner.example/bob",
		"                        spiffe://acme.example/alice",
		"POST /v1/orders         spiffe://acme.example/alice",
		"DELETE /v1/orders/{id}  nobody",
		"",
	}, "\n")
	if got := rules.String(); got != want {
		t.Errorf("table: want\n%s\ngot\n%s", want, got)
	}
}

func TestFaultyRulesMakeNoAuthorizer(t *testing.T) {
	twice := identity.Rules{{Target: "GET /"}, {Target: "GET /", Allow: identity.IDs(alice)}}
	if _, err := identity.NewAuthorizer(twice, slog.New(slog.DiscardHandler), noop.NewMeterProvider()); err == nil {
		t.Error("two rules for one target were accepted")
	}
}

func TestGrantAllocatesNothing(t *testing.T) {
	shop := identity.AllOf(identity.Members(alice.TrustDomain()), identity.IDs(alice, eve))
	composed := identity.Rules{{Target: "POST /v1/orders", Allow: identity.AnyOf(identity.Below(bob), shop.Except(identity.IDs(eve)))}}
	access, err := identity.NewAuthorizer(composed, slog.New(slog.NewTextHandler(io.Discard, nil)), noop.NewMeterProvider())
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	allocs := testing.AllocsPerRun(1000, func() {
		if err := access.Authorize(ctx, alice, "POST /v1/orders"); err != nil {
			t.Fatal(err)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations for a grant, want 0", allocs)
	}
}

// TestFloodOfRefusals: a stranger who asks again and again fills no log.
func TestFloodOfRefusals(t *testing.T) {
	identitytest.Bubble(t, func(t *testing.T) {
		var log bytes.Buffer
		access, err := identity.NewAuthorizer(identity.Rules{{Target: "GET /"}}, slog.New(slog.NewTextHandler(&log, nil)), noop.NewMeterProvider())
		if err != nil {
			t.Fatal(err)
		}
		lines := func() int {
			for range 1000 {
				if access.Authorize(t.Context(), eve, "GET /") == nil {
					t.Fatal("granted")
				}
			}
			defer log.Reset()
			return strings.Count(log.String(), "\n")
		}
		if got := lines(); got != 101 {
			t.Errorf("%d lines of 1000 refusals, want 100 and one that says so", got)
		}
		if got := lines(); got != 0 {
			t.Errorf("%d lines in the same minute", got)
		}
		time.Sleep(time.Minute)
		if got := lines(); got != 101 {
			t.Errorf("%d lines in the next minute", got)
		}
	})
}
