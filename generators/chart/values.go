package chart

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/internal/names"
)

// The patterns of values.
const (
	anyText     = `^[^\x00-\x1f\x7f]*$`
	orEmpty     = `^$|`
	releaseName = orEmpty + `^[a-z]([a-z0-9-]{0,51}[a-z0-9])?$`
	dnsName     = `^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$`
	hostPort    = `^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):[1-9][0-9]{0,4}$`
	imageName   = `^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]+)?(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)+$`
	imageTag    = orEmpty + `^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$`
	digest      = `^sha256:[0-9a-f]{64}$`
	trustDomain = `^[a-z0-9._-]{1,255}$`
	spiffeID    = `^(\*|spiffe://[a-z0-9._-]{1,255}(/[A-Za-z0-9._-]+)+)$`
	idTemplate  = `^spiffe://([a-z0-9._-]|\{\{[^{}]+\}\})+(/([A-Za-z0-9._-]|\{\{[^{}]+\}\})+)+$`
	duration    = orEmpty + `^([0-9]+(\.[0-9]+)?(h|m|s))+$`
	absolute    = `^(/[A-Za-z0-9._-]+)+$`
	fileName    = `^[A-Za-z0-9._-]+$`
	labelValue  = orEmpty + `^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$`
	callEnv     = `^CALL_[A-Z0-9_]+_ADDRESS$`
	url         = orEmpty + `^https?://[^\s]+$`
	natsURL     = `^(tls|nats)://[^\s]+$`
	quantity    = `^[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+|[KMGTPE]i|[numkMGTPE])?$`
)

// values is the table of the chart's values: those that a service has, and no others.
func values(a answers.Answers) []row {
	return slices.Concat(
		general(a), image(a), scale(a), resources(a), identity(a), listeners(a), peersOf(a),
		telemetry(a), database(a), worker(a), life(), network(a), mesh(a), edge(a), monitoring(a),
		tests(a), pod(), extras(),
	)
}

func general(a answers.Answers) []row {
	return []row{
		text("fullnameOverride", "", releaseName,
			"Name of the objects. Empty: that of the release, with the chart's name unless it holds it.").titled("Names and labels"),
		defined("commonLabels", "labels", owned(a), "Labels of every object and pod, beside the usual ones."),
		defined("commonAnnotations", "annotations", object{}, "Annotations of every object."),
		text("environment", "", labelValue,
			"Where it runs: `deployment.environment.name` of its telemetry, such as `production`."),
	}
}

// owned are the labels that say whose the service is.
func owned(a answers.Answers) object {
	team := Team(a)
	if team == "" {
		return object{}
	}
	return object{{key: "team", value: team}}
}

func image(a answers.Answers) []row {
	withDigest := schema{
		"if":   schema{"properties": schema{"requireDigest": schema{"const": true}}, "required": []string{"requireDigest"}},
		"then": schema{"properties": schema{"digest": schema{"pattern": digest}}, "required": []string{"digest"}},
	}
	return []row{
		section("image", "",
			text("repository", a.Deploy.Image, imageName, "Name of the image, without tag and digest."),
			text("tag", "", imageTag, "Tag, used only as long as there is no digest. Empty: the chart's appVersion."),
			text("digest", "", orEmpty+digest, "Digest, `sha256:…`: what runs is what was built, whoever moves the tag."),
			flag("requireDigest", false, "Refuse a release without a digest, as values-prod.yaml does."),
			choice("pullPolicy", "IfNotPresent", "When the node pulls it.", "IfNotPresent", "Always", "Never"),
			items("pullSecrets", "localReference", list{}, "Secrets for a private registry: `- name: …`."),
		).where(withDigest).titled("Image"),
	}
}

// queued reports whether the service works through a queue, which can be measured.
func queued(a answers.Answers) bool { return a.Serves("worker") && a.Worker.Source != "schedule" }

// repeats reports whether a replica more would do the same work once more, and no other.
func repeats(a answers.Answers) bool {
	return !a.Answering() && a.Serves("worker") && a.Worker.Source == "schedule"
}

