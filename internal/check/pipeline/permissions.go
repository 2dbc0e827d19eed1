package pipeline

import (
	"regexp"
	"slices"
	"strings"

	"github.com/mintwright/mintwright/internal/check"
)

// A use is what a step does, and which permission it takes.
type use struct {
	does  *regexp.Regexp
	scope string
	level level
}

// uses are the actions and commands that take a permission of the job's token. Sources: the pages of
// the actions and GitHub's documentation, "Permissions required for GitHub Apps".
func uses() []use {
	does := regexp.MustCompile
	return []use{
		{does(`^uses: actions/checkout$`), "contents", read},
		{does(`^uses: github/codeql-action/(upload-sarif|analyze)$`), "security-events", write},
		{does(`^uses: actions/attest(-build-provenance|-sbom)?$`), "id-token", write},
		{does(`^uses: actions/attest(-build-provenance|-sbom)?$`), "attestations", write},
		{does(`^uses: (aws-actions/configure-aws-credentials|google-github-actions/auth|azure/login|hashicorp/vault-action)$`), "id-token", write},
		{does(`\bcosign (sign|attest)(-blob)?\b`), "id-token", write},
		{does(`\bgh attestation verify\b`), "attestations", read},
		{does(`\bgit push\b`), "contents", write},
		{does(`\bgh release (create|upload|edit)\b`), "contents", write},
		{does(`\bgh pr (create|edit|merge|comment|close)\b`), "pull-requests", write},
		{does(`\bgh issue (create|edit|comment|close)\b`), "issues", write},
		{does(`^uses: docker/build-push-action$`), "packages", write},
		{does(`push=true|\b(docker|helm|crane|oras|buildah|skopeo)\b[^\n]* push\b|\bimagetools create\b|\bdocker push\b|\bhelm push\b|\bcosign (sign|attest)\b`), "packages", write},
	}
}

// permissions looks whether a job has what it needs, and no more.
func (j *judge) permissions(all []*workflow, w *workflow, jb job) {
	if w.isAction {
		return
	}
	g := w.grants(jb)
	if !g.isSet {
		j.Say(permissionsMissing.At(w.file, jb.line, "neither the job %s nor the workflow says what it may do", short(jb.name)))
		return
	}
	if own := check.Lookup(jb.node, "permissions"); text(own) == "write-all" || text(own) == "read-all" {
		j.Say(permissionsWide.At(w.file, own.Line, "the job %s has %s", short(jb.name), text(own)))
		return
	}
	if jb.uses != nil {
		if inner := called(all, jb); inner != nil {
			j.passes(w, jb, g, inner)
		}
		return
	}
	scripts := w.scripts(jb)
	for _, s := range scripts {
		for _, u := range patterns().uses {
			if u.does.MatchString(s.text) && g.of(u.scope) < u.level && s.needsToken(u) {
				j.Say(permissionLacking.At(w.file, s.line, "the job %s has no permission %s: %s", short(jb.name), u.scope, u.level).
					Do("add `%s: %s` to the permissions of the job, and of whoever calls its workflow", u.scope, u.level))
			}
		}
	}
	j.needless(w, jb, g, scripts)
	j.signsAlone(w, jb, g, scripts)
}

// needsToken reports whether it is the job's token that a step uses.
func (s script) needsToken(u use) bool {
	switch u.scope {
	case "packages": // of GitHub's registry
		return strings.Contains(s.text, "ghcr.io/") || strings.HasPrefix(s.w.variable(s.job, s.step, "IMAGE"), "ghcr.io/")
	case "id-token":
		return !strings.Contains(s.text, "--key")
	case "attestations", "security-events":
		return true
	}
	for _, name := range []string{"GH_TOKEN", "GITHUB_TOKEN"} {
		if v := s.w.variable(s.job, s.step, name); strings.Contains(v, "secrets.") && !strings.Contains(v, "secrets.GITHUB_TOKEN") {
			return false
		}
	}
	return check.Lookup(s.step.node, "with", "token") == nil
}

// needless looks for permissions to write that nothing uses. What an action that is not known does
// is not known either: then nothing is said.
func (j *judge) needless(w *workflow, jb job, g grants, scripts []script) {
	own := check.Lookup(jb.node, "permissions")
	if own == nil || slices.ContainsFunc(scripts, func(s script) bool {
		return s.step.uses != nil && !patterns().known.MatchString(s.text) || strings.Contains(s.text, "gh api") || strings.Contains(s.text, "github.token") || strings.Contains(s.text, "GITHUB_TOKEN")
	}) {
		return
	}
	for _, scope := range g.scopes() {
		if g.named[scope] != write || slices.ContainsFunc(scripts, func(s script) bool {
			return slices.ContainsFunc(patterns().uses, func(u use) bool { return u.scope == scope && u.level == write && u.does.MatchString(s.text) })
		}) {
			continue
		}
		_, line := check.LookupString(own, scope)
		j.Say(permissionNeedless.At(w.file, line, "nothing in the job %s writes %s", short(jb.name), short(scope)))
	}
}

// signsAlone looks whether what is built runs where the identity is that signs.
func (j *judge) signsAlone(w *workflow, jb job, g grants, scripts []script) {
	if g.of("id-token") != write || !slices.ContainsFunc(scripts, func(s script) bool {
		return strings.Contains(s.text, "uses: actions/attest") || strings.Contains(s.text, "cosign sign") || strings.Contains(s.text, "cosign attest")
	}) {
		return
	}
	for _, s := range scripts {
		if m := patterns().makesThings.FindString(s.text); m != "" {
			j.Say(apart.At(w.file, s.line, "the job %s signs, and runs what is built: %s", short(jb.name), short(strings.TrimPrefix(m, "uses: "))))
			return
		}
	}
}

// passes looks whether a job gives the workflow that it calls what its jobs ask for, and no more.
func (j *judge) passes(w *workflow, jb job, g grants, inner *workflow) {
	asked := map[string]level{}
	for _, of := range inner.jobs {
		theirs := inner.grants(of)
		if !theirs.isSet {
			return // they have what they are given
		}
		for scope, l := range theirs.named {
			asked[scope] = max(asked[scope], l)
		}
	}
	var scopes []string
	for scope := range asked {
		scopes = append(scopes, scope)
	}
	for _, scope := range union(scopes, g.scopes()) {
		switch {
		case g.of(scope) < asked[scope]:
			j.Say(permissionLacking.At(w.file, jb.line, "%s asks for %s: %s, which the job %s does not have", inner.file, short(scope), asked[scope], short(jb.name)))
		case g.named[scope] > asked[scope] && check.Lookup(jb.node, "permissions") != nil:
			_, line := check.LookupString(jb.node, "permissions", scope)
			j.Say(permissionNeedless.At(w.file, line, "%s asks for no more than %s: %s", inner.file, short(scope), asked[scope]))
		}
	}
}
