package render

import (
	"bytes"
	"fmt"
	"strings"
	"text/template"

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
		Funcs(template.FuncMap{"join": strings.Join, "envName": callVariable}).Parse(string(source))
	if err != nil {
		return nil, fmt.Errorf("template %s: %w", name, err)
	}
	var out bytes.Buffer
	if err := t.Execute(&out, f); err != nil {
		return nil, fmt.Errorf("template %s: %w", name, err)
	}
	return out.Bytes(), nil
}