func scale(a answers.Answers) []row {
	replicas, most := 2, 10
	note := "Number of pods, as long as nothing scales them."
	if repeats(a) {
		replicas, most = 1, 2
		note += " Each has the schedule for itself: a second one does every job a second time."
	}
	return []row{
		integer("replicas", replicas, 0, 1000, note).titled("Scale and availability"),
		section("autoscaling", "",
			choice("mode", a.Deploy.Autoscale, "What scales it: nothing, a HorizontalPodAutoscaler, or KEDA (which makes one of its own).", "none", "hpa", "keda"),
			integer("minReplicas", replicas, 1, 1000, "Never fewer pods."),
			integer("maxReplicas", most, 1, 1000, "Never more pods."),
			integer("cpuPercent", 70, 1, 500, "Of the CPU that a pod requests, on average; only with hpa."),
			defined("behavior", "scalingBehavior", object{
				{key: "scaleUp", value: object{
					{key: "stabilizationWindowSeconds", value: 0},
					{key: "policies", value: list{object{{key: "type", value: "Percent"}, {key: "value", value: 100}, {key: "periodSeconds", value: 30}}}},
				}},
				{key: "scaleDown", value: object{
					{key: "stabilizationWindowSeconds", value: 300},
					{key: "policies", value: list{object{{key: "type", value: "Percent"}, {key: "value", value: 25}, {key: "periodSeconds", value: 60}}}},
				}},
			}, "How fast: doubled in half a minute, a quarter away in a minute and only after five quiet ones."),
			items("metrics", "openObject", list{}, "More metrics of autoscaling/v2; only with hpa."),
			keda(a),
		),
		defined("strategy", "strategy", object{
			{key: "type", value: "RollingUpdate"},
			{key: "rollingUpdate", value: object{{key: "maxSurge", value: 1}, {key: "maxUnavailable", value: 0}}},
		}, "How a new version replaces the old one: never fewer pods than before."),
		integer("minReadySeconds", 5, 0, 3600, "How long a new pod must be ready before the next one is replaced."),
		integer("revisionHistoryLimit", 5, 0, 100, "Old ReplicaSets that are kept for a rollback."),
		section("podDisruptionBudget", "",
			flag("enabled", true, "Keep pods while nodes are drained; made only where there can be more than one. A pod that is not ready never holds up a drain."),
			defined("maxUnavailable", "intOrPercent", 1, "How many pods may be away at once, or a share such as `25%`."),
		),
		section("topologySpread", "",
			flag("enabled", true, "Spread the pods of each version over zones and nodes."),
			choice("whenUnsatisfiable", "ScheduleAnyway", "What if they cannot be: run them anyway, or leave them pending.", "ScheduleAnyway", "DoNotSchedule"),
			items("constraints", "openObject", list{}, "Constraints in place of these two; labelSelector is that of the pods unless given."),
		),
	}
}

// keda is the section of KEDA, whose trigger follows from where the work comes from.
func keda(a answers.Answers) row {
	triggers, fallback, or := list{cpuTrigger()}, object{}, list{cronTrigger()}
	doc := "Triggers as KEDA writes them. There is no queue that could be measured."
	switch metered := a.Telemetry.HasMetrics(); {
	case queued(a) && metered:
		triggers, or = list{lagTrigger(a)}, list{queueTrigger(a)}
		doc = "Triggers as KEDA writes them: jobs that wait, for each pod. The service counts them itself (`worker.lag`), so KEDA needs no way to the queue, and nothing scales to zero."
	case queued(a):
		triggers, or = list{queueTrigger(a)}, nil
		doc = "Triggers as KEDA writes them: jobs that wait, for each pod. KEDA needs a way to the queue, because the service has no metrics."
	}
	if queued(a) {
		fallback = object{{key: "failureThreshold", value: 4}, {key: "replicas", value: 3}}
		if a.Answering() {
			triggers = append(triggers, cpuTrigger())
		}
	}
	return section("keda", "",
		integer("pollingInterval", 15, 1, 3600, "Seconds between two looks at the triggers."),
		integer("cooldownPeriod", 300, 0, 86400, "Seconds from the last activity to the minimum."),
		defined("fallback", "kedaFallback", fallback, "Pods while the metrics cannot be read; not for triggers on CPU or memory alone."),
		items("triggers", "kedaTrigger", triggers, doc).orElse(lines(or)),
	)
}

// trigger is one of KEDA's; all its metadata are texts.
func trigger(kind, metric string, metadata ...field) object {
	t := object{{key: "type", value: kind}}
	if metric != "" {
		t = append(t, field{key: "metricType", value: metric})
	}
	return append(t, field{key: "metadata", value: object(metadata)})
}

