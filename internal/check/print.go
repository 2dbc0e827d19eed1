package check

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/mintwright/mintwright/internal/report"
)

// Version is that of the JSON document.
const Version = 1

// Text prints the report for a person: a line for each area, then what must be mended with its
// remedy, what should be known, and what was not looked at. Names of files are foreign bytes, and
// shown as package report shows them.
func Text(w io.Writer, r Report, colour bool) error {
	out := bufio.NewWriter(w)
	p := &printer{out, colour}
	width := 0
	for _, a := range r.Areas {
		width = max(width, len(a.Name))
	}
	for _, a := range r.Areas {
		state, paint := a.state()
		fmt.Fprintf(out, "%-*s  %s\n", width, a.Name, p.in(paint, state))
	}
	p.results("findings", red, r.Findings())
	p.results("notes", cyan, r.Notes())
	if list := r.Unchecked(); len(list) > 0 {
		fmt.Fprintf(out, "\n%s\n", p.in(bold, "not checked"))
		for _, u := range together(list) {
			fmt.Fprintf(out, "  %s: %s: %s\n", u.Area, report.Printable(u.What), report.Printable(u.Why))
		}
	}
	return out.Flush()
}

// together makes one line of what an area did not look at for the same reason.
func together(list []Unchecked) []Unchecked {
	const most = 4
	var lines []Unchecked
	for len(list) > 0 {
		first := list[0]
		var names []string
		list = slices.DeleteFunc(slices.Clone(list), func(u Unchecked) bool {
			is := u.Area == first.Area && u.Why == first.Why
			if is {
				names = append(names, u.What)
			}
			return is
		})
		if len(names) > most+1 {
			names = append(names[:most], fmt.Sprintf("%d more", len(names)-most))
		}
		first.What = strings.Join(names, ", ")
		lines = append(lines, first)
	}
	return lines
}

// state is an area in a few words.
func (j *Judged) state() (text, paint string) {
	findings, notes := len(j.of(Finding)), len(j.of(Note))
	var words []string
	if findings > 0 {
		words = append(words, count(findings, "finding"))
	}
	switch {
	case j.isUnchecked():
		words = append(words, "unchecked")
	case findings == 0:
		words = append(words, "ok")
	}
	if notes > 0 {
		words = append(words, count(notes, "note"))
	}
	if list := j.unchecked(); len(list) > 0 && !j.isUnchecked() {
		words = append(words, fmt.Sprintf("%d not checked", len(list)))
	}
	paint = green
	switch {
	case findings > 0:
		paint = red
	case len(j.unchecked()) > 0:
		paint = yellow
	}
	return strings.Join(words, ", "), paint
}

// isUnchecked reports whether the area as a whole was not looked at.
func (j *Judged) isUnchecked() bool {
	return j.Err != nil || len(j.Unchecked) > 0 && j.Unchecked[0].What == All
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// printer prints lines. Errors of writing are kept by out until the end.
type printer struct {
	out    *bufio.Writer
	colour bool
}

// The escapes of ANSI.
const (
	bold   = "\x1b[1m"
	red    = "\x1b[1;31m"
	yellow = "\x1b[1;33m"
	cyan   = "\x1b[1;36m"
	green  = "\x1b[32m"
)

func (p *printer) in(paint, s string) string {
	if !p.colour {
		return s
	}
	return paint + s + "\x1b[0m"
}

func (p *printer) results(title, paint string, list []Result) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(p.out, "\n%s\n", p.in(bold, title))
	for _, one := range grouped(list) {
		fmt.Fprintf(p.out, "  %s%s [%s]\n", p.places(one.places), p.in(paint, report.Printable(one.Message)), one.Rule)
		if one.Criterion != "" {
			fmt.Fprintf(p.out, "      asked for by %s\n", report.Printable(one.Criterion))
		}
		fmt.Fprintf(p.out, "      %s\n", report.Printable(one.Remedy))
	}
}

// group is results that differ in their place alone.
type group struct {
	Result
	places []string
}

func grouped(list []Result) []group {
	var groups []group
	index := map[Result]int{}
	for _, one := range list {
		place := one.Place()
		key := one
		key.File, key.Line = "", 0
		i, seen := index[key]
		if !seen {
			i = len(groups)
			index[key] = i
			groups = append(groups, group{Result: one})
		}
		if place != "" {
			groups[i].places = append(groups[i].places, place)
		}
	}
	return groups
}

// places tells where: one place on the line, more of them on lines of their own.
func (p *printer) places(list []string) string {
	const most = 12
	var b strings.Builder
	for i, place := range list {
		switch {
		case len(list) == 1:
			return p.in(bold, place+":") + " "
		case i == most && len(list) > most+1:
			fmt.Fprintf(&b, "and %d more", len(list)-most)
			return b.String() + ":\n    "
		}
		b.WriteString(p.in(bold, place))
		if i < len(list)-1 {
			b.WriteString(",\n  ")
		}
	}
	if len(list) > 1 {
		b.WriteString(":\n    ")
	}
	return b.String()
}

