package pipeline

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/mintwright/mintwright/internal/check"
	"github.com/mintwright/mintwright/internal/check/checktest"
)

func TestNewServicesAreSilent(t *testing.T) {
	t.Parallel()
	checktest.Silent(t, Area())
}

func TestSilentWithAnyRegistry(t *testing.T) {
	t.Parallel()
	for _, image := range []string{"ghcr.io/acme/orders", "registry.gitlab.com/acme/orders", "localhost:5000/a"} {
		for _, ci := range []string{"github", "gitlab"} {
			for _, gitops := range []string{"none", "argocd", "flux"} {
				s := checktest.Service(t, checktest.Answers(t, "deploy.image="+image, "ci="+ci, "deploy.gitops="+gitops, "store=postgres", "deploy.policy=vap,kyverno,gatekeeper"))
				results, _ := checktest.Judge(t, Area(), s)
				for _, r := range results {
					if r.Severity == check.Finding || ci == "github" {
						t.Errorf("%s, %s: %s", image, ci, checktest.Lines([]check.Result{r})[0])
					}
				}
			}
		}
	}
}

const (
	ci      = ".github/workflows/ci.yml"
	build   = ".github/workflows/build.yml"
	release = ".github/workflows/release.yml"
	bot     = ".github/dependabot.yml"
)

