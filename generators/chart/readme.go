package chart

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mintwright/mintwright/generators/answers"
)

// KubeVersion is what the chart demands of Kubernetes: 1.31 has all that it uses, and "-0"
// lets the versions of clouds in, which look like prereleases.
const KubeVersion = ">=1.31.0-0"

// Description says in one line what the chart of a service is of.
func Description(a answers.Answers) string {
	return cmp.Or(a.Description, "The service "+a.Name+", which proves who it is by SPIFFE.")
}

// readme is the README of a chart as it is first made.
func readme(a answers.Answers) ([]byte, error) {
	metadata := fmt.Sprintf("name: %s\ndescription: %s\nkubeVersion: %s\n", Quoted(a.Name), Quoted(Description(a)), Quoted(KubeVersion))
	return Readme([]byte(metadata), valuesYAML(a))
}

// ReadmeMark is how a README begins that Readme has made.
const ReadmeMark = `<!-- Made by "gen chart docs"`

// Readme returns the README of a chart, made of its Chart.yaml (name, description and
// kubeVersion) and of values.yaml with its comments: what stands after "# -- " above a value
// describes it, a line with "## " begins a part. What it says beside the table depends on
// which values there are. The same files give the same README.
//
// Its error names the file that is no YAML, or no mapping.
func Readme(chartYAML, valuesYAML []byte) ([]byte, error) {
	chartYAML, valuesYAML = lineEnds(chartYAML), lineEnds(valuesYAML)
	var about struct {
		Name, Description string
		KubeVersion       string `yaml:"kubeVersion"`
	}
	if err := yaml.Unmarshal(chartYAML, &about); err != nil {
		return nil, fmt.Errorf("reading Chart.yaml: %w", err)
	}
	var document yaml.Node
	if err := yaml.Unmarshal(valuesYAML, &document); err != nil {
		return nil, fmt.Errorf("reading %s: %w", ValuesFile, err)
	}
	root := &yaml.Node{Kind: yaml.MappingNode}
	if len(document.Content) > 0 {
		root = document.Content[0]
	}
	if len(root.Content) > 0 { // a title at the very top is taken for the document's
		root.Content[0].HeadComment = document.HeadComment + "\n\n" + root.Content[0].HeadComment
	}
	if root.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%s: line %d: it is no mapping", ValuesFile, root.Line)
	}
	var b strings.Builder
	fmt.Fprintf(&b, ReadmeMark+" from %s; edit the comments there. -->\n\n# %s\n\n", ValuesFile, inline(about.Name))
	if about.Description != "" {
		fmt.Fprintf(&b, "%s\n\n", inline(about.Description))
	}
	b.WriteString(guide(about.Name, about.KubeVersion, root))
	b.WriteString("## Values\n\n")
	for _, p := range parts(root) {
		p.write(&b)
	}
	return []byte(strings.TrimRight(b.String(), "\n") + "\n"), nil
}

// lineEnds gives text the line ends of Unix, which another system may have changed.
func lineEnds(text []byte) []byte { return bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")) }

// part is a part of values.yaml.
type part struct {
	title string
	lines []documented
}

// documented is a value with what its comment says.
type documented struct {
	path, doc string
	value     *yaml.Node
}

func parts(root *yaml.Node) []part {
	list := []part{{}}
	for i := 0; i+1 < len(root.Content); i += 2 {
		if title := titleOf(root.Content[i]); title != "" {
			list = append(list, part{title: title})
		}
		last := &list[len(list)-1]
		last.lines = append(last.lines, documents(root.Content[i], root.Content[i+1], "")...)
	}
	return list
}

func (p part) write(b *strings.Builder) {
	if len(p.lines) == 0 {
		return
	}
	if p.title != "" {
		fmt.Fprintf(b, "### %s\n\n", p.title)
	}
	b.WriteString("| key | type | default | |\n|---|---|---|---|\n")
	for _, d := range p.lines {
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", code(d.path), typeOf(d.value), defaultOf(d.value), cell(d.doc))
	}
	b.WriteByte('\n')
}

// documents returns the values at and below a key. A mapping is one value if it has a comment
// of its own and nothing in it has one. So is an alias: a few of them can stand for billions of
// values, or for one without an end.
func documents(key, value *yaml.Node, prefix string) []documented {
	path := prefix + key.Value
	own := documented{path, docOf(key), resolved(value)}
	if value.Kind != yaml.MappingNode || len(value.Content) == 0 {
		return []documented{own}
	}
	var below []documented
	for i := 0; i+1 < len(value.Content); i += 2 {
		below = append(below, documents(value.Content[i], value.Content[i+1], path+".")...)
	}
	described := own.doc != ""
	for _, d := range below {
		described = described && d.doc == ""
	}
	if described {
		return []documented{own}
	}
	return below
}

func resolved(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// docOf is the comment of a key from its last "# -- " on.
func docOf(key *yaml.Node) string {
	var words []string
	begun := false
	for line := range strings.Lines(key.HeadComment) {
		text := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(line), "#"))
		switch first, found := strings.CutPrefix(text, "--"); {
		case found:
			words, begun = []string{strings.TrimSpace(first)}, true
		case text == "":
			words, begun = nil, false // it was of something else
		case begun:
			words = append(words, text)
		}
	}
	return strings.Join(words, " ")
}

