package image

import (
	"path"
	"strings"
	"unicode"
)

// command is one simple command of a shell text: its words, and what comes before them.
type command struct {
	sets  []assignment // NAME=value before the command
	words []string     // without quotes
	piped bool         // it reads what the one before prints
}

// commands takes a shell text apart, as far as the rules need it: words and quotes, the operators
// between commands, assignments. What is deeper is read as words.
func commands(text string) (list []command) {
	var now command
	var b strings.Builder
	var quote rune
	begun, escaped, comment := false, false, false
	endWord := func() {
		if begun {
			now.words = append(now.words, b.String())
			b.Reset()
			begun = false
		}
	}
	end := func(piped bool) {
		endWord()
		if len(now.words) > 0 {
			list = append(list, settled(now))
		}
		now = command{piped: piped}
	}
	runes := []rune(text)
	for i, r := range runes {
		switch {
		case comment && r != '\n':
		case escaped:
			b.WriteRune(r)
			begun, escaped = true, false
		case r == '\\' && quote != '\'':
			escaped = true
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '"' || r == '\''):
			quote, begun = r, true
		case quote == 0 && r == '#' && !begun:
			comment = true
		case quote == 0 && (r == ';' || r == '\n' || r == '(' || r == ')' || r == '{' && !begun && next(runes, i, unicode.IsSpace)):
			comment = false
			end(false)
		case quote == 0 && r == '&' && !(i > 0 && runes[i-1] == '>'):
			end(false)
		case quote == 0 && r == '|':
			end(!(i > 0 && runes[i-1] == '|') && !next(runes, i, func(r rune) bool { return r == '|' }))
		case quote == 0 && unicode.IsSpace(r):
			endWord()
		default:
			b.WriteRune(r)
			begun = true
		}
	}
	end(false)
	return list
}

func next(runes []rune, i int, is func(rune) bool) bool { return i+1 < len(runes) && is(runes[i+1]) }

// settled moves assignments, and what only runs another command, from the words of a command.
func settled(c command) command {
	for len(c.words) > 0 {
		word := c.words[0]
		name, value, set := strings.Cut(word, "=")
		switch {
		case set && name != "" && nameLength(name) == len(name):
			c.sets = append(c.sets, assignment{name, value, true})
		case path.Base(word) == "env", word == "then", word == "do", word == "else", word == "if", word == "!", word == "exec", word == "time", word == "nice", word == "command":
		default:
			return c
		}
		c.words = c.words[1:]
	}
	return c
}

// program returns the name of the command's program, without its folder.
func (c command) program() string {
	if len(c.words) == 0 {
		return ""
	}
	return path.Base(c.words[0])
}

// isShell reports whether a program reads commands from its input.
func isShell(program string) bool {
	switch program {
	case "sh", "bash", "dash", "ash", "zsh", "ksh", "python", "python3", "perl", "ruby", "node":
		return true
	default:
		return false
	}
}

// isDownload reports whether a program fetches what an address names.
func isDownload(program string) bool { return program == "curl" || program == "wget" }
