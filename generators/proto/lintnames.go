package proto

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Rules returns the rules of Lint, sorted: those of buf's category STANDARD, except for
// PROTOVALIDATE, which is not about names.
func Rules() []string {
	return []string{
		"DIRECTORY_SAME_PACKAGE", "ENUM_FIRST_VALUE_ZERO", "ENUM_NO_ALLOW_ALIAS", "ENUM_PASCAL_CASE",
		"ENUM_VALUE_PREFIX", "ENUM_VALUE_UPPER_SNAKE_CASE", "ENUM_ZERO_VALUE_SUFFIX", "FIELD_LOWER_SNAKE_CASE",
		"FIELD_NOT_REQUIRED", "FILE_LOWER_SNAKE_CASE", "IMPORT_NO_PUBLIC", "IMPORT_USED", "MESSAGE_PASCAL_CASE",
		"ONEOF_LOWER_SNAKE_CASE", "PACKAGE_DEFINED", "PACKAGE_DIRECTORY_MATCH", "PACKAGE_LOWER_SNAKE_CASE",
		"PACKAGE_NO_IMPORT_CYCLE", "PACKAGE_SAME_CSHARP_NAMESPACE", "PACKAGE_SAME_DIRECTORY", "PACKAGE_SAME_GO_PACKAGE",
		"PACKAGE_SAME_JAVA_MULTIPLE_FILES", "PACKAGE_SAME_JAVA_PACKAGE", "PACKAGE_SAME_PHP_NAMESPACE",
		"PACKAGE_SAME_RUBY_PACKAGE", "PACKAGE_SAME_SWIFT_PREFIX", "PACKAGE_VERSION_SUFFIX", "RPC_PASCAL_CASE",
		"RPC_REQUEST_RESPONSE_UNIQUE", "RPC_REQUEST_STANDARD_NAME", "RPC_RESPONSE_STANDARD_NAME", "SERVICE_PASCAL_CASE",
		"SERVICE_SUFFIX", "SYNTAX_SPECIFIED",
	}
}

func isRule(name string) bool { return slices.Contains(Rules(), name) }

// hasVersion reports whether a package ends in v1, v1beta1, v1p1alpha1, v1test and the like.
func hasVersion(pkg string) bool {
	i := strings.LastIndexByte(pkg, '.')
	return i > 0 && versionSuffix().MatchString(pkg[i+1:])
}

var versionSuffix = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^v[1-9][0-9]*(test.*|(p[1-9][0-9]*)?(alpha|beta)([1-9][0-9]*)?)?$`)
})

func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }
func isLower(c byte) bool { return 'a' <= c && c <= 'z' }
func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isDelimiter(c byte) bool { return strings.IndexByte("._- \t\r\n", c) >= 0 }

// pascal is a name in PascalCase: each word begins with a capital. Capitals stay: HTTPServer.
func pascal(s string) string {
	var b strings.Builder
	begins := true
	for i := range len(s) {
		c := s[i]
		if isDelimiter(c) {
			begins = true
			continue
		}
		if begins && isLower(c) {
			c -= 'a' - 'A'
		}
		begins = false
		b.WriteByte(c)
	}
	return b.String()
}

func lowerSnake(s string) string { return strings.ToLower(snake(s)) }
func upperSnake(s string) string { return strings.ToUpper(snake(s)) }

// snake puts an underscore between the words of a name: where a capital follows a small letter,
// or begins a word behind capitals or digits. Digits belong to the word before them.
func snake(s string) string {
	s = strings.TrimFunc(s, func(r rune) bool { return r < 0x80 && isDelimiter(byte(r)) })
	var b []byte
	for i := range len(s) {
		c := s[i]
		isAfterDelimiter := len(b) > 0 && b[len(b)-1] == '_'
		switch {
		case isDelimiter(c):
			if !isAfterDelimiter {
				b = append(b, '_')
			}
			continue
		case i > 0 && isUpper(c) && !isAfterDelimiter && (isLower(s[i-1]) || i+1 < len(s) && beginsWord(s[i+1])):
			b = append(b, '_')
		}
		b = append(b, c)
	}
	return string(b)
}

// beginsWord reports whether a capital before c is the first letter of a word.
func beginsWord(c byte) bool { return !isUpper(c) && !isDigit(c) && !isDelimiter(c) }
