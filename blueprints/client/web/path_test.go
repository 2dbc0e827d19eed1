package web

import (
	"net/http"
	"net/http/httptest"
	"path"
	"slices"
	"strings"
	"testing"
)

// FuzzPath: segments are refused, or arrive as they are, each in its place.
func FuzzPath(f *testing.F) {
	for _, seed := range []string{"", ".", "..", "a/..", "a/b", "/", "%2e", "\x00", "ä?#", "//", `\..`, "{x}"} {
		f.Add(seed, "x")
		f.Add("x", seed)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		got, err := samplePath("base", a, b)
		dots := func(s string) bool {
			return s == "" || s == "/" || slices.ContainsFunc(strings.Split(s, "/"), func(part string) bool { return part == "." || part == ".." })
		}
		if refused := dots(a) || dots(b); refused != (err != nil) {
			t.Fatalf("%q, %q: got %v", a, b, err)
		}
		if err != nil {
			return
		}
		if path.Clean(got) != got || strings.Count(got, "/") != 3 {
			t.Errorf("%q, %q: got %q", a, b, got)
		}
		mux := http.NewServeMux()
		mux.HandleFunc("GET /base/{a}/{b}", func(_ http.ResponseWriter, r *http.Request) {
			if r.PathValue("a") != a || r.PathValue("b") != b {
				t.Errorf("%q, %q arrive as %q, %q", a, b, r.PathValue("a"), r.PathValue("b"))
			}
		})
		answer := httptest.NewRecorder()
		mux.ServeHTTP(answer, httptest.NewRequest("GET", "https://server"+got, nil))
		if answer.Code != http.StatusOK {
			t.Errorf("%q is answered by %d", got, answer.Code)
		}
	})
}
