package names

import (
	"slices"
	"strings"
	"unicode"
)

// WithArticle returns a Go name or type, such as *http.Server, behind "a" or "an", by its sound as
// far as letters tell.
func WithArticle(name string) string {
	if hasVowel(strings.TrimLeft(name, "*")) {
		return "an " + name
	}
	return "a " + name
}

// hasVowel tells whether what a name begins with sounds like a vowel.
func hasVowel(name string) bool {
	begins := func(word string) bool { return strings.HasPrefix(name, word) }
	letters := []rune(name + "  ") // two at least
	switch {
	case slices.ContainsFunc([]string{"One", "Eu", "REST", "SPIFFE"}, begins):
		return false
	case slices.ContainsFunc([]string{"Hour", "Under", "Up"}, begins):
		return true
	case unicode.IsUpper(letters[0]) && !unicode.IsLower(letters[1]): // said letter by letter
		return strings.ContainsRune("AEFHILMNORSX", letters[0])
	}
	return strings.ContainsRune("AEIOaeio", letters[0])
}
