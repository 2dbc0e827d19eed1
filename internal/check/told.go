package check

import "fmt"

// Told is what an area has to say. Its judge embeds one.
type Told struct {
	Area      string // the name of the area
	Results   []Result
	Unchecked []Unchecked
}

// Say adds a result.
func (t *Told) Say(r Result) { t.Results = append(t.Results, r) }

// Skip says what the area could not look at, and why.
func (t *Told) Skip(what, format string, args ...any) {
	t.Unchecked = append(t.Unchecked, Unchecked{Area: t.Area, What: what, Why: fmt.Sprintf(format, args...)})
}
