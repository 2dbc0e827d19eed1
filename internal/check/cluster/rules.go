package cluster

import "github.com/mintwright/mintwright/internal/check"

const (
	standard   = "Pod Security Standards, restricted"
	kubernetes = "Kubernetes"
)

var (
	missing = check.Rule{
		ID: "cluster.missing", Severity: check.Finding,
		Summary: "there is no chart in deploy/chart",
		Remedy:  "bring it back from the history",
	}
	broken = check.Rule{
		ID: "cluster.broken", Severity: check.Finding,
		Summary: "the chart cannot be rendered, or renders what is no object",
		Why:     "Nothing of it can be installed, and nothing else of it can be judged.",
		Remedy:  "correct what the message names",
	}
	version = check.Rule{
		ID: "cluster.version", Severity: check.Finding, Criterion: "Helm",
		Summary: "the chart's version is no semantic version",
		Why:     "Helm refuses to package or push such a chart.",
		Remedy:  "write three numbers, as 1.2.3 or 1.2.3-rc.1, in quotes",
	}
	values = check.Rule{
		ID: "cluster.values", Severity: check.Finding,
		Summary: "a values file does not fit values.schema.json",
		Why:     "Helm refuses to install the chart with it.",
		Remedy:  "correct the value",
	}
	openValues = check.Rule{
		ID: "cluster.values-open", Severity: check.Finding,
		Summary: "values.schema.json takes values that the chart does not have",
		Why:     "A mistyped value is then taken without a word, and does nothing.",
		Remedy:  "set additionalProperties: false wherever properties are listed",
	}
	noDigest = check.Rule{
		ID: "cluster.digest", Severity: check.Note,
		Summary: "the digest of the image or of the chart is not known yet",
		Why:     "It is known when the image is built: the pipeline of a release writes it. Until then nothing is released by accident.",
		Remedy:  "let the pipeline of a release write it, or write it after the first push",
	}
	byTag = check.Rule{
		ID: "cluster.image", Severity: check.Finding,
		Summary: "an image is named so that what runs can change",
		Why:     "A tag can be moved, in the registry and without a trace in the cluster. A digest names the bytes that were built, scanned and signed.",
		Remedy:  "name the image by its digest in production, and by a tag that is never moved elsewhere",
	}
	security = check.Rule{
		ID: "cluster.pod-security", Severity: check.Finding, Criterion: standard,
		Summary: "a pod is not allowed in a namespace that enforces Pod Security \"restricted\"",
		Why:     "The namespace refuses the pod. What the standard forbids is what a stolen container escapes by.",
		Remedy:  "take it back: deploy/namespace.yaml enforces the standard, and the service needs nothing beyond it",
	}
	rootFilesystem = check.Rule{
		ID: "cluster.read-only", Severity: check.Finding,
		Summary: "a container may write to its own files",
		Why:     "The service writes nothing there; whoever breaks in would like to.",
		Remedy:  "set securityContext.readOnlyRootFilesystem: true, and mount an emptyDir where something is written",
	}
	token = check.Rule{
		ID: "cluster.token", Severity: check.Finding,
		Summary: "a pod gets a token of the cluster's API that it does not need",
		Why:     "The service proves who it is by its SVID. A token in the pod is one more thing to steal, and speaks to the API.",
		Remedy:  "set automountServiceAccountToken: false on the pod and on its ServiceAccount, and give the pod a ServiceAccount of its own",
	}
	resources = check.Rule{
		ID: "cluster.resources", Severity: check.Finding,
		Summary: "a container does not say what it needs, or may take all memory of the node",
		Why:     "The scheduler places pods by their requests, and a container without a limit of memory is killed with its neighbours.",
		Remedy:  "set resources.requests.cpu, resources.requests.memory and resources.limits.memory",
	}
	workloadAPI = check.Rule{
		ID: "cluster.workload-api", Severity: check.Finding, Criterion: "SPIFFE Workload API",
		Summary: "volume, mount and address of the Workload API do not agree",
		Why:     "Without the socket the service gets no SVID and never becomes ready.",
		Remedy:  "mount the volume of csi.spiffe.io read-only, and let SPIFFE_ENDPOINT_SOCKET name the socket in it",
	}
	hostPath = check.Rule{
		ID: "cluster.host-path", Severity: check.Note, Criterion: standard,
		Summary: "the Workload API comes by a folder of the node, as was chosen",
		Why:     "Pod Security \"restricted\" forbids it: the namespace has to allow more than the service needs. The SPIFFE CSI driver does without.",
		Remedy:  "install the SPIFFE CSI driver, set workloadApi.mode: csi, and drop hostpath from unsafe in mintwright.yaml",
	}
	probes = check.Rule{
		ID: "cluster.probes", Severity: check.Finding,
		Summary: "the kubelet cannot tell whether the service is alive or ready",
		Why:     "It has no SVID, so its probes must go to the listener for probes. Without them a pod that serves nobody gets its share of the calls.",
		Remedy:  "point all three probes at the port \"probe\": /startupz, /livez, /readyz",
	}
	ports = check.Rule{
		ID: "cluster.ports", Severity: check.Finding,
		Summary: "ports do not agree with each other",
		Why:     "What listens on one port and is called on another is never reached.",
		Remedy:  "use one number: listeners in the values, the container's port, the Service's targetPort, the NetworkPolicy",
	}
	grace = check.Rule{
		ID: "cluster.grace-period", Severity: check.Finding,
		Summary: "the pod is killed before the service has ended what it does",
		Why:     "From SIGTERM it waits LAME_DUCK, works DRAIN_TIMEOUT and sends telemetry for TELEMETRY_SHUTDOWN_TIMEOUT.",
		Remedy:  "raise terminationGracePeriodSeconds to the sum of the three or more",
	}
	policy = check.Rule{
		ID: "cluster.network", Severity: check.Finding,
		Summary: "a NetworkPolicy leaves open what it should close, or does nothing",
		Why:     "A rule without peers or without ports is a rule for everybody. A policy that selects no pods, or lacks a type, denies nothing.",
		Remedy:  "name the peers and the ports of each rule, and both policyTypes",
	}
	networkCall = check.Rule{
		ID: "cluster.network-call", Severity: check.Finding,
		Summary: "no NetworkPolicy lets the service reach what it calls",
		Why:     "Everything that is not allowed is denied: the calls time out.",
		Remedy:  "add port and peers of the call to the values",
	}
	networkCaller = check.Rule{
		ID: "cluster.network-caller", Severity: check.Finding,
		Summary: "no NetworkPolicy lets a caller reach the service",
		Why:     "Everything that is not allowed is denied: who may call by its identity is stopped before it can prove it.",
		Remedy:  "add the caller with its peers to callers in the values",
	}
	networkBackend = check.Rule{
		ID: "cluster.network-backend", Severity: check.Finding,
		Summary: "no NetworkPolicy lets the service reach DNS, the collector, the database or the broker",
		Why:     "Everything that is not allowed is denied: names are not found, telemetry is lost, the service does not become ready.",
		Remedy:  "add port and peers to the values",
	}
	networkPeer = check.Rule{
		ID: "cluster.network-peer", Severity: check.Note,
		Summary: "where an identity runs is not known, so the NetworkPolicy opens no way to or from it",
		Why:     "A SPIFFE ID of the own trust domain of the form /ns/NAMESPACE/sa/NAME says where its pods are. Any other does not, and nothing is opened by a guess.",
		Remedy:  "name its pods or its addresses as peers in the values",
	}
	identity = check.Rule{
		ID: "cluster.identity", Severity: check.Finding, Criterion: "SPIFFE",
		Summary: "SPIRE would not give the pods the identity that the service accepts",
		Why:     "The service waits for its own SPIFFE ID and refuses any other: it never becomes ready.",
		Remedy:  "let identity.template and serviceAccount.name of the values give the ID in mintwright.yaml, and the ClusterSPIFFEID select the service's pods",
	}
	availability = check.Rule{
		ID: "cluster.availability", Severity: check.Finding,
		Summary: "a disruption budget protects nothing, or holds up every drain",
		Remedy:  "let it select the Deployment's pods, and leave one that may go",
	}
	scaling = check.Rule{
		ID: "cluster.scaling", Severity: check.Finding,
		Summary: "what scales the service does not find it, or fights for it",
		Why:     "Two that set the number of pods undo each other's work.",
		Remedy:  "have one of them, with the Deployment as its target, and no replicas in the Deployment",
	}
	selectors = check.Rule{
		ID: "cluster.selectors", Severity: check.Finding, Criterion: kubernetes,
		Summary: "a selector finds no pods, or the wrong ones",
		Remedy:  "select by app.kubernetes.io/name, instance and component, as the pods have them",
	}
	duplicate = check.Rule{
		ID: "cluster.duplicate", Severity: check.Finding, Criterion: kubernetes,
		Summary: "something is there twice",
		Why:     "Server-side apply refuses a list with two entries of one key, and elsewhere one of the two is dropped without a word.",
		Remedy:  "take one out",
	}
	labels = check.Rule{
		ID: "cluster.labels", Severity: check.Finding, Criterion: kubernetes,
		Summary: "an object lacks labels that say what it is, or has some that are invalid",
		Remedy:  "set app.kubernetes.io/name, instance, version, component and managed-by",
	}
	namesRule = check.Rule{
		ID: "cluster.names", Severity: check.Finding, Criterion: kubernetes,
		Summary: "a name that Kubernetes refuses",
		Remedy:  "use lower-case letters, digits and dashes, 63 at most",
	}
	misread = check.Rule{
		ID: "cluster.text", Severity: check.Finding, Criterion: kubernetes,
		Summary: "a value that has to be text is read as something else",
		Why:     "Without quotes on, yes, 1e3 and 0x1 are no text in YAML: the object is refused, or says something else than was meant.",
		Remedy:  "quote it in the template: {{ . | quote }}",
	}
	alerts = check.Rule{
		ID: "cluster.alerts", Severity: check.Finding,
		Summary: "an alert does not say what to do",
		Why:     "Whoever is woken by it has nothing but its runbook.",
		Remedy:  "link it to its section in docs/runbook.md by the annotation runbook_url",
	}
	admission = check.Rule{
		ID: "cluster.admission", Severity: check.Finding,
		Summary: "an admission policy does not take effect",
		Why:     "A policy that nothing binds, or that the cluster does not know, refuses nobody.",
		Remedy:  "correct it, and bind it with Deny",
	}
	oldPolicy = check.Rule{
		ID: "cluster.old-policy", Severity: check.Finding, Criterion: "Kyverno 1.19",
		Summary: "an admission policy is of a kind that goes away",
		Remedy:  "write it as a ValidatingPolicy or ImageValidatingPolicy of policies.kyverno.io/v1",
	}
	namespace = check.Rule{
		ID: "cluster.namespace", Severity: check.Finding, Criterion: standard,
		Summary: "the namespace does not enforce Pod Security \"restricted\"",
		Why:     "The labels of the namespace are what refuses a bad pod. Without a pinned version an upgrade of the cluster brings new rules by surprise.",
		Remedy:  "set pod-security.kubernetes.io/enforce, audit and warn to restricted, each with a -version such as v1.37",
	}
	unfilled = check.Rule{
		ID: "cluster.fill-in", Severity: check.Note,
		Summary: "a file waits for what only its owner knows",
		Why:     "Applied as it is, it refuses what it should let in, or asks a host that does not exist.",
		Remedy:  "put it in before the file is applied: its head says what",
	}
	gitops = check.Rule{
		ID: "cluster.gitops", Severity: check.Finding,
		Summary: "what Argo CD or Flux is told to install is not this service, or not safely",
		Why:     "What they are told is done without a question, and again after each change by hand.",
		Remedy:  "let it name this chart by its digest, the service's namespace, a project of its own, and no more than that",
	}
)

func rules() []check.Rule {
	return []check.Rule{
		missing, broken, version, values, openValues, noDigest, byTag, security, rootFilesystem, token, resources,
		workloadAPI, hostPath, probes, ports, grace, policy, networkCall, networkCaller, networkBackend, networkPeer, identity,
		availability, scaling, selectors, duplicate, labels, namesRule, misread, alerts, admission, oldPolicy, namespace, unfilled, gitops,
	}
}
