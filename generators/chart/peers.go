package chart

import (
	"net"
	"strconv"

	"github.com/mintwright/mintwright/generators/answers"
)

// peers are the NetworkPolicyPeers of a place. Without one there are none, and nothing is opened.
func peers(p answers.Place, known bool) list {
	if !known {
		return list{}
	}
	return list{object{
		{key: "namespaceSelector", value: labels("kubernetes.io/metadata.name", p.Namespace)},
		{key: "podSelector", value: labels("app.kubernetes.io/name", p.Name)},
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
		return peers(answers.PlaceAt(address))
	}
	return peers(a.Identity.PlaceOf(id))
}

// port is that of an address that has been checked.
func port(address string) int {
	_, s, _ := net.SplitHostPort(address)
	n, _ := strconv.Atoi(s)
	return n
}
