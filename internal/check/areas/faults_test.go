package areas

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/mintwright/mintwright/internal/check"
	"github.com/mintwright/mintwright/internal/check/checktest"
)

// The files that faults are put into.
const (
	helpers    = "deploy/chart/templates/_helpers.tpl"
	deployment = "deploy/chart/templates/deployment.yaml"
	identity   = "deploy/chart/templates/clusterspiffeid.yaml"
	network    = "deploy/chart/templates/networkpolicy.yaml"
	service    = "deploy/chart/templates/service.yaml"
	disruption = "deploy/chart/templates/poddisruptionbudget.yaml"
	scaled     = "deploy/chart/templates/scaledobject.yaml"
	tester     = "deploy/chart/templates/tests/mtls.yaml"
	values     = "deploy/chart/values.yaml"
	production = "deploy/chart/values-prod.yaml"
	about      = "deploy/chart/Chart.yaml"
	alerts     = "deploy/chart/files/alerts.yaml"
	binding    = "deploy/policy/vap/bindings.yaml"
	admission  = "deploy/policy/vap/image-digest.yaml"
	argocd     = "deploy/argocd/application.yaml"
	spire      = "deploy/spire/values.yaml"
	dockerfile = "Dockerfile"
	ci         = ".github/workflows/ci.yml"
	build      = ".github/workflows/build.yml"
)

