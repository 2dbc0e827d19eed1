package policy

import "path"

// matches reports whether the elements of a path match those of a pattern. "**" stands for any
// number of elements; a pattern that ends before the path does matches all below it.
func matches(pattern, elements []string) bool {
	for len(pattern) > 0 {
		if pattern[0] == "**" {
			for len(pattern) > 1 && pattern[1] == "**" {
				pattern = pattern[1:]
			}
			for i := range len(elements) + 1 {
				if matches(pattern[1:], elements[i:]) {
					return true
				}
			}
			return false
		}
		if len(elements) == 0 {
			return false
		}
		if ok, err := path.Match(pattern[0], elements[0]); !ok || err != nil {
			return false
		}
		pattern, elements = pattern[1:], elements[1:]
	}
	return true
}
