package chart

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"github.com/mintwright/mintwright/generators/answers"
)

var environments = []string{"values-dev.yaml", "values-staging.yaml", "values-prod.yaml"}

// golden returns the answers of a golden service, with some of them changed.
func golden(t *testing.T, kind string, changes ...string) answers.Answers {
	t.Helper()
	name := filepath.Join("../../golden", kind, "mintwright.yaml")
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	d := answers.NewDraft()
	_ = d.Read(name, data) // Answers reports it too
	for _, change := range changes {
		key, value, _ := strings.Cut(change, "=")
		_ = d.Set(key, value, answers.SetFlag)
	}
	a, err := d.Answers()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// services are charts of all kinds, those with names that YAML could misread among them.
func services(t *testing.T) map[string]answers.Answers {
	long := strings.Repeat("n", 63)
	return map[string]answers.Answers{
		"full": golden(t, "full"), "http": golden(t, "http"), "grpc": golden(t, "grpc"), "worker": golden(t, "worker"),
		"awkward": golden(t, "http", "name=e1", "deploy.namespace=1e3", `description=Says {{ .x }} & "quotes", 100%: # not 'a' [comment]`, "owner=0x1"),
		"boolean": golden(t, "grpc", "name=on", "deploy.namespace=0x1", "owner="),
		"nothing": golden(t, "worker", "name=null", "deploy.namespace=on", "description="),
		"long":    golden(t, "full", "name="+long, "deploy.namespace="+long),
		"scheduled": golden(t, "worker", "worker.source=schedule", "worker.broker.address=", "worker.broker.id=",
			"deploy.autoscale=none"),
		"public": golden(t, "http", "unsafe.0.choice=web-pki-ingress", "unsafe.0.reason=web", "unsafe.1.choice=any-caller", "unsafe.1.reason=all",
			"unsafe.2.choice=hostpath", "unsafe.2.reason=old nodes", "telemetry.collector.address=api.example.com:443", "telemetry.collector.tls=system"),
	}
}

func file(t *testing.T, a answers.Answers, name string) []byte {
	t.Helper()
	content, err := File(a, name)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// parsed returns a YAML document as JSON has it.
func parsed(t *testing.T, content []byte) map[string]any {
	t.Helper()
	var v map[string]any
	if err := yaml.Unmarshal(content, &v); err != nil {
		t.Fatalf("%v in\n%s", err, content)
	}
	return v
}

// merged is base with over laid upon it, as Helm does it.
func merged(base, over map[string]any) map[string]any {
	m := maps.Clone(base)
	for k, v := range over {
		section, ok := v.(map[string]any)
		if below, both := m[k].(map[string]any); ok && both {
			m[k] = merged(below, section)
			continue
		}
		if m[k] = v; v == nil {
			delete(m, k)
		}
	}
	return m
}

func compiled(t *testing.T, content []byte) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("values.schema.json", document); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("values.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// judged returns what the schema says of values.
func judged(t *testing.T, s *jsonschema.Schema, values map[string]any) error {
	t.Helper()
	data, err := json.Marshal(values)
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(v)
}

func TestValues(t *testing.T) {
	t.Parallel()
	for name, a := range services(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			values := parsed(t, file(t, a, ValuesFile))
			s := compiled(t, file(t, a, SchemaFile))
			if err := judged(t, s, values); err != nil {
				t.Errorf("values.yaml: %v", err)
			}
			for _, name := range environments {
				over := parsed(t, file(t, a, name))
				if name == "values-prod.yaml" {
					if err := judged(t, s, merged(values, over)); err == nil || !strings.Contains(err.Error(), "/image/digest") {
						t.Errorf("values-prod.yaml without a digest: %v", err)
					}
					over["image"].(map[string]any)["digest"] = "sha256:" + strings.Repeat("0f", 32)
				}
				if err := judged(t, s, merged(values, over)); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
			for _, path := range []string{"image.repository", "serviceAccount.name", "identity.template"} {
				section, key, _ := strings.Cut(path, ".")
				if s, ok := values[section].(map[string]any)[key].(string); !ok || s == "" {
					t.Errorf("%s is %v", path, values[section])
				}
			}
		})
	}
}

// TestTried has the values that the chart is tried with, in each service.
func TestTried(t *testing.T) {
	t.Parallel()
	const tried = "../../blueprints/files/deploy/chart/ci"
	files, err := os.ReadDir(tried)
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	for name, a := range services(t) {
		values, s := parsed(t, file(t, a, ValuesFile)), compiled(t, file(t, a, SchemaFile))
		for _, f := range files {
			content, err := os.ReadFile(filepath.Join(tried, f.Name()))
			if err != nil {
				t.Fatal(err)
			}
			over := parsed(t, content)
			if over["route"] != nil && !a.Answering() {
				continue
			}
			if err := judged(t, s, merged(values, over)); err != nil {
				t.Errorf("%s of %s: %v", f.Name(), name, err)
			}
		}
	}
}

// TestSchemaRefuses has mistakes, as they are made at a command line or in a file.
func TestSchemaRefuses(t *testing.T) {
	t.Parallel()
	a := golden(t, "full")
	values, s := parsed(t, file(t, a, ValuesFile)), compiled(t, file(t, a, SchemaFile))
	for _, test := range []struct{ mistake, at string }{
		{`replica: 3`, "replica"},
		{`replicas: -1`, "/replicas"},
		{`image: {repositry: x}`, "repositry"},
		{`image: {requireDigest: true}`, "/image/digest"},
		{`image: {digest: latest}`, "/image/digest"},
		{`image: {tag: "a b"}`, "/image/tag"},
		{`listeners: {http: {port: 443}}`, "/listeners/http/port"},
		{`listeners: {http: {port: 70000}}`, "/listeners/http/port"},
		{`listeners: {http: {port: "8443"}}`, "/listeners/http/port"},
		{`listeners: {https: {port: 8443}}`, "https"},
		{`autoscaling: {mode: [hpa, keda]}`, "/autoscaling/mode"},
		{`autoscaling: {hpa: {enabled: true}}`, "hpa"},
		{`autoscaling: {minReplicas: 0}`, "/autoscaling/minReplicas"},
		{`autoscaling: {keda: {triggers: [{type: cpu, metadata: {value: 70}}]}}`, "/autoscaling/keda/triggers/0/metadata/value"},
		{`podDisruptionBudget: {maxUnavailable: "half"}`, "/podDisruptionBudget/maxUnavailable"},
		{`resources: {limits: {memory: 12Q}}`, "/resources/limits/memory"},
		{`resources: {limit: {memory: 1Gi}}`, "limit"},
		{`identity: {template: payments}`, "/identity/template"},
		{`identity: {template: "spiffe://{{ .TrustDomain/x"}`, "/identity/template"},
		{`identity: {jwtTTL: 5m}`, "jwtTTL"},
		{`identity: {ttl: 1 hour}`, "/identity/ttl"},
		{`workloadApi: {mode: none}`, "/workloadApi/mode"},
		{`workloadApi: {mountPath: run/spire}`, "/workloadApi/mountPath"},
		{`callers: [{id: spiffe://acme.example/ns/shop/sa/x}]`, "peers"},
		{`callers: [{id: acme.example/x, peers: []}]`, "/callers/0/id"},
		{`callers: [{id: spiffe://acme.example/x, peers: [{}]}]`, "/callers/0/peers/0"},
		{`callers: [{id: spiffe://acme.example/x, peers: [{podSelectr: {}}]}]`, "podSelectr"},
		{`callers: [{id: spiffe://acme.example/x, peers: [{ipBlock: {cidr: 10.0.0.0/8}, podSelector: {}}]}]`, "/callers/0/peers/0"},
		{`networkPolicy: {extraEgress: [{to: [{ipBlock: {cidr: all}}]}]}`, "/networkPolicy/extraEgress/0"},
		{`telemetry: {sampling: 10}`, "/telemetry/sampling"},
		{`telemetry: {endpoint: "collector:4317"}`, "/telemetry/endpoint"},
		{`mesh: {mode: off}`, "/mesh/mode"},
		{`monitoring: {podMonitor: {enabled: true}}`, "/monitoring/podMonitor/enabled"},
		{`commonLabels: {app.kubernetes.io/name: x}`, "app.kubernetes.io/name"},
		{`commonLabels: {a: true}`, "/commonLabels/a"},
		{`logLevel: trace`, "/logLevel"},
		{`runAsUser: 0`, "/runAsUser"},
		{`securityContext: {privileged: true}`, "securityContext"},
		{`extraEnv: [{nam: A, value: b}]`, "/extraEnv/0"},
		{`extraVolumes: [{emptyDir: {}}]`, "/extraVolumes/0"},
		{`database: {urlSecret: {name: ""}}`, "/database/urlSecret/name"},
		{`worker: {schedule: "* * * * *"}`, "schedule"},
	} {
		err := judged(t, s, merged(values, parsed(t, []byte(test.mistake))))
		if err == nil || !strings.Contains(err.Error(), test.at) {
			t.Errorf("%s: %v does not name %s", test.mistake, err, test.at)
		}
	}
	for _, right := range []string{
		`global: {team: x}`, `resources: {limits: {memory: 268435456}}`, `resources: {limits: {memory: 1.5Gi}}`, `resources: {}`,
		`image: {requireDigest: true, digest: "sha256:` + strings.Repeat("a", 64) + `"}`,
		`podDisruptionBudget: {maxUnavailable: "25%"}`, `monitoring: {serviceMonitor: {enabled: false}, podMonitor: {enabled: true}}`,
		`identity: {template: "spiffe://acme.example/payments/{{ .PodMeta.Name }}"}`, `callers: []`,
		`callers: [{id: "spiffe://a/b", peers: [{ipBlock: {cidr: "2001:db8::/32"}}]}]`,
		`extraObjects: [{kind: ConfigMap}, "kind: ConfigMap"]`,
	} {
		if err := judged(t, s, merged(values, parsed(t, []byte(right)))); err != nil {
			t.Errorf("%s: %v", right, err)
		}
	}
}

// TestSchemaIsClosed finds objects that would take a typo, but for those of Kubernetes whose
// fields are its own business.
func TestSchemaIsClosed(t *testing.T) {
	t.Parallel()
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			_, hasProperties := v["properties"]
			if _, closed := v["additionalProperties"]; v["type"] == "object" && hasProperties && !closed {
				if !slices.Contains([]string{"/definitions/named", "/definitions/volumeMount"}, path) {
					t.Errorf("%s is open", path)
				}
			}
			for k, below := range v {
				walk(path+"/"+k, below)
			}
		case []any:
			for _, below := range v {
				walk(path, below)
			}
		}
	}
	for _, a := range services(t) {
		var schema any
		if err := json.Unmarshal(file(t, a, SchemaFile), &schema); err != nil {
			t.Fatal(err)
		}
		walk("", schema)
	}
}