func cpuTrigger() object {
	return trigger("cpu", "Utilization", field{key: "containerName", value: "app"}, field{key: "value", value: "70"})
}

func cronTrigger() object {
	return trigger("cron", "", field{key: "timezone", value: "Etc/UTC"}, field{key: "start", value: "0 7 * * *"},
		field{key: "end", value: "0 19 * * *"}, field{key: "desiredReplicas", value: "4"})
}

// lagTrigger asks Prometheus for what the service says of its queue; the address is the one that
// Prometheus' operator gives it.
func lagTrigger(a answers.Answers) object {
	return trigger("prometheus", "AverageValue",
		field{key: "serverAddress", value: "http://prometheus-operated.monitoring.svc:9090"},
		field{key: "query", value: fmt.Sprintf(`max(worker_lag{job=~"(.*/)?%s"})`, a.Name)},
		field{key: "threshold", value: "20"},
		field{key: "ignoreNullValues", value: "false"})
}

// queueTrigger asks the queue itself, which KEDA must then reach.
func queueTrigger(a answers.Answers) object {
	if a.Worker.Source == "nats" {
		return trigger("nats-jetstream", "AverageValue",
			field{key: "natsServerMonitoringEndpoint", value: hostOf(a.Worker.Broker.Address) + ":8222"},
			field{key: "account", value: "$G"},
			field{key: "stream", value: a.Name},
			field{key: "consumer", value: "worker"},
			field{key: "lagThreshold", value: "20"})
	}
	return append(trigger("postgresql", "AverageValue",
		field{key: "query", value: "SELECT count(*) FROM jobs WHERE dead_at IS NULL AND run_at <= now()"},
		field{key: "targetQueryValue", value: "20"}),
		field{key: "authenticationRef", value: object{{key: "name", value: a.Name + "-keda"}}})
}

func hostOf(address string) string { return address[:strings.LastIndexByte(address, ':')] }

func resources(answers.Answers) []row {
	return []row{
		defined("resources", "resources", object{
			{key: "requests", value: object{{key: "cpu", value: "100m"}, {key: "memory", value: "128Mi"}, {key: "ephemeral-storage", value: "64Mi"}}},
			{key: "limits", value: object{{key: "memory", value: "256Mi"}, {key: "ephemeral-storage", value: "1Gi"}}},
		}, "What a pod gets. No limit for CPU: it would slow the service down while the node is idle; the request says who gets how much when it is not.").titled("Resources"),
		integer("goMemLimitPercent", 90, 0, 100, "Share of the memory limit that Go's runtime aims to stay below (GOMEMLIMIT); 0 sets nothing."),
	}
}

func identity(a answers.Answers) []row {
	id, account := identityTemplate(a)
	mode, note := "csi", ""
	if a.Allows("hostpath") {
		mode, note = "hostPath", " hostPath breaks Pod Security restricted, and whoever may use it can mount any folder of the node."
	}
	return []row{
		section("identity", "",
			flag("enabled", true, "Register its SPIFFE ID, as a ClusterSPIFFEID of SPIRE's controller manager. Off: somebody else does."),
			text("trustDomain", a.Identity.TrustDomain, trustDomain, "Trust domain; the cluster's SPIRE decides what it is, so the two must agree."),
			text("className", ControllerClass, anyText,
				"Which controller manager registers it: NAMESPACE-RELEASE of SPIRE's chart. A wrong one is not an error: nobody looks at the object, and the pods wait for an SVID in vain."),
			text("template", id, idTemplate,
				"SPIFFE ID, filled in by SPIRE and not by Helm. The service accepts its own ID alone, so a change here needs one in its code."),
			text("ttl", "", duration, "Life of an X.509-SVID, such as `1h`. Empty: SPIRE's default."),
			text("jwtTtl", "", duration, "Life of a JWT-SVID. Empty: SPIRE's default."),
			row{key: "federatesWith", doc: "Other trust domains whose bundles it gets.", is: listOf(schema{"type": "string", "pattern": trustDomain}), def: texts(a.Identity.Federates)},
		).titled("Identity"),
		section("serviceAccount", "",
			flag("create", true, "Make it. A second release in the namespace shares the identity: it sets this to false."),
			text("name", account, dnsName, "Its name, the last part of the SPIFFE ID; so it does not follow from the release."),
			defined("annotations", "annotations", object{}, "Its annotations."),
		),
		section("workloadApi", "",
			choice("mode", mode, "How the socket of the Workload API gets into the pod: by the SPIFFE CSI driver, from a folder of the node, or by a mutating policy that looks for the annotation `workload-api.spiffe.io/inject`."+note, "csi", "hostPath", "injected"),
			text("driver", "csi.spiffe.io", dnsName, "Name of the CSI driver; only with csi."),
			text("mountPath", "/spiffe-workload-api", absolute, "Folder in the pod. The folder is mounted and never the socket, which is another after each restart of the agent."),
			text("socketName", "spire-agent.sock", fileName, "Name of the socket in it."),
			text("hostPath", "/run/spire/agent-sockets", absolute, "Folder on the node; only with hostPath."),
		),
	}
}

