package pipeline

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	"golang.org/x/mod/module"

	"github.com/mintwright/mintwright/internal/check"
)

// script looks at what every script, Makefile and Dockerfile must not do. At says where its line i
// stands.
func (j *judge) script(file string, at func(i int) int, script string) {
	for i, line := range strings.Split(script, "\n") {
		trimmed := strings.TrimSpace(line)
		if strings.HasPrefix(trimmed, "#") {
			continue
		}
		for _, m := range patterns().sets.FindAllStringSubmatch(line, -1) {
			j.variable(file, at(i), m[1], strings.Trim(m[2], `"'`))
		}
		if words := strings.Fields(trimmed); len(words) == 3 && words[0] == "ENV" {
			j.variable(file, at(i), words[1], words[2]) // the older form of a Dockerfile
		}
		if strings.Contains(line, "-insecure") && strings.Contains(line, "go get") {
			j.Say(checksums.At(file, at(i), "go get -insecure"))
		}
		for _, m := range patterns().floats.FindAllStringSubmatch(line, -1) {
			j.Say(toolVersion.At(file, at(i), "%s is installed at %q", short(m[1]), m[2]))
		}
		if file != "Dockerfile" && patterns().pipedShell.MatchString(line) { // of which the area image tells
			j.Say(toolVersion.At(file, at(i), "what is downloaded is run as it comes").
				Do("download a version, compare its SHA-256, and run it then"))
		}
	}
}

// variable looks at a variable that Go reads.
func (j *judge) variable(file string, line int, name, value string) {
	value = strings.TrimSpace(value)
	switch name {
	case "GOSUMDB":
		if value == "off" {
			j.Say(checksums.At(file, line, "GOSUMDB is off"))
		}
	case "GONOSUMCHECK", "GOINSECURE":
		if value != "" && value != "0" {
			j.Say(checksums.At(file, line, "%s is set", name))
		}
	case "GONOSUMDB", "GOPRIVATE":
		for pattern := range strings.SplitSeq(value, ",") {
			if pattern = strings.TrimSpace(pattern); pattern != "" && pattern != "none" && !strings.Contains(pattern, "$") && !j.isOwn(pattern) {
				j.Say(checksums.At(file, line, "%s has %s, which is not the service's own", name, short(pattern)))
			}
		}
	case "GOFLAGS":
		for flag := range strings.FieldsSeq(value) {
			switch strings.Trim(flag, `"'`) {
			case "-insecure":
				j.Say(checksums.At(file, line, "GOFLAGS has -insecure"))
			case "-mod=mod":
				j.Say(modules.At(file, line, "GOFLAGS has -mod=mod"))
			}
		}
	case "ACTIONS_ALLOW_UNSECURE_COMMANDS":
		if value == "true" {
			j.Say(unsecure.At(file, line, "%s is true", name))
		}
	default:
		if m := patterns().floats.FindStringSubmatch("go install " + value); m != nil && !strings.ContainsAny(value, " \t\n") {
			j.Say(toolVersion.At(file, line, "%s is at %q", short(m[1]), m[2]))
		}
	}
}

// isOwn reports whether a pattern of GOPRIVATE names modules of the owner's alone: its path, as far
// as it has no wildcard, is at or below the folder of the service's module.
func (j *judge) isOwn(pattern string) bool {
	own, _, _ := module.SplitPathVersion(j.s.Answers.Module)
	if i := strings.LastIndexByte(own, '/'); i > 0 && strings.Contains(own[:i], "/") {
		own = own[:i]
	}
	return own != "" && (pattern == own || strings.HasPrefix(pattern, own+"/"))
}

// A demand is a check that the pipelines make somewhere.
type demand struct {
	what      string
	does      *regexp.Regexp
	remedy    string
	criterion string
	file      string // it is demanded where there is such a file, or a folder that ends in a slash
	notGitLab bool
}

func demands() []demand {
	does := regexp.MustCompile
	return []demand{
		{what: "tests with the race detector", does: does(`\bgo test\b[^\n]*-race\b`), remedy: "add `go test -race ./...`", criterion: tests},
		{what: "go vet", does: does(`\bgo vet\b|\bgen vet\b[^\n]*--with-standard|\bgolangci-lint\b|^uses: golangci/golangci-lint-action$`), remedy: "add `go vet ./...`", criterion: sast},
		{what: "gen vet", does: does(`\bgen vet\b`), remedy: "add `gen vet`", criterion: sast},
		{what: "gen check", does: does(`\bgen check\b`), remedy: "add `gen check`"},
		{what: "known weaknesses of modules", does: does(`\bgovulncheck\b[^@\n]*\./|^uses: golang/govulncheck-action$|\bosv-scanner\b`), remedy: "add `govulncheck ./...`", criterion: weaknesses},
		{what: "modules against go.sum", does: does(`\bgo mod verify\b`), remedy: "add `go mod verify`"},
		{what: "go.mod and go.sum for being tidy", does: does(`\bgo mod tidy\b`), remedy: "add `go mod tidy -diff`"},
		{what: "the checksum database for being on", does: does(`\bgo env (-json )?GO(NO)?SUM(DB|CHECK)\b`), remedy: "add a step that fails when `go env GONOSUMDB` names more than your own modules"},
		{what: "the chart", does: does(`\bhelm lint\b`), remedy: "add `helm lint --strict`", file: "deploy/chart/Chart.yaml"},
		{what: "the chart's objects against Kubernetes' schemas", does: does(`\bkube(conform|ctl-validate)\b[^@\n]*\s-|\bhelm (install|upgrade)\b|\bct install\b`), remedy: "add `helm template … | kubeconform -strict`", file: "deploy/chart/Chart.yaml"},
		{what: "the alerts", does: does(`\bpromtool\b[^\n]*\btest rules\b`), remedy: "add `promtool test rules alerts_test.yaml`", file: "deploy/chart/files/alerts_test.yaml"},
		{what: "the admission policies", does: does(`deploy/policy/vap\b`), remedy: "apply deploy/policy/vap to a cluster made for it, and the chart's objects with --dry-run=server", file: "deploy/policy/vap/", notGitLab: true},
		{what: "the policies for Kyverno", does: does(`\b(kyverno\S*|KYVERNO"?) test\b`), remedy: "add `kyverno test deploy/policy/kyverno`", file: "deploy/policy/kyverno/"},
		{what: "the policies for Gatekeeper", does: does(`\bgator (verify|test)\b`), remedy: "add `gator verify ./deploy/policy/gatekeeper/...`", file: "deploy/policy/gatekeeper/"},
		{what: "the Dockerfile", does: does(`\bdocker (buildx )?build\b[^\n]*--check\b|\bhadolint\b`), remedy: "add `docker buildx build --check .`", file: "Dockerfile"},
	}
}

