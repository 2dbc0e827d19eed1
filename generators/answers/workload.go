package answers

import (
	"net"
	"net/netip"
	"slices"
	"strings"

	"github.com/mintwright/mintwright/internal/names"
)

// Place is where a workload runs in Kubernetes, and the name by which its pods are known there.
type Place struct{ Namespace, Name string }

// PlaceOf returns the place that a SPIFFE ID tells: one of the own trust domain whose path follows
// the convention of Kubernetes, /ns/NAMESPACE/sa/NAME. No other ID tells any.
func (i Identity) PlaceOf(id string) (Place, bool) {
	path, own := strings.CutPrefix(id, "spiffe://"+i.TrustDomain+"/")
	parts := strings.Split(path, "/")
	if !own || len(parts) != 4 || parts[0] != "ns" || parts[2] != "sa" {
		return Place{}, false
	}
	return placed(parts[1], parts[3])
}

// PlaceAt returns the place of a Service by its name in the cluster: NAME.NAMESPACE.svc, with a port.
func PlaceAt(address string) (Place, bool) {
	host, _, err := net.SplitHostPort(address)
	parts := strings.Split(host, ".")
	if err != nil || len(parts) < 3 || parts[2] != "svc" {
		return Place{}, false
	}
	return placed(parts[1], parts[0])
}

func placed(namespace, name string) (Place, bool) {
	if !names.IsLabel1123(namespace) || name == "" || !names.IsLabelValue(name) {
		return Place{}, false
	}
	return Place{namespace, name}, true
}

// IsLoopback reports whether an address with a port leads nowhere outside the machine, or the pod.
func IsLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	if strings.EqualFold(host, "localhost") { // RFC 6761, section 6.3
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

// HasMetrics reports whether metrics leave the service: sent, or scraped.
func (t Telemetry) HasMetrics() bool { return t.Prometheus || slices.Contains(t.Signals, "metrics") }