var isDNSName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(dnsName) })

// identityTemplate returns the SPIFFE ID as SPIRE's controller manager fills it in, and the
// name of the ServiceAccount. An ID that follows from neither namespace nor account is literal. So
// is that of the account "default", which every other pod of the namespace has: this service has
// one of its own all the same.
func identityTemplate(a answers.Answers) (id, account string) {
	own := "spiffe://" + a.Identity.TrustDomain + a.Identity.Path
	p, ok := a.Identity.PlaceOf(own)
	if !ok || p.Name == "default" || !isDNSName().MatchString(p.Name) {
		return own, a.Name
	}
	if p.Namespace != a.Deploy.Namespace {
		return own, p.Name
	}
	return "spiffe://{{ .TrustDomain }}/ns/{{ .PodMeta.Namespace }}/sa/{{ .PodSpec.ServiceAccountName }}", p.Name
}

func texts(items []string) list {
	l := list{}
	for _, s := range items {
		l = append(l, s)
	}
	return l
}

func listeners(a answers.Answers) []row {
	listener := func(key string, port int, doc string, more ...row) row {
		return section(key, "", append([]row{integer("port", port, 1024, 65535, doc)}, more...)...)
	}
	rows := slices.Concat(
		when(a.Serves("http"), listener("http", 8443, "HTTP over mutual TLS.")),
		when(a.Serves("grpc"), listener("grpc", 9443, "gRPC over mutual TLS.")),
		when(a.Public(), listener("public", 8444, "HTTP for the web, with a certificate of the web's own PKI.")),
		when(true, listener("probe", 8081, "Probes, without TLS and without data: the kubelet has no SVID.")),
		when(a.Telemetry.Prometheus, listener("metrics", 9090, "Metrics for Prometheus, without TLS; the NetworkPolicy says who reads them.")),
	)
	all := []row{section("listeners", "", rows...).titled("Listeners, and how they are reached")}
	if a.Answering() || a.Telemetry.Prometheus {
		all = append(all, section("service", "",
			defined("annotations", "annotations", object{}, "Annotations of the Services. Their ports are those of the listeners: a NetworkPolicy sees the pod's port."),
			choice("ipFamilyPolicy", "", "Empty: the cluster's default.", "", "SingleStack", "PreferDualStack", "RequireDualStack"),
			row{key: "ipFamilies", doc: "IP families, the first being the main one.", is: listOf(schema{"enum": []string{"IPv4", "IPv6"}}), def: list{}},
			choice("trafficDistribution", "", "`PreferClose` keeps calls in their zone, as long as there are pods; empty spreads them evenly.", "", "PreferClose", "PreferSameZone", "PreferSameNode"),
		))
	}
	if a.Public() {
		all = append(all, section("public", "",
			row{key: "certificateSecret", doc: "Secret of type kubernetes.io/tls with the web's certificate, such as cert-manager keeps. It is read anew when it changes.", is: schema{"type": "string", "pattern": dnsName}, def: a.Name + "-public-tls"},
			choice("serviceType", "ClusterIP", "Type of the Service for the web. What is before it must not end TLS.", "ClusterIP", "NodePort", "LoadBalancer"),
			integer("servicePort", 443, 1, 65535, "Port of that Service."),
			defined("annotations", "annotations", object{}, "Its annotations, for the cloud's load balancer."),
			text("loadBalancerClass", "", anyText, "Its class; empty: the cluster's default."),
			row{key: "loadBalancerSourceRanges", doc: "Who may reach the load balancer; empty: everybody.", is: listOf(ref("cidr")), def: list{}},
		))
	}
	return all
}

