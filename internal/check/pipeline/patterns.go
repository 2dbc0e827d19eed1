package pipeline

import (
	"regexp"
	"sync"
)

// patterns are compiled when they are first asked for, all at once: most runs of gen are of its vet
// tool and need none.
var patterns = sync.OnceValue(compile)

// A table is what scripts and expressions are searched for.
type table struct {
	uses    []use
	demands []demand

	// What a step does. An action stands there as "uses: owner/name".
	known       *regexp.Regexp // actions that write nothing but what is in uses
	makesThings *regexp.Regexp // runs what is in the repository
	pushing     *regexp.Regexp // puts an image into a registry
	signing     *regexp.Regexp
	attesting   *regexp.Regexp
	scanning    *regexp.Regexp
	verifying   *regexp.Regexp
	genFrom     *regexp.Regexp // installs gen at a version that is a variable
	floats      *regexp.Regexp // installs a Go program at no version
	pipedShell  *regexp.Regexp // runs what it downloads
	quiet       *regexp.Regexp // goes on when what is before it failed
	sets        *regexp.Regexp // sets a variable that Go reads
	variables   *regexp.Regexp // has a variable

	// What is used.
	commit   *regexp.Regexp
	imageSHA *regexp.Regexp
	noTag    *regexp.Regexp
	aVersion *regexp.Regexp

	// Expressions of GitHub, and what is in them.
	expressions *regexp.Regexp
	bracketed   *regexp.Regexp // github['x'], which is github.x
	strangers   *regexp.Regexp // what somebody can write who may do nothing here
	ofStranger  *regexp.Regexp // a commit or a repository of such a person
	harmless    *regexp.Regexp // what GitHub alone decides, in letters that no shell minds
}

// Source of strangers: GitHub's documentation, Secure use reference, "Good practices for mitigating
// script injection attacks".
func compile() *table {
	return &table{
		uses:    uses(),
		demands: demands(),
		known: regexp.MustCompile(`^uses: (actions/(checkout|setup-\w+|upload-artifact|download-artifact|attest|attest-build-provenance|attest-sbom|cache)` +
			`|github/codeql-action/\S+|docker/(login|setup-buildx|setup-qemu|build-push|metadata)-action` +
			`|sigstore/cosign-installer|anchore/(scan|sbom)-action|azure/setup-(helm|kubectl)|golangci/golangci-lint-action|golang/govulncheck-action)$`),
		makesThings: regexp.MustCompile(`(?m)\bdocker (buildx )?build\b|\bgo (build|test|run|generate|install|tool)\b|\bmake\b|\b(npm|yarn|pip3?) |\bsh [^-\s]|(^|\s)\./|^uses: (actions/checkout|docker/build-push-action|ko-build/setup-ko|goreleaser/goreleaser-action)$`),
		sets:        regexp.MustCompile(`(?:^|[\s;&|("'])(GOSUMDB|GONOSUMDB|GONOSUMCHECK|GOINSECURE|GOPRIVATE|GOFLAGS|GOPROXY)\s*[:?]?=\s*("[^"\n]*"|'[^'\n]*'|[^\s;&|)"']*)`),
		floats:      regexp.MustCompile(`\bgo (?:install|run|get)\b[^\n;&|]*?\s["']?(\S+?)@(latest|main|master|head|upgrade|patch)\b`),
		pipedShell:  regexp.MustCompile(`\b(?:curl|wget)\b[^\n;&]*\|\s*(?:sudo\s+)?(?:ba|da|z)?sh\b`),
		genFrom:     regexp.MustCompile(`mintwright/cmd/gen@\$`),
		pushing:     regexp.MustCompile(`push=true|\bdocker (image )?push\b|\bdocker (buildx )?build\b[^\n]*--push\b|\bcrane push\b|\bko (build|publish)\b|^uses: docker/build-push-action$`),
		signing:     regexp.MustCompile(`\bcosign sign\b|\bnotation sign\b`),
		attesting:   regexp.MustCompile(`^uses: actions/attest(-build-provenance)?$|\bcosign attest\b[^\n]*slsaprovenance|slsa-framework/slsa-github-generator`),
		scanning:    regexp.MustCompile(`^uses: (anchore/scan-action|aquasecurity/trivy-action|snyk/actions\S*|docker/scout-action)$|\bgrype\b|\btrivy\b|\bdocker scout cves\b`),
		verifying:   regexp.MustCompile(`\bcosign verify\b|\bgh attestation verify\b|\bslsa-verifier verify`),
		quiet:       regexp.MustCompile(`\|\|\s*(true|:|echo\b[^\n]*|exit 0)\s*$`),
		commit:      regexp.MustCompile(`^[0-9a-f]{40}([0-9a-f]{24})?$`),
		imageSHA:    regexp.MustCompile(`@sha256:[0-9a-f]{64}$`),
		aVersion:    regexp.MustCompile(`\bv?\d+(\.\d+)*\b`),
		ofStranger:  regexp.MustCompile(`(?i)github\.head_ref|github\.event\.(pull_request\.(head|number|merge_commit_sha)|workflow_run\.(head|pull_requests)|number|issue\.number)|refs/pull/`),
		variables:   regexp.MustCompile(`\$\{?([A-Z][A-Z0-9_]*)\}?`),
		noTag:       regexp.MustCompile(`(^|/)[^/:@]+$|:latest$`),
		expressions: regexp.MustCompile(`(?s)\$\{\{(.*?)\}\}`),
		bracketed:   regexp.MustCompile(`\[\s*['"]([\w-]+)['"]\s*\]`),
		strangers: regexp.MustCompile(`(?i)\bgithub\.(head_ref\b` +
			`|event\.(` +
			`(issue|pull_request|discussion)\.(title|body)\b` +
			`|(comment|review|review_comment|answer)\.body\b` +
			`|pages\b.*\.page_name\b` +
			`|(commits\b.*|head_commit|workflow_run\.head_commit)\.(message|author\.(email|name)|committer\.(email|name))\b` +
			`|pull_request\.head\.(ref|label|repo\.(default_branch|description|homepage))\b` +
			`|workflow_run\.(head_branch|display_title|head_repository\.(description|default_branch)|pull_requests\b.*\.head\.ref)\b` +
			`))` +
			`|(?i)\btojson\s*\(\s*github(\.event(\.\w+)?)?\s*\)`),
		harmless: regexp.MustCompile(`(?i)^(github\.(sha|run_id|run_number|run_attempt|event_name|repository|repository_id|repository_owner|repository_owner_id|workspace|action_path|job|server_url|api_url|event\.(number|pull_request\.number|issue\.number|pull_request\.head\.sha|pull_request\.base\.sha))` +
			`|runner\.(os|arch|temp|tool_cache|name)|job\.status|matrix\.[\w.-]+|strategy\.[\w-]+|hashfiles\([^)]*\))$`),
	}
}
