package client

import (
	"testing"

	"github.com/mintwright/mintwright/generators/source"
)

// TestRename: a name that takes the place of Sample has the article of its sound.
func TestRename(t *testing.T) {
	for _, test := range []struct{ pkg, name, text, want string }{
		{"pay", "PaymentsAPI", "// what a SampleClient is made of", "// what a PaymentsAPIClient is made of"},
		{"pay", "API", "// SampleOptions is what a SampleClient is made of, a *SampleError is not", "// APIOptions is what an APIClient is made of, an *APIError is not"},
		{"pay", "API", "// answered as a *web.SampleError, or a Sample", "// answered as a *pay.APIError, or an API"},
		{"orders", "Store", "// answered as a *ownweb.SampleError, or a Sample", "// answered as an *orders.StoreError, or a Store"},
		{"pay", "api", "// what a SampleClient is made of, a day", "// what an apiClient is made of, a day"},
	} {
		in := &target{p: &source.Package{Name: test.pkg}, in: &source.Interface{Name: test.name}, base: test.name, lower: lowerFirst(test.name), isExported: isUpper(test.name)}
		if got := string((&sheet{target: in}).rename([]byte(test.text))); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
}

// TestIsService: a client stands on the packages of a service only where they are.
func TestIsService(t *testing.T) {
	for name, want := range map[string][2]bool{"full": {true, true}, "http": {false, false}, "grpc": {false, true}, "worker": {false, false}} {
		for i, isRPC := range []bool{false, true} {
			if got := isService("../../golden/"+name, isRPC); got != want[i] {
				t.Errorf("%s, RPC %t: got %t", name, isRPC, got)
			}
		}
	}
}