func peersOf(a answers.Answers) []row {
	calls := list{}
	for _, c := range a.Calls {
		calls = append(calls, object{
			{key: "name", value: c.Name},
			{key: "env", value: "CALL_" + names.Env(c.Name) + "_ADDRESS"},
			{key: "address", value: c.Address},
			{key: "id", value: c.ID},
			{key: "port", value: port(c.Address)},
			{key: "peers", value: workload(a, c.ID, c.Address), note: unknown(a, c.ID, c.Address)},
		})
	}
	callers := list{}
	if a.Allows("any-caller") {
		callers = append(callers, object{
			{key: "id", value: "*"},
			{key: "peers", value: list{object{{key: "namespaceSelector", value: object{}}}}},
		})
	}
	for _, id := range a.Identity.Callers {
		callers = append(callers, object{
			{key: "id", value: id},
			{key: "peers", value: workload(a, id, ""), note: unknown(a, id, "")},
		})
	}
	both := slices.Concat(
		when(true, items("calls", "call", calls, "Whom it calls. `address` becomes the variable `env`; `port` and `peers` (NetworkPolicyPeers) open the way: the pods' port, not the Service's. Without peers nothing is opened.")),
		when(a.Answering(), items("callers", "caller", callers, "Who reaches the listeners with mutual TLS. This opens the network; who may do what stands in internal/api/access.go. Without peers nothing is opened.")),
	)
	both[0] = both[0].titled("Whom it calls and who calls it")
	return both
}

// unknown says why there are no peers.
func unknown(a answers.Answers, id, address string) string {
	if len(workload(a, id, address)) > 0 {
		return ""
	}
	if id == "" {
		return "Where " + address + " runs cannot be told: name it, or an ipBlock."
	}
	return "Where it runs does not follow from its ID: name its pods, or an ipBlock for another cluster."
}

func telemetry(a answers.Answers) []row {
	c := a.Telemetry.Collector
	endpoint := "URL of another collector, such as `https://collector.example:4317`; it must prove the same identity. Empty: " + c.Address + "."
	if answers.IsLoopback(c.Address) {
		endpoint = "URL of another collector on loopback. Empty: " + c.Address + ", a collector in the same pod (deploy/collector/sidecar-values.yaml): plaintext goes no further."
	}
	has := func(signal string) bool { return slices.Contains(a.Telemetry.Signals, signal) }
	queues := slices.Concat(
		when(has("traces"), integer("traces", 8192, 64, 1<<20, "Spans, 2 kB each (OTEL_BSP_MAX_QUEUE_SIZE).")),
		when(has("logs"), integer("logs", 4096, 64, 1<<20, "Log records (OTEL_BLRP_MAX_QUEUE_SIZE).")),
	)
	rows := slices.Concat(
		when(true, text("endpoint", "", url, endpoint)),
		when(has("traces"), row{key: "sampling", doc: "Share of the traces that begin here and are kept, from 0 to 1; a caller of the own trust domain decides for the traces that it brings.", is: schema{"type": "number", "minimum": 0, "maximum": 1}, def: a.Telemetry.Sampling}),
		when(len(queues) > 0, section("queueSize", "", queues...)),
		when(has("metrics"), integer("metricInterval", 60, 1, 3600, "Seconds between two exports of metrics.")),
		when(true, defined("resourceAttributes", "labels", object{}, "More attributes of all telemetry, such as `k8s.cluster.name`. Pod, node, namespace and environment are there.")),
	)
	if c.TLS == "system" {
		rows = append(rows, section("headersSecret", "",
			text("name", "", orEmpty+dnsName, "Secret with the headers for the collector, such as `api-key=…`; empty: none."),
			text("key", "headers", fileName, "Key in it.")))
	}
	if !answers.IsLoopback(c.Address) {
		doc := "Where it runs (NetworkPolicyPeers). Without peers nothing is opened."
		rows = append(rows, section("collector", "",
			integer("port", port(c.Address), 1, 65535, "Port of its pods."),
			items("peers", "peer", workload(a, c.ID, c.Address), strings.TrimSpace(doc+" "+unknown(a, c.ID, c.Address)))))
	}
	return []row{
		section("telemetry", "", rows...).titled("Telemetry"),
		choice("logLevel", "info", "Least level of the log on stdout.", "debug", "info", "warn", "error"),
	}
}

