package code

import (
	"go/ast"
	"iter"
	"slices"
	"strings"
	"unicode"
)

// Asks reports whether a name that something bears says that it is insecure on purpose.
func Asks(name string) bool {
	low := strings.ToLower(name)
	for _, part := range [...]string{"insecure", "unsafe", "skipverif", "noverif", "skiptls", "selfsigned", "self-signed", "self_signed", "trustall", "unverified", "legacy"} {
		if strings.Contains(low, part) {
			return true
		}
	}
	return eachWord(name, func(w, next string) bool {
		switch w {
		case "skip", "disable", "disabled", "bypass", "ignore":
			return true
		case "no":
			return strings.HasPrefix(next, "verif") || next == "tls" || next == "ssl"
		}
		return false
	})
}

// asksFor reports whether a condition of that name asks for less security.
func asksFor(name string) bool {
	return Asks(name) || eachWord(name, func(w, next string) bool {
		switch w {
		case "old", "weak", "untrusted", "deprecated", "compat", "compatible", "compatibility", "permissive", "lax", "optional",
			"debug", "dev", "devel", "development", "test", "testing", "mock", "fake", "local", "localhost", "loopback", "demo", "allow", "accept", "invalid",
			"any", "anyone", "anybody", "all", "every", "everyone", "everybody", "open", "plain", "plaintext",
			"no", "without", "anonymous", "unauthenticated":
			return true
		case "self":
			return next != "" // a receiver is called that too
		case "trust":
			switch next {
			case "domain", "domains", "bundle", "bundles", "store", "root", "roots", "anchor", "anchors":
				return false
			}
			return true
		}
		return false
	})
}

// denies reports whether a condition of that name asks for security.
func denies(name string) bool {
	return eachWord(name, func(w, _ string) bool {
		switch w {
		case "secure", "secured", "verify", "verification", "verified", "validate", "validation", "strict", "safe", "check", "modern":
			return true
		}
		return false
	})
}

// chooses reports whether a string names a protocol version or a mode that an operator gives, or
// this machine.
func chooses(text string) bool {
	low := strings.ToLower(text)
	switch low {
	case "require", "prefer", "allow", "none", "off", "any", "127.0.0.1", "::1", "[::1]":
		return true
	}
	for _, part := range [...]string{"1.0", "1.1", "1_0", "1_1", "ssl3", "sslv3", "tls10", "tls11", "tlsv1", "tls1"} {
		if strings.Contains(low, part) {
			return true
		}
	}
	return false
}

// HasWord reports whether one of the words is in a name or a text of an expression, as in
// skipVerify, AllowAny, SKIP_VERIFY or "no-tls".
func HasWord(e ast.Expr, words ...string) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		text := ""
		switch n := n.(type) {
		case *ast.Ident:
			text = n.Name
		case *ast.BasicLit:
			text = n.Value
		}
		for word := range split(text) {
			found = found || slices.Contains(words, strings.ToLower(word))
		}
		return !found
	})
	return found
}

// eachWord calls f with the words of a name, in lower case, and what follows each, until it is
// true.
func eachWord(name string, f func(word, next string) bool) bool {
	last := ""
	for word := range split(name) {
		word = strings.ToLower(word)
		if last != "" && f(last, word) {
			return true
		}
		last = word
	}
	return last != "" && f(last, "")
}

// split returns the words of a name.
func split(name string) iter.Seq[string] {
	return func(yield func(string) bool) {
		runes := []rune(name)
		start := 0
		for i := range runes {
			isLetter := unicode.IsLetter(runes[i])
			begins := isLetter && i > start && unicode.IsUpper(runes[i]) &&
				(!unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1]))
			if !begins && isLetter {
				continue
			}
			if i > start && !yield(string(runes[start:i])) {
				return
			}
			start = i
			if !isLetter {
				start++
			}
		}
		if start < len(runes) {
			yield(string(runes[start:]))
		}
	}
}