// complete looks whether the scripts that run on a change check what can be checked.
func (j *judge) complete(scripts []script, isGitHub bool) {
	all := make([]string, 0, len(scripts))
	usesMake := false
	for _, s := range scripts {
		all = append(all, s.text)
		usesMake = usesMake || strings.Contains(s.text, "make ")
	}
	if usesMake {
		if content, err := j.s.Read("Makefile"); err == nil {
			all = append(all, expand(string(content), func(string) string { return "" }))
		}
	}
	file := gitlabCI
	if isGitHub {
		file = workflows
	}
	for _, d := range patterns().demands {
		if !j.isThere(d.file) || slices.ContainsFunc(all, d.does.MatchString) {
			continue
		}
		if d.notGitLab && !isGitHub {
			j.Skip("deploy/policy/vap", "a pipeline of GitLab has no API server to try it on")
			continue
		}
		r := stepMissing.At("", 0, "nothing in %s checks %s", file, d.what).Do("%s", d.remedy)
		r.Criterion = d.criterion
		j.Say(r)
	}
	for _, s := range scripts {
		if patterns().genFrom.MatchString(s.text) {
			j.Say(genVariable.At(s.file, s.line, "the release of gen is that of the variable GEN_VERSION"))
		}
	}
}

// isThere reports whether a demand applies: there is its file, or something in its folder.
func (j *judge) isThere(name string) bool {
	folder, isFolder := strings.CutSuffix(name, "/")
	if !isFolder {
		return name == "" || j.s.Has(name)
	}
	files, _ := j.s.List(folder)
	return len(files) > 0
}

// pushes reports whether a script puts an image into a registry.
func (s script) pushes() bool { return patterns().pushing.MatchString(s.text) }

// release looks at the scripts of pipelines that push an image.
func (j *judge) release(scripts []script, file string) {
	i := slices.IndexFunc(scripts, script.pushes)
	if i < 0 {
		return
	}
	at := scripts[i]
	for _, one := range []struct {
		rule check.Rule
		does *regexp.Regexp
		what string
	}{
		{signs, patterns().signing, "signs it"},
		{provenance, patterns().attesting, "attests how it was made"},
		{scanned, patterns().scanning, "looks through it"},
		{verified, patterns().verifying, "verifies its signature"},
	} {
		if !slices.ContainsFunc(scripts, func(s script) bool { return one.does.MatchString(s.text) }) {
			j.Say(one.rule.At(at.file, at.line, "an image is pushed, and nothing in %s %s", file, one.what))
		}
	}
	for _, s := range scripts {
		if s.w == nil || s.step.action() != "actions/setup-go" || !s.w.grantsWrite(s.job) {
			continue
		}
		if value, line := check.LookupString(s.step.node, "with", "cache"); value != "false" {
			j.Say(cache.At(s.file, max(line, s.line), "the job %s takes Go's cache from other runs and pushes", short(s.job.name)))
		}
	}
}

// grantsWrite reports whether a job may push.
func (w *workflow) grantsWrite(jb job) bool {
	if w.grants(jb).of("packages") == write || w.grants(jb).of("id-token") == write {
		return true
	}
	return slices.ContainsFunc(w.scripts(jb), func(s script) bool {
		return s.pushes() || strings.Contains(s.text, "helm push")
	})
}

// mayFail looks for checks of which nothing comes.
func (j *judge) mayFail(file string, jb *yaml.Node, scripts ...script) {
	for _, s := range scripts {
		for _, n := range []*yaml.Node{s.step.node, jb} {
			for _, key := range []string{"continue-on-error", "allow_failure"} {
				if value, line := check.LookupString(n, key); value == "true" && isCheck(s.text) {
					j.Say(ignored.At(file, line, "%s: true lets a check fail", key))
				}
			}
		}
		for line := range strings.SplitSeq(s.text, "\n") {
			if m := patterns().quiet.FindStringIndex(line); m != nil && isCheck(line[:m[0]]) {
				j.Say(ignored.At(file, s.line, "%s", short(line)))
			}
		}
	}
}

// isCheck reports whether a script checks something.
func isCheck(text string) bool {
	return slices.ContainsFunc(patterns().demands, func(d demand) bool { return d.does.MatchString(text) }) ||
		patterns().scanning.MatchString(text) || patterns().verifying.MatchString(text)
}