func database(a answers.Answers) []row {
	if a.Store == "none" {
		return nil
	}
	return []row{section("database", "",
		section("urlSecret", "",
			text("name", a.Name+"-database", dnsName, "Secret that exists already and holds the URL of PostgreSQL, with sslmode=verify-full. It is mounted as a file and read for each new connection, so a new password needs no restart."),
			text("key", "url", fileName, "Key in it."),
		),
		text("caConfigMap", "", orEmpty+dnsName, "ConfigMap whose `ca.crt` signs the database's certificate, for `sslrootcert=/var/run/database-ca/ca.crt` in the URL; empty: the system's roots."),
		integer("port", 5432, 1, 65535, "Port of the database."),
		items("peers", "peer", list{}, "Where it runs (NetworkPolicyPeers). Only the Secret knows, so nothing is opened before you name it.").orElse(`- namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: databases}}
  podSelector: {matchLabels: {cnpg.io/cluster: main}}
- ipBlock: {cidr: 10.20.0.0/24}
`),
		section("migrate", "",
			flag("enabled", true, "Bring the schema up to date before each release, by a Job of the new image. A release must work with the schema of the one before."),
			integer("activeDeadlineSeconds", 600, 1, 86400, "How long it may take."),
			integer("backoffLimit", 3, 0, 20, "How often it is tried again."),
			defined("resources", "resources", object{
				{key: "requests", value: object{{key: "cpu", value: "50m"}, {key: "memory", value: "64Mi"}, {key: "ephemeral-storage", value: "16Mi"}}},
				{key: "limits", value: object{{key: "memory", value: "128Mi"}, {key: "ephemeral-storage", value: "64Mi"}}},
			}, "What its pod gets."),
		),
	).titled("Database")}
}

func worker(a answers.Answers) []row {
	if !a.Serves("worker") {
		return nil
	}
	if a.Worker.Source == "schedule" {
		return []row{section("worker", "",
			text("schedule", "*/5 * * * *", anyText, "When the job is due, in UTC: minute, hour, day of month, month, day of week. Each pod has the schedule for itself."),
		).titled("Work")}
	}
	rows := []row{integer("concurrency", 4, 1, 1000, "Jobs that a pod does at once.")}
	if b := a.Worker.Broker; a.Worker.Source == "nats" {
		rows = append(rows, section("broker", "",
			text("url", "tls://"+b.Address, natsURL, "URL of NATS; it must prove to be "+b.ID+"."),
			integer("port", port(b.Address), 1, 65535, "Port of its pods."),
			items("peers", "peer", workload(a, b.ID, b.Address), strings.TrimSpace("Where it runs (NetworkPolicyPeers). Without peers nothing is opened. "+unknown(a, b.ID, b.Address)))))
	}
	return []row{section("worker", "", rows...).titled("Work")}
}

func life() []row {
	probe := func(key, doc string, period, timeout, failures int) row {
		return section(key, "",
			integer("periodSeconds", period, 1, 300, doc),
			integer("timeoutSeconds", timeout, 1, 60, "Time for an answer."),
			integer("failureThreshold", failures, 1, 100, "Failures in a row that count."))
	}
	return []row{
		section("shutdown", "",
			integer("lameDuckSeconds", 5, 0, 600, "From SIGTERM to the drain, while balancers notice that the pod is not ready; longer than the period of the readiness probe."),
			integer("drainSeconds", 15, 1, 3600, "For what is in flight."),
			integer("telemetrySeconds", 2, 1, 60, "For the last of the telemetry. The pod's grace period is the sum of the three and 5 seconds more."),
		).titled("Start, health and end"),
		section("probes", "",
			probe("startup", "Time between two questions. The service waits up to 30 seconds for its first SVID; all failures together must take longer.", 2, 2, 30),
			probe("liveness", "Time between two questions. No outage of what it depends on makes it fail.", 10, 5, 3),
			probe("readiness", "Time between two questions. Not ready: no SVID that is good, or something it needs is away.", 3, 2, 2)),
	}
}