// TestFaults changes one thing in what gen new emits, for GitHub and for GitLab.
func TestFaults(t *testing.T) {
	t.Parallel()
	github := checktest.Service(t, checktest.Answers(t, checktest.Full()...))
	gitlab := checktest.Service(t, checktest.Answers(t, append(checktest.Full(), "ci=gitlab")...))
	const checkout = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1"
	other := "name: other\non: issues\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 1\n    steps:\n"
	before := func(s *check.Service) []string {
		results, _ := checktest.Judge(t, Area(), s)
		return checktest.Lines(results)
	}
	ofGitHub, ofGitLab := before(github), before(gitlab)
	broken := map[string]bool{missing.ID: true} // see TestWithoutPipelines
	for _, test := range []struct {
		file, old, text string // a text without an old one is the whole file
		want            string // a line of the report, of which the rest is what was there before
	}{
		{ci, checkout + " # v7.0.1", "actions/checkout@v7", `pipeline.action-commit .github/workflows/ci.yml:48: actions/checkout is used at "v7"`},
		{ci, checkout, "actions/checkout@3d3c42e", `pipeline.action-commit`},
		{ci, checkout + " # v7.0.1", checkout, `pipeline.action-version`},
		{ci, "permissions: {} # each job says what it needs", "permissions: write-all", "pipeline.permissions-wide .github/workflows/ci.yml:12: every job has write-all"},
		{ci, "permissions: {} # each job says what it needs", "permissions:\n  contents: write", "every job may write contents"},
		{ci, "permissions: {} # each job says what it needs", "permissions: read-all", "every job has read-all"},
		{ci, "      contents: read # checks out\n", "      issues: read\n", "pipeline.permission-lacking .github/workflows/ci.yml:48: the job code has no permission contents: read"},
		{ci, "      security-events: write # uploads findings\n", "", "has no permission security-events: write"},
		{ci, "      contents: read # checks out\n", "      contents: write\n", "pipeline.permission-needless .github/workflows/ci.yml:46: nothing in the job code writes contents"},
		{ci, "          persist-credentials: false\n", "          fetch-depth: 1\n", "pipeline.credentials .github/workflows/ci.yml:50: the token stays in .git/config"},
		{ci, "run: go vet ./...", "run: go vet ./${{ github.event.pull_request.title }}", "pipeline.untrusted-expression .github/workflows/ci.yml:79: ${{ github.event.pull_request.title }} becomes part of the script"},
		{ci, "  pull_request:\n", "  pull_request_target:\n", "pipeline.target .github/workflows/ci.yml:5: pull_request_target runs it with secrets, whoever caused it"},
		{ci, "          persist-credentials: false\n", "          persist-credentials: false\n          ref: ${{ github.event.pull_request.head.sha }}\n", ""},
		{ci, "GOFLAGS: -mod=readonly", "GOFLAGS: -insecure", "pipeline.checksum-database .github/workflows/ci.yml:26: GOFLAGS has -insecure"},
		{ci, "GOFLAGS: -mod=readonly", "GOFLAGS: -mod=mod", "pipeline.modules-writable"},
		{ci, "GOFLAGS: -mod=readonly", "GOSUMDB: off", "GOSUMDB is off"},
		{ci, "GOFLAGS: -mod=readonly", `GONOSUMDB: "*"`, "GONOSUMDB has *"},
		{ci, "GOFLAGS: -mod=readonly", "GOPRIVATE: example.com/acme/*,github.com", "GOPRIVATE has github.com, which is not the service's own"},
		{ci, "GOFLAGS: -mod=readonly", "GOPRIVATE: example.com/acme/*", ""},
		{ci, "GOFLAGS: -mod=readonly", "GOINSECURE: example.com", "GOINSECURE is set"},
		{ci, "GOFLAGS: -mod=readonly", "GONOSUMCHECK: 1", "GONOSUMCHECK is set"},
		{ci, "GOFLAGS: -mod=readonly", "ACTIONS_ALLOW_UNSECURE_COMMANDS: true", "pipeline.unsecure-commands"},
		{ci, "run: go mod verify", "run: GONOSUMDB=* go mod verify", "GONOSUMDB has *"},
		{ci, "run: go mod verify", "run: echo", "pipeline.step-missing: nothing in .github/workflows checks modules against go.sum"},
		{ci, "go mod tidy -diff", "true", "checks go.mod and go.sum for being tidy"},
		{ci, "go test -race ./...", "go test ./...", "checks tests with the race detector"},
		{ci, "run: go vet ./...", "run: echo", "checks go vet"},
		{ci, "gen vet --sarif", "gen version", "checks gen vet"},
		{ci, "gen check --sarif", "gen version", "checks gen check"},
		{ci, "run: govulncheck ./...", "run: true", "checks known weaknesses of modules"},
		{ci, "go env GONOSUMDB", "echo", ""},
		{ci, "helm lint", "helm version", "checks the chart"},
		{ci, "kubeconform -strict", "cat", "checks the chart's objects against Kubernetes' schemas"},
		{ci, "promtool test rules", "echo", "checks the alerts"},
		{ci, "kubectl apply --server-side -f deploy/policy/vap", "true", "checks the admission policies"},
		{ci, `"$KYVERNO" test`, `"$KYVERNO" version`, "checks the policies for Kyverno"},
		{ci, "gator verify", "gator version", "checks the policies for Gatekeeper"},
		{ci, "docker buildx build --check .", "true", "checks the Dockerfile"},
		{ci, "run: govulncheck ./...", "run: govulncheck ./... || true", "pipeline.failure-ignored"},
		{ci, "run: govulncheck ./...", "continue-on-error: true\n        run: govulncheck ./...", "continue-on-error: true lets a check fail"},
		{ci, "golang.org/x/vuln/cmd/govulncheck@v1.9.0", "golang.org/x/vuln/cmd/govulncheck@latest", `pipeline.tool-version .github/workflows/ci.yml:31: golang.org/x/vuln/cmd/govulncheck is at "latest"`},
		{ci, `go install "$GOVULNCHECK"`, "go install golang.org/x/vuln/cmd/govulncheck@master", `is installed at "master"`},
		{ci, `go install "$GOVULNCHECK"`, "curl -sL https://example.com/i | sh", "what is downloaded is run as it comes"},
		{ci, "cmd/gen@v0.4.0", "cmd/gen@main", `cmd/gen is at "main"`},
		{ci, `go install "$GEN"`, `go install "github.com/mintwright/mintwright/cmd/gen@$GEN_VERSION"`, "pipeline.gen-variable"},
		{ci, "    timeout-minutes: 20\n", "", "pipeline.timeout"},
		{ci, "runs-on: ubuntu-24.04", "runs-on: ubuntu-latest", "ubuntu-latest is another system tomorrow"},
		{ci, "runs-on: ubuntu-24.04", "runs-on: [self-hosted, linux]", "runs on a runner of your own"},
		{ci, "    runs-on: ubuntu-24.04\n", "    runs-on: ubuntu-24.04\n    container: golang:1.26\n", "pipeline.image-digest"},
		{ci, "jobs:\n", "jobs: {}\nx:\n", "pipeline.invalid .github/workflows/ci.yml:2: it has no jobs"},
		{ci, "", "a: [", "pipeline.invalid"},
		{ci, "", "[]", "it is no mapping"},
		{ci, "", "#", "it holds nothing"},

		{build, "      id-token: write # proves to Sigstore which workflow this is\n", "", "the job sign has no permission id-token: write"},
		{build, "      attestations: write # stores what is attested\n", "", "the job sign has no permission attestations: write"},
		{build, "      packages: write # pushes the image\n", "", "the job image has no permission packages: write"},
		{build, "      packages: write # tags the image\n", "", "the job publish has no permission packages: write"},
		{build, "      attestations: read # reads what was attested\n", "", "the job publish has no permission attestations: read"},
		{build, "      packages: read # pulls the image\n", "      packages: write\n", "nothing in the job scan writes packages"},
		{build, "cosign sign", "cosign version", "pipeline.unsigned"},
		{build, "actions/attest@", "acme/attest@", "pipeline.provenance"},
		{build, "anchore/scan-action@", "acme/scan@", "pipeline.unscanned"},
		{build, "cosign verify", "cosign version", ""},
		{build, "          cache: false # what is released takes nothing from other runs\n", "", "pipeline.release-cache .github/workflows/build.yml"},
		{build, "    steps: # nothing of the repository runs here\n", "    steps:\n      - run: make test\n", "pipeline.sign-apart"},

		{release, "      id-token: write # signs\n", "", "pipeline.permission-lacking .github/workflows/release.yml:25: .github/workflows/build.yml asks for id-token: write, which the job build does not have"},
		{release, "      attestations: write # attests\n", "      attestations: write\n      issues: write\n", "asks for no more than issues: none"},
		{release, "      contents: write # pushes a branch\n", "      contents: read\n", "the job propose has no permission contents: write"},
		{release, "      pull-requests: write # opens a pull request for it\n", "", "the job propose has no permission pull-requests: write"},
		{release, "      packages: write # pushes\n", "      packages: write\n    secrets: inherit\n", "pipeline.secrets-inherit"},
		{release, "concurrency:\n  group: release\n  cancel-in-progress: false # one after the other\n", "", "pipeline.concurrency"},

		{".github/workflows/o.yml", "", strings.Replace(other, "permissions: {}\n", "", 1) + "      - run: true\n", "pipeline.permissions-missing .github/workflows/o.yml:4: neither the job a"},
		{".github/workflows/o.yml", "", other + "      - uses: docker://alpine:3\n", "pipeline.image-digest .github/workflows/o.yml:9: alpine:3 has no digest"},
		{".github/workflows/o.yml", "", other + "      - run: |\n          x\n          echo ${{ github.event['issue']['body'] }}\n", "pipeline.untrusted-expression .github/workflows/o.yml:11: ${{ github.event.issue.body }}"},
		{".github/workflows/o.yml", "", other + "      - run: echo '${{ toJSON(github.event) }}'\n", "pipeline.untrusted-expression"},
		{".github/workflows/o.yml", "", other + "      - run: echo ${{ github.head_ref || github.sha }}\n", "pipeline.untrusted-expression"},
		{".github/workflows/o.yml", "", other + "      - run: echo ${{ steps.a.outputs.b }}\n", "pipeline.expression .github/workflows/o.yml:9: ${{ steps.a.outputs.b }}"},
		{".github/workflows/o.yml", "", other + "      - run: echo ${{ github.sha }} ${{ matrix.x }} ${{ github.event.pull_request.number }}\n", ""},
		{".github/workflows/o.yml", "", other + "      - uses: actions/github-script@60a0d83039c74a4aee543508d2ffcb1c3799cdea # v7.0.1\n        with: {script: 'console.log(\"${{ github.event.comment.body }}\")'}\n", "pipeline.untrusted-expression"},
		{".github/workflows/o.yml", "", strings.Replace(other, "on: issues", "on: pull_request_target", 1) + "      - uses: " + checkout + " # v7.0.1\n        with: {persist-credentials: false, ref: \"${{ github.event.pull_request.head.sha }}\"}\n", "pipeline.target-checkout .github/workflows/o.yml:10: ref is what a stranger says"},
		{".github/workflows/o.yml", "", strings.Replace(other, "on: issues", "on: [issue_comment]", 1) + "      - run: gh pr checkout 1\n", "gh pr checkout takes what a stranger says"},
		{".github/actions/a/action.yml", "", "runs:\n  using: composite\n  steps:\n    - uses: acme/x@v1\n", "pipeline.action-commit .github/actions/a/action.yml:4"},

		{bot, "package-ecosystem: gomod", "package-ecosystem: npm", "pipeline.updates-ecosystem .github/dependabot.yml: new versions of gomod"},
		{bot, "package-ecosystem: docker", "package-ecosystem: npm", "new versions of docker"},
		{bot, "package-ecosystem: github-actions", "package-ecosystem: npm", "new versions of github-actions"},
		{bot, "    cooldown:\n      default-days: 7\n", "", "pipeline.updates-cooldown"},
		{bot, "", "-", "pipeline.updates: neither Dependabot nor Renovate is configured"},
		{"Makefile", "", "x:\n\tGOSUMDB=off go build\n", "pipeline.checksum-database Makefile:2: GOSUMDB is off"},
		{"Dockerfile", "ENV CGO_ENABLED=0", "ENV CGO_ENABLED=0 GOPRIVATE=*", "pipeline.checksum-database Dockerfile"},
		{"Dockerfile", "WORKDIR /src\n", "WORKDIR /src\nENV GOSUMDB off\n", "pipeline.checksum-database Dockerfile"},

		{gitlabCI, "go test -race ./...", "go test ./...", "pipeline.step-missing: nothing in .gitlab-ci.yml checks tests with the race detector"},
		{gitlabCI, "go mod verify", "true", "checks modules against go.sum"},
		{gitlabCI, "    - govulncheck ./...\n", "    - govulncheck ./... || true\n", "pipeline.failure-ignored"},
		{gitlabCI, "vulnerabilities:\n", "vulnerabilities:\n  allow_failure: true\n", "allow_failure: true lets a check fail"},
		{gitlabCI, "GOFLAGS: -mod=readonly", "GONOSUMDB: {value: \"*\"}", "pipeline.checksum-database .gitlab-ci.yml"},
		{gitlabCI, "image: docker:29", "image: docker:latest", "docker:latest has neither a tag nor a digest"},
		{gitlabCI, "image: docker:29", "image: docker", "docker has neither a tag nor a digest"},
		{gitlabCI, "stages: [check, build, sign, publish]", "include: https://example.com/x.yml", "pipeline.include"},
		{gitlabCI, "stages: [check, build, sign, publish]", "include: [{project: a/b, ref: main}]", `files of a/b are taken at "main"`},
		{gitlabCI, "stages: [check, build, sign, publish]", "include: [{component: gitlab.com/a/b@1}]", "gitlab.com/a/b@1 is no commit"},
		{gitlabCI, "stages: [check, build, sign, publish]", "include: [{local: x.yml}]", ""},
		{gitlabCI, "  id_tokens:\n    SIGSTORE_ID_TOKEN:\n      aud: sigstore\n", "", "the job sign signs without an id_token"},
		{gitlabCI, "    - chmod +x /usr/local/bin/cosign\n", "    - make test\n", "pipeline.sign-apart"},
		{gitlabCI, "cosign sign", "cosign version", "pipeline.unsigned"},
		{gitlabCI, "--type slsaprovenance1", "--type custom", "pipeline.provenance"},
		{gitlabCI, `"$GRYPE"`, `"$SYFT"`, "pipeline.unscanned"},
		{gitlabCI, "cosign verify", "cosign version", "pipeline.unverified"},
		{gitlabCI, "", "stages: [a]", "pipeline.invalid .gitlab-ci.yml:1: it has no jobs"},
		{"renovate.json", "", "{", "pipeline.invalid renovate.json"},
		{"renovate.json", "", "{}", "pipeline.updates-cooldown renovate.json"},
		{"renovate.json", "", `{"enabled": false, "minimumReleaseAge": "7 days"}`, "pipeline.updates renovate.json: Renovate is switched off"},
		{"renovate.json", "", "-", "pipeline.updates: neither"},
	} {
		s, before := github, ofGitHub
		if test.file == gitlabCI || test.file == "renovate.json" {
			s, before = gitlab, ofGitLab
		}
		switch {
		case test.old != "":
			s = checktest.Replace(t, s, test.file, test.old, test.text)
		case test.text == "-":
			s = checktest.Edit(t, s, test.file, nil)
		default:
			s = checktest.Edit(t, s, test.file, []byte(test.text))
		}
		results, _ := checktest.Judge(t, Area(), s)
		for _, r := range results {
			broken[r.Rule] = true
		}
		var lines []string
		for _, line := range checktest.Lines(results) {
			if !slices.Contains(before, line) {
				lines = append(lines, line)
			}
		}
		if test.want == "" && len(lines) > 0 || !slices.ContainsFunc(append(lines, ""), func(l string) bool { return strings.Contains(l, test.want) && (l != "" || test.want == "") }) {
			t.Errorf("%s: %q -> %q:\nwant %s\ngot  %s", test.file, test.old, test.text, test.want, strings.Join(lines, "\n     "))
		}
	}
	for _, r := range rules() {
		if !broken[r.ID] {
			t.Errorf("nothing breaks %s", r.ID)
		}
	}
}