// TestOnlyWhatThereIs has what a service lacks and its values must not have.
func TestOnlyWhatThereIs(t *testing.T) {
	t.Parallel()
	for kind, lacks := range map[string][]string{
		"http":   {"database", "worker", "public", "grpc", "podMonitor", "serviceMonitor", "collector"},
		"grpc":   {"database", "worker", "public", "http", "podMonitor", "serviceMonitor", "collector"},
		"worker": {"database", "public", "http", "grpc", "callers", "route", "tests", "service", "schedule"},
		"full":   {"public", "broker", "schedule", "headersSecret"},
	} {
		a := golden(t, kind)
		for _, key := range lacks {
			if regexp.MustCompile(`(?m)^\s*` + key + `:`).Match(file(t, a, ValuesFile)) {
				t.Errorf("%s has %s", kind, key)
			}
			if bytes.Contains(file(t, a, SchemaFile), []byte(`"`+key+`": {`)) {
				t.Errorf("the schema of %s has %s", kind, key)
			}
		}
	}
}

// TestEveryValueIsUsed reads the templates: a value that none of them names has no effect.
func TestEveryValueIsUsed(t *testing.T) {
	t.Parallel()
	const templates = "../../blueprints/files/deploy/chart/templates"
	var all strings.Builder
	err := filepath.WalkDir(templates, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		content, err := os.ReadFile(name)
		all.Write(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	text := all.String()
	var walk func(prefix string, rows []row)
	walk = func(prefix string, rows []row) {
		for _, r := range rows {
			if !regexp.MustCompile(`[."]` + regexp.QuoteMeta(r.key) + `\b`).MatchString(text) {
				t.Errorf("no template uses %s%s", prefix, r.key)
			}
			walk(prefix+r.key+".", r.rows)
		}
	}
	for _, a := range services(t) {
		walk("", values(a))
	}
}

// TestEveryValueIsExplained demands a comment of each value.
func TestEveryValueIsExplained(t *testing.T) {
	t.Parallel()
	for name, a := range services(t) {
		root := &yaml.Node{}
		if err := yaml.Unmarshal(file(t, a, ValuesFile), root); err != nil {
			t.Fatal(err)
		}
		for _, p := range parts(root.Content[0]) {
			for _, d := range p.lines {
				if d.doc == "" {
					t.Errorf("%s: %s has no comment", name, d.path)
				}
			}
		}
	}
}

func TestTeam(t *testing.T) {
	t.Parallel()
	for owner, want := range map[string]string{
		"team-payments": "team-payments", "@ada": "ada", "@acme/payments": "payments", "payments@acme.example": "payments", "0x1": "0x1", "": "",
		strings.Repeat("a", 64): "",
	} {
		if got := Team(golden(t, "http", "owner="+owner)); got != want {
			t.Errorf("%s: %s, want %s", owner, got, want)
		}
	}
}

func TestIdentity(t *testing.T) {
	t.Parallel()
	const conventional = "spiffe://{{ .TrustDomain }}/ns/{{ .PodMeta.Namespace }}/sa/{{ .PodSpec.ServiceAccountName }}"
	for _, test := range []struct{ path, id, account string }{
		{"/ns/shop/sa/orders", conventional, "orders"},
		{"/ns/shop/sa/front", conventional, "front"},
		{"/ns/other/sa/front", "spiffe://acme.example/ns/other/sa/front", "front"},
		{"/ns/shop/sa/Front_1", "spiffe://acme.example/ns/shop/sa/Front_1", "orders"},
		{"/ns/shop/sa/default", "spiffe://acme.example/ns/shop/sa/default", "orders"},
		{"/web/front", "spiffe://acme.example/web/front", "orders"},
		{"/ns/shop/sa/front/v2", "spiffe://acme.example/ns/shop/sa/front/v2", "orders"},
	} {
		id, account := identityTemplate(golden(t, "http", "identity.path="+test.path))
		if id != test.id || account != test.account {
			t.Errorf("%s: %s and %s, want %s and %s", test.path, id, account, test.id, test.account)
		}
	}
}

func TestPeers(t *testing.T) {
	t.Parallel()
	a := golden(t, "http")
	for _, test := range []struct{ id, address, namespace, name string }{
		{"spiffe://acme.example/ns/shop/sa/checkout", "", "shop", "checkout"},
		{"spiffe://acme.example/ns/shop/sa/Front_1", "", "shop", "Front_1"},
		{"spiffe://acme.example/ns/SHOP/sa/checkout", "", "", ""},
		{"spiffe://acme.example/ns/shop/sa/-", "", "", ""},
		{"spiffe://acme.example.org/ns/shop/sa/checkout", "", "", ""},
		{"spiffe://partner.example/ns/shop/sa/checkout", "checkout.shop.svc:1", "", ""},
		{"spiffe://acme.example/checkout", "", "", ""},
		{"", "otel.observability.svc:4317", "observability", "otel"},
		{"", "otel.observability.svc.cluster.local.:4317", "observability", "otel"},
		{"", "api.example.com:443", "", ""},
		{"", "[::1]:443", "", ""},
	} {
		got := workload(a, test.id, test.address)
		if test.namespace == "" {
			if len(got) != 0 {
				t.Errorf("%s %s opens %v", test.id, test.address, got)
			}
			continue
		}
		var b bytes.Buffer
		writeValue(&b, "", got)
		want := "\n  - namespaceSelector:\n      matchLabels:\n        kubernetes.io/metadata.name: " + test.namespace +
			"\n    podSelector:\n      matchLabels:\n        app.kubernetes.io/name: " + test.name + "\n"
		if b.String() != want {
			t.Errorf("%s %s: want%sgot%s", test.id, test.address, want, b.String())
		}
	}
}

// TestScalar holds what is written to what two readers of YAML take it for.
func TestScalar(t *testing.T) {
	t.Parallel()
	check := func(t interface {
		Errorf(format string, args ...any)
	}, s string,
	) {
		for _, written := range []string{scalar(s), Quoted(s)} {
			var got struct{ Key any }
			if err := yaml.Unmarshal([]byte("key: "+written+"\n"), &got); err != nil || got.Key != s {
				t.Errorf("%q written as %s is %#v: %v", s, written, got.Key, err)
			}
		}
	}
	for _, s := range []string{
		"on", "Off", "YES", "n", "null", "~", "", "1e3", "0x1", "e1", "1_000", "12:30:00", "2001-01-01", ".inf", "-", "- a", "a: b", "a #b",
		"{{ .x }}", "[a]", `"`, "'", "%", "@a", "!a", "&a", "*a", "?", "|", ">", "<<", "=", "\u2028", "ä", "😀", "a/b", "/run",
	} {
		check(t, s)
	}
	rapid.Check(t, func(t *rapid.T) {
		check(t, rapid.StringMatching(`[ -~\x{a0}-\x{d7ff}]*`).Draw(t, "text"))
	})
}

func TestEveryFile(t *testing.T) {
	t.Parallel()
	a := golden(t, "full")
	for _, name := range append(environments, ValuesFile, SchemaFile, ReadmeFile) {
		one, again := file(t, a, name), file(t, golden(t, "full"), name)
		if !bytes.Equal(one, again) {
			t.Errorf("%s differs from one time to the other", name)
		}
		for line := range bytes.Lines(one) {
			if bytes.HasSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte(" ")) {
				t.Errorf("%s: a line ends with a space: %q", name, line)
			}
		}
	}
	if _, err := File(a, "values-test.yaml"); err == nil {
		t.Error("a file that nobody makes is made")
	}
}
