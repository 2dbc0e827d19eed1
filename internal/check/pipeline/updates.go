package pipeline

import (
	"encoding/json"
	"errors"
	"io/fs"
	"slices"
	"strings"

	"github.com/mintwright/mintwright/internal/check"
)

// updates looks whether something brings new versions.
func (j *judge) updates(isGitHub bool) {
	for _, name := range []string{".github/dependabot.yml", ".github/dependabot.yaml"} {
		if isGitHub && j.s.Has(name) {
			j.dependabot(name)
			return
		}
	}
	for _, name := range []string{"renovate.json", "renovate.json5", ".github/renovate.json", ".gitlab/renovate.json", ".renovaterc", ".renovaterc.json"} {
		if j.s.Has(name) {
			j.renovate(name)
			return
		}
	}
	j.Say(noUpdates.At("", 0, "neither Dependabot nor Renovate is configured"))
}

func (j *judge) dependabot(name string) {
	root := j.yaml(name)
	if root == nil {
		return
	}
	var has []string
	for _, one := range items(check.Lookup(root, "updates")) {
		kind, line := check.LookupString(one, "package-ecosystem")
		has = append(has, kind)
		if check.Lookup(one, "cooldown") == nil {
			j.Say(cooldown.At(name, line, "updates of %s have no cooldown", short(kind)))
		}
	}
	wants := []string{"gomod", "github-actions"}
	if j.s.Has("Dockerfile") {
		wants = append(wants, "docker")
	}
	for _, want := range wants {
		if !slices.Contains(has, want) {
			j.Say(ecosystem.At(name, 0, "new versions of %s are not looked for", want))
		}
	}
}

func (j *judge) renovate(name string) {
	content, err := j.s.Read(name)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			j.Skip(name, "%v", err)
		}
		return
	}
	var config struct {
		Enabled *bool `json:"enabled"`
		Age     any   `json:"minimumReleaseAge"`
		Extends []any `json:"extends"`
	}
	if err := json.Unmarshal(content, &config); err != nil {
		if strings.HasSuffix(name, ".json5") || name == ".renovaterc" {
			j.Skip(name, "it is written in JSON5")
			return
		}
		j.Say(invalid.At(name, 0, "%s", short(err.Error())))
		return
	}
	if config.Enabled != nil && !*config.Enabled {
		j.Say(noUpdates.At(name, 0, "Renovate is switched off").Do("take `\"enabled\": false` away"))
	}
	if config.Age == nil && !slices.Contains(config.Extends, any("security:minimumReleaseAgeNpm")) {
		j.Say(cooldown.At(name, 0, "there is no minimumReleaseAge"))
	}
}
