// Package project is the area "project" of gen check: what OpenSSF and CNCF ask of a project, as
// far as a laptop can see it. All of it are notes.
package project

import (
	"context"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/mintwright/mintwright/internal/check"
)

const area = "project"

// Area returns the area.
func Area() check.Area {
	return check.Area{
		Name: area, Summary: "what OpenSSF Scorecard and CNCF ask of a project", Rules: rules(), Alone: true,
		Check: func(ctx context.Context, s *check.Service) ([]check.Result, []check.Unchecked, error) {
			j := &judge{Told: check.Told{Area: area}, s: s}
			j.papers()
			j.releases()
			j.dependencies(ctx)
			j.unseen()
			return j.Results, j.Unchecked, nil
		},
	}
}

type judge struct {
	check.Told
	s *check.Service
}

// unseen lists what is asked for and hangs on what a laptop does not know.
func (j *judge) unseen() {
	for _, one := range [][2]string{
		{scorecard + "Branch-Protection and Code-Review", "the rules of the branch are known to its host alone"},
		{scorecard + "Maintained and Contributors", "they are seen in the history and in who works where"},
		{scorecard + "CII-Best-Practices", "the badge is asked for at bestpractices.dev"},
	} {
		j.Skip(one[0], "%s", one[1])
	}
}

// papers looks for what a project is expected to say of itself.
func (j *judge) papers() {
	for _, one := range []struct {
		rule    check.Rule
		what    string
		folders string // with commas; the root is .
		names   string
	}{
		{license, "LICENSE", ".", `licen[cs]e|copying|unlicense|licenses`},
		{security, "SECURITY.md", ".,.github,docs", `security`},
		{owners, "CODEOWNERS", ".,.github,docs,.gitlab", `codeowners`},
		{maintainers, "MAINTAINERS.md", ".,.github,docs", `maintainers|owners`},
		{contributing, "CONTRIBUTING.md", ".,.github,docs,.gitlab", `contributing`},
		{conduct, "CODE_OF_CONDUCT.md", ".,.github,docs", `code[-_]of[-_]conduct`},
		{governance, "GOVERNANCE.md", ".,.github,docs", `governance`},
		{changelog, "CHANGELOG.md", ".,docs", `change(s|log)|history|news|releases?`},
	} {
		name := j.find(one.folders, one.names)
		if name == "" {
			j.Say(one.rule.At("", 0, "there is no %s", one.what))
			continue
		}
		if one.rule.ID == security.ID {
			j.contact(name)
		}
	}
}

// find returns the first file in the folders that bears one of the names, with any extension of a
// text; "" when there is none. A folder of that name counts, such as LICENSES.
func (j *judge) find(folders, names string) string {
	pattern := regexp.MustCompile(`^(?i:` + names + `)([-.][\w.-]*)?$`)
	for folder := range strings.SplitSeq(folders, ",") {
		entries, err := fs.ReadDir(j.s.FS, folder)
		if err != nil {
			continue
		}
		for _, e := range entries {
			if pattern.MatchString(e.Name()) && !check.HasExt(e.Name(), ".go", ".yaml", ".yml", ".json", ".sh", ".tmpl") {
				return strings.TrimPrefix(folder+"/"+e.Name(), "./")
			}
		}
	}
	return ""
}

// contact looks whether a security policy says where to go.
func (j *judge) contact(name string) {
	content, err := j.s.Read(name)
	if err != nil {
		return
	}
	if !regexp.MustCompile(`(?i)@|https?://|report a vulnerability|confidential|privat`).Match(content) {
		j.Say(security.At(name, 0, "it names no private way to report").
			Do("write an address, or a page, that only those who mend it can read"))
	}
}

// releases looks whether something signs and something updates.
func (j *judge) releases() {
	signs := regexp.MustCompile(`\bcosign (sign|attest)\b|\bnotation sign\b|actions/attest|slsa-framework/slsa-github-generator|\bgpg\b[^\n]*--detach-sign`)
	files, _ := j.s.List(".github/workflows")
	if !slices.ContainsFunc(append(files, ".gitlab-ci.yml"), func(name string) bool {
		content, err := j.s.Read(name)
		return err == nil && signs.Match(content)
	}) {
		j.Say(signed.At("", 0, "no pipeline signs a release"))
	}
	if !slices.ContainsFunc([]string{
		".github/dependabot.yml", ".github/dependabot.yaml", "renovate.json", "renovate.json5", ".github/renovate.json",
		".gitlab/renovate.json", ".renovaterc", ".renovaterc.json",
	}, j.s.Has) {
		j.Say(updates.At("", 0, "neither Dependabot nor Renovate is configured"))
	}
}
