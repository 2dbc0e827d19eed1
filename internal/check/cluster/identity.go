package cluster

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/mintwright/mintwright/internal/chart"
)

// identities is about what SPIRE is told to give to whom.
func (v *view) identities() {
	all := v.of("spire.spiffe.io", "ClusterSPIFFEID")
	want := v.j.want()
	service, isService := v.service()
	found := false
	for _, o := range all {
		selected := v.selectedBy(o)
		v.registration(o, selected)
		if !isService || !slices.ContainsFunc(selected, func(p pod) bool { return p.object == service.object }) {
			continue
		}
		found = true
		if given, err := v.filled(o, service); err == nil && given != want {
			v.say(identity, o, []any{"spec", "spiffeIDTemplate"}, "it gives the service %s, and mintwright.yaml says %s", given, want)
		}
		for _, domain := range v.j.s.Answers.Identity.Federates {
			if !slices.Contains(listOf(o.Object, "spec", "federatesWith"), any(domain)) {
				v.add(v.atValue(identity, []any{"identity", "federatesWith"}, "%s: federatesWith lacks %s: who is from there cannot be told", o.title(), domain).
					Do("add it to identity.federatesWith of the values"))
			}
		}
	}
	if isService && !found && !v.partial && !isFalse(v.values, "identity", "enabled") {
		v.say(identity, service.object, service.at("metadata", "labels"), "no ClusterSPIFFEID selects its pods")
	}
}

// want is the SPIFFE ID of the service.
func (j *judge) want() string {
	return "spiffe://" + j.s.Answers.Identity.TrustDomain + j.s.Answers.Identity.Path
}

// selectedBy returns the pods that a ClusterSPIFFEID selects.
func (v *view) selectedBy(o *object) []pod {
	if !selectsOrAll(get(o.Object, "spec", "namespaceSelector"), map[string]any{"kubernetes.io/metadata.name": v.j.s.Answers.Deploy.Namespace}) {
		return nil
	}
	var list []pod
	for _, p := range v.pods() {
		if selectsOrAll(get(o.Object, "spec", "podSelector"), p.labels()) {
			list = append(list, p)
		}
	}
	return list
}

// registration judges a ClusterSPIFFEID by itself.
func (v *view) registration(o *object, selected []pod) {
	if text(o.Object, "spec", "className") == "" {
		v.say(identity, o, []any{"spec", "className"}, "it has no className: a controller manager that has one leaves it alone")
	}
	if len(selected) == 0 && !v.partial && !isExtra(o) {
		v.say(identity, o, []any{"spec", "podSelector"}, "it selects none of the pods")
	}
	if len(dict(o.Object, "spec", "podSelector")) == 0 {
		v.say(identity, o, []any{"spec", "podSelector"}, "it selects every pod of its namespaces: name the service's")
	}
	if len(dict(o.Object, "spec", "namespaceSelector")) == 0 {
		v.say(identity, o, []any{"spec", "namespaceSelector"}, "it selects pods of every namespace: name the service's")
	}
	source := text(o.Object, "spec", "spiffeIDTemplate")
	if source == "" {
		v.say(identity, o, []any{"spec", "spiffeIDTemplate"}, "it has no spiffeIDTemplate")
		return
	}
	for _, p := range selected {
		given, err := v.filled(o, p)
		if err != nil && isBeyond(err) {
			v.j.skip(o.title()+" with "+v.file, "its spiffeIDTemplate asks for what is not known here: %s", reason(err))
			return
		}
		if err != nil {
			v.say(identity, o, []any{"spec", "spiffeIDTemplate"}, "spiffeIDTemplate %s: %s", shown(source), reason(err))
			return
		}
		if u, err := url.Parse(given); err != nil || u.Scheme != "spiffe" || u.Host != v.j.s.Answers.Identity.TrustDomain || u.Path == "" || strings.ContainsAny(given, " {}<>") {
			v.say(identity, o, []any{"spec", "spiffeIDTemplate"}, "spiffeIDTemplate gives %s %s, which is no SPIFFE ID of %s", p.title(), shown(given), v.j.s.Answers.Identity.TrustDomain)
			return
		}
	}
}

// filled is what SPIRE's controller manager makes of spiffeIDTemplate for a pod. Its fields are
// those that the controller manager gives: TrustDomain, ClusterName, ClusterDomain, PodMeta,
// PodSpec, NodeMeta and NodeSpec.
func (v *view) filled(o *object, p pod) (string, error) {
	a := v.j.s.Answers
	name := p.name
	if len(p.path) > 0 {
		name += "-7d4b9c6f5d-x2x7k"
	}
	type meta struct {
		Name, Namespace, UID string
		Labels, Annotations  map[string]string
	}
	type spec struct{ ServiceAccountName, NodeName, Hostname, Subdomain string }
	type data struct {
		TrustDomain, ClusterName, ClusterDomain string
		PodMeta, NodeMeta                       *meta
		PodSpec                                 *spec
		NodeSpec                                *struct{ ProviderID string }
	}
	return chart.Fill(v.j.ctx, text(o.Object, "spec", "spiffeIDTemplate"), data{
		a.Identity.TrustDomain, "cluster", "cluster.local",
		&meta{name, a.Deploy.Namespace, "0b6e0a7c-0000-4000-8000-000000000000", stringMap(p.labels()), stringMap(dict(p.meta, "annotations"))},
		&meta{"node", "", "0b6e0a7c-0000-4000-8000-000000000001", map[string]string{}, map[string]string{}},
		&spec{cmp.Or(text(p.spec, "serviceAccountName"), "default"), "node", text(p.spec, "hostname"), text(p.spec, "subdomain")},
		&struct{ ProviderID string }{"provider"},
	})
}

func stringMap(m map[string]any) map[string]string {
	out := map[string]string{}
	for k := range m {
		out[k] = text(m, k)
	}
	return out
}

// isBeyond reports whether a template asks for a field of the pod or the node that a cluster has
// and this package does not make up.
func isBeyond(err error) bool {
	s := err.Error()
	return strings.Contains(s, "can't evaluate field") && !strings.Contains(s, "in type cluster.data")
}

// reason is the last part of text/template's error, without where it stands.
func reason(err error) string {
	s := err.Error()
	if i := strings.LastIndex(s, ">: "); i >= 0 {
		return s[i+3:]
	}
	if parts := strings.SplitN(s, ": ", 3); len(parts) == 3 {
		return parts[2]
	}
	return s
}