// faults are deliberate ones in what gen emits: a text that is replaced, once, and the rule that has
// to see it.
func faults() []fault {
	return []fault{
		// What keeps a pod in its place.
		{"a container that may be root", helpers, "readOnlyRootFilesystem: true\nrunAsNonRoot: true", "readOnlyRootFilesystem: true\nrunAsNonRoot: false", "cluster.pod-security"},
		{"privileges that may grow", helpers, "allowPrivilegeEscalation: false\n", "", "cluster.pod-security"},
		{"capabilities that stay", helpers, "  drop:\n    - ALL\n", "  drop: []\n", "cluster.pod-security"},
		{"a privileged container", helpers, "privileged: false", "privileged: true", "cluster.pod-security"},
		{"no seccomp profile", helpers, "seccompProfile:\n  type: {{ .Values.seccompProfile.type | quote }}", "seccompProfile:\n  type: Unconfined", "cluster.pod-security"},
		{"a namespace of the node", helpers, "enableServiceLinks: false", "enableServiceLinks: false\nhostNetwork: true", "cluster.pod-security"},
		{"a file system that is written to", helpers, "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false", "cluster.read-only"},
		{"a token of the API", helpers, "automountServiceAccountToken: false\n", "", "cluster.token"},
		{"no security context at all", deployment, "          securityContext:\n            {{- include \"service.securityContext\" . | nindent 12 }}\n", "", "cluster.pod-security"},
		{"a test without one", tester, "include \"service.securityContext\" $ | nindent 8", "dict | toYaml | nindent 8", "cluster.pod-security"},
		{"no resources", values, "  limits:\n    memory: \"256Mi\"\n", "  limits:\n", "cluster.resources"},

		// How it gets its identity.
		{"a socket that is mounted to be written", helpers, "mountPath: {{ .Values.workloadApi.mountPath | quote }}\n  readOnly: true", "mountPath: {{ .Values.workloadApi.mountPath | quote }}", "cluster.workload-api"},
		{"a socket elsewhere", helpers, "unix://%s/%s", "unix:///run%s/%s", "cluster.workload-api"},
		{"a volume of the node", helpers, "  csi:\n    driver: {{ .Values.workloadApi.driver | quote }}\n    readOnly: true", "  hostPath:\n    path: /run/spire\n", "cluster.pod-security"},
		{"braces that are not escaped", values, `template: "spiffe://{{ .TrustDomain }}/ns/`, `template: "spiffe://{{ .TrustDomain }/ns/`, "cluster.identity"},
		{"an identity without its namespace", values, "/ns/{{ .PodMeta.Namespace }}/sa/", "/sa/", "cluster.identity"},
		{"an identity for other pods", identity, "podSelector:\n    matchLabels:\n      {{- include \"service.selectorLabels\" (list $ $component) | nindent 6 }}", "podSelector:\n    matchLabels:\n      app: x", "cluster.identity"},
		{"no class", identity, "  className: {{ . | quote }}\n", "", "cluster.identity"},
		{"another trust domain", values, "trustDomain: acme.example", "trustDomain: acme.exmaple", "versions.trust-domain"},
		{"SPIRE of another class", spire, "className:", "className: other #", "versions.spire"},

		// Who reaches whom.
		{"a wrong port for a call", values, "port: 9443\n    peers", "port: 9444\n    peers", "cluster.network-call"},
		{"no way to whom it calls", helpers, "{{- range .Values.calls }}\n{{- $ports", "{{- range list }}\n{{- $ports", "cluster.network-call"},
		{"a call to another namespace", values, "kubernetes.io/metadata.name: ledger", "kubernetes.io/metadata.name: leger", "versions.peers"},
		{"no way for callers", helpers, "{{- range .Values.callers }}", "{{- range list }}", "cluster.network-caller"},
		{"a caller of another namespace", values, "callers:\n  - id: \"spiffe://acme.example/ns/shop/sa/checkout\"\n    peers:\n      - namespaceSelector:\n          matchLabels:\n            kubernetes.io/metadata.name: shop", "callers:\n  - id: \"spiffe://acme.example/ns/shop/sa/checkout\"\n    peers:\n      - namespaceSelector:\n          matchLabels:\n            kubernetes.io/metadata.name: shopp", "versions.peers"},
		{"no way to the collector", helpers, "(include \"service.rule\" (list \"to\" .peers (list (dict \"protocol\" \"TCP\" \"port\" (int .port))) \"The collector\"))", "\"\"", "cluster.network-backend"},
		{"no way to DNS", helpers, "$rules := list (include \"service.dnsRule\" .)", "$rules := list", "cluster.network-backend"},
		{"everything may go out", network, "    - Egress\n  {{- with include \"service.ingressRules\" $ }}", "  {{- with include \"service.ingressRules\" $ }}", "cluster.network"},
		{"anyone may come in", helpers, "- {{ index . 0 }}:\n    {{- toYaml (index . 1) | nindent 4 }}\n  ports:", "- ports:", "cluster.network"},
		{"a policy for nobody", network, "      {{- include \"service.selectorLabels\" (list $ $component) | nindent 6 }}", "      app: x", "cluster.network"},

		// That it runs well.
		{"a probe on the port of TLS", deployment, "port: probe", "port: tls-http", "cluster.probes"},
		{"no readiness probe", deployment, `"liveness" "/livez" "readiness" "/readyz"`, `"liveness" "/livez"`, "cluster.probes"},
		{"a port that nothing listens on", service, "targetPort: {{ include \"service.portName\" $name }}", "targetPort: http", "cluster.ports"},
		{"a kill before the end", helpers, "{{- add (int .Values.shutdown.lameDuckSeconds) (int .Values.shutdown.drainSeconds) (int .Values.shutdown.telemetrySeconds) 5 }}", "10", "cluster.grace-period"},
		{"a budget of nothing", disruption, "maxUnavailable: {{ .Values.podDisruptionBudget.maxUnavailable | toJson }}", "maxUnavailable: 0", "cluster.availability"},
		{"an autoscaler that finds nobody", scaled, "name: {{ include \"service.fullname\" $ | quote }}\n  polling", "name: other\n  polling", "cluster.scaling"},
		{"two that set the number of pods", deployment, "{{- if eq .Values.autoscaling.mode \"none\" }}", "{{- if true }}", "cluster.scaling"},
		{"a selector of another component", deployment, "include \"service.selectorLabels\" (list . $component) | nindent 6", "include \"service.selectorLabels\" (list . \"other\") | nindent 6", "cluster.selectors"},
		{"a variable that is there twice", helpers, "(dict \"name\" \"K8S_POD_UID\"", "(dict \"name\" \"K8S_POD_NAME\"", "cluster.duplicate"},
		{"a label without its quotes", helpers, "app.kubernetes.io/name: {{ (index . 0).Chart.Name | quote }}", "app.kubernetes.io/name: 1e3", "cluster.text"},
		{"an alert without its section", alerts, "runbook_url:", "runbook:", "cluster.alerts"},
		{"a template that does not parse", deployment, "{{- $component := include", "{{- $component = include", "cluster.broken"},
		{"a value that is misspelt", values, "logLevel: info", "loglevel: info", "cluster.values"},

		// What runs is what was built.
		{"production without a digest", production, "requireDigest: true", "requireDigest: false", "cluster.image"},
		{"an image that is the latest", values, `tag: ""`, `tag: "latest"`, "cluster.image"},
		{"another image", values, "repository: ghcr.io/acme/payments", "repository: ghcr.io/acme/payment", "versions.image"},
		{"a range of charts", argocd, `targetRevision: "sha256:`, `targetRevision: ">=1" # `, "cluster.gitops"},
		{"a chart from elsewhere", argocd, `repoURL: "oci://ghcr.io/acme/`, `repoURL: "oci://ghcr.io/acne/`, "versions.chart-place"},
		{"another namespace", argocd, "    namespace: \"shop\"", "    namespace: \"shopp\"", "cluster.gitops"},
		{"a chart of another name", about, "name: \"payments\"", "name: \"payment\"", "versions.chart-name"},
		{"a Kubernetes that the chart refuses", about, `kubeVersion: ">=1.31.0-0"`, `kubeVersion: ">=1.99.0-0"`, "versions.kubernetes"},

		// What the cluster refuses.
		{"a policy that only audits", binding, "validationActions: [Deny, Audit]", "validationActions: [Audit]", "cluster.admission"},
		{"a policy that nothing binds", admission, `name: "image-digest.payments.shop"`, `name: "image.payments.shop"`, "cluster.admission"},
		{"a policy that fails open", admission, "failurePolicy: Fail", "failurePolicy: Ignore", "cluster.admission"},
		{"a policy of elsewhere", binding, "kubernetes.io/metadata.name: \"shop\"", "kubernetes.io/metadata.name: \"shopp\"", "versions.namespace"},
		{"a namespace that lets all in", "deploy/namespace.yaml", `pod-security.kubernetes.io/enforce: "restricted"`, `pod-security.kubernetes.io/enforce: "privileged"`, "cluster.namespace"},
		{"a namespace without a version", "deploy/namespace.yaml", "pod-security.kubernetes.io/enforce-version:", "pod-security.kubernetes.io/enforce-versions:", "cluster.namespace"},

		// How the image is built.
		{"an image that runs as root", dockerfile, "USER 65532:65532\n", "", "image.user"},
		{"an image with a shell", dockerfile, "gcr.io/distroless/static-debian13:nonroot", "debian:13", "image.shell"},
		{"a program that a shell starts", dockerfile, `ENTRYPOINT ["/app/payments"]`, "ENTRYPOINT /app/payments", "image.entrypoint"},
		{"a base that is the latest", dockerfile, "golang:1.26", "golang:latest", "image.base-tag"},
		{"another Go", dockerfile, "golang:1.26", "golang:1.25", "image.go-version"},
		{"a path of the builder in the program", dockerfile, "-trimpath ", "", "image.trimpath"},
		{"a package that is not there", dockerfile, "/internal/ops.version", "/v3/internal/ops.version", ""}, // a package like any other: silent
		{"another module", dockerfile, "example.com/acme/payments/v2/internal/ops", "example.com/acme/payments/internal/ops", "versions.linker-variable"},
		{"the secrets of the folder in the builder", ".dockerignore", "*", "#", "image.dockerignore"},

		// What the pipelines may.
		{"an action by its tag", ci, "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", "actions/checkout@v7", "pipeline.action-commit"},
		{"permissions for all jobs", ci, "permissions: {} # each job says what it needs", "permissions: write-all", "pipeline.permissions-wide"},
		{"a permission that is lacking", build, "      id-token: write # proves to Sigstore which workflow this is\n", "", "pipeline.permission-lacking"},
		{"a text of a stranger in a script", ci, "run: go vet ./...", "run: echo ${{ github.event.pull_request.title }}", "pipeline.untrusted-expression"},
		{"a token that stays on the disk", ci, "          persist-credentials: false", "          persist-credentials: true", "pipeline.credentials"},
		{"no race detector", ci, "go test -race ./...", "true", "pipeline.step-missing"},
		{"modules that nobody vouches for", ci, "GOTOOLCHAIN: local", "GOTOOLCHAIN: local\n  GONOSUMDB: '*'", "pipeline.checksum-database"},
		{"a failure that is ignored", ci, "run: go mod verify", "continue-on-error: true\n        run: go mod verify", "pipeline.failure-ignored"},
		{"an older Go in CI", ci, `GO_VERSION: "1.26"`, `GO_VERSION: "1.25"`, "versions.go-old"},
		{"an image that is not signed", build, "run: cosign sign --yes", "run: echo", "pipeline.unsigned"},

		// What gen wrote.
		{"a contract that grew", "proto/payments/v1/greetings.proto", "message ", "message More {}\n\nmessage ", "generated.proto-stale"},
		{"a README of other values", "deploy/chart/README.md", "|", "||", "generated.chart-readme-stale"},
		{"a lock that was merged badly", "mintwright.lock", "\"files\": [", "\"files\": [\n<<<<<<< ours", "lock.unreadable"},
		{"a schema that was edited", ".mintwright/schema.json", "{", "{ ", "lock.damaged"},
	}
}

