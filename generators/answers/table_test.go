package answers

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// The table has a row for each field of the type, in its order, and reaches that field.
func TestTableIsTheType(t *testing.T) {
	a := Answers{Calls: make([]Call, 1), Unsafe: make([]Unsafe, 1)}
	var want []string
	reached := map[string]any{}
	var walk func(prefix string, v reflect.Value)
	walk = func(prefix string, v reflect.Value) {
		for i := range v.NumField() {
			path := prefix + strings.ToLower(v.Type().Field(i).Name)
			want = append(want, path)
			switch f := v.Field(i); {
			case f.Kind() == reflect.Struct:
				walk(path+".", f)
			case f.Kind() == reflect.Slice && f.Type().Elem().Kind() == reflect.Struct:
				walk(path+".*.", f.Index(0))
			default:
				reached[path] = f.Addr().Interface()
			}
		}
	}
	walk("", reflect.ValueOf(&a).Elem())

	var got []string
	for _, f := range Fields() {
		path := strings.ToLower(f.Path)
		got = append(got, path)
		if f.Help == "" || !strings.HasSuffix(f.Help, ".") {
			t.Errorf("%s: help is no sentence: %q", f.Path, f.Help)
		}
		if f.at == nil {
			if f.Kind != Section && f.Kind != Items {
				t.Errorf("%s: nothing reaches its value", f.Path)
			}
			continue
		}
		if f.at(&a, 0) != reached[path] {
			t.Errorf("%s: reaches another field", f.Path)
		}
		if (f.Kind == Text || f.Kind == Texts) && (f.Pattern == "" || f.MaxLen == 0 || f.rule == nil) {
			t.Errorf("%s: a text needs a pattern, a length and a rule", f.Path)
		}
	}
	if !slices.Equal(want, got) {
		t.Errorf("paths:\nwant %v\ngot  %v", want, got)
	}
}

// The design's example is read, and nothing is wrong with it.
func TestDesignExample(t *testing.T) {
	data, err := os.ReadFile("testdata/design.yaml")
	if err != nil {
		t.Fatal(err)
	}
	d := NewDraft()
	if err := d.Read("design.yaml", data); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Answers(); err != nil {
		t.Error(err)
	}
	for _, f := range Fields() {
		path := numbered(strings.Replace(f.Path, "*", "0", 1), 0)
		if f.at != nil && !strings.HasPrefix(path, "unsafe") && f.Key() != "tls" && !strings.HasPrefix(path, "worker.broker") && d.Origin(path) != File {
			t.Errorf("%s: not in the example", path)
		}
	}
}

func TestDefaults(t *testing.T) {
	a := Defaults("orders", "example.com/Acme/orders/v2")
	if err := a.Validate(); err != nil {
		t.Fatal(err)
	}
	for got, want := range map[string]string{
		a.Identity.Path:               "/ns/default/sa/orders",
		a.Deploy.Image:                "example.com/acme/orders",
		a.Telemetry.Collector.Address: "127.0.0.1:4317",
		strings.Join(a.Serve, ","):    "http",
		a.Telemetry.Middleware:        "lean",
	} {
		if got != want {
			t.Errorf("want %q, got %q", want, got)
		}
	}
}
