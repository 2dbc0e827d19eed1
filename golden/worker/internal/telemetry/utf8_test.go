package telemetry

import (
	"reflect"
	"testing"

	"go.opentelemetry.io/otel/attribute"
)

func TestMend(t *testing.T) {
	const bad, good = "a\xffb", "a\uFFFDb"
	for _, c := range []struct{ got, want attribute.KeyValue }{
		{attribute.String("text", bad), attribute.String("text", good)},
		{attribute.String(bad, "key"), attribute.String(good, "key")},
		{attribute.StringSlice("list", []string{"x", bad}), attribute.StringSlice("list", []string{"x", good})},
		{attribute.Slice("slice", attribute.IntValue(1), attribute.StringValue(bad)), attribute.Slice("slice", attribute.IntValue(1), attribute.StringValue(good))},
		{attribute.Map("map", attribute.String(bad, bad)), attribute.Map("map", attribute.String(good, good))},
	} {
		list := []attribute.KeyValue{attribute.Int("n", 1), c.got}
		mended, changed := mend(list, mendAttribute)
		if want := []attribute.KeyValue{attribute.Int("n", 1), c.want}; !changed || !reflect.DeepEqual(mended, want) {
			t.Errorf("got %v, want %v", mended, want)
		}
		if !reflect.DeepEqual(list[1], c.got) {
			t.Errorf("%s: what is another's was changed", c.got.Key)
		}
	}
	whole := []attribute.KeyValue{
		attribute.String("text", "ü"), attribute.Int("n", 1), attribute.StringSlice("list", []string{"x"}),
		attribute.ByteSlice("bytes", []byte(bad)),
	}
	if mended, changed := mend(whole, mendAttribute); changed || &mended[0] != &whole[0] {
		t.Errorf("got %v, want it untouched", mended)
	}
}

func TestMendingNothingCostsNothing(t *testing.T) {
	list := []attribute.KeyValue{attribute.String("url.path", "/v1/greetings/Ada"), attribute.Int("n", 1)}
	if n := testing.AllocsPerRun(100, func() { mend(list, mendAttribute) }); n > 0 {
		t.Errorf("got %v allocations, want none", n)
	}
}
