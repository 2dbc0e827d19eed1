// Package names judges and makes names: what may be called what, what a name becomes in
// Go and in the environment, and which known name was probably meant.
//
// A label is what RFC 1035, section 2.3.1, calls so, in lower case and of at most 63
// characters: the form that Kubernetes demands of a Service.
package names

import "strings"

// MaxLabel is the length of the longest label.
const MaxLabel = 63

// IsLabel reports whether s is a label: a letter, then letters, digits and dashes,
// a letter or digit at the end, all in lower case.
func IsLabel(s string) bool {
	return IsLabel1123(s) && isLower(s[0])
}

// IsLabel1123 reports whether s is a label by RFC 1123, which allows a digit at the front.
func IsLabel1123(s string) bool {
	if s == "" || len(s) > MaxLabel || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for i := range len(s) {
		if !isLower(s[i]) && !isDigit(s[i]) && s[i] != '-' {
			return false
		}
	}
	return true
}

// IsLabelValue reports whether s can be the value of a label of Kubernetes: nothing, or at most 63
// letters, digits, dashes, dots and underscores with a letter or digit at both ends.
func IsLabelValue(s string) bool {
	if s == "" {
		return true
	}
	if len(s) > MaxLabel || !isAlphanumeric(s[0]) || !isAlphanumeric(s[len(s)-1]) {
		return false
	}
	for i := range len(s) {
		if !isAlphanumeric(s[i]) && s[i] != '-' && s[i] != '.' && s[i] != '_' {
			return false
		}
	}
	return true
}

// Label makes a label of s: lower case, a dash for each run of other characters.
// It is empty when nothing of s can stay.
func Label(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		switch {
		case isLower(c), isDigit(c) && b.Len() > 0:
			b.WriteByte(c)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() == MaxLabel {
			break
		}
	}
	return strings.TrimRight(b.String(), "-")
}

// Env is label as a part of an environment variable's name: order-book is ORDER_BOOK.
func Env(label string) string {
	return strings.ToUpper(strings.ReplaceAll(label, "-", "_"))
}

// Exported is label as an exported Go identifier: order-book is OrderBook.
func Exported(label string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(label, "-") {
		if word != "" {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}

// Proto is label as the name of a Protocol Buffers package, in the style guide's lower snake
// case: order-book is order_book. Runs of dashes become one underscore, so that two labels may
// have one such name.
func Proto(label string) string { return joined(label, "_") }

// ProtoGo is the name of the Go package that is made of version 1 of the Protocol Buffers
// package of label: order-book is orderbookv1.
func ProtoGo(label string) string { return joined(label, "") + "v1" }

// ProtoFolder is where the contract of a service of that label lies in a module: proto/order_book/v1
// for order-book. The Go package there is ProtoGo.
func ProtoFolder(label string) string { return "proto/" + Proto(label) + "/v1" }

// joined is label with its words joined by another separator than dashes.
func joined(label, separator string) string {
	words := strings.FieldsFunc(label, func(r rune) bool { return r == '-' })
	return strings.Join(words, separator)
}

func isLower(c byte) bool { return 'a' <= c && c <= 'z' }
func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isAlphanumeric(c byte) bool { return isLower(c) || isDigit(c) || 'A' <= c && c <= 'Z' }
