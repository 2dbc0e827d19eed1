package render

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"text/template"
	"unicode"

	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/generators/chart"
	"github.com/mintwright/mintwright/internal/names"
)

// facts is what a text template may say of a service.
type facts struct {
	answers.Answers
	Gen          string // the release of gen that makes it, "devel" for none
	ID           string // the service's SPIFFE ID
	CalledBy     string // its callers, in Markdown
	CallsWhom    string // whom it calls, in Markdown
	CodeOwner    string // the owner as CODEOWNERS wants it
	PublicReason string
	Proto        string // where its gRPC contract lies
	WorksOn      string // what its jobs are
	Open         string // what listens without mutual TLS
	ExampleCall  string // what `gen dev call` can ask it
	DevNeeds     string // what `gen dev` needs beyond Go
	GiveWork     string // how a job gets to the worker, in Markdown
	Conventions  string // what OpenTelemetry's conventions cover of it
	Needs        string // what it needs to run
	ReadyToo     string // what readiness waits for beyond the SVID
}

func newFacts(a answers.Answers, gen string) facts {
	var called []string
	for _, c := range a.Calls {
		called = append(called, c.ID)
	}
	f := facts{
		Answers:     a,
		Gen:         gen,
		ID:          spiffeID(a),
		CalledBy:    codeList(a.Identity.Callers, "nobody yet"),
		CallsWhom:   codeList(called, "nobody"),
		CodeOwner:   codeOwner(a.Owner),
		Proto:       names.ProtoFolder(a.Name) + "/greetings.proto",
		Open:        "the probes",
		ExampleCall: "/v1/greetings/Ada",
		Needs:       "only its address",
	}
	if a.Allows("any-caller") {
		f.CalledBy = "anyone with a valid SVID"
	}
	for _, u := range a.Unsafe {
		if u.Choice == "web-pki-ingress" {
			f.PublicReason = u.Reason
		}
	}
	switch {
	case a.Telemetry.Prometheus && a.Public():
		f.Open = "the probes, the metrics and the public routes"
	case a.Telemetry.Prometheus:
		f.Open = "the probes and the metrics"
	case a.Public():
		f.Open = "the probes and the public routes"
	}
	if !a.Serves("http") {
		f.ExampleCall = "/" + names.Proto(a.Name) + `.v1.GreetingService/GetGreeting --data '{"name":"Ada"}'`
	}
	if a.Store == "postgres" {
		f.DevNeeds = " but\nPostgreSQL, a local one or that of `DATABASE_URL`"
		f.ReadyToo, f.Needs = "and the database answers and has its schema", "its address and a database"
	}
	for _, c := range []struct {
		has  bool
		name string
	}{
		{a.Serves("http") || a.CallsOver("http"), "HTTP"},
		{a.Serves("grpc") || a.CallsOver("grpc"), "RPC"},
		{a.Serves("worker"), "messaging"},
		{a.Store != "none", "databases"},
	} {
		if c.has {
			f.Conventions = strings.TrimPrefix(f.Conventions+", "+c.name, ", ")
		}
	}
	if !a.Serves("worker") {
		return f
	}
	switch a.Worker.Source {
	case "schedule":
		f.WorksOn = "a job at the times of `SCHEDULE`, retried until it succeeds; each replica has its own"
		f.GiveWork = "There the job is due every ten seconds; `gen dev trace` shows the last."
	case "postgres":
		f.WorksOn = "jobs of the table `jobs`, each at least once"
		f.GiveWork = "Give it a job by `pgqueue.Enqueue`, in the transaction that the job follows from, or by hand:\n\n" +
			"```sh\npsql \"$DATABASE_URL\" -c \"INSERT INTO jobs (key, body) VALUES ('greet-ada', '{\\\"name\\\":\\\"Ada\\\"}')\"\n```"
	case "nats":
		f.WorksOn = "messages of NATS JetStream, each at least once"
		f.DevNeeds = strings.TrimPrefix(f.DevNeeds+", and\na NATS server with JetStream, a local one or that of `NATS_URL`", ", and")
		if a.Store == "none" {
			f.DevNeeds = " but" + f.DevNeeds
		}
		f.ReadyToo = strings.TrimPrefix(f.ReadyToo+", and the broker answers", ", ")
		f.GiveWork = "Give it a job by `Publish` of `internal/worker/natsqueue`, or by hand:\n\n" +
			"```sh\nnats pub --header Nats-Msg-Id:greet-ada " + a.Name + `.jobs '{"name":"Ada"}'` + "\n```"
	}
	return f
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
		Funcs(template.FuncMap{"join": strings.Join, "has": slices.Contains[[]string], "envName": callVariable, "markdown": markdown, "yaml": chart.Quoted}).Parse(string(source))
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
