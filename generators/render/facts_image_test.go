package render

import (
	"slices"
	"testing"

	"github.com/mintwright/mintwright/generators/answers"
)

func TestSourceURL(t *testing.T) {
	for module, want := range map[string]string{
		"example.com/acme/orders":           "https://example.com/acme/orders",
		"example.com/acme/orders/v2":        "https://example.com/acme/orders",
		"github.com/acme/orders/v3":         "https://github.com/acme/orders",
		"github.com/acme/shop/orders":       "https://github.com/acme/shop",
		"github.com/acme/shop/orders/v2":    "https://github.com/acme/shop",
		"github.com/acme":                   "https://github.com/acme",
		"gitlab.com/acme/team/shop/orders":  "https://gitlab.com/acme/team/shop/orders",
		"gopkg.in/acme/orders.v2":           "https://gopkg.in/acme/orders.v2",
		"github.com/Acme.Co/Or_ders.X/v2":   "https://github.com/Acme.Co/Or_ders.X",
		"github.com/acme/shop/cmd/x/orders": "https://github.com/acme/shop",
	} {
		if got := (facts{Answers: answers.Answers{Module: module}}).SourceURL(); got != want {
			t.Errorf("%s: %s, want %s", module, got, want)
		}
	}
}

func TestImageDescription(t *testing.T) {
	for text, want := range map[string]string{
		`Takes orders.`:    `"Takes orders."`,
		`a "b" \ $C ${D}`:  `"a \"b\" \\ \$C \${D}"`,
		`it's # {{ x }} \`: `"it's # {{ x }} \\"`,
	} {
		if got := (facts{Answers: answers.Answers{Description: text}}).ImageDescription(); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestPorts(t *testing.T) {
	a := answers.Answers{Name: "orders", Serve: []string{"http", "grpc"}, Store: "none"}
	a.Calls = []answers.Call{{Name: "ledger", Protocol: "http", Address: "ledger:8443"}}
	a.Telemetry.Prometheus = true
	a.Unsafe = []answers.Unsafe{{Choice: "web-pki-ingress"}}
	if got, want := (facts{Answers: a}).Ports(), []string{"8443", "8444", "9443", "8081", "9090"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	worker := answers.Answers{Name: "orders", Serve: []string{"worker"}, Worker: answers.Worker{Source: "schedule"}, Store: "none"}
	if got, want := (facts{Answers: worker}).Ports(), []string{"8081"}; !slices.Equal(got, want) {
		t.Errorf("a worker alone: %q, want %q", got, want)
	}
}
