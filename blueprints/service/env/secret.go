package env

import (
	"fmt"
	"os"
	"strings"
)

// Secret reads a secret from the file that the variable name_FILE names, else from the
// variable itself. The settings say where it comes from, never what it is.
func (r *Reader) Secret(name, help string) string {
	value, from := r.getenv(name), ""
	if value != "" {
		from = "(set)"
	}
	if file := r.getenv(name + "_FILE"); file != "" {
		content, err := os.ReadFile(file)
		if err != nil {
			r.faults = append(r.faults, fmt.Errorf("%s_FILE: %w", name, err))
		}
		value, from = strings.TrimSpace(string(content)), file
	}
	r.settings = append(r.settings, Setting{Name: name + "_FILE", Value: from, Help: help})
	return value
}