// A workflow that may read everything, as Scorecard's own does, is no reason to hold up a push.
func TestReadAll(t *testing.T) {
	t.Parallel()
	for permissions, want := range map[string]check.Severity{"read-all": check.Note, "write-all": check.Finding} {
		s := checktest.Service(t, checktest.Answers(t, "ci=github"))
		s = checktest.Edit(t, s, ".github/workflows/o.yml", []byte("name: o\non: issues\npermissions: "+permissions+"\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 1\n    steps:\n      - run: true\n"))
		results, _ := checktest.Judge(t, Area(), s)
		i := slices.IndexFunc(results, func(r check.Result) bool { return r.Rule == permissionsWide.ID })
		if i < 0 || results[i].Severity != want {
			t.Errorf("%s: want a %s, got %v", permissions, want, results)
		}
	}
}

func TestWithoutPipelines(t *testing.T) {
	t.Parallel()
	for ci, want := range map[string]string{
		"none":   "note pipeline.missing: nothing checks a change",
		"github": "finding pipeline.missing: there is no workflow, and mintwright.yaml says ci: github",
		"gitlab": "finding pipeline.missing: there is no .gitlab-ci.yml, and mintwright.yaml says ci: gitlab",
	} {
		s := &check.Service{FS: fstest.MapFS{}, Answers: checktest.Answers(t, "ci="+ci)}
		results, _ := checktest.Judge(t, Area(), s)
		if len(results) != 1 || string(results[0].Severity)+" "+checktest.Lines(results)[0] != want {
			t.Errorf("%s: %v", ci, results)
		}
	}
}

