package golden

import (
	"slices"
	"strings"
	"testing"

	"github.com/mintwright/mintwright/internal/check"
	"github.com/mintwright/mintwright/internal/check/areas"
	"github.com/mintwright/mintwright/internal/check/checktest"
)

// A mutation is one deliberate fault in a file that gen new emits, and who has to see it.
type mutation struct {
	name      string
	file      string
	old, text string
	rules     []string // one of these has to speak, as a finding
}

const (
	chartFolder = "deploy/chart/"
	helpers     = chartFolder + "templates/_helpers.tpl"
	deployment  = chartFolder + "templates/deployment.yaml"
	network     = chartFolder + "templates/networkpolicy.yaml"
	chartValues = chartFolder + "values.yaml"
	prodValues  = chartFolder + "values-prod.yaml"
	spiffeID    = chartFolder + "templates/clusterspiffeid.yaml"
	ciWorkflow  = ".github/workflows/ci.yml"
	buildFlow   = ".github/workflows/build.yml"
	releaseFlow = ".github/workflows/release.yml"
	vapFolder   = "deploy/policy/vap/"
)

// mutations are faults that people make, or that somebody would like them to make.
func mutations() []mutation {
	security := []string{"cluster.pod-security"}
	return []mutation{
		// Pods.
		{"a container without its security context", deployment, "          securityContext:\n            {{- include \"service.securityContext\" . | nindent 12 }}\n", "", security},
		{"privilege escalation allowed", helpers, "allowPrivilegeEscalation: false", "allowPrivilegeEscalation: true", security},
		{"privileged", helpers, "privileged: false", "privileged: true", security},
		{"capabilities kept", helpers, "capabilities:\n  drop:\n    - ALL\n", "", security},
		{"root allowed", helpers, "runAsNonRoot: true", "runAsNonRoot: false", security},
		{"seccomp unconfined", helpers, "type: {{ .Values.seccompProfile.type | quote }}", "type: Unconfined", security},
		{"the host's network", deployment, "      serviceAccountName: {{", "      hostNetwork: true\n      serviceAccountName: {{", security},
		{"a port of the host", deployment, "              protocol: TCP\n", "              protocol: TCP\n              hostPort: {{ int $listener.port }}\n", security},
		{"a folder of the host", deployment, "        {{- $volumes | nindent 8 }}", "        {{- $volumes | nindent 8 }}\n        - name: host\n          hostPath: {path: /}", security},
		{"a file system that can be written", helpers, "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false", []string{"cluster.read-only"}},
		{"a token of the API", helpers, "automountServiceAccountToken: false", "automountServiceAccountToken: true", []string{"cluster.token"}},
		{"no limit of memory", chartValues, "    memory: \"256Mi\"\n", "", []string{"cluster.resources"}},
		{"no readiness probe", deployment, ` "readiness" "/readyz"`, "", []string{"cluster.probes"}},
		{"probes on the port with mutual TLS", deployment, "              port: probe\n", "              port: tls-http\n", []string{"cluster.probes"}},
		{"killed too early", helpers, "(int .Values.shutdown.telemetrySeconds) 5", "-20 5", []string{"cluster.grace-period"}},
		{"the test's pod is root", chartFolder + "templates/tests/mtls.yaml", "{{- include \"service.podCommon\" $ | nindent 2 }}", "securityContext: {runAsUser: 0}", security},

		// Identity.
		{"the socket's volume can be written", helpers, "    driver: {{ .Values.workloadApi.driver | quote }}\n    readOnly: true\n", "    driver: {{ .Values.workloadApi.driver | quote }}\n", []string{"cluster.workload-api"}},
		{"the socket from the node", chartValues, "  mode: csi\n", "  mode: hostPath\n", []string{"cluster.pod-security", "cluster.workload-api"}},
		{"the socket's address names another folder", helpers, `"unix://%s/%s" .Values.workloadApi.mountPath`, `"unix://%s/%s" "/run/spire"`, []string{"cluster.workload-api"}},
		{"an unescaped brace", spiffeID, "spiffeIDTemplate: {{ .template | quote }}", `spiffeIDTemplate: "spiffe://{{ .TrustDomain }}/ns/x"`, []string{"cluster.broken", "cluster.identity"}},
		{"a template that does not parse", chartValues, `{{ .PodSpec.ServiceAccountName }}"`, `{{ .PodSpec.ServiceAccountName"`, []string{"cluster.identity"}},
		{"another SPIFFE ID", chartValues, "/sa/{{ .PodSpec.ServiceAccountName }}", "/sa/other", []string{"cluster.identity"}},
		{"a registration that nobody reads", chartValues, "  className: spire-server-spire\n", "  className: \"\"\n", []string{"cluster.identity", "cluster.values"}},
		{"another ServiceAccount", chartValues, "  create: true\n  # -- Its name, the last part of the SPIFFE ID; so it does not follow from the release.\n  name: payments\n", "  create: true\n  name: other\n", []string{"cluster.identity"}},
		{"a registration for other pods", spiffeID, `(list $ $component) | nindent 6 }}
  {{- with .ttl }}`, `(list $ "other") | nindent 6 }}
  {{- with .ttl }}`, []string{"cluster.identity"}},
		{"another trust domain", chartValues, "  trustDomain: acme.example\n", "  trustDomain: acme.test\n", []string{"cluster.identity", "versions.trust-domain"}},
		{"a partner forgotten", chartValues, "  federatesWith:\n    - partner.example\n", "  federatesWith: []\n", []string{"cluster.identity"}},

		// Network.
		{"a wrong port in the NetworkPolicy", chartValues, "    port: 9443\n    peers:", "    port: 9444\n    peers:", []string{"cluster.network-call"}},
		{"a call without peers", chartValues, "    peers:\n      - namespaceSelector:\n          matchLabels:\n            kubernetes.io/metadata.name: ledger\n        podSelector:\n          matchLabels:\n            app.kubernetes.io/name: ledger\n", "    peers: []\n", []string{"cluster.network-call"}},
		{"everybody may connect", helpers, `{{- include "service.lines" $rules }}
{{- end }}

{{- define "service.egressRules" -}}`, `- {}
{{- end }}

{{- define "service.egressRules" -}}`, []string{"cluster.network"}},
		{"no policy", chartValues, "networkPolicy:\n  # -- Deny all traffic of its pods, then allow what stands here and under calls, callers,\n  # telemetry, database and worker. The CSI socket is no network.\n  enabled: true\n", "networkPolicy:\n  enabled: false\n", []string{"cluster.network"}},
		{"a policy for incoming traffic alone", network, "  policyTypes:\n    - Ingress\n    - Egress\n", "  policyTypes:\n    - Ingress\n", []string{"cluster.network"}},
		{"a Service that leads nowhere", chartFolder + "templates/service.yaml", "targetPort: {{ include \"service.portName\" $name }}", "targetPort: web", []string{"cluster.ports"}},

		// Objects.
		{"a misspelt value", chartValues, "replicas: 2\n", "replica: 2\n", []string{"cluster.values", "cluster.broken"}},
		{"a tag in production", prodValues, "requireDigest: true", "requireDigest: false", []string{"cluster.image"}},
		{"latest", chartValues, `  tag: ""`, `  tag: latest`, []string{"cluster.image"}},
		{"a template that does not parse", deployment, "{{- include \"service.validate\" . }}", "{{- include \"service.validate\" . }", []string{"cluster.broken"}},
		{"an alert without its section", chartFolder + "files/alerts.yaml", "docs/runbook.md#svidexpiry", "docs/runbook.md#expiry", []string{"cluster.alerts"}},
		{"a scaler of nothing", chartFolder + "templates/scaledobject.yaml", `name: {{ include "service.fullname" $ | quote }}`, "name: other", []string{"cluster.scaling"}},

		// Policies, namespace.
		{"a namespace that enforces less", "deploy/namespace.yaml", `enforce: "restricted"`, `enforce: "baseline"`, []string{"cluster.namespace"}},
		{"a binding of no policy", vapFolder + "bindings.yaml", "policyName: \"image-digest.payments.shop\"", "policyName: \"digest.payments.shop\"", []string{"cluster.admission"}},

		// Image.
		{"root in the image", "Dockerfile", "USER 65532:65532\n", "", []string{"image.user"}},
		{"a named user", "Dockerfile", "USER 65532:65532", "USER nonroot", []string{"image.user"}},
		{"a base with a shell", "Dockerfile", "gcr.io/distroless/static-debian13:nonroot", "debian:13", []string{"image.shell"}},
		{"a base that moves", "Dockerfile", "golang:1.26", "golang:latest", []string{"image.base-tag"}},
		{"another Go", "Dockerfile", "golang:1.26", "golang:1.24", []string{"image.go-version", "versions.go-old"}},
		{"a secret in the image", "Dockerfile", "ENV CGO_ENABLED=0", "ENV CGO_ENABLED=0 REGISTRY_PASSWORD=hunter2", []string{"image.secret"}},
		{"a shell form", "Dockerfile", `ENTRYPOINT ["/app/payments"]`, "ENTRYPOINT /app/payments", []string{"image.entrypoint"}},

		// Pipeline.
		{"an action by its tag", ciWorkflow, "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", "actions/checkout@v7", []string{"pipeline.action-commit"}},
		{"all permissions", ciWorkflow, "permissions: {} # each job says what it needs", "permissions: write-all", []string{"pipeline.permissions-wide"}},
		{"a missing permission", buildFlow, "      id-token: write # proves to Sigstore which workflow this is\n", "", []string{"pipeline.permission-lacking"}},
		{"an untrusted expression in a script", ciWorkflow, "      - run: go vet ./...\n", "      - run: echo \"${{ github.event.pull_request.title }}\"\n      - run: go vet ./...\n", []string{"pipeline.untrusted-expression"}},
		{"every secret handed on", releaseFlow, "    uses: ./.github/workflows/build.yml\n", "    uses: ./.github/workflows/build.yml\n    secrets: inherit\n", []string{"pipeline.secrets-inherit"}},
		{"no test", ciWorkflow, "go test -race ./...", "true", []string{"pipeline.step-missing"}},
		{"no search for weaknesses", ciWorkflow, "govulncheck ./...", "true", []string{"pipeline.step-missing"}},
		{"no checksum database", ciWorkflow, "  GOFLAGS: -mod=readonly\n", "  GOFLAGS: -mod=readonly\n  GOSUMDB: \"off\"\n", []string{"pipeline.checksum-database"}},
		{"no signature", buildFlow, "cosign sign --yes", "echo", []string{"pipeline.unsigned"}},

		// What has to agree.
		{"another image", chartValues, "repository: ghcr.io/acme/payments", "repository: ghcr.io/acme/other", []string{"versions.image"}},
		{"another namespace", "deploy/namespace.yaml", `name: "shop"`, `name: "shed"`, []string{"versions.namespace"}},
		{"Go made of another contract", "proto/payments/v1/greetings.proto", "message Greeting {", "message Greeting {\n  int32 more = 100;", []string{"generated.proto-stale"}},
		{"no lock", "mintwright.lock", `"format": 1`, `"format": "one"`, []string{"lock.unreadable"}},

		// More that people do.
		{"a test without its security context", chartFolder + "templates/tests/mtls.yaml", "include \"service.securityContext\" $ | nindent 8", "dict | toYaml | nindent 8", security},
		{"a socket that is mounted to be written", helpers, "mountPath: {{ .Values.workloadApi.mountPath | quote }}\n  readOnly: true", "mountPath: {{ .Values.workloadApi.mountPath | quote }}", []string{"cluster.workload-api"}},
		{"a call to another namespace", chartValues, "kubernetes.io/metadata.name: ledger", "kubernetes.io/metadata.name: leger", []string{"versions.peers"}},
		{"a caller of the chart alone", chartValues, `id: "spiffe://acme.example/ns/shop/sa/checkout"`, `id: "spiffe://acme.example/ns/shop/sa/support"`, []string{"versions.peer-unnamed"}},
		{"an address in a variable that nobody reads", chartValues, "env: CALL_LEDGER_ADDRESS", "env: CALL_LEGER_ADDRESS", []string{"versions.call-variable"}},
		{"no way for callers", helpers, "{{- range .Values.callers }}", "{{- range list }}", []string{"cluster.network-caller"}},
		{"no way to whom it calls", helpers, "{{- range .Values.calls }}\n{{- $ports", "{{- range list }}\n{{- $ports", []string{"cluster.network-call"}},
		{"no way to the collector", helpers, "(include \"service.rule\" (list \"to\" .peers (list (dict \"protocol\" \"TCP\" \"port\" (int .port))) \"The collector\"))", "\"\"", []string{"cluster.network-backend"}},
		{"no way to DNS", helpers, "$rules := list (include \"service.dnsRule\" .)", "$rules := list", []string{"cluster.network-backend"}},
		{"rules without peers", helpers, "- {{ index . 0 }}:\n    {{- toYaml (index . 1) | nindent 4 }}\n  ports:", "- ports:", []string{"cluster.network"}},
		{"a budget of nothing", chartFolder + "templates/poddisruptionbudget.yaml", "{{ .Values.podDisruptionBudget.maxUnavailable | toJson }}", "0", []string{"cluster.availability"}},
		{"two that set the number of pods", deployment, "{{- if eq .Values.autoscaling.mode \"none\" }}", "{{- if true }}", []string{"cluster.scaling"}},
		{"a Deployment that selects other pods", deployment, "matchLabels:\n      {{- include \"service.selectorLabels\" (list . $component) | nindent 6 }}", "matchLabels:\n      app: x", []string{"cluster.selectors"}},
		{"a variable that is there twice", helpers, "(dict \"name\" \"K8S_POD_UID\"", "(dict \"name\" \"K8S_POD_NAME\"", []string{"cluster.duplicate"}},
		{"a label without its quotes", helpers, "app.kubernetes.io/name: {{ (index . 0).Chart.Name | quote }}", "app.kubernetes.io/name: 1e3", []string{"cluster.text"}},
		{"a policy that only audits", vapFolder + "bindings.yaml", "validationActions: [Deny, Audit]", "validationActions: [Audit]", []string{"cluster.admission"}},
		{"a policy that fails open", vapFolder + "image-digest.yaml", "failurePolicy: Fail", "failurePolicy: Ignore", []string{"cluster.admission"}},
		{"a policy of another namespace", vapFolder + "bindings.yaml", `kubernetes.io/metadata.name: "shop"`, `kubernetes.io/metadata.name: "shed"`, []string{"versions.namespace"}},
		{"Pod Security of no version", "deploy/namespace.yaml", "enforce-version:", "enforced-version:", []string{"cluster.namespace"}},
		{"a range of charts", "deploy/argocd/application.yaml", `targetRevision: "sha256:`, `targetRevision: ">=1" # `, []string{"cluster.gitops"}},
		{"a chart from elsewhere", "deploy/argocd/application.yaml", `repoURL: "oci://ghcr.io/acme/`, `repoURL: "oci://ghcr.io/acne/`, []string{"versions.chart-place"}},
		{"a chart of another name", chartFolder + "Chart.yaml", `name: "payments"`, `name: "payment"`, []string{"versions.chart-name"}},
		{"a Kubernetes that the chart refuses", chartFolder + "Chart.yaml", `kubeVersion: ">=1.`, `kubeVersion: ">=1.9`, []string{"versions.kubernetes"}},
		{"SPIRE of another class", "deploy/spire/values.yaml", "    className:", "    className: other #", []string{"versions.spire"}},
		{"the builder's paths in the program", "Dockerfile", "-trimpath ", "", []string{"image.trimpath"}},
		{"a version that nobody sets", "Dockerfile", "example.com/acme/payments/v2/internal/ops", "example.com/acme/payments/internal/ops", []string{"versions.linker-variable"}},
		{"a token that stays on the disk", ciWorkflow, "persist-credentials: false", "persist-credentials: true", []string{"pipeline.credentials"}},
		{"a failure that is ignored", ciWorkflow, "run: go mod verify", "continue-on-error: true\n        run: go mod verify", []string{"pipeline.failure-ignored"}},
		{"an older Go in CI", ciWorkflow, `GO_VERSION: "1.26"`, `GO_VERSION: "1.25"`, []string{"versions.go-old"}},
		{"a README of other values", chartFolder + "README.md", "|", "||", []string{"generated.chart-readme-stale"}},
		{"a schema that was edited", ".mintwright/schema.json", "{", "{ ", []string{"lock.damaged"}},
	}
}