// Place is the file and line of a result as a person reads them, "" where there is none.
func (r Result) Place() string {
	place := report.Printable(r.File)
	if r.File != "" && r.Line > 0 {
		place += fmt.Sprintf(":%d", r.Line)
	}
	return place
}

// The JSON document. Its keys are part of the interface.
type (
	document struct {
		Version   int             `json:"version"`
		Tool      report.Tool     `json:"tool"`
		Service   string          `json:"service"` // "" when its answers could not be read
		Areas     []areaDoc       `json:"areas"`
		Findings  []resultDoc     `json:"findings"`
		Notes     []resultDoc     `json:"notes"`
		Unchecked []uncheckedDocs `json:"unchecked"`
	}
	areaDoc struct {
		Name      string `json:"name"`
		Summary   string `json:"summary"`
		Findings  int    `json:"findings"`
		Notes     int    `json:"notes"`
		Unchecked int    `json:"unchecked"`
		Failed    bool   `json:"failed"` // it could not be judged
	}
	resultDoc struct {
		Area      string `json:"area"`
		Rule      string `json:"rule"`
		File      string `json:"file"` // "" where it is of no file
		Line      int    `json:"line"` // 0 where it is of no line
		Message   string `json:"message"`
		Remedy    string `json:"remedy"`
		Criterion string `json:"criterion"`
	}
	uncheckedDocs struct {
		Area string `json:"area"`
		What string `json:"what"`
		Why  string `json:"why"`
	}
)

// JSON prints the report as one document, in which every key is there and no list is null.
func JSON(w io.Writer, r Report) error {
	d := document{
		Version: Version, Tool: tool(r), Service: r.Service,
		Areas: []areaDoc{}, Findings: docs(r.Findings()), Notes: docs(r.Notes()), Unchecked: []uncheckedDocs{},
	}
	for _, a := range r.Areas {
		d.Areas = append(d.Areas, areaDoc{a.Name, a.Summary, len(a.of(Finding)), len(a.of(Note)), len(a.unchecked()), a.Err != nil})
	}
	for _, u := range r.Unchecked() {
		d.Unchecked = append(d.Unchecked, uncheckedDocs(u))
	}
	return report.Encode(w, d)
}

func tool(r Report) report.Tool { return report.Tool{Name: "gen check", Version: r.Release} }

func docs(list []Result) []resultDoc {
	docs := []resultDoc{}
	for _, r := range list {
		docs = append(docs, resultDoc{r.Area, r.Rule, r.File, r.Line, r.Message, r.Remedy, r.Criterion})
	}
	return docs
}

// Page is where the rules of gen check are told.
const Page = "https://github.com/mintwright/mintwright/blob/main/docs/check.md"

// SARIF prints the report as SARIF 2.1.0. Folder is that of the service from the root of the
// repository, with slashes, "." where it is that; what is of no file is told at the answers,
// because what reads such logs wants a place.
func SARIF(w io.Writer, r Report, folder string, src report.Source) error {
	d := r.document(folder)
	var rules []report.Rule
	for _, a := range r.Areas {
		for _, rule := range a.Rules {
			rules = append(rules, rule.describe())
		}
	}
	return report.SARIF(w, d, report.SARIFOptions{Rules: rules, Source: src, Partial: !r.Failed()})
}

// GitHub prints the report as annotations of GitHub's workflows; see SARIF.
func GitHub(w io.Writer, r Report, folder string, src report.Source) error {
	return report.GitHub(w, r.document(folder).Findings, src)
}

// document is the report in the words of gen vet.
func (r *Report) document(folder string) report.Document {
	d := report.Document{Version: report.Version, Tool: tool(*r)}
	for _, a := range r.Areas {
		for _, one := range a.Results {
			severity := report.Error
			if one.Severity == Note {
				severity = report.Info
			}
			d.Findings = append(d.Findings, report.Finding{
				Rule: one.Rule, Severity: severity, Confidence: report.High, Message: one.Message + "; " + one.Remedy,
				Package: folder, Function: cmp.Or(one.File, AnswersFile), Expression: one.Message,
				Position: report.Position{File: path.Join(folder, cmp.Or(one.File, AnswersFile)), Line: max(one.Line, 1)},
			})
		}
	}
	report.Fingerprints(d.Findings)
	for i := range d.Findings {
		d.Findings[i].Package, d.Findings[i].Function, d.Findings[i].Expression = "", "", "" // they told them apart
	}
	for _, u := range r.Unchecked() {
		d.Unchecked = append(d.Unchecked, report.Unchecked{Package: u.Area + " (" + u.What + ")", Reason: u.Why})
	}
	return d
}

// describe is the rule in the words of gen vet.
func (r Rule) describe() report.Rule {
	doc := r.Remedy + ".\n"
	if r.Why != "" {
		doc = r.Why + "\n\n" + doc
	}
	if r.Criterion != "" {
		doc += "\nAsked for by: " + r.Criterion + ".\n"
	}
	severity := report.Error
	if r.Severity == Note {
		severity = report.Info
	}
	return report.Rule{ID: r.ID, Severity: severity, Summary: r.Summary, Doc: doc, URL: Page + "#" + r.Area()}
}
