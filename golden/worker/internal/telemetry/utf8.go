package telemetry

import (
	"slices"
	"strings"
	"unicode/utf8"

	"go.opentelemetry.io/otel/attribute"
)

// mend returns list with what one mends, and whether that was anything; list itself stays as
// it is. OTLP has no text but UTF-8: one string that is not, such as a path with %FF or what
// an error quotes, would cost the whole batch.
func mend[T any](list []T, one func(T) (T, bool)) ([]T, bool) {
	mended := false
	for i, item := range list {
		better, changed := one(item)
		if !changed {
			continue
		}
		if !mended {
			list = slices.Clone(list)
		}
		list[i], mended = better, true
	}
	return list, mended
}

func mendText(s string) (string, bool) {
	if utf8.ValidString(s) {
		return s, false
	}
	return strings.ToValidUTF8(s, "\uFFFD"), true
}

func mendAttribute(a attribute.KeyValue) (attribute.KeyValue, bool) {
	key, changedKey := mendText(string(a.Key))
	value, changed := mendValue(a.Value)
	return attribute.KeyValue{Key: attribute.Key(key), Value: value}, changedKey || changed
}

func mendValue(v attribute.Value) (attribute.Value, bool) {
	switch v.Type() {
	case attribute.STRING:
		if s, changed := mendText(v.AsString()); changed {
			return attribute.StringValue(s), true
		}
	case attribute.STRINGSLICE:
		if list, changed := mend(v.AsStringSlice(), mendText); changed {
			return attribute.StringSliceValue(list), true
		}
	case attribute.SLICE:
		if list, changed := mend(v.AsSlice(), mendValue); changed {
			return attribute.SliceValue(list...), true
		}
	case attribute.MAP:
		if list, changed := mend(v.AsMap(), mendAttribute); changed {
			return attribute.MapValue(list...), true
		}
	}
	return v, false
}