func TestRulesAreWhole(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, r := range rules() {
		if seen[r.ID] || r.Area() != area || r.Summary == "" || r.Remedy == "" || r.Severity == "" {
			t.Errorf("%+v", r)
		}
		seen[r.ID] = true
	}
}

// FuzzCheck: whatever stands in the files, something is said that can be read, about lines that
// there are, and twice the same.
func FuzzCheck(f *testing.F) {
	for _, s := range []string{
		"on: {push: {tags: [v*]}}\njobs: {a: {uses: ./.github/workflows/ci.yml, secrets: inherit, permissions: {a: write}}}",
		"jobs: {a: &a {steps: [{run: \"${{ github.head_ref }}\"}, {uses: a@b, with: {x: *a}}]}, b: *a}",
		"a: &a [*a]\njobs: *a", "jobs: {a: {steps: [{run: |\n  go install x@latest\n  GOPRIVATE=* go test\n}]}}",
		"include: [a, {project: x}]\nimage: {name: a}\nx: {script: [[a, [b]], c]}", "{", "\x00", "? a\n: b\n", "on: [pull_request_target]",
	} {
		f.Add(s, s, s, `{"extends": [1]}`)
	}
	f.Fuzz(func(t *testing.T, workflow, pipeline, bot, renovate string) {
		s := &check.Service{Answers: checktest.Answers(t), FS: fstest.MapFS{
			ci: {Data: []byte(workflow)}, ".github/actions/a/action.yml": {Data: []byte(workflow)},
			gitlabCI: {Data: []byte(pipeline)}, "renovate.json": {Data: []byte(renovate)},
			"Makefile": {Data: []byte(bot)}, "Dockerfile": {Data: []byte(pipeline)}, release: {Data: []byte(bot)},
		}}
		results, _ := checktest.Judge(t, Area(), s)
		again, _ := checktest.Judge(t, Area(), s)
		for i, r := range results {
			if r.Line < 0 || r.Message == "" || strings.ContainsAny(r.Message, "\n\r") || r != again[i] {
				t.Errorf("%+v", r)
			}
		}
	})
}
