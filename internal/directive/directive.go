// Package directive reads //go:generate lines by the rules of the go command.
//
// The rules are those of "go help generate": a line counts when it begins in the first
// column, whatever Go makes of it; words are split at spaces and tabs, one in double quotes is
// a Go string; variables are replaced after that; -command gives a command a short name for
// the rest of the file.
package directive

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
)

// Line is one //go:generate line.
type Line struct {
	Number int
	Words  []string // with variables and short names replaced
	Err    error    // it cannot be read
}

// Variables are what the go command sets for a file, besides GOLINE.
type Variables struct {
	File, Package, Arch, OS string
	Lookup                  func(name string) string // the environment; nil is an empty one
}

// maxLength is how long a line may be for the go command, its end included.
const maxLength = 4096

var (
	errNoCommand = errors.New("it names no command")
	errQuote     = errors.New("a string in it is not closed, or is none of Go's")
	errAfter     = errors.New("a string in it is not followed by a space")
	errLong      = errors.New("it is longer than the go command reads")
	errEnd       = errors.New("the file ends in it")
)

// In returns the lines of a Go file in their order; -command lines are not among them.
// The go command stops at the first that has an Err, and so does In.
func In(content []byte, v Variables) []Line {
	var list []Line
	short := map[string][]string{}
	for number := 1; len(content) > 0; number++ {
		text, rest, isWhole := bytes.Cut(content, []byte("\n"))
		content = rest
		if !isDirective(text) {
			continue
		}
		line := Line{Number: number}
		switch {
		case len(text) >= maxLength:
			line.Err = errLong
		case !isWhole:
			line.Err = errEnd
		default:
			line.Words, line.Err = v.words(string(bytes.TrimSuffix(text, []byte("\r"))), number, short)
		}
		if line.Err == nil && line.Words[0] == "-command" {
			if line.Err = define(line.Words, short); line.Err == nil {
				continue
			}
		}
		list = append(list, line)
		if line.Err != nil {
			break
		}
	}
	return list
}

func isDirective(text []byte) bool {
	return bytes.HasPrefix(text, []byte("//go:generate ")) || bytes.HasPrefix(text, []byte("//go:generate\t"))
}

func (v Variables) words(text string, number int, short map[string][]string) ([]string, error) {
	words, err := Split(text[len("//go:generate "):])
	if err != nil {
		return nil, err
	}
	if len(words) > 0 && short[words[0]] != nil {
		words = slices.Concat(short[words[0]], words[1:])
	}
	if len(words) == 0 {
		return nil, errNoCommand
	}
	for i, w := range words {
		words[i] = os.Expand(w, func(name string) string { return v.value(name, number) })
	}
	return words, nil
}

func define(words []string, short map[string][]string) error {
	if len(words) < 2 {
		return errors.New("-command names no command")
	}
	if short[words[1]] != nil {
		return fmt.Errorf("-command %s stands a second time in this file", words[1])
	}
	short[words[1]] = append([]string{}, words[2:]...)
	return nil
}

func (v Variables) value(name string, number int) string {
	switch name {
	case "GOFILE":
		return v.File
	case "GOLINE":
		return strconv.Itoa(number)
	case "GOPACKAGE":
		return v.Package
	case "GOARCH":
		return v.Arch
	case "GOOS":
		return v.OS
	case "DOLLAR":
		return "$"
	}
	if v.Lookup == nil {
		return ""
	}
	return v.Lookup(name)
}

// Split returns the words of a line.
func Split(line string) ([]string, error) {
	var words []string
	for {
		line = strings.TrimLeft(line, " \t")
		if line == "" {
			return words, nil
		}
		if line[0] != '"' {
			end := strings.IndexAny(line, " \t")
			if end < 0 {
				end = len(line)
			}
			words, line = append(words, line[:end]), line[end:]
			continue
		}
		quoted, err := strconv.QuotedPrefix(line)
		if err != nil {
			return nil, errQuote
		}
		word, err := strconv.Unquote(quoted)
		if err != nil {
			return nil, errQuote
		}
		line = line[len(quoted):]
		if line != "" && line[0] != ' ' && line[0] != '\t' {
			return nil, errAfter
		}
		words = append(words, word)
	}
}

// Join writes words so that Split returns them.
func Join(words []string) string {
	var quoted []string
	for _, w := range words {
		if w == "" || w[0] == '"' || strings.ContainsAny(w, " \t") || strconv.Quote(w) != `"`+w+`"` {
			w = strconv.Quote(w)
		}
		quoted = append(quoted, w)
	}
	return strings.Join(quoted, " ")
}
