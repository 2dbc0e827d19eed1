package answers

import (
	"bytes"
	"encoding/json"
	"strings"
)

// Schema returns the JSON Schema (draft 2020-12) of mintwright.yaml, for editors. It is made
// from the table, so it is the same for every service. It allows every choice of the format,
// also those that this gen cannot make yet; Validate has the last word.
func Schema() []byte {
	s := object("")
	s.Schema = "https://json-schema.org/draft/2020-12/schema"
	s.Title = "mintwright.yaml"
	s.Description = "What was chosen for a service."

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
	Pattern     string     `json:"pattern,omitempty"`
	MaxLength   int        `json:"maxLength,omitempty"`
	Minimum     *int       `json:"minimum,omitempty"`
	Maximum     *int       `json:"maximum,omitempty"`
	Items       *schema    `json:"items,omitempty"`
	MinItems    int        `json:"minItems,omitempty"`
	MaxItems    int        `json:"maxItems,omitempty"`
	Unique      bool       `json:"uniqueItems,omitempty"`
	Default     any        `json:"default,omitempty"`
	Required    []string   `json:"required,omitempty"`
	Properties  properties `json:"properties,omitempty"`
	Additional  *bool      `json:"additionalProperties,omitempty"`
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

// object is the schema of the keys under prefix.
func object(prefix string) *schema {
	s := &schema{Type: "object", Additional: new(bool)}
	for _, f := range children(prefix) {
		s.Properties = append(s.Properties, property{f.Key(), f.schema()})
		if f.Required {
			s.Required = append(s.Required, f.Key())
		}
	}
	return s
}

func (f Field) schema() *schema {
	s := f.form()
	s.Description = f.Help
	if f.Derived != "" {
		s.Description += " Default: " + f.Derived + "."
	}
	return s
}

func (f Field) form() *schema {
	switch f.Kind {
	case Section:
		return object(f.Path)
	case Items:
		return &schema{Type: "array", Items: object(f.Path + ".0"), MaxItems: f.MaxItems, Default: []string{}}
	case Choices:
		return &schema{Type: "array", Items: &schema{Type: "string", Enum: f.Choices}, MinItems: f.MinItems, Unique: true, Default: f.defaults()}
	case Texts:
		return &schema{Type: "array", Items: &schema{Type: "string", Pattern: f.Pattern, MaxLength: f.MaxLen}, MaxItems: f.MaxItems, Unique: true, Default: f.defaults()}
	case Choice:
		s := &schema{Type: "string", Enum: f.Choices}
		if !f.Required {
			s.Default = f.Default
		}
		return s
	case Number:
		zero, one := 0, 1
		return &schema{Type: "number", Minimum: &zero, Maximum: &one, Default: json.Number(f.Default)}
	case Flag:
		return &schema{Type: "boolean", Default: f.Default == "true"}
	case Integer:
		return &schema{Const: Version}
	}
	s := &schema{Type: "string", Pattern: f.Pattern, MaxLength: f.MaxLen}
	if !f.Required && f.Derived == "" {
		s.Default = f.Default
	}
	return s
}

func (f Field) defaults() []string {
	if f.Default == "" {
		return []string{}
	}
	return strings.Split(f.Default, ",")
}
