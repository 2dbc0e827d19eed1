package chart

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"text/template"
)

func dicts() template.FuncMap {
	return template.FuncMap{
		"dict": func(v ...any) map[string]any {
			m := map[string]any{}
			for i := 0; i < len(v); i += 2 {
				m[strval(v[i])] = ""
				if i+1 < len(v) {
					m[strval(v[i])] = v[i+1]
				}
			}
			return m
		},
		"get": func(m map[string]any, key string) any {
			if v, ok := m[key]; ok {
				return v
			}
			return ""
		},
		"set":    set,
		"unset":  func(m map[string]any, key string) map[string]any { delete(m, key); return m },
		"hasKey": func(m map[string]any, key string) bool { _, ok := m[key]; return ok },
		"pluck": func(key string, m ...map[string]any) []any {
			list := []any{}
			for _, d := range m {
				if v, ok := d[key]; ok {
					list = append(list, v)
				}
			}
			return list
		},
		"keys": func(m ...map[string]any) []string {
			keys := []string{}
			for _, d := range m {
				keys = append(keys, slices.Sorted(maps.Keys(d))...) // Helm's have no order
			}
			return keys
		},
		"values": func(m map[string]any) []any {
			list := []any{}
			for _, k := range slices.Sorted(maps.Keys(m)) {
				list = append(list, m[k])
			}
			return list
		},
		"pick": func(m map[string]any, keys ...string) map[string]any {
			out := map[string]any{}
			for _, k := range keys {
				if v, ok := m[k]; ok {
					out[k] = v
				}
			}
			return out
		},
		"omit": func(m map[string]any, keys ...string) map[string]any {
			out := maps.Clone(m)
			if out == nil {
				out = map[string]any{}
			}
			for _, k := range keys {
				delete(out, k)
			}
			return out
		},
		"merge":              merger(false),
		"mustMerge":          merger(false),
		"mergeOverwrite":     merger(true),
		"mustMergeOverwrite": merger(true),
		"deepCopy":           deepCopy,
		"mustDeepCopy":       deepCopy,
		"dig":                dig,
	}
}

// set refuses what would make m hold itself: nothing could print it.
func set(m map[string]any, key string, value any) (map[string]any, error) {
	old, had := m[key]
	m[key] = value
	if weigh(m) > maxWeight {
		delete(m, key)
		if had {
			m[key] = old
		}
		return nil, errLarge
	}
	return m, nil
}

func merger(overwrite bool) func(map[string]any, ...map[string]any) (map[string]any, error) {
	return func(m map[string]any, from ...map[string]any) (map[string]any, error) {
		if m == nil {
			m = map[string]any{}
		}
		for _, src := range from {
			if err := mergeInto(m, src, overwrite, 0); err != nil {
				return nil, err
			}
		}
		return m, nil
	}
}

// mergeInto adds src to m in place, as mergo does: what m has and is not empty stays, unless it
// is to be overwritten by what is not empty; mappings are merged.
func mergeInto(m, src map[string]any, overwrite bool, depth int) error {
	if depth > maxDepth {
		return errLarge
	}
	for _, k := range slices.Sorted(maps.Keys(src)) {
		have, there := m[k]
		value := src[k]
		if a, ok := have.(map[string]any); ok {
			if b, ok := value.(map[string]any); ok {
				if err := mergeInto(a, b, overwrite, depth+1); err != nil {
					return err
				}
				continue
			}
		}
		if !there || empty(have) || overwrite && !empty(value) {
			m[k] = value
		}
	}
	return nil
}

// deepCopy copies mappings and lists; all else cannot be changed by a template.
func deepCopy(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, x := range v {
			out[k] = deepCopy(x)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = deepCopy(x)
		}
		return out
	}
	return v
}

func dig(p ...any) (any, error) {
	if len(p) < 3 {
		return nil, errors.New("dig needs at least three arguments")
	}
	v := p[len(p)-1]
	for _, step := range p[:len(p)-2] {
		m, ok := v.(map[string]any)
		key, isText := step.(string)
		if !ok || !isText {
			return nil, fmt.Errorf("dig: %v is no mapping", v)
		}
		if v, ok = m[key]; !ok {
			return p[len(p)-2], nil
		}
	}
	return v, nil
}

