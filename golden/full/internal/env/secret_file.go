package env

import (
	"fmt"
	"os"
	"strings"
)

// SecretFile returns a function that reads a secret anew each time, so that a new one takes
// effect without a restart: from the file that the variable name_FILE names, else from the
// variable itself. A secret that is nowhere is an error of that function, and no fault of the
// settings. The settings say where it comes from, never what it is.
func (r *Reader) SecretFile(name, help string) func() (string, error) {
	variable, file := r.getenv(name), r.getenv(name+"_FILE")
	from := file
	if file == "" && variable != "" {
		from = "(set)"
	}
	r.settings = append(r.settings, Setting{Name: name + "_FILE", Value: from, Help: help})
	return func() (string, error) {
		if file == "" {
			if variable == "" {
				return "", fmt.Errorf("neither %s_FILE nor %s is set", name, name)
			}
			return variable, nil
		}
		content, err := os.ReadFile(file)
		if err != nil {
			return "", fmt.Errorf("%s_FILE: %w", name, err)
		}
		secret := strings.TrimSpace(string(content))
		if secret == "" {
			return "", fmt.Errorf("%s_FILE: %s is empty", name, file)
		}
		return secret, nil
	}
}
