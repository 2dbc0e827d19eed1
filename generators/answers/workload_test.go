package answers

import "testing"

func TestPlaces(t *testing.T) {
	own := Identity{TrustDomain: "acme.example"}
	for id, want := range map[string]Place{
		"spiffe://acme.example/ns/shop/sa/checkout":    {"shop", "checkout"},
		"spiffe://acme.example/ns/1e3/sa/Check_out.2":  {"1e3", "Check_out.2"},
		"spiffe://other.example/ns/shop/sa/checkout":   {},
		"spiffe://acme.example.org/ns/shop/sa/a":       {},
		"spiffe://acme.example/ns/shop/sa/checkout/v2": {},
		"spiffe://acme.example/ns/Shop/sa/checkout":    {},
		"spiffe://acme.example/ns/shop/sa/-":           {},
		"spiffe://acme.example/ns/shop/sa/":            {},
		"spiffe://acme.example/checkout":               {},
		"":                                             {},
	} {
		if got, known := own.PlaceOf(id); got != want || known != (want != Place{}) {
			t.Errorf("%s: got %v, %v, want %v", id, got, known, want)
		}
	}
	for address, want := range map[string]Place{
		"ledger.money.svc:9443":                {"money", "ledger"},
		"ledger.money.svc.cluster.local.:9443": {"money", "ledger"},
		"ledger.money.svc.:9443":               {"money", "ledger"},
		"ledger.money:9443":                    {},
		"ledger.money.example:9443":            {},
		"ledger.money.svc":                     {},
		"[::1]:1":                              {},
	} {
		if got, known := PlaceAt(address); got != want || known != (want != Place{}) {
			t.Errorf("%s: got %v, %v, want %v", address, got, known, want)
		}
	}
}