// titleOf is the title of the part that begins with a key.
func titleOf(key *yaml.Node) string {
	title := ""
	for line := range strings.Lines(key.HeadComment) {
		if text, found := strings.CutPrefix(strings.TrimSpace(line), "## "); found {
			title = strings.TrimSpace(text)
		}
	}
	return title
}

func typeOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "object"
	case yaml.SequenceNode:
		return "list"
	}
	switch n.ShortTag() {
	case "!!int":
		return "int"
	case "!!float":
		return "number"
	case "!!bool":
		return "bool"
	case "!!null":
		return "null"
	default:
		return "string"
	}
}

// longest is the longest default that is shown in a table.
const longest = 120

func defaultOf(n *yaml.Node) string {
	if s := compact(n); len(s) <= longest {
		return code(s)
	}
	return "see " + code(ValuesFile)
}

// compact writes a value in one line, and of one that is longer than the longest a part that is
// longer, too.
func compact(n *yaml.Node) string {
	var b strings.Builder
	compactTo(&b, n)
	return b.String()
}

func compactTo(b *strings.Builder, n *yaml.Node) {
	if n = resolved(n); b.Len() > longest {
		return
	}
	switch {
	case n.Kind == yaml.MappingNode:
		b.WriteByte('{')
		for i := 0; i+1 < len(n.Content) && b.Len() <= longest; i += 2 {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(Quoted(n.Content[i].Value) + ":")
			compactTo(b, n.Content[i+1])
		}
		b.WriteByte('}')
	case n.Kind == yaml.SequenceNode:
		b.WriteByte('[')
		for i := 0; i < len(n.Content) && b.Len() <= longest; i++ {
			if i > 0 {
				b.WriteByte(',')
			}
			compactTo(b, n.Content[i])
		}
		b.WriteByte(']')
	case typeOf(n) == "string":
		b.WriteString(Quoted(n.Value))
	default:
		b.WriteString(n.Value)
	}
}

// code is text in backticks, fit for the cell of a table.
func code(s string) string {
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if len(fence) > 1 {
		s = " " + s + " "
	}
	return fence + strings.ReplaceAll(s, "|", `\|`) + fence
}

// cell keeps Markdown in its cell of a table, and placeholders such as <name> from being HTML.
func cell(s string) string {
	s = strings.ReplaceAll(strings.Join(strings.Fields(s), " "), "|", `\|`)
	parts := strings.Split(s, "`")
	for i := 0; i < len(parts); i += 2 { // the others are code
		parts[i] = strings.ReplaceAll(parts[i], "<", "&lt;")
	}
	return strings.Join(parts, "`")
}

// inline shows a line of somebody's text letter by letter.
func inline(s string) string {
	return strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "<", `\<`, ">", `\>`, "[", `\[`, "]", `\]`, "#", `\#`, "&", `\&`, "|", `\|`, "~", `\~`).
		Replace(strings.Join(strings.Fields(s), " "))
}

// has reports whether there is a value at the path.
func has(root *yaml.Node, path ...string) bool { return at(root, path...) != nil }

func at(n *yaml.Node, path ...string) *yaml.Node {
	for _, key := range path {
		if n = resolved(n); n.Kind != yaml.MappingNode {
			return nil
		}
		var found *yaml.Node
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == key {
				found = n.Content[i+1]
			}
		}
		if found == nil {
			return nil
		}
		n = found
	}
	return resolved(n)
}

// text of the scalar at the path, "" for none.
func textAt(root *yaml.Node, path ...string) string {
	if n := at(root, path...); n != nil {
		return n.Value
	}
	return ""
}
