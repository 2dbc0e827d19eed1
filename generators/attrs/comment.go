package attrs

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// joint stands for a space at which no line is broken: a link's text stays on one line.
const joint = "\x1f"

// width is how long the text of a comment's line may be.
const width = 77

// doc is the text of a comment, paragraph by paragraph.
type doc struct {
	blocks []string
	links  []string // "[text]: URL" for links in the text
}

// say adds a paragraph that is filled.
func (d *doc) say(text string) {
	if text = d.inline(text); text != "" {
		d.blocks = append(d.blocks, fill(text, "", ""))
	}
}

// facts adds lines that stay as they are, each filled by itself.
func (d *doc) facts(lines ...string) {
	var all []string
	for _, l := range lines {
		if l != "" {
			all = append(all, fill(l, "", ""))
		}
	}
	if len(all) > 0 {
		d.blocks = append(d.blocks, strings.Join(all, "\n"))
	}
}

// list adds a list.
func (d *doc) list(items []string) {
	var all []string
	for _, i := range items {
		all = append(all, fill(d.inline(i), "  - ", "    "))
	}
	if len(all) > 0 {
		d.blocks = append(d.blocks, strings.Join(all, "\n"))
	}
}

// deprecated adds the paragraph by which tools know.
func (d *doc) deprecated(why string) {
	if why = d.inline(why); why != "" {
		d.blocks = append(d.blocks, fill("Deprecated: "+sentence(why), "", ""))
	}
}

// markdown adds a text that is written in Markdown, as notes in registries are.
func (d *doc) markdown(text string) {
	var paragraph []string
	kind := ""
	end := func() {
		d.block(kind, paragraph)
		paragraph, kind = nil, ""
	}
	fenced := false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, " \t\r\n")
		line = quoted().ReplaceAllString(line, "")
		trimmed := strings.TrimLeft(line, " \t")
		switch {
		case strings.HasPrefix(trimmed, "```"):
			end()
			fenced = !fenced
		case fenced:
			kind, paragraph = "code", append(paragraph, line)
		case trimmed == "":
			end()
		case strings.HasPrefix(trimmed, "|"):
			if kind != "code" {
				end()
			}
			kind, paragraph = "code", append(paragraph, trimmed)
		case item().MatchString(trimmed):
			if kind != "list" {
				end()
			}
			kind, paragraph = "list", append(paragraph, item().ReplaceAllString(trimmed, ""))
		case kind == "list":
			paragraph[len(paragraph)-1] += " " + trimmed
		default:
			if kind == "code" {
				end()
			}
			kind, paragraph = "text", append(paragraph, trimmed)
		}
	}
	end()
}

// Parts of Markdown.
var (
	quoted = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\s*>\s?`) })
	item   = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^([-*+]|\d{1,3}[.)])\s+`) })
	link   = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`!?\[([^\[\]]+)\]\(([^()\s]*)\)`) })
	alert  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\[!(\w+)\]\s*`) })
)

// block adds lines that belong together.
func (d *doc) block(kind string, lines []string) {
	switch {
	case len(lines) == 0:
	case kind == "code":
		d.blocks = append(d.blocks, "\t"+strings.Join(lines, "\n\t"))
	case kind == "list":
		d.list(lines)
	default:
		text := strings.TrimLeft(strings.Join(lines, " "), "# ")
		if m := alert().FindStringSubmatch(text); m != nil {
			rest := text[len(m[0]):]
			if rest == "" {
				return
			}
			text = strings.ToUpper(m[1][:1]) + strings.ToLower(m[1][1:]) + ": " + rest
		}
		if rest, ok := strings.CutPrefix(text, "Deprecated:"); ok {
			text = "Deprecated," + rest // it is said of something else here
		}
		d.say(text)
	}
}

// inline turns links and emphasis into what Go's comments know.
func (d *doc) inline(text string) string {
	text = strings.ReplaceAll(text, "**", "")
	text = link().ReplaceAllStringFunc(text, func(s string) string {
		m := link().FindStringSubmatch(s)
		name, url := strings.Join(strings.Fields(m[1]), " "), m[2]
		if !strings.HasPrefix(url, "https://") && !strings.HasPrefix(url, "http://") || strings.ContainsAny(name, "`*") {
			return name
		}
		if l := "[" + name + "]: " + url; !slices.Contains(d.links, l) {
			d.links = append(d.links, l)
		}
		return "[" + strings.ReplaceAll(name, " ", joint) + "]"
	})
	return strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "+build", "+ build")
}

// String returns the comment.
func (d *doc) String() string {
	blocks := d.blocks
	if len(d.links) > 0 {
		blocks = append(slices.Clip(blocks), strings.Join(d.links, "\n"))
	}
	var b strings.Builder
	for line := range strings.SplitSeq(strings.Join(blocks, "\n\n"), "\n") {
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString("//")
		if line = strings.TrimRight(line, " \t"); line != "" && line[0] == '\t' {
			b.WriteString(line)
		} else if line != "" {
			b.WriteString(" " + line)
		}
	}
	return b.String()
}

// fill breaks a text into lines.
func fill(text, first, later string) string {
	var b strings.Builder
	b.WriteString(first)
	at := len(first)
	start := true
	for word := range strings.FieldsSeq(text) {
		switch {
		case start:
		case at+1+len(word) > width:
			b.WriteString("\n" + later)
			at = len(later)
		default:
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += len(word)
		start = false
	}
	return strings.ReplaceAll(b.String(), joint, " ")
}

// sentence ends a text with a full stop.
func sentence(text string) string {
	text = strings.TrimSpace(text)
	if text == "" || strings.ContainsRune(".!?:", rune(text[len(text)-1])) {
		return text
	}
	return text + "."
}