// TestMutations commits each fault in a service that has everything, and expects gen check to find
// it. Without one it finds nothing.
func TestMutations(t *testing.T) {
	whole := checktest.Service(t, checktest.Answers(t, checktest.Full()...))
	judged := slices.DeleteFunc(areas.All(), func(a check.Area) bool { return a.Name == "code" }) // gen vet has cases of its own
	for _, r := range findings(t, judged, whole) {
		t.Errorf("nothing was changed: %s", checktest.Lines([]check.Result{r})[0])
	}
	t.Logf("%d faults", len(mutations()))
	for _, m := range mutations() {
		t.Run(strings.ReplaceAll(m.name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			asked := slices.DeleteFunc(slices.Clone(judged), func(a check.Area) bool {
				return !slices.ContainsFunc(m.rules, func(rule string) bool { return strings.HasPrefix(rule, a.Name+".") })
			})
			found := findings(t, asked, checktest.Replace(t, whole, m.file, m.old, m.text))
			if !slices.ContainsFunc(found, func(r check.Result) bool { return slices.Contains(m.rules, r.Rule) }) {
				t.Errorf("want one of %v, got %q", m.rules, checktest.Lines(found))
			}
		})
	}
}

func findings(t *testing.T, judged []check.Area, s *check.Service) []check.Result {
	t.Helper()
	var all []check.Result
	for _, area := range judged {
		results, _, err := area.Check(t.Context(), s)
		if err != nil {
			t.Fatalf("%s: %v", area.Name, err)
		}
		for _, r := range results {
			if r.Severity == check.Finding {
				all = append(all, r)
			}
		}
	}
	return all
}
