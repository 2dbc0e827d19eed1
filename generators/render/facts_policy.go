package render

import (
	"crypto/sha256"
	"encoding/hex"
	"net"
	"regexp"
	"slices"
	"strings"

	"github.com/mintwright/mintwright/generators/chart"
)

// maxScoped is the length of a label's value, where policy engines keep names of policies.
const maxScoped = 63

// Scoped is a name for an object of the cluster that belongs to this service alone: the theme,
// the service and its namespace, with a hash for an end where that would be too long.
func (f facts) Scoped(theme string) string {
	name := theme + "." + f.Name + "." + f.Deploy.Namespace
	if len(name) <= maxScoped {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	return strings.TrimRight(name[:maxScoped-9], ".-") + "-" + hex.EncodeToString(sum[:4])
}

// Account is the ServiceAccount that the service runs under.
func (f facts) Account() string { return chart.Account(f.Answers) }

// Team is the label that says whose the service is; empty where the owner cannot be one.
func (f facts) Team() string { return chart.Team(f.Answers) }

// PolicyThemes are what the admission policies of the whole namespace are about.
func (facts) PolicyThemes() []string {
	return []string{"image-digest", "security-context", "volumes", "labels", "resources", "service-account"}
}

// podSecurity is the release whose Pod Security standards hold. Source: Kubernetes 1.37,
// kubernetes.io/docs/concepts/security/pod-security-admission.
const podSecurity = "v1.37"

// Label is a label of an object.
type Label struct{ Key, Value string }

// NamespaceLabels are those of the namespace, whoever makes it.
func (f facts) NamespaceLabels() []Label {
	enforce := "restricted"
	if f.Allows("hostpath") {
		enforce = "privileged"
	}
	labels := []Label{
		{"pod-security.kubernetes.io/enforce", enforce},
		{"pod-security.kubernetes.io/enforce-version", podSecurity},
		{"pod-security.kubernetes.io/audit", "restricted"},
		{"pod-security.kubernetes.io/audit-version", podSecurity},
		{"pod-security.kubernetes.io/warn", "restricted"},
		{"pod-security.kubernetes.io/warn-version", podSecurity},
	}
	if team := f.Team(); team != "" {
		labels = append(labels, Label{"team", team})
	}
	return labels
}

// ControllerClass is the class of SPIRE's controller manager: the chart's value identity.className,
// and SPIRE's.
func (facts) ControllerClass() string { return chart.ControllerClass }

// Organization is who runs the trust domain, as far as is known.
func (f facts) Organization() string {
	if team := f.Team(); team != "" {
		return team
	}
	return f.Identity.TrustDomain
}

// ObjectName is text as the name of an object of Kubernetes, a DNS subdomain. Where letters had to
// be changed, a hash keeps it apart from others.
func (facts) ObjectName(text string) string {
	name := strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' {
			return r
		}
		return '-'
	}, text), "-.")
	labels := strings.FieldsFunc(name, func(r rune) bool { return r == '.' })
	for i := range labels {
		labels[i] = strings.Trim(labels[i], "-")
	}
	name = strings.Join(labels, ".")
	if name == text && len(name) <= 253 {
		return name
	}
	sum := sha256.Sum256([]byte(text))
	return strings.Trim(name[:min(len(name), 240)]+"-"+hex.EncodeToString(sum[:4]), "-.")
}

// maxDescription is what Argo CD takes for a project. Source: argo-cd v3.6, AppProject's schema.
const maxDescription = 255

// ProjectDescription is what the service is, or for whom.
func (f facts) ProjectDescription() string {
	text := f.Name
	switch {
	case f.Description != "":
		text = f.Description
	case f.Owner != "":
		text += ", of " + f.Owner
	}
	if runes := []rune(text); len(runes) > maxDescription {
		return string(runes[:maxDescription-1]) + "…"
	}
	return text
}

// Signer is who signs what the pipeline makes.
type Signer struct {
	Issuer     string // of its OpenID Connect tokens
	Subject    string // what its certificate names, as a regular expression
	Repository string // its URL
	Workflow   string // URL of the file that builds and signs
	Known      bool   // whether the repository follows from the module
}

// Signer is the pipeline that signs; none where there is no pipeline.
func (f facts) Signer() *Signer {
	s := &Signer{Repository: f.SourceURL(), Known: true}
	host, _, _ := strings.Cut(f.Module, "/")
	switch f.CI {
	case "github":
		if host != "github.com" {
			s.Known, s.Repository = false, "https://github.com/fill-in/"+f.Name
		}
		s.Issuer, s.Workflow = "https://token.actions.githubusercontent.com", s.Repository+"/.github/workflows/build.yml"
	case "gitlab":
		if host != "gitlab.com" && !strings.HasPrefix(host, "gitlab.") {
			s.Known, host, s.Repository = false, "gitlab.com", "https://gitlab.com/fill-in/"+f.Name
		}
		s.Issuer, s.Workflow = "https://"+host, s.Repository+"//.gitlab-ci.yml"
	default:
		return nil
	}
	s.Subject = "^" + regexp.QuoteMeta(s.Workflow+"@refs/tags/v") + "[^/]+$"
	return s
}

// IssuerPattern is the issuer as a regular expression.
func (s Signer) IssuerPattern() string { return "^" + regexp.QuoteMeta(s.Issuer) + "$" }

// ReleaseName is the name of the Helm release in production: that of the service, in the 53
// characters that Helm allows.
func (f facts) ReleaseName() string {
	return strings.TrimRight(f.Name[:min(len(f.Name), 53)], "-")
}

// ProductionValues are the lines of the chart's values-prod.yaml, for what takes values but no
// files. The digest is left open for the pipeline.
func (f facts) ProductionValues() ([]string, error) {
	content, err := chart.File(f.Answers, "values-prod.yaml")
	if err != nil {
		return nil, err
	}
	var lines []string
	for line := range strings.Lines(string(content)) {
		line = strings.TrimRight(line, "\n")
		switch {
		case line == "", strings.HasPrefix(line, "#"):
			continue
		case line == `  digest: ""`:
			line = "  digest: 'sha256:" + strings.Repeat("0", 64) + "'"
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// Fullname is the name of the objects that the chart makes in production.
func (f facts) Fullname() string {
	name, release := f.Name, f.ReleaseName()
	if !strings.Contains(release, name) {
		name = release + "-" + name
	}
	return strings.TrimRight(name[:min(len(name), 63)], "-")
}

// Component is what the service's pods are.
func (f facts) Component() string {
	if f.Answering() {
		return "server"
	}
	return "worker"
}

// FalcoName is the name as a part of names of Falco's macros.
func (f facts) FalcoName() string { return strings.ReplaceAll(f.Name, "-", "_") }

// CalledPorts are the ports to which the service connects, DNS first.
func (f facts) CalledPorts() []string {
	addresses := []string{f.Telemetry.Collector.Address, f.Worker.Broker.Address}
	for _, c := range f.Calls {
		addresses = append(addresses, c.Address)
	}
	ports := []string{"53"}
	if f.Store == "postgres" {
		ports = append(ports, "5432")
	}
	for _, address := range addresses {
		if _, port, err := net.SplitHostPort(address); err == nil && !slices.Contains(ports, port) {
			ports = append(ports, port)
		}
	}
	return ports
}
