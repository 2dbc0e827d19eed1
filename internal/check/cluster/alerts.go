package cluster

import (
	"path"
	"regexp"
	"strings"
	"sync"
	"unicode"
)

const runbook = "docs/runbook.md"

// alerts are those of the chart's PrometheusRules.
func (v *view) alerts() {
	var sections map[string]bool
	for _, o := range v.of("monitoring.coreos.com", "PrometheusRule") {
		for g, group := range listOf(o.Object, "spec", "groups") {
			for i, rule := range listOf(group, "rules") {
				name := text(rule, "alert")
				if name == "" {
					continue
				}
				if sections == nil {
					sections = v.j.sections()
				}
				at := []any{"spec", "groups", g, "rules", i}
				v.alert(o, at, rule, name, sections)
			}
		}
	}
}

func (v *view) alert(o *object, at []any, rule any, name string, sections map[string]bool) {
	if text(rule, "expr") == "" {
		v.say(alerts, o, at, "the alert %s has no expr", name)
	}
	if text(rule, "labels", "severity") == "" {
		v.say(alerts, o, at, "the alert %s has no severity", name)
	}
	url := text(rule, "annotations", "runbook_url")
	page, section, _ := strings.Cut(url, "#")
	switch {
	case url == "":
		v.say(alerts, o, at, "the alert %s has no runbook_url", name)
	case !strings.HasSuffix(page, runbook) && path.Base(page) != path.Base(runbook):
		// a page of theirs
	case section == "":
		v.say(alerts, o, at, "the runbook_url of the alert %s names no section", name)
	case sections != nil && !sections[section]:
		v.say(alerts, o, at, "the runbook_url of the alert %s names the section %s, which %s does not have", name, shown(section), runbook)
	}
}

var heading = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^#{1,6}\s+(.*?)\s*#*$`) })

// sections returns the anchors of the runbook's headings, as GitHub and GitLab make them; nil when
// there is no runbook.
func (j *judge) sections() map[string]bool {
	content, err := j.s.Read(runbook)
	if err != nil {
		j.say(alerts, runbook, 0, "the alerts link to it, and it is not there")
		return nil
	}
	found := map[string]bool{}
	fenced := false
	for line := range strings.Lines(string(content)) {
		line = strings.TrimRight(line, "\r\n")
		if strings.HasPrefix(line, "```") {
			fenced = !fenced
		}
		if m := heading().FindStringSubmatch(line); m != nil && !fenced {
			found[anchor(m[1])] = true
		}
	}
	return found
}

func anchor(heading string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return -1
	}, heading)
}
