package chart

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// guide is the README before the table of values: what the chart needs and how it is used, as
// far as there are values for it.
func guide(name, kubeVersion string, values *yaml.Node) string {
	g := guidance{name: name, kube: kubeVersion, values: values}
	var b strings.Builder
	for _, section := range []string{g.needs(), g.install(), g.identity(), g.network(), g.database(), g.scaling(), g.outside(), g.mesh(), g.look()} {
		if section != "" {
			b.WriteString(section + "\n")
		}
	}
	return b.String()
}

type guidance struct {
	name, kube string
	values     *yaml.Node
}

func (g guidance) has(path ...string) bool { return has(g.values, path...) }

func (g guidance) needs() string {
	var b strings.Builder
	b.WriteString("## What it needs\n\n")
	if g.kube != "" {
		fmt.Fprintf(&b, "- Kubernetes %s\n", code(g.kube))
	}
	b.WriteString("- SPIRE with its controller manager and the SPIFFE CSI driver: `deploy/spire` sets them up\n")
	b.WriteString("- a network plugin that enforces NetworkPolicies\n")
	if g.has("database") {
		fmt.Fprintf(&b, "- PostgreSQL, and its URL in the Secret %s, key %s\n", code(textAt(g.values, "database", "urlSecret", "name")), code(textAt(g.values, "database", "urlSecret", "key")))
	}
	if g.has("public") {
		fmt.Fprintf(&b, "- a certificate of the web's own PKI in the Secret %s\n", code(textAt(g.values, "public", "certificateSecret")))
	}
	switch textAt(g.values, "autoscaling", "mode") {
	case "keda":
		b.WriteString("- KEDA; where there is none, `--set autoscaling.mode=hpa`\n")
	case "hpa":
		b.WriteString("- metrics-server, by whose numbers the autoscaler goes\n")
	}
	return b.String()
}

func (g guidance) install() string {
	test := ""
	if g.has("tests") {
		test = fmt.Sprintf("helm test %s --namespace NAMESPACE --logs\n", g.name)
	}
	return fmt.Sprintf("## Install it\n\n```sh\nhelm upgrade --install %[1]s deploy/chart --namespace NAMESPACE \\\n"+
		"  --values deploy/chart/values-prod.yaml --set image.digest=sha256:…\n%[2]s```\n\n"+
		"`values-prod.yaml` refuses a release without the image's digest. A value that does not exist is an error\n"+
		"(`values.schema.json`), so a typo does not go unseen. The namespace can enforce the Pod Security level\n"+
		"`restricted`: what that demands is fixed for every pod, and no value weakens it.\n", g.name, test)
}

func (g guidance) identity() string {
	return "## Identity\n\n" +
		"The service accepts one identity as its own: `identity.template`, as SPIRE fills it in. The namespace and the\n" +
		"name of the ServiceAccount are part of it, the name of the release is not.\n\n" +
		"The socket of the Workload API gets into the pod in one of three ways (`workloadApi.mode`):\n\n" +
		"| mode | how | what it costs |\n|---|---|---|\n" +
		"| `csi` | the SPIFFE CSI driver mounts the agent's folder, read-only | nothing: it is allowed by Pod Security `restricted` |\n" +
		"| `hostPath` | the folder is mounted from the node | the namespace must allow `hostPath`, as `privileged` does; whoever may create pods there can then mount any folder of any node |\n" +
		"| `injected` | a mutating policy adds volume, mount and variable to pods with the annotation `workload-api.spiffe.io/inject: \"true\"` | the policy must be there before the pods are; without it they start, find no socket and end; who may change the policy changes every pod |\n\n" +
		"The folder is mounted and not the socket: the agent makes a new one at each start.\n"
}

func (g guidance) network() string {
	if !g.has("networkPolicy") {
		return ""
	}
	s := "## Network\n\n" +
		"All pods of the release are closed, in and out. A rule each opens them for DNS, the collector"
	if g.has("callers") {
		s += ", callers"
	}
	s += ", what it calls and what\nit needs. Where a peer runs follows from its SPIFFE ID, if that is `/ns/NAMESPACE/sa/NAME` of the own trust domain:\n" +
		"the pods with `app.kubernetes.io/name: NAME` in that namespace. For any other, name the peers; until then nothing is\n" +
		"opened for it, and `gen check` says so. This says who may connect; who may do what is decided by the service.\n"
	return s
}

func (g guidance) database() string {
	if !g.has("database") {
		return ""
	}
	return "## Database\n\n" +
		"A Job of the new image brings the schema up to date before the rest of a release (`pre-install` and `pre-upgrade`\n" +
		"hooks); when it fails the old release stays. It has an account and a NetworkPolicy of its own, and no identity.\n" +
		"The URL is mounted as a file from a Secret that exists already and is never in the environment.\n" +
		"Name the database in `database.peers`: what is in the Secret nobody else can know.\n"
}

func (g guidance) scaling() string {
	return "## Scale\n\n" +
		"`autoscaling.mode` is one of `none`, `hpa` and `keda`; with the last two the Deployment has no number of replicas, so\n" +
		"that nothing resets what was scaled. With `none` it is `replicas`.\n"
}

func (g guidance) outside() string {
	if !g.has("route") {
		return ""
	}
	return "## From outside the cluster\n\n" +
		"`route` makes a TLSRoute: TLS passes through the gateway and ends in the pod. An HTTPRoute or a GRPCRoute would end it at\n" +
		"the gateway, and every caller would be the gateway. A canary (`route.canaries`) therefore splits connections and not\n" +
		"requests, and neither a path nor a header can choose: a client stays with one version for as long as its connection\n" +
		"lives, so watch the two for longer than connections do.\n"
}

func (g guidance) mesh() string {
	if !g.has("mesh") {
		return ""
	}
	return "## In a mesh\n\n" +
		"A mesh's proxy would put its own mutual TLS around the service's, or end it. `mesh.kind` with `mesh.mode: out` keeps\n" +
		"it out of the pods. With `exclude` it is there and leaves alone the ports that have mutual TLS of their own, in and out;\n" +
		"its way to its control plane then needs `networkPolicy.extraEgress`.\n"
}

func (g guidance) look() string {
	return fmt.Sprintf("## Look inside\n\n"+
		"The image has no shell. A container for the time of a look has one:\n\n"+
		"```sh\nkubectl debug --namespace NAMESPACE -it POD --image=busybox --target=app --profile=restricted\n```\n\n"+
		"It runs as the same user, under the same restrictions, and sees the processes of the service; it has no socket of the\n"+
		"Workload API, and so no identity. Neither Pod Security nor the policies in `deploy/policy` forbid it.\n\n"+
		"`kubectl port-forward --namespace NAMESPACE POD %s` reaches the probes past the policies.\n", textAt(g.values, "listeners", "probe", "port"))
}
