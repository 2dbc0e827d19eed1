package chart

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"
)

func problemsOf(t testing.TB, schema string, value any) []string {
	t.Helper()
	c := &Chart{Schema: []byte(schema)}
	m, ok := value.(map[string]any)
	if !ok {
		t.Fatalf("%v is no mapping", value)
	}
	problems, unknown, err := c.Validate(m)
	if err != nil {
		return []string{err.Error()}
	}
	var got []string
	for _, p := range problems {
		got = append(got, p.Where()+" "+p.Message)
	}
	for _, u := range unknown {
		got = append(got, "unknown: "+u)
	}
	return got
}

func TestValidate(t *testing.T) {
	for name, tt := range map[string]struct {
		schema, values string
		want           []string
	}{
		"fits":           {`{"type":"object","properties":{"a":{"type":"integer"}}}`, `{"a":3}`, nil},
		"unknown value":  {`{"additionalProperties":false,"properties":{"image":{"additionalProperties":false}}}`, `{"image":{"dgst":1},"x":1}`, []string{"image.dgst there is no such value", "x there is no such value"}},
		"types":          {`{"properties":{"a":{"type":["string","null"]},"b":{"type":"integer"}}}`, `{"a":true,"b":1.5}`, []string{"a got boolean, want string or null", "b got number, want integer"}},
		"in a list":      {`{"properties":{"calls":{"items":{"required":["id"],"properties":{"port":{"maximum":65535}}}}}}`, `{"calls":[{"id":1},{"port":70000}]}`, []string{"calls[1].id is missing", "calls[1].port 70000 is more than 65535"}},
		"enum":           {`{"properties":{"mode":{"enum":["none","hpa"]}}}`, `{"mode":"kda"}`, []string{`mode "kda" is none of "none", "hpa"`}},
		"then":           {`{"if":{"properties":{"r":{"const":true}}},"then":{"properties":{"d":{"pattern":"^sha256:"}}}}`, `{"r":true,"d":""}`, []string{`d "" does not match ^sha256:`}},
		"reference":      {`{"$defs":{"p":{"minimum":1024}},"properties":{"p":{"$ref":"#/$defs/p"}}}`, `{"p":80}`, []string{"p 80 is less than 1024"}},
		"circle":         {`{"$ref":"#"}`, `{"p":80}`, []string{"values.schema.json: the schema is too large, or a $ref of it leads to itself"}},
		"nowhere":        {`{"$ref":"#/nope"}`, `{}`, []string{`values.schema.json: $ref "#/nope" leads nowhere`}},
		"another":        {`{"$ref":"https://example.com/s.json"}`, `{}`, []string{"unknown: $ref to https://example.com/s.json"}},
		"unknown":        {`{"unevaluatedProperties":false,"x-note":1}`, `{}`, []string{"unknown: unevaluatedProperties"}},
		"one of":         {`{"oneOf":[{"required":["a"]},{"required":["b"]}]}`, `{"a":1,"b":1}`, []string{" fits 2 of the alternatives that exclude each other"}},
		"no JSON":        {`{`, `{}`, []string{"values.schema.json: no JSON: unexpected EOF"}},
		"no schema":      {`3`, `{}`, []string{"values.schema.json: a schema must be an object or a boolean"}},
		"nothing at all": {`false`, `{}`, []string{" is not allowed"}},
		"old reference":  {`{"$schema":"http://json-schema.org/draft-07/schema#","definitions":{"a":true},"properties":{"x":{"$ref":"#/definitions/a","type":"string"}}}`, `{"x":1}`, nil},
		"old format":     {`{"$schema":"http://json-schema.org/draft-07/schema#","properties":{"x":{"format":"ipv4"}}}`, `{"x":"1"}`, []string{"unknown: format ipv4"}},
	} {
		t.Run(name, func(t *testing.T) {
			var values any
			if err := json.Unmarshal([]byte(tt.values), &values); err != nil {
				t.Fatal(err)
			}
			if diff := gocmp.Diff(tt.want, problemsOf(t, tt.schema, values)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if p, u, err := (&Chart{}).Validate(map[string]any{"a": 1}); p != nil || u != nil || err != nil {
		t.Error("a chart without a schema takes all")
	}
}

// Whether a value fits is what another implementation says, the one that Helm uses.
func TestValidateAsHelmDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		schema := map[string]any{"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": map[string]any{"d": anySchema(2, false).Draw(t, "def")}}
		maps.Copy(schema, anySchema(3, true).Draw(t, "schema").(map[string]any))
		source, err := json.Marshal(schema)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(source))
		if err != nil {
			t.Fatal(err)
		}
		compiler := jsonschema.NewCompiler()
		if err := compiler.AddResource("file:///s.json", doc); err != nil {
			t.Fatal(err)
		}
		compiled, err := compiler.Compile("file:///s.json")
		if err != nil {
			t.Skip(err)
		}
		for range 10 {
			value := anyObject(3).Draw(t, "value")
			want := compiled.Validate(value)
			problems, unknown, err := (&Chart{Schema: source}).Validate(value)
			if err != nil || len(unknown) > 0 {
				t.Fatalf("%s: %v %v", source, err, unknown)
			}
			if (want == nil) != (len(problems) == 0) {
				t.Fatalf("%s\n%v\nwant %v\ngot %v", source, value, want, problems)
			}
		}
	})
}

