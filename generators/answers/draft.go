package answers

import "slices"

// Origin says where a value comes from. A later one wins over an earlier one.
type Origin uint8

// The origins, from the weakest to the strongest.
const (
	Default      Origin = iota // built in, or derived from other answers
	Organisation               // a file given by --defaults
	Surroundings               // git, go.mod, the folder's name
	File                       // mintwright.yaml
	SetFlag                    // --set
	Option                     // a flag of its own, or NAME
	Question                   // the person
)

// Draft is answers in the making: values with the origin of each.
type Draft struct{}

// NewDraft returns a draft that holds the defaults.
func NewDraft() *Draft { return &Draft{} }

// ReadDefaults reads an organisation's defaults and locks; call it first.
func (d *Draft) ReadDefaults(name string, data []byte) error { return nil }

// Read reads a mintwright.yaml; keys that it does not have keep what they had.
func (d *Draft) Read(name string, data []byte) error { return nil }

// Set sets one value as --set does.
func (d *Draft) Set(path, value string, origin Origin) error { return nil }

// Check says what Set would object to, and what the value's own rules would: for a question.
func (d *Draft) Check(path, value string) error { return nil }

// Value is the value of path as Set takes it; derived defaults are derived.
func (d *Draft) Value(path string) string { return "" }

// Origin says where the value of path comes from.
func (d *Draft) Origin(path string) Origin { return Default }

// Locked names the defaults file that locks path.
func (d *Draft) Locked(path string) (file string, locked bool) { return "", false }

// Missing lists the required answers that were not given.
func (d *Draft) Missing() []Field { return nil }

// Answers returns the answers, or every fault in them (see Faults and Join).
func (d *Draft) Answers() (Answers, error) { return Answers{}, nil }

// Parse reads a whole mintwright.yaml, with the built-in defaults for keys that it does not have.
func Parse(name string, data []byte) (Answers, error) { return Answers{}, nil }

// Defaults returns valid answers in which only name and module were chosen.
func Defaults(name, module string) Answers {
	return Answers{Version: Version, Name: name, Module: module}
}

// Validate returns every fault in a.
func (a Answers) Validate() error { return nil }

// Format writes a as mintwright.yaml: whole, with every value, in canonical order.
func Format(a Answers) []byte { return nil }

// Schema returns the JSON Schema (draft 2020-12) of mintwright.yaml.
func Schema() []byte { return nil }

// String names the origin for a review page.
func (o Origin) String() string { return "" }

type ranking struct{}

func ranks() ranking                  { return ranking{} }
func (ranking) of(field string) []int { return slices.Clone([]int{}) }
