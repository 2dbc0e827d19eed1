package render

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"text/template"
	"unicode"

	"github.com/mintwright/mintwright/generators/answers"
)

// facts is what a text template may say of a service.
type facts struct {
	answers.Answers
	ID        string // the service's SPIFFE ID
	CalledBy  string // its callers, in Markdown
	CallsWhom string // whom it calls, in Markdown
	CodeOwner string // the owner as CODEOWNERS wants it
}

func newFacts(a answers.Answers) facts {
	var called []string
	for _, c := range a.Calls {
		called = append(called, c.ID)
	}
	return facts{
		Answers:   a,
		ID:        spiffeID(a),
		CalledBy:  codeList(a.Identity.Callers, "nobody yet"),
		CallsWhom: codeList(called, "nobody"),
		CodeOwner: codeOwner(a.Owner),
	}
}

// codeList is items as Markdown code, or none.
func codeList(items []string, none string) string {
	if len(items) == 0 {
		return none
	}
	return "`" + strings.Join(items, "`, `") + "`"
}

// codeOwner returns owner as an e-mail address or a handle, which begins with an @.
func codeOwner(owner string) string {
	if strings.Contains(owner, "@") {
		return owner
	}
	return "@" + owner
}

// text fills in a template. Its delimiters are <% and %>, so that Helm's, Actions' and
// shells' own braces stay theirs; a missing key is an error.
func text(name string, source []byte, f facts) ([]byte, error) {
	t, err := template.New(name).Delims("<%", "%>").Option("missingkey=error").
		Funcs(template.FuncMap{"join": strings.Join, "envName": callVariable, "markdown": markdown}).Parse(string(source))
	if err != nil {
		return nil, fmt.Errorf("template %s: %w", name, err)
	}
	var out bytes.Buffer
	if err := t.Execute(&out, f); err != nil {
		return nil, fmt.Errorf("template %s: %w", name, err)
	}
	return out.Bytes(), nil
}

// markdown returns one line of text as Markdown that shows it letter by letter, at the
// beginning of a line and in a table too: it opens no block, holds no HTML, ends no cell.
// Source: CommonMark 0.31, sections 2.4, 4 and 6.
func markdown(text string) string {
	runes := []rune(strings.Join(strings.Fields(text), " "))
	var b strings.Builder
	for i, r := range runes {
		inWord := 0 < i && i < len(runes)-1 && isWord(runes[i-1]) && isWord(runes[i+1])
		switch {
		case strings.ContainsRune("\\`*[]<>|~", r),
			r == '_' && !inWord,
			r == '&' && slices.Contains(runes[i:], ';'), // an entity
			i == 0 && strings.ContainsRune("#+-=", r),   // a heading, a list, a rule
			(r == '.' || r == ')') && isNumber(runes[:i]):
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// isNumber reports whether a list could begin with runes.
func isNumber(runes []rune) bool {
	return len(runes) > 0 && !slices.ContainsFunc(runes, func(r rune) bool { return r < '0' || r > '9' })
}