func anyObject(depth int) *rapid.Generator[map[string]any] {
	return rapid.MapOfN(rapid.SampledFrom([]string{"a", "b", "ab"}), anyValue(depth-1), 0, 3)
}

func anyValue(depth int) *rapid.Generator[any] {
	return rapid.Custom(func(t *rapid.T) any {
		kind := rapid.IntRange(0, 7).Draw(t, "kind")
		if depth <= 0 {
			kind %= 5
		}
		switch kind {
		case 0:
			return nil
		case 1:
			return rapid.Bool().Draw(t, "bool")
		case 2, 3:
			return rapid.SampledFrom([]float64{-1, 0, 0.5, 1, 2, 3, 1e21}).Draw(t, "number")
		case 4:
			return rapid.SampledFrom([]string{"", "a", "ab", "bab", "é"}).Draw(t, "text")
		case 5:
			return rapid.SliceOfN(anyValue(depth-1), 0, 3).Draw(t, "list")
		}
		return anyObject(depth).Draw(t, "object")
	})
}

func anySchema(depth int, refers bool) *rapid.Generator[any] {
	return rapid.Custom(func(t *rapid.T) any {
		s := map[string]any{}
		number := rapid.SampledFrom([]any{0.0, 0.5, 1.0, 2.0})
		count := rapid.SampledFrom([]any{0, 1, 2})
		inner := func() any {
			if depth <= 0 || rapid.IntRange(0, 5).Draw(t, "leaf") == 0 {
				plain := []any{true, false, map[string]any{"type": "string"}}
				if refers {
					plain = append(plain, map[string]any{"$ref": "#/$defs/d"})
				}
				return rapid.SampledFrom(plain).Draw(t, "plain")
			}
			return anySchema(depth-1, refers).Draw(t, "inner")
		}
		list := func() any { return []any{inner(), inner()} }
		props := func() any { return map[string]any{"a": inner(), "ab": inner()} }
		for range rapid.IntRange(0, 4).Draw(t, "keywords") {
			switch k := rapid.SampledFrom(strings.Fields("type type enum const allOf anyOf oneOf not if then else properties properties patternProperties additionalProperties required minProperties maxProperties propertyNames dependentRequired dependentSchemas items prefixItems minItems maxItems uniqueItems contains minContains maxContains pattern minLength maxLength minimum maximum exclusiveMinimum exclusiveMaximum multipleOf")).Draw(t, "keyword"); k {
			case "type":
				s[k] = rapid.SampledFrom([]any{"object", "array", "string", "number", "integer", "boolean", "null", []any{"string", "null"}, []any{"object", "integer"}}).Draw(t, "type")
			case "enum":
				s[k] = []any{anyValue(1).Draw(t, "e1"), anyValue(1).Draw(t, "e2")}
			case "const":
				s[k] = anyValue(1).Draw(t, "const")
			case "allOf", "anyOf", "oneOf", "prefixItems":
				s[k] = list()
			case "properties", "dependentSchemas":
				s[k] = props()
			case "patternProperties":
				s[k] = map[string]any{"^a": inner(), "b$": inner()}
			case "required":
				s[k] = []any{rapid.SampledFrom([]string{"a", "b"}).Draw(t, "required")}
			case "dependentRequired":
				s[k] = map[string]any{"a": []any{"b"}}
			case "minProperties", "maxProperties", "minItems", "maxItems", "minLength", "maxLength", "minContains", "maxContains":
				s[k] = count.Draw(t, "count")
			case "uniqueItems":
				s[k] = true
			case "pattern":
				s[k] = rapid.SampledFrom([]string{"^a", "b$", "^$"}).Draw(t, "pattern")
			case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum":
				s[k] = number.Draw(t, "limit")
			case "multipleOf":
				s[k] = rapid.SampledFrom([]any{0.5, 1, 2}).Draw(t, "of")
			default:
				s[k] = inner()
			}
		}
		return s
	})
}

// The schema of an emitted chart is known as a whole.
func TestValidateEmitted(t *testing.T) {
	for _, service := range []string{"full", "http", "grpc", "worker"} {
		c, err := Load(os.DirFS("../../golden/"+service), "deploy/chart")
		if err != nil {
			t.Fatal(err)
		}
		problems, unknown, err := c.Validate(c.Values())
		if err != nil || len(problems) > 0 || len(unknown) > 0 {
			t.Errorf("%s: %v %v %v", service, problems, unknown, err)
		}
		problems, _, _ = c.Validate(c.Values(map[string]any{"replicaz": 3.0, "listeners": map[string]any{"probe": map[string]any{"port": 80.0}}}))
		if len(problems) != 2 || problems[0].Where() != "listeners.probe.port" || problems[1].Where() != "replicaz" {
			t.Errorf("%s: %v", service, problems)
		}
	}
}
