package report

import (
	"cmp"
	"go/doc/comment"
	"io"
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/semver"
)

// SARIFOptions says what belongs into a SARIF log beside the document.
type SARIFOptions struct {
	Rules    []Rule // all that can be found, in any order
	Source   Source // for columns, snippets and fixes
	Baseline bool   // a baseline was given: each result says whether it is new
	Partial  bool   // what was not checked is told, and nothing that went wrong
}

// SARIF prints the document as a log of SARIF 2.1.0 with one run: every finding, also what is
// suppressed, with the path of a leak as its code flow and with its fixes.
//
// Files have URIs relative to %SRCROOT%, the folder that the findings' files are relative to.
// Columns count UTF-16 code units, as editors and GitHub do; where the source cannot be read
// a place has its line alone, and a fix is left out.
//
// Format: OASIS, Static Analysis Results Interchange Format 2.1.0 with errata 01.
func SARIF(w io.Writer, d Document, o SARIFOptions) error {
	s := &sarif{src: o.Source.once(), rules: descriptors(o.Rules, d.Findings), baseline: o.Baseline}
	findings := Sorted(d.Findings)
	for i := range findings {
		s.suppresses = s.suppresses || findings[i].Suppressed != nil
	}
	results := []sarifResult{}
	for i := range findings {
		results = append(results, s.result(&findings[i]))
	}
	return encode(w, sarifLog{
		Schema: sarifSchema, Version: "2.1.0",
		Runs: []sarifRun{{
			Tool:             sarifTool{driver(d.Tool, s.rules)},
			Invocations:      []sarifInvocation{invocation(d.Unchecked, o.Partial)},
			OriginalURIBases: map[string]sarifArtifact{root: {Description: &sarifMessage{Text: "The folder that was checked."}}},
			DefaultEncoding:  "utf-8", DefaultLanguage: "go", ColumnKind: "utf16CodeUnits",
			Results: results,
		}},
	})
}

const (
	sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	root        = "SRCROOT"
	fingerprint = "mintwrightFingerprint/v1"
)

type sarif struct {
	src        *sources
	rules      []sarifRule // sorted by ID
	baseline   bool
	suppresses bool // some finding is suppressed, so that all say whether they are
}

func driver(t Tool, rules []sarifRule) sarifDriver {
	d := sarifDriver{Name: t.Name, Version: t.Version, InformationURI: "https://github.com/mintwright/mintwright", Rules: rules}
	if d.Name == "" {
		d.Name = "gen vet"
	}
	if v := t.Version; semver.IsValid(v) {
		d.SemanticVersion = strings.TrimPrefix(semver.Canonical(v), "v") + semver.Build(v)
	}
	return d
}

func invocation(unchecked []Unchecked, partial bool) sarifInvocation {
	list := slices.Clone(unchecked)
	slices.SortFunc(list, func(a, b Unchecked) int {
		return cmp.Or(cmp.Compare(a.Package, b.Package), cmp.Compare(a.Reason, b.Reason))
	})
	i := sarifInvocation{ExecutionSuccessful: len(list) == 0 || partial}
	level := Error.level()
	if partial {
		level = Warning.level()
	}
	for _, u := range list {
		i.Notifications = append(i.Notifications, sarifNotification{
			Level: level, Message: sarifMessage{Text: literal(u.Package + " was not checked: " + u.Reason)},
		})
	}
	return i
}

