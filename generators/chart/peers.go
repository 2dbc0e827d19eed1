package chart

import (
	"net"
	"regexp"
	"strconv"
	"strings"

	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/internal/names"
)

// place is where a workload runs: its namespace and the name by which its pods are known.
type place struct{ namespace, name string }

// placeOf returns the place of a workload of trust domain td whose ID follows the convention
// of Kubernetes, /ns/NAMESPACE/sa/NAME; none for any other ID.
func placeOf(td, id string) (place, bool) {
	path, own := strings.CutPrefix(id, "spiffe://"+td)
	if !own {
		return place{}, false
	}
	parts := strings.Split(path, "/")
	if len(parts) != 5 || parts[0] != "" || parts[1] != "ns" || parts[3] != "sa" {
		return place{}, false
	}
	p := place{parts[2], parts[4]}
	return p, names.IsLabel1123(p.namespace) && isLabelValue(p.name)
}

// placeAt returns the place of a Service by its name in the cluster, NAME.NAMESPACE.svc.
func placeAt(address string) (place, bool) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return place{}, false
	}
	parts := strings.Split(strings.TrimSuffix(host, "."), ".")
	if len(parts) < 3 || parts[2] != "svc" {
		return place{}, false
	}
	p := place{parts[1], parts[0]}
	return p, names.IsLabel1123(p.namespace) && isLabelValue(p.name)
}

// isLabelValue reports whether s can be the value of a label.
func isLabelValue(s string) bool {
	return len(s) <= 63 && regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$`).MatchString(s)
}

// peers are the NetworkPolicyPeers of a place. Without one there are none, and nothing is opened.
func peers(p place, known bool) list {
	if !known {
		return list{}
	}
	return list{object{
		{key: "namespaceSelector", value: labels("kubernetes.io/metadata.name", p.namespace)},
		{key: "podSelector", value: labels("app.kubernetes.io/name", p.name)},
	}}
}

// labels selects what has the label.
func labels(key, value string) object {
	return object{{key: "matchLabels", value: object{{key: key, value: value}}}}
}

// namespace selects all pods of a namespace.
func namespace(name string) object {
	return object{{key: "namespaceSelector", value: labels("kubernetes.io/metadata.name", name)}}
}

// workload returns where a and its peers run by its identity, else by its address.
func workload(a answers.Answers, id, address string) list {
	if id == "" {
		return peers(placeAt(address))
	}
	return peers(placeOf(a.Identity.TrustDomain, id))
}

// port is that of an address that has been checked.
func port(address string) int {
	_, s, _ := net.SplitHostPort(address)
	n, _ := strconv.Atoi(s)
	return n
}

// isLoopback reports whether an address leads nowhere outside the pod.
func isLoopback(address string) bool {
	host, _, _ := net.SplitHostPort(address)
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}
