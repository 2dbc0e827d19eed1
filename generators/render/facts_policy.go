package render

import (
	"crypto/sha256"
	"encoding/hex"
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

// ProjectDescription is what the service is, and for whom.
func (f facts) ProjectDescription() string {
	switch {
	case f.Description != "":
		return f.Description
	case f.Owner != "":
		return f.Name + ", of " + f.Owner
	default:
		return f.Name
	}
}