func network(a answers.Answers) []row {
	rows := slices.Concat(
		when(true, flag("enabled", true, "Deny all traffic of its pods, then allow what stands here and under calls, callers, telemetry, database and worker. The CSI socket is no network.")),
		when(true, section("dns", "",
			integer("port", 53, 1, 65535, "Port of the DNS pods (OpenShift: 5353)."),
			items("peers", "peer", list{object{
				{key: "namespaceSelector", value: labels("kubernetes.io/metadata.name", "kube-system")},
				{key: "podSelector", value: labels("k8s-app", "kube-dns")},
			}}, "Where DNS runs.").orElse("- ipBlock: {cidr: 169.254.20.10/32} # NodeLocal DNSCache\n"))),
		when(true, section("probes", "",
			items("peers", "peer", list{}, "Who else may reach the probes. Nearly every network plugin lets the kubelet of the own node through always; for one that does not, name the nodes as ipBlock."))),
		when(a.Telemetry.Prometheus, section("monitoring", "",
			items("peers", "peer", list{namespace("monitoring")}, "Who may read the metrics."))),
		when(a.Public(), section("public", "",
			items("peers", "peer", list{
				object{{key: "ipBlock", value: object{{key: "cidr", value: "0.0.0.0/0"}}}},
				object{{key: "ipBlock", value: object{{key: "cidr", value: "::/0"}}}},
			}, "Who may reach the public listener: the web."))),
		when(true, items("extraIngress", "ingressRule", list{}, "More rules for what comes in, as in a NetworkPolicy.")),
		when(true, items("extraEgress", "egressRule", list{}, "More rules for what goes out.")),
	)
	return []row{section("networkPolicy", "", rows...).titled("Network")}
}

func mesh(answers.Answers) []row {
	return []row{section("mesh", "",
		choice("kind", "none", "Service mesh of the cluster. Its mutual TLS around that of the service would hide the caller.", "none", "istio", "linkerd"),
		choice("mode", "out", "Keep its proxy out of the pods, or have it and exclude the ports with mutual TLS of their own, in and out (Istio's ambient mode cannot exclude ports: there the pod is kept out).", "out", "exclude"),
	)}
}

func monitoring(a answers.Answers) []row {
	scrape := func(key string, enabled bool, doc string) row {
		return section(key, "",
			flag("enabled", enabled, doc),
			text("interval", "30s", duration, "How often."),
			text("scrapeTimeout", "10s", duration, "For one scrape."),
			defined("labels", "labels", object{}, "Labels by which Prometheus finds it, such as `release: kube-prometheus-stack`."))
	}
	rows := slices.Concat(
		when(a.Telemetry.Prometheus,
			scrape("serviceMonitor", true, "Have the Prometheus operator scrape the Service."),
			scrape("podMonitor", false, "Have it scrape the pods instead.")),
		when(true, section("rules", "",
			flag("enabled", true, "Alerts, as a PrometheusRule; each alert links to its section of docs/runbook.md."),
			defined("labels", "labels", object{}, "Labels by which Prometheus finds it."),
			text("runbookUrl", "", url, "Where the runbook can be read, such as `https://wiki.example/<name>/runbook.md`. Empty: as files/alerts.yaml has it."))),
		when(a.Telemetry.HasMetrics(), section("dashboard", "",
			flag("enabled", true, "A dashboard for Grafana, as a ConfigMap."),
			defined("labels", "labels", object{{key: "grafana_dashboard", value: "1"}}, "Labels by which Grafana's sidecar finds it."),
			defined("annotations", "annotations", object{}, "Its annotations, such as `grafana_folder`."))),
	)
	doubled := schema{}
	if a.Telemetry.Prometheus {
		doubled = schema{
			"if":   schema{"properties": schema{"serviceMonitor": schema{"properties": schema{"enabled": schema{"const": true}}}}},
			"then": schema{"properties": schema{"podMonitor": schema{"properties": schema{"enabled": schema{"const": false}}}}},
		}
	}
	return []row{section("monitoring", "", rows...).where(doubled).titled("Monitors, rules, dashboard (made where the cluster knows their kind)")}
}

