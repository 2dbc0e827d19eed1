package answers

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"
)

// accepts evaluates the keywords that Schema uses; others fail the test.
func accepts(t rapid.TB, s any, data []byte) bool {
	t.Helper()
	if s == nil {
		if err := json.Unmarshal(Schema(), &s); err != nil {
			t.Fatalf("schema: %v", err)
		}
	}
	var doc any
	if err := yaml.Unmarshal(data, &doc); err != nil {
		t.Fatalf("document: %v", err)
	}
	// Through JSON, for the types that a schema knows.
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatalf("document: %v", err)
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatalf("document: %v", err)
	}
	ok, err := valid(s.(map[string]any), doc)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return ok
}

func valid(s map[string]any, v any) (bool, error) {
	object, _ := v.(map[string]any)
	array, _ := v.([]any)
	text, isText := v.(string)
	number, isNumber := v.(float64)
	properties, _ := s["properties"].(map[string]any)
	for keyword, want := range s {
		ok := true
		switch keyword {
		case "$schema", "title", "description", "default", "properties":
		case "type":
			kinds := map[string]reflect.Kind{"object": reflect.Map, "array": reflect.Slice, "string": reflect.String, "number": reflect.Float64, "boolean": reflect.Bool}
			ok = reflect.ValueOf(v).Kind() == kinds[want.(string)]
		case "const":
			ok = v == want
		case "enum":
			ok = slices.Contains(want.([]any), v)
		case "pattern":
			ok = isText && regexp.MustCompile(want.(string)).MatchString(text)
		case "maxLength":
			ok = float64(utf8.RuneCountInString(text)) <= want.(float64)
		case "minimum":
			ok = isNumber && number >= want.(float64)
		case "maximum":
			ok = isNumber && number <= want.(float64)
		case "minItems":
			ok = float64(len(array)) >= want.(float64)
		case "maxItems":
			ok = float64(len(array)) <= want.(float64)
		case "uniqueItems":
			for i := range array {
				ok = ok && !slices.Contains(array[:i], array[i])
			}
		case "required":
			for _, key := range want.([]any) {
				_, found := object[key.(string)]
				ok = ok && found
			}
		case "additionalProperties":
			for key := range object {
				_, found := properties[key]
				ok = ok && found
			}
		case "items":
			for _, item := range array {
				right, err := valid(want.(map[string]any), item)
				if err != nil {
					return false, err
				}
				ok = ok && right
			}
		default:
			return false, fmt.Errorf("schema: unknown keyword %q", keyword)
		}
		if !ok {
			return false, nil
		}
	}
	for key, value := range object {
		if sub, found := properties[key]; found {
			if ok, err := valid(sub.(map[string]any), value); !ok || err != nil {
				return false, err
			}
		}
	}
	return true, nil
}