type fault struct {
	name, file, old, text string
	rule                  string // "": no finding
}

// TestFaults puts each fault into what gen new emits, and wants a finding of its rule.
func TestFaults(t *testing.T) {
	fresh := checktest.Service(t, checktest.Answers(t, checktest.Full()...))
	known := All()
	for _, f := range faults() {
		t.Run(f.name, func(t *testing.T) {
			content, err := fresh.Read(f.file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Contains(content, []byte(f.old)) {
				t.Fatalf("%s does not hold %q", f.file, f.old)
			}
			s := checktest.Edit(t, fresh, f.file, bytes.Replace(content, []byte(f.old), []byte(f.text), 1))
			name, _, _ := strings.Cut(f.rule, ".")
			var found []string
			for _, area := range known {
				if area.Name != name && (name != "" || area.Name == "code") {
					continue
				}
				results, _ := checktest.Judge(t, area, s)
				for _, r := range results {
					if r.Severity == check.Finding {
						found = append(found, checktest.Lines([]check.Result{r})...)
					}
				}
			}
			isFound := slices.ContainsFunc(found, func(line string) bool {
				return strings.HasPrefix(line, f.rule+" ") || strings.HasPrefix(line, f.rule+":")
			})
			if f.rule != "" && !isFound || f.rule == "" && len(found) > 0 {
				t.Errorf("want %q, found %q", f.rule, found)
			}
		})
	}
}
