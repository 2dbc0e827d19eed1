package render

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"golang.org/x/mod/module"
)

// A pin is what a pipeline runs that others made: at one version, by what cannot be changed.
type pin struct {
	name    string // owner/repository of an action, or what a pipeline calls the tool
	version string
	what    string // commit, package or image with digest
}

// actions are pinned by the commit that the tag of the version names, an annotated tag by the
// commit behind it. Each was read in the action's own repository and found again in workflows of
// other projects that pin it. To bump one, change its line.
func actions() []pin {
	return []pin{
		{"actions/attest", "v4.2.2", "1e69f48acb82d1966a394da916b4c1698aa569d6"},
		{"actions/checkout", "v7.0.1", "3d3c42e5aac5ba805825da76410c181273ba90b1"},
		{"actions/download-artifact", "v8.0.1", "3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c"},
		{"actions/setup-go", "v7.0.0", "b7ad1dad31e06c5925ef5d2fc7ad053ef454303e"},
		{"actions/upload-artifact", "v7.0.1", "043fb46d1a93c77aae656e7c1c64a875d1fc6a0a"},
		{"anchore/sbom-action", "v0.24.0", "e22c389904149dbc22b58101806040fa8d37a610"},
		{"anchore/scan-action", "v7.4.0", "e1165082ffb1fe366ebaf02d8526e7c4989ea9d2"},
		{"github/codeql-action/upload-sarif", "v4.36.2", "8aad20d150bbac5944a9f9d289da16a4b0d87c1e"},
		{"sigstore/cosign-installer", "v4.1.2", "6f9f17788090df1f26f669e9d70d6ae9567deba6"},
	}
}

// tools are commands that `go install` builds: the checksum database knows what each version is.
// None of their modules replaces or excludes another, so that go install takes them.
func tools() []pin {
	return []pin{
		{"gator", "v3.23.1", "github.com/open-policy-agent/gatekeeper/v3/cmd/gator"},
		{"govulncheck", "v1.9.0", "golang.org/x/vuln/cmd/govulncheck"},
		{"helm", "v4.3.1", "helm.sh/helm/v4/cmd/helm"},
		{"kind", "v0.32.0", "sigs.k8s.io/kind"},
		{"kubeconform", "v0.8.0", "github.com/yannh/kubeconform/cmd/kubeconform"},
	}
}

// images are pinned by digest. Each digest was found in several projects that pin that tag.
func images() []pin {
	return []pin{
		{"buildkit", "v0.32.2", "moby/buildkit:v0.32.2@sha256:28a898719c18a33f4e8000685287fa36fd0dd9560c6440227d3a732d79bb41d8"},
		{"grype", "v0.118.0", "anchore/grype:v0.118.0@sha256:8a93fc48da96bd6ec5981279d099b69de11541dc68fdf222fb9161f8ff284af7"},
		{"kyverno", "v1.19.1", "ghcr.io/kyverno/kyverno-cli:v1.19.1@sha256:ced7b2be0b04250cabfe695f15307f69eb715fe23234816388af4f3812915b2a"},
		{"node", "v1.36.1", "kindest/node:v1.36.1@sha256:3489c7674813ba5d8b1a9977baea8a6e553784dab7b84759d1014dbd78f7ebd5"}, // of kind v0.32.0
		{"prometheus", "v3.13.1", "prom/prometheus:v3.13.1@sha256:3c42b892cf723fa54d2f262c37a0e1f80aa8c8ddb1da7b9b0df9455a35a7f893"},
		{"syft", "v1.50.0", "anchore/syft:v1.50.0@sha256:1288ea4c8b38767b4e620c1e312c8cb26b6e887a99b4f07ab6cd19fc6f225026"},
	}
}

// downloads are programs for linux/amd64, with the SHA-256 of what is downloaded. Each was found in
// several projects that check it.
func downloads() []pin {
	return []pin{
		{"cosign", "v3.1.3", "4629c757b7618056f8ddd7e2625ae9fdd94c0372a65049520bc7d9df9efc7f71"}, // older ones take a bundle for good that is not
		{"kyverno", "v1.19.1", "b38228f367fc0fdc2b08f4c83ea50ac5f16c60ff8d62d76a66157c33c47b70ae"},
	}
}