func edge(a answers.Answers) []row {
	if !a.Answering() {
		return nil
	}
	listener := "http"
	if !a.Serves("http") {
		listener = "grpc"
	}
	choices := slices.Concat(slicesIf(a.Serves("http"), "http"), slicesIf(a.Serves("grpc"), "grpc"), slicesIf(a.Public(), "public"))
	return []row{section("route", "",
		flag("enabled", false, "Reach it from outside the cluster, by a TLSRoute of the Gateway API. An HTTPRoute would end TLS at the gateway, and with it the caller's identity. The listener of the gateway needs `tls.mode: Passthrough`."),
		choice("apiVersion", "gateway.networking.k8s.io/v1", "Of TLSRoute: v1 since Gateway API 1.5.", "gateway.networking.k8s.io/v1", "gateway.networking.k8s.io/v1alpha3", "gateway.networking.k8s.io/v1alpha2"),
		choice("listener", listener, "Which listener it leads to.", choices...),
		items("parentRefs", "openObject", list{}, "Gateways: `- name: …`, with namespace and sectionName."),
		row{key: "hostnames", doc: "Names that clients send in the TLS handshake (SNI).", is: listOf(schema{"type": "string", "pattern": `^(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?$`}), def: list{}},
		items("canaries", "canary", list{}, "Other Services that take a share, `- name: …` with `weight`. It splits connections and not requests: one client stays with one version as long as its connection lives."),
		integer("weight", 100, 0, 1000000, "Share of this release beside them."),
		items("peers", "peer", list{}, "Where the gateway's pods run, for the NetworkPolicy; without peers nothing is opened."),
	).titled("From outside the cluster")}
}

func slicesIf(chosen bool, s string) []string {
	if !chosen {
		return nil
	}
	return []string{s}
}

func tests(a answers.Answers) []row {
	if !a.Answering() {
		return nil
	}
	return []row{section("tests", "",
		flag("enabled", true, "Have `helm test` call the service over mutual TLS, from a pod with an identity of its own."),
		flag("allowed", a.Allows("any-caller"), "What it expects: to be let in (`/ns/<namespace>/sa/<name>-test` has a rule in internal/api/access.go), or else to be refused by a service that has proved its identity."),
	).titled("Tests")}
}

func pod() []row {
	return []row{
		defined("podLabels", "labels", object{}, "More labels of its pods.").titled("Pods"),
		defined("podAnnotations", "annotations", object{}, "More annotations of its pods."),
		defined("nodeSelector", "labels", object{}, "Nodes that it runs on."),
		defined("affinity", "affinity", object{}, "Affinities; the spread over zones and nodes is above."),
		items("tolerations", "toleration", list{}, "Taints that it tolerates."),
		text("priorityClassName", "", orEmpty+dnsName, "Who has to go first when a node is full."),
		text("runtimeClassName", "", orEmpty+dnsName, "Another runtime, such as gVisor's."),
		text("schedulerName", "", orEmpty+dnsName, "Another scheduler."),
		flag("hostUsers", true, "`false` gives each pod user IDs of its own, so that root in it is nobody on the node; needs Kubernetes 1.33 and nodes that can map them."),
		integer("runAsUser", 65532, 1, 4294967294, "User of the process; `null` has OpenShift choose. That it is not root, gets no privileges and sees a read-only root is fixed.").optional(),
		integer("runAsGroup", 65532, 1, 4294967294, "Its group, and that of its Secrets' files.").optional(),
		section("seccompProfile", "",
			choice("type", "RuntimeDefault", "System calls that it may make: those of the runtime's profile, or of one on the node.", "RuntimeDefault", "Localhost"),
			text("localhostProfile", "", anyText, "Path of the profile below the kubelet's seccomp folder; only with Localhost."),
		),
		choice("dnsPolicy", "ClusterFirst", "Where names are looked up.", "ClusterFirst", "Default", "None"),
		defined("dnsConfig", "dnsConfig", object{}, "More of it, such as `options: [{name: ndots, value: \"2\"}]`."),
		items("hostAliases", "hostAlias", list{}, "Names that no DNS knows: `- ip: …` with `hostnames`."),
	}
}

func extras() []row {
	return []row{
		items("extraEnv", "env", list{}, "More variables. One that the chart sets itself is an error: use its value.").titled("Anything else"),
		items("extraEnvFrom", "envFrom", list{}, "Variables from ConfigMaps and Secrets; those of the chart win."),
		items("extraVolumes", "named", list{}, "More volumes."),
		items("extraVolumeMounts", "volumeMount", list{}, "Their mounts in the service's container."),
		items("extraContainers", "named", list{}, "More containers; each needs a restricted securityContext of its own."),
		items("extraInitContainers", "named", list{}, "More init containers; with `restartPolicy: Always` they are sidecars."),
		{key: "extraObjects", doc: "More objects, as mappings or as text; Helm fills them in as it does a template.", is: listOf(schema{"type": []string{"object", "string"}}), def: list{}},
	}
}
