package env

import (
	"fmt"
	"os"
	"strings"
)

// Reloaded returns what reads a secret anew each time, from the file that the variable
// name_FILE names, else from the variable itself: a file may come later, and change. Its error
// says what is missing. The settings say where it comes from, never what it is.
func (r *Reader) Reloaded(name, help string) func() (string, error) {
	value, file := r.getenv(name), r.getenv(name+"_FILE")
	from := file
	if file == "" && value != "" {
		from = "(set)"
	}
	r.settings = append(r.settings, Setting{Name: name + "_FILE", Value: from, Help: help})
	return func() (string, error) {
		switch {
		case file != "":
			content, err := os.ReadFile(file)
			secret := strings.TrimSpace(string(content))
			if err == nil && secret == "" {
				err = fmt.Errorf("%s is empty", file)
			}
			if err != nil {
				return "", fmt.Errorf("%s_FILE: %w", name, err)
			}
			return secret, nil
		case value != "":
			return value, nil
		default:
			return "", fmt.Errorf("%s_FILE is not set, nor %s", name, name)
		}
	}
}
