package env

import (
	"fmt"
	"strconv"
)

// Int reads a whole number from least to most.
func (r *Reader) Int(name string, def, least, most int, help string) int {
	value := r.Text(name, strconv.Itoa(def), help)
	n, err := strconv.Atoi(value)
	if err != nil || n < least || n > most {
		r.fault(name, value, fmt.Sprintf("want a number from %d to %d", least, most))
	}
	return n
}