func lists() template.FuncMap {
	all := template.FuncMap{
		"list":  func(v ...any) []any { return v },
		"tuple": func(v ...any) []any { return v },
		"slice": slicing,
		"has": func(x, list any) (bool, error) {
			if list == nil {
				return false, nil
			}
			l, err := toList(list)
			return contains(l, x), err
		},
		"concat": func(v ...any) ([]any, error) {
			var out []any
			for _, x := range v {
				l, err := toList(x)
				if err != nil {
					return nil, err
				}
				out = append(out, l...)
			}
			return out, nil
		},
		"chunk": func(n int, v any) ([][]any, error) {
			l, err := toList(v)
			if err != nil || n < 1 {
				return nil, errors.Join(err, errors.New("chunk needs a size of 1 or more"))
			}
			return slices.Collect(slices.Chunk(l, n)), nil
		},
	}
	for name, f := range map[string]any{
		"first": func(v any) (any, error) { return element(v, func(l []any) any { return l[0] }) },
		"last":  func(v any) (any, error) { return element(v, func(l []any) any { return l[len(l)-1] }) },
		"rest":  func(v any) ([]any, error) { return portion(v, func(l []any) []any { return l[1:] }) },
		"initial": func(v any) ([]any, error) {
			return portion(v, func(l []any) []any { return l[:len(l)-1] })
		},
		"append":  func(v, x any) ([]any, error) { l, err := toList(v); return append(l, x), err },
		"push":    func(v, x any) ([]any, error) { l, err := toList(v); return append(l, x), err },
		"prepend": func(v, x any) ([]any, error) { l, err := toList(v); return append([]any{x}, l...), err },
		"reverse": func(v any) ([]any, error) { l, err := toList(v); slices.Reverse(l); return l, err },
		"uniq": func(v any) ([]any, error) {
			l, err := toList(v)
			out := []any{}
			for _, x := range l {
				if !contains(out, x) {
					out = append(out, x)
				}
			}
			return out, err
		},
		"without": func(v any, omit ...any) ([]any, error) {
			l, err := toList(v)
			return slices.DeleteFunc(l, func(x any) bool { return contains(omit, x) }), err
		},
		"compact": func(v any) ([]any, error) {
			l, err := toList(v)
			return slices.DeleteFunc(l, empty), err
		},
	} {
		all[name] = f
		all["must"+string(name[0]-'a'+'A')+name[1:]] = f
	}
	return all
}

// toList returns a list of its own with the elements of any list.
func toList(v any) ([]any, error) {
	r := reflect.ValueOf(v)
	if r.Kind() != reflect.Slice && r.Kind() != reflect.Array {
		return nil, fmt.Errorf("%T is no list", v)
	}
	out := make([]any, r.Len())
	for i := range out {
		out[i] = r.Index(i).Interface()
	}
	return out, nil
}

func contains(list []any, x any) bool {
	return slices.ContainsFunc(list, func(y any) bool { return reflect.DeepEqual(x, y) })
}

func element(v any, which func([]any) any) (any, error) {
	l, err := toList(v)
	if err != nil || len(l) == 0 {
		return nil, err
	}
	return which(l), nil
}

func portion(v any, which func([]any) []any) ([]any, error) {
	l, err := toList(v)
	if err != nil || len(l) == 0 {
		return nil, err
	}
	return which(l), nil
}

// slicing is sprig's slice, which goes before the one of text/template.
func slicing(v any, indices ...any) (any, error) {
	r := reflect.ValueOf(v)
	if r.Kind() != reflect.Slice && r.Kind() != reflect.Array {
		return nil, fmt.Errorf("list should be type of slice or array but %T", v)
	}
	if r.Len() == 0 {
		return nil, nil
	}
	start, end := 0, r.Len()
	if len(indices) > 0 {
		start = toInt(indices[0])
	}
	if len(indices) > 1 {
		end = toInt(indices[1])
	}
	if start < 0 || end < start || end > r.Len() {
		return nil, fmt.Errorf("slice bounds %d and %d of a list of %d", start, end, r.Len())
	}
	return r.Slice(start, end).Interface(), nil
}

const (
	maxValue  = 4 << 20   // bytes of a string
	maxItems  = 100_000   // of a list that a function makes
	maxWeight = 1_000_000 // elements of a value and 16 bytes each of its strings, written out
)

// weigh counts what a value holds when it is written out, up to a little more than maxWeight.
func weigh(v any) int {
	left := maxWeight + 1
	lighten(v, &left, 0)
	return maxWeight + 1 - left
}

// lighten takes what a value weighs from left; one that is nested too deep, or in itself, takes all.
func lighten(v any, left *int, depth int) {
	if depth > 2*maxDepth {
		*left = 0
	}
	if *left--; *left <= 0 {
		return
	}
	switch v := v.(type) {
	case nil, bool, int, int64, float64:
	case string:
		*left -= len(v) / 16
	case map[string]any:
		for k, each := range v {
			*left -= len(k)/16 + 1
			if lighten(each, left, depth+1); *left <= 0 {
				return
			}
		}
	case []any:
		for _, each := range v {
			if lighten(each, left, depth+1); *left <= 0 {
				return
			}
		}
	case []string:
		for _, each := range v {
			*left -= len(each)/16 + 1
		}
	case Files, *Capabilities, *Version: // their size is bounded, and they hold nothing else
	default:
		lightenOther(reflect.ValueOf(v), left, depth)
	}
}

// lightenOther is for kinds of values that few functions make.
func lightenOther(r reflect.Value, left *int, depth int) {
	switch r.Kind() {
	case reflect.String:
		*left -= r.Len() / 16
	case reflect.Slice, reflect.Array:
		if e := r.Type().Elem().Kind(); reflect.Bool <= e && e <= reflect.Complex128 {
			*left -= r.Len() / 8
			return
		}
		for i := 0; i < r.Len() && *left > 0; i++ {
			lighten(r.Index(i).Interface(), left, depth+1)
		}
	case reflect.Map:
		for it := r.MapRange(); *left > 0 && it.Next(); {
			lighten(it.Key().Interface(), left, depth+1)
			lighten(it.Value().Interface(), left, depth+1)
		}
	}
}
