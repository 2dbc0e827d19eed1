package client

import (
	"go/token"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mintwright/mintwright/internal/fault"
	"github.com/mintwright/mintwright/internal/names"
)

func quote(text string) string { return strconv.Quote(text) }

func at(pos token.Position, problem, remedy string) *fault.Fault {
	return &fault.Fault{File: pos.Filename, Line: pos.Line, Column: pos.Column, Problem: problem, Remedy: remedy}
}

func isUpper(name string) bool {
	first, _ := utf8.DecodeRuneInString(name)
	return unicode.IsUpper(first)
}

// lowerFirst is a name with its first word in lower case: PaymentsAPI is paymentsAPI, HTTPServer
// is httpServer.
func lowerFirst(name string) string {
	first, _, _ := strings.Cut(names.Snake(name), "_")
	return first + name[len(first):]
}
