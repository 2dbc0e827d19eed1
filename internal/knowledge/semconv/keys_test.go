package semconv

import "testing"

func TestKeys(t *testing.T) {
	seen := map[string]Key{}
	for k := range Keys() {
		if _, twice := seen[k.Name]; twice && !k.Template {
			t.Errorf("%q comes twice", k.Name)
		}
		seen[k.Name] = k
		if !k.Template {
			if _, ok := Lookup(k.Name); !ok {
				t.Errorf("%q cannot be looked up", k.Name)
			}
		}
	}
	for _, want := range []string{"http.request.method", "http.method", "http.request.header.", "jvm.gc.name"} {
		if _, ok := seen[want]; !ok {
			t.Errorf("%q is missing", want)
		}
	}
	if seen["http.method"].Change == nil || seen["http.request.method"].Change != nil || !seen["http.request.header."].Template {
		t.Error(seen["http.method"], seen["http.request.method"], seen["http.request.header."])
	}
}