func pinned(pins []pin, name string) (pin, error) {
	i := slices.IndexFunc(pins, func(p pin) bool { return p.name == name })
	if i < 0 {
		return pin{}, fmt.Errorf("%q is not pinned", name)
	}
	return pins[i], nil
}

// Action is what a step uses, by commit, with its version behind it.
func (facts) Action(name string) (string, error) {
	p, err := pinned(actions(), name)
	return fmt.Sprintf("%s@%s # %s", p.name, p.what, p.version), err
}

// Tool is what go install takes.
func (facts) Tool(name string) (string, error) {
	p, err := pinned(tools(), name)
	return p.what + "@" + p.version, err
}

// ToolImage is an image that a pipeline runs, by tag and digest.
func (facts) ToolImage(name string) (string, error) {
	p, err := pinned(images(), name)
	return p.what, err
}

// Runner is what GitHub's jobs run on: a machine of GitHub's, new for each.
func (facts) Runner() string { return "ubuntu-24.04" }

// Release is the version of a program that is downloaded.
func (facts) Release(name string) (string, error) {
	p, err := pinned(downloads(), name)
	return p.version, err
}

// Sum is the SHA-256 of what is downloaded.
func (facts) Sum(name string) (string, error) {
	p, err := pinned(downloads(), name)
	return p.what, err
}

// Kubernetes are the releases for which the chart is checked: the last four minors.
func (facts) Kubernetes() []string { return []string{"1.34.0", "1.35.0", "1.36.0", "1.37.0"} }

// Released reports whether a release of gen made the service, which a pipeline can install.
func (f facts) Released() bool { return f.Gen != "devel" }

// Policed reports whether the service has policies for that engine.
func (f facts) Policed(engine string) bool { return slices.Contains(f.Deploy.Policy, engine) }

// Registry is the host of the image's name.
func (f facts) Registry() string {
	host, _, _ := strings.Cut(f.Deploy.Image, "/")
	return host
}

// GHCR reports whether the image lies in GitHub's own registry, which takes a workflow's token.
func (f facts) GHCR() bool { return f.Registry() == "ghcr.io" }

// Charts is where `helm push` puts the chart: beside the image, and in a registry of GitLab below
// it, as nothing else belongs to the project.
func (f facts) Charts() string {
	if f.CI == "gitlab" {
		return path.Join(f.Deploy.Image, "charts")
	}
	return path.Join(path.Dir(f.Deploy.Image), "charts")
}

// Chart is the name of the chart in the registry; `helm push` takes its last part from Chart.yaml.
func (f facts) Chart() string { return path.Join(f.Charts(), f.Name) }

// OwnModules is the path at and below which modules are the owner's own.
func (f facts) OwnModules() string {
	own, _, _ := module.SplitPathVersion(f.Module)
	if above := path.Dir(own); above != "." && strings.Contains(above, "/") {
		return above
	}
	return own
}

// ReportTo says, in Markdown, where a weakness is reported in private.
func (f facts) ReportTo() string {
	var ways []string
	switch f.CI {
	case "github":
		ways = append(ways, "on GitHub under *Security*, *Report a vulnerability*")
	case "gitlab":
		ways = append(ways, "on GitLab as a confidential issue of this project")
	}
	if m := f.Maintainer(); m != nil && m.Email != "" {
		ways = append(ways, "by mail to "+markdown(m.Email))
	}
	if len(ways) == 0 {
		return "to those who maintain this repository"
	}
	return strings.Join(ways, ", or ")
}

// Repository is the owner and name of the service's repository, as far as its module says.
func (f facts) Repository() string {
	parts := strings.Split(f.Module, "/")
	if (parts[0] == "github.com" || parts[0] == "gitlab.com") && len(parts) >= 3 {
		return parts[1] + "/" + parts[2]
	}
	return "OWNER/REPOSITORY"
}