// descriptors returns the rules by ID. A finding of a rule that is not among them gets one.
func descriptors(rules []Rule, findings []Finding) []sarifRule {
	list := []sarifRule{}
	for _, r := range rules {
		list = append(list, descriptor(r))
	}
	for _, f := range findings {
		if !slices.ContainsFunc(list, func(r sarifRule) bool { return r.ID == f.Rule }) {
			list = append(list, sarifRule{ID: f.Rule})
		}
	}
	slices.SortFunc(list, func(a, b sarifRule) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

func descriptor(r Rule) sarifRule {
	d := sarifRule{
		ID: r.ID, HelpURI: r.URL,
		Configuration: &sarifConfiguration{Enabled: !r.Off, Level: r.Severity.level()},
	}
	if r.Summary != "" {
		d.Short = &sarifMessage{Text: sentence(r.Summary)}
		d.Full = d.Short
	}
	if len(r.Tags) > 0 {
		d.Properties = &sarifTags{r.Tags}
	}
	doc := new(comment.Parser).Parse(r.Doc)
	if len(doc.Content) == 0 {
		return d
	}
	p := &comment.Printer{TextWidth: -1, HeadingLevel: 2, HeadingID: func(*comment.Heading) string { return "" }}
	d.Help = &sarifMessage{Text: string(p.Text(doc)), Markdown: string(p.Markdown(doc))}
	for _, block := range doc.Content {
		if _, isText := block.(*comment.Paragraph); isText {
			text := p.Text(&comment.Doc{Content: []comment.Block{block}})
			d.Full = &sarifMessage{Text: strings.TrimSpace(string(text))}
			break
		}
	}
	return d
}

// sentence makes a sentence of a summary.
func sentence(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:] + "."
}

func (s Severity) level() string {
	switch s {
	case Error:
		return "error"
	case Warning:
		return "warning"
	}
	return "note"
}

// literal returns s as the text of a message, in which "[a](b)" would be a link (3.11.6).
func literal(s string) string { return strings.ReplaceAll(s, "](", `\](`) }

func (s *sarif) result(f *Finding) sarifResult {
	r := sarifResult{
		RuleID: f.Rule, RuleIndex: slices.IndexFunc(s.rules, func(r sarifRule) bool { return r.ID == f.Rule }),
		Level: f.Severity.level(), Message: sarifMessage{Text: literal(f.Message)},
		Locations: []sarifLocation{}, Properties: sarifProperties{f.Confidence},
	}
	if l := s.location(f.Position); l != nil {
		if f.Function != "" {
			l.Logical = []sarifLogical{{Name: f.Package + "." + f.Function, Kind: "function"}}
		}
		r.Locations = append(r.Locations, *l)
	}
	s.related(&r, f)
	for _, fix := range f.Fixes {
		if changes := s.changes(fix); changes != nil {
			r.Fixes = append(r.Fixes, sarifFix{sarifMessage{Text: literal(fix.Message)}, changes})
		}
	}
	if f.Fingerprint != "" {
		r.Fingerprints = map[string]string{fingerprint: f.Fingerprint}
	}
	if s.baseline {
		r.BaselineState = "new"
	}
	if s.suppresses {
		r.Suppressions = &[]sarifSuppression{}
	}
	if f.Suppressed != nil {
		kind := "inSource"
		if f.Suppressed.Kind == InBaseline {
			kind, r.BaselineState = "external", "unchanged"
		}
		r.Suppressions = &[]sarifSuppression{{Kind: kind, Status: "accepted", Justification: f.Suppressed.Reason}}
	}
	return r
}

// related adds the other places, and the steps of a path as a code flow too.
func (s *sarif) related(r *sarifResult, f *Finding) {
	var steps []sarifStep
	for _, rel := range f.Related {
		l := s.location(rel.Position)
		if l == nil {
			continue
		}
		l.Message = &sarifMessage{Text: literal(rel.Message)}
		steps = append(steps, sarifStep{*l})
		l.ID = len(steps)
		r.Related = append(r.Related, *l)
	}
	if len(steps) > 1 {
		r.CodeFlows = []sarifCodeFlow{{[]sarifThreadFlow{{steps}}}}
	}
}

// location returns nil for a position without a file.
func (s *sarif) location(p Position) *sarifLocation {
	if p.File == "" {
		return nil
	}
	place := sarifPlace{Artifact: artifact(p.File)}
	if p.Line > 0 {
		place.Region, place.Context = s.region(p)
	}
	return &sarifLocation{Physical: &place}
}

// region returns the region of a position, with what stands there, and the line around it
// when it is in one line and not all of that.
func (s *sarif) region(p Position) (region, context *sarifRegion) {
	const longest = 1000 // bytes of source that a log holds
	src := s.src.file(p.File)
	region = &sarifRegion{StartLine: p.Line}
	column, ok := src.units(p.Line, p.Column)
	if !ok {
		return region, nil
	}
	region.StartColumn, region.EndColumn = column, column
	endColumn, ok := src.units(p.EndLine, p.EndColumn)
	if !ok || p.EndLine < p.Line || p.EndLine == p.Line && endColumn < column {
		p.EndLine, p.EndColumn, endColumn = p.Line, p.Column, column
	}
	region.EndLine, region.EndColumn = p.EndLine, endColumn
	start, end := src.starts[p.Line-1]+p.Column-1, src.starts[p.EndLine-1]+p.EndColumn-1
	if start < end && end-start <= longest {
		region.Snippet = &sarifContent{string(src.content[start:end])}
	}
	line, _ := src.line(p.Line)
	if p.EndLine == p.Line && end-start < len(line) && len(line) <= longest {
		context = &sarifRegion{StartLine: p.Line, Snippet: &sarifContent{string(line)}}
	}
	return region, context
}

// artifact returns the location of a file, which has slashes: relative to the root, or absolute.
func artifact(file string) sarifArtifact {
	switch isDrive := len(file) > 2 && file[1:3] == ":/"; {
	case isDrive:
		file = "/" + file
		fallthrough
	case path.IsAbs(file):
		return sarifArtifact{URI: (&url.URL{Scheme: "file", Path: file}).String()}
	}
	return sarifArtifact{URI: (&url.URL{Path: path.Clean(file)}).String(), Base: root}
}

// changes returns the edits of a fix by file, or nil when one of them cannot be told.
func (s *sarif) changes(fix Fix) []sarifChange {
	edits := slices.Clone(fix.Edits)
	slices.SortStableFunc(edits, func(a, b Edit) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
	})
	var list []sarifChange
	for i, e := range edits {
		src := s.src.file(e.File)
		if src == nil || e.Start < 0 || e.Start > e.End || e.End > len(src.content) {
			return nil
		}
		r := sarifReplacement{Deleted: src.span(e.Start, e.End)}
		if e.New != "" {
			r.Inserted = &sarifContent{e.New}
		}
		if i == 0 || edits[i-1].File != e.File {
			list = append(list, sarifChange{Artifact: artifact(e.File)})
		}
		last := &list[len(list)-1]
		last.Replacements = append(last.Replacements, r)
	}
	return list
}

// span returns the region of the bytes from start to end.
func (s *source) span(start, end int) sarifRegion {
	place := func(offset int) (line, column int) {
		line, exact := slices.BinarySearch(s.starts, offset)
		if exact {
			line++
		}
		text, _ := s.line(line)
		column, _ = s.units(line, min(offset-s.starts[line-1], len(text))+1)
		return line, column
	}
	var r sarifRegion
	r.StartLine, r.StartColumn = place(start)
	r.EndLine, r.EndColumn = place(end)
	return r
}
