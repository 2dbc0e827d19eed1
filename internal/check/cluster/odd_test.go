package cluster

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Objects of any shape are judged without a panic: what stands in them is somebody else's.
func TestOddObjects(t *testing.T) {
	plain := rendered(t, full(t), "")
	rapid.Check(t, func(rt *rapid.T) {
		v := edited(t, plain, func(e *editor) {
			for range rapid.IntRange(1, 4).Draw(rt, "changes") {
				spoil(rt, rapid.SampledFrom(e.objects).Draw(rt, "object"))
			}
			if rapid.Bool().Draw(rt, "values") {
				spoil(rt, e.values)
			}
		})
		v.judge()
		for _, r := range v.j.results() {
			if r.Message == "" || r.Remedy == "" {
				rt.Errorf("%#v", r)
			}
		}
	})
}

// spoil puts something else somewhere into a value.
func spoil(t *rapid.T, in any) {
	odd := rapid.SampledFrom([]any{
		nil, true, -1.0, 1.5, 1e300, "", "x", "{{", "a b\n%",
		[]any{},
		[]any{nil},
		map[string]any{},
		map[string]any{"": nil},
		[]any{map[string]any{"name": 1.0}},
		map[string]any{"matchLabels": "x", "matchExpressions": []any{"x", map[string]any{"operator": "In"}}},
	}).Draw(t, "odd")
	for {
		switch at := in.(type) {
		case map[string]any:
			if len(at) == 0 {
				at["x"] = odd
				return
			}
			key := rapid.SampledFrom(slices.Sorted(maps.Keys(at))).Draw(t, "key")
			if !isDeep(at[key]) || rapid.IntRange(0, 6).Draw(t, "here") == 0 {
				at[key] = odd
				return
			}
			in = at[key]
		case []any:
			i := rapid.IntRange(0, len(at)-1).Draw(t, "index")
			if !isDeep(at[i]) || rapid.IntRange(0, 6).Draw(t, "here") == 0 {
				at[i] = odd
				return
			}
			in = at[i]
		default:
			return
		}
	}
}

func isDeep(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		return len(v) > 0
	case []any:
		return len(v) > 0
	}
	return false
}
