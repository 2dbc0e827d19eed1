package chart

import (
	"encoding/base64"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Release is the installation that a chart is rendered for.
type Release struct {
	Name        string
	Namespace   string
	Upgrade     bool
	APIVersions []string // beside Kubernetes' own, as monitoring.coreos.com/v1 or …/v1/ServiceMonitor
	KubeVersion string   // DefaultKubeVersion when empty
}

// DefaultKubeVersion is the version of Kubernetes that charts are rendered for.
const DefaultKubeVersion = "v1.37.0"

func (r Release) kubeVersion() string {
	if r.KubeVersion == "" {
		return DefaultKubeVersion
	}
	return "v" + strings.TrimPrefix(r.KubeVersion, "v")
}

func (r Release) values() map[string]any {
	return map[string]any{
		"Name": r.Name, "Namespace": r.Namespace, "IsUpgrade": r.Upgrade, "IsInstall": !r.Upgrade,
		"Revision": 1, "Service": "Helm",
	}
}

// Capabilities is .Capabilities of templates.
type Capabilities struct {
	KubeVersion KubeVersion
	APIVersions VersionSet
	HelmVersion HelmVersion
}

// KubeVersion is .Capabilities.KubeVersion.
type KubeVersion struct{ Version, Major, Minor string }

func (v KubeVersion) String() string { return v.Version }

// GitVersion is an old name of Version.
func (v KubeVersion) GitVersion() string { return v.Version }

// HelmVersion is .Capabilities.HelmVersion.
type HelmVersion struct{ Version, GitCommit, GitTreeState, GoVersion string }

// VersionSet is .Capabilities.APIVersions.
type VersionSet []string

// Has reports whether an API version is there.
func (s VersionSet) Has(version string) bool { return slices.Contains(s, version) }

func (r Release) capabilities() *Capabilities {
	version := r.kubeVersion()
	major, minor, _ := strings.Cut(strings.TrimPrefix(version, "v"), ".")
	minor, _, _ = strings.Cut(minor, ".")
	return &Capabilities{
		KubeVersion: KubeVersion{version, major, minor},
		APIVersions: slices.Concat(VersionSet(builtin[:]), r.APIVersions),
		HelmVersion: HelmVersion{Version: "v4.3"},
	}
}

// builtin are the API versions that Helm knows without a cluster: those of client-go.
var builtin = [...]string{
	"v1", "admissionregistration.k8s.io/v1", "admissionregistration.k8s.io/v1alpha1",
	"admissionregistration.k8s.io/v1beta1", "apiextensions.k8s.io/v1", "apiextensions.k8s.io/v1beta1", "apps/v1", "apps/v1beta1", "apps/v1beta2",
	"authentication.k8s.io/v1", "authentication.k8s.io/v1alpha1", "authentication.k8s.io/v1beta1",
	"authorization.k8s.io/v1", "authorization.k8s.io/v1beta1", "autoscaling/v1", "autoscaling/v2",
	"batch/v1", "batch/v1beta1", "certificates.k8s.io/v1", "certificates.k8s.io/v1alpha1",
	"certificates.k8s.io/v1beta1", "coordination.k8s.io/v1", "coordination.k8s.io/v1alpha2",
	"coordination.k8s.io/v1beta1", "discovery.k8s.io/v1", "discovery.k8s.io/v1beta1",
	"events.k8s.io/v1", "events.k8s.io/v1beta1", "extensions/v1beta1",
	"flowcontrol.apiserver.k8s.io/v1", "flowcontrol.apiserver.k8s.io/v1beta1",
	"flowcontrol.apiserver.k8s.io/v1beta2", "flowcontrol.apiserver.k8s.io/v1beta3",
	"internal.apiserver.k8s.io/v1alpha1", "lifecycle.k8s.io/v1alpha1", "networking.k8s.io/v1",
	"networking.k8s.io/v1beta1", "node.k8s.io/v1", "node.k8s.io/v1alpha1", "node.k8s.io/v1beta1",
	"policy/v1", "policy/v1beta1", "rbac.authorization.k8s.io/v1",
	"rbac.authorization.k8s.io/v1alpha1", "rbac.authorization.k8s.io/v1beta1",
	"resource.k8s.io/v1", "resource.k8s.io/v1alpha3", "resource.k8s.io/v1beta1",
	"resource.k8s.io/v1beta2", "scheduling.k8s.io/v1", "scheduling.k8s.io/v1alpha3",
	"scheduling.k8s.io/v1beta1", "storage.k8s.io/v1", "storage.k8s.io/v1alpha1",
	"storage.k8s.io/v1beta1", "storagemigration.k8s.io/v1", "storagemigration.k8s.io/v1beta1",
}

// metadata is .Chart: Chart.yaml under the names of Helm's struct, with all that is missing.
func (c *Chart) metadata() map[string]any {
	m := map[string]any{"IsRoot": true}
	for _, key := range []string{"name", "home", "version", "description", "icon", "condition", "tags", "appVersion", "kubeVersion", "type"} {
		m[strings.ToUpper(key[:1])+key[1:]] = coerced(c.Metadata[key])
	}
	m["APIVersion"] = coerced(c.Metadata["apiVersion"])
	m["Deprecated"] = c.Metadata["deprecated"] == true
	m["Sources"], m["Keywords"] = coercedList(c.Metadata["sources"]), coercedList(c.Metadata["keywords"])
	annotations := map[string]string{}
	if given, ok := c.Metadata["annotations"].(map[string]any); ok {
		for k, v := range given {
			annotations[k] = coerced(v)
		}
	}
	m["Annotations"] = annotations
	maintainers := []any{}
	for _, x := range items(c.Metadata["maintainers"]) {
		if who, ok := x.(map[string]any); ok {
			maintainers = append(maintainers, map[string]any{"Name": coerced(who["name"]), "Email": coerced(who["email"]), "URL": coerced(who["url"])})
		}
	}
	m["Maintainers"], m["Dependencies"] = maintainers, []any{}
	return m
}

func coercedList(v any) []any {
	list := []any{}
	for _, x := range items(v) {
		list = append(list, coerced(x))
	}
	return list
}

// Files is .Files of templates: the chart's files that are no templates.
type Files map[string][]byte

// GetBytes returns a file, nothing when it is not there.
func (f Files) GetBytes(name string) []byte { return f[name] }

// Get returns a file as text.
func (f Files) Get(name string) string { return string(f[name]) }

// Glob returns the files that match; ** goes through folders.
func (f Files) Glob(pattern string) Files {
	expr, err := regexp.Compile(globExpr(pattern))
	out := Files{}
	for name, content := range f {
		if err != nil || expr.MatchString(name) { // Helm takes all for a pattern that is none
			out[name] = content
		}
	}
	return out
}

// AsConfig returns the files as YAML of their last names.
func (f Files) AsConfig() string {
	return f.flat(func(b []byte) string { return string(b) })
}

// AsSecrets returns the files as YAML of their last names, in base64.
func (f Files) AsSecrets() string { return f.flat(base64.StdEncoding.EncodeToString) }

func (f Files) flat(write func([]byte) string) string {
	if f == nil {
		return ""
	}
	m := map[string]string{}
	for name, content := range f {
		m[path.Base(name)] = write(content)
	}
	return toYAML(m)
}

// Lines returns the lines of a file.
func (f Files) Lines(name string) []string {
	if len(f[name]) == 0 {
		return []string{}
	}
	return strings.Split(strings.TrimSuffix(string(f[name]), "\n"), "\n")
}

// globExpr writes a glob as a regular expression.
func globExpr(glob string) string {
	var b strings.Builder
	b.WriteString(`^`)
	braces := 0
	for i := 0; i < len(glob); i++ {
		switch c := glob[i]; {
		case c == '*' && strings.HasPrefix(glob[i:], "**"):
			b.WriteString(`(?s:.*)`)
			i++
		case c == '*':
			b.WriteString(`[^/]*`)
		case c == '?':
			b.WriteString(`[^/]`)
		case c == '[':
			end := strings.IndexByte(glob[i:], ']')
			if end < 0 {
				return `(`
			}
			class := glob[i+1 : i+end]
			if after, ok := strings.CutPrefix(class, "!"); ok {
				class = "^" + after
			}
			b.WriteString("[" + strings.ReplaceAll(class, `\`, `\\`) + "]")
			i += end
		case c == '{':
			b.WriteString(`(?:`)
			braces++
		case c == '}' && braces > 0:
			b.WriteString(`)`)
			braces--
		case c == ',' && braces > 0:
			b.WriteString(`|`)
		case c == '\\' && i+1 < len(glob):
			i++
			b.WriteString(regexp.QuoteMeta(glob[i : i+1]))
		default:
			b.WriteString(regexp.QuoteMeta(glob[i : i+1]))
		}
	}
	b.WriteString(`$`)
	return b.String()
}
