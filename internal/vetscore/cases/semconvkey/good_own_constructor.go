// A constructor of our own with the same name.
//
// Evidence: R14 look-alike.

package semconvkey

import "net/http"

type pair struct{ key, value string }

type builder struct{}

func (builder) String(key, value string) pair { return pair{key, value} }

func goodConstructor(r *http.Request) []pair {
	var attributes builder
	return []pair{attributes.String("http.method", r.Method)} // GOOD: ours
}
