package vetconfig

import (
	"bytes"
	"encoding/json"
)

// Schema returns the JSON Schema (draft 2020-12) of mintwright-vet.yaml, for editors, with the
// names of the rules that are given by their IDs. It judges each value by its form; Read has
// the last word.
func Schema(rules []string) []byte {
	s := keysBelow("", rules)
	s.Schema = "https://json-schema.org/draft/2020-12/schema"
	s.Title = FileName
	s.Description = "What a team asks of gen vet."
	s.Required = []string{"version"}

	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(s); err != nil {
		panic("the schema has a value that JSON does not know: " + err.Error())
	}
	return b.Bytes()
}

type schema struct {
	Schema      string     `json:"$schema,omitempty"`
	Title       string     `json:"title,omitempty"`
	Description string     `json:"description,omitempty"`
	Type        string     `json:"type,omitempty"`
	Const       any        `json:"const,omitempty"`
	Enum        []string   `json:"enum,omitempty"`
	MinLength   int        `json:"minLength,omitempty"`
	MaxLength   int        `json:"maxLength,omitempty"`
	Items       *schema    `json:"items,omitempty"`
	MinItems    int        `json:"minItems,omitempty"`
	MaxItems    int        `json:"maxItems,omitempty"`
	Default     any        `json:"default,omitempty"`
	Required    []string   `json:"required,omitempty"`
	Properties  properties `json:"properties,omitempty"`
	Names       *schema    `json:"propertyNames,omitempty"`
	Additional  any        `json:"additionalProperties,omitempty"` // false or a schema
}

// properties keep the order of the table, in which editors offer them.
type properties []property

type property struct {
	key   string
	value *schema
}

// MarshalJSON writes an object.
func (p properties) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, prop := range p {
		if i > 0 {
			b.WriteByte(',')
		}
		key, err := json.Marshal(prop.key)
		if err != nil {
			return nil, err
		}
		b.Write(append(key, ':'))
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(prop.value); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// keysBelow is the schema of the keys below prefix.
func keysBelow(prefix string, rules []string) *schema {
	s := &schema{Type: "object", Additional: false}
	for _, f := range children(prefix) {
		of := f.schema(rules)
		of.Description = f.help
		s.Properties = append(s.Properties, property{f.key(), of})
		if f.need {
			s.Required = append(s.Required, f.key())
		}
	}
	return s
}

func (f *field) schema(rules []string) *schema {
	switch f.kind {
	case version:
		return &schema{Const: Version}
	case flag:
		return &schema{Type: "boolean", Default: false}
	case choice:
		return &schema{Type: "string", Enum: f.choices, Default: f.preset}
	case settings:
		return &schema{Type: "object", Names: &schema{Enum: ruleNames(rules)}, Additional: &schema{Type: "string", Enum: f.choices}}
	case texts:
		s := &schema{Type: "array", Items: &schema{Type: "string", MinLength: 1, MaxLength: maxText}, MaxItems: f.max}
		if f.need {
			s.MinItems = 1
		}
		return s
	case section:
		return keysBelow(f.path, rules)
	case items:
		return &schema{Type: "array", Items: keysBelow(f.path+".*", rules), MaxItems: f.max}
	}
	return &schema{Type: "string", MinLength: 1, MaxLength: maxText}
}
