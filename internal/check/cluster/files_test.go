package cluster

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/mintwright/mintwright/internal/chart"
	"github.com/mintwright/mintwright/internal/check"
	"github.com/mintwright/mintwright/internal/check/checktest"
	"github.com/mintwright/mintwright/internal/choices"
)

// Each fault in a file is found, at its line where a file has one.
func TestFiles(t *testing.T) {
	whole := full(t)
	for _, name := range []string{"dev", "staging"} { // two of four are enough
		whole = checktest.Edit(t, whole, "deploy/chart/values-"+name+".yaml", nil)
	}
	const (
		valuesFile = "deploy/chart/values.yaml"
		prod       = "deploy/chart/values-prod.yaml"
		about      = "deploy/chart/Chart.yaml"
		schema     = "deploy/chart/values.schema.json"
		deployment = "deploy/chart/templates/deployment.yaml"
		bindings   = "deploy/policy/vap/bindings.yaml"
		app        = "deploy/argocd/application.yaml"
		project    = "deploy/argocd/appproject.yaml"
		rules      = "deploy/chart/files/alerts.yaml"
	)
	replace := func(name, old, text string) func(t *testing.T) *check.Service {
		return func(t *testing.T) *check.Service { return checktest.Replace(t, whole, name, old, text) }
	}
	edit := func(name, content string) func(t *testing.T) *check.Service {
		return func(t *testing.T) *check.Service { return checktest.Edit(t, whole, name, []byte(content)) }
	}
	without := func(names ...string) func(t *testing.T) *check.Service {
		return func(t *testing.T) *check.Service {
			s := whole
			for _, name := range names {
				s = checktest.Edit(t, s, name, nil)
			}
			return s
		}
	}
	for name, tt := range map[string]struct {
		service func(t *testing.T) *check.Service
		want    string
	}{
		"no chart": {func(t *testing.T) *check.Service {
			s := *whole
			s.FS = fstest.MapFS{}
			return &s
		}, "cluster.missing deploy/chart: there is no chart"},
		"no Chart.yaml":              {without(about), "cluster.missing deploy/chart: there is no chart"},
		"a chart without a name":     {edit(about, "version: 1.0.0\n"), "cluster.broken deploy/chart/Chart.yaml: the chart has no name"},
		"a version of two parts":     {replace(about, "version: ", "version: 1.2 # "), "cluster.version deploy/chart/Chart.yaml: version is 1.2, which is no semantic version"},
		"values are no YAML":         {edit(valuesFile, "a: [\n"), "cluster.broken deploy/chart/values.yaml:1: did not find expected node content"},
		"a file is no YAML":          {edit(prod, "image:\n\tx: 1\n"), "cluster.broken deploy/chart/values-prod.yaml:2: found character that cannot start any token"},
		"a mistyped value":           {replace(prod, "replicas: 3", "replica: 3"), "cluster.values deploy/chart/values-prod.yaml:12: replica: there is no such value"},
		"a value out of range":       {replace(valuesFile, "port: 8081", "port: 81"), "listeners.probe.port: 81 is less than 1024"},
		"no schema":                  {without(schema), "cluster.values deploy/chart/values.schema.json: there is no schema, so that a mistyped value goes unseen"},
		"an open schema":             {edit(schema, `{"properties":{"image":{"properties":{"tag":{}},"additionalProperties":false}}}`), "cluster.values-open deploy/chart/values.schema.json: the schema takes values"},
		"a schema that is none":      {edit(schema, "{"), "cluster.broken deploy/chart/values.schema.json: no JSON: unexpected EOF"},
		"a tag in production":        {replace(prod, "requireDigest: true", "requireDigest: false"), "cluster.image deploy/chart/templates/deployment.yaml"},
		"a digest that is none":      {replace(prod, `digest: ""`, `digest: "sha256:0"`), "cluster.values deploy/chart/values-prod.yaml:10: image.digest: \"sha256:0\" does not match"},
		"a template cannot be read":  {edit(deployment, "kind: Deployment\nmetadata:\n  {{ if }}\n"), "cluster.broken deploy/chart/templates/deployment.yaml:3: missing value for if"},
		"a value is not there":       {edit(deployment, "a: 1\nb: {{ .Values.none.at.all }}\n"), "cluster.broken deploy/chart/templates/deployment.yaml:2: nil pointer evaluating interface {}.at"},
		"a template refuses":         {edit(deployment, "{{ fail \"not so\" }}"), "cluster.broken deploy/chart/templates/deployment.yaml:1: not so"},
		"a template gives no object": {edit(deployment, "- a\n"), "cluster.broken deploy/chart/templates/deployment.yaml:1: a document that is no object"},
		"a template gives no YAML":   {edit(deployment, "kind: X\na: [\n"), "cluster.broken deploy/chart/templates/deployment.yaml:2: did not find expected node content"},
		"a key twice":                {replace(deployment, "kind: Deployment\n", "kind: Deployment\nkind: Deployment\n"), "cluster.duplicate deploy/chart/templates/deployment.yaml"},
		"only in development":        {edit("deploy/chart/values-dev.yaml", "networkPolicy:\n  enabled: false\n"), `cluster.network deploy/chart/templates/deployment.yaml`},

		"no runbook":             {without("docs/runbook.md"), "cluster.alerts docs/runbook.md: the alerts link to it, and it is not there"},
		"no section":             {replace("docs/runbook.md", "## SVIDExpiry", "## Expiry"), "names the section \"svidexpiry\", which docs/runbook.md does not have"},
		"no link":                {replace(rules, "runbook_url: \"docs/runbook.md#svidexpiry\"", "note: none"), "the alert SVIDExpiry has no runbook_url"},
		"a link without section": {replace(rules, "docs/runbook.md#svidexpiry", "docs/runbook.md"), "the runbook_url of the alert SVIDExpiry names no section"},
		"no severity":            {replace(rules, "severity: critical", "level: critical"), "has no severity"},

		"a policy is no YAML":    {edit("deploy/policy/vap/labels.yaml", "a: 'x\n"), "cluster.admission deploy/policy/vap/labels.yaml"},
		"a policy is a list":     {edit("deploy/policy/vap/labels.yaml", "- a\n"), "cluster.admission deploy/policy/vap/labels.yaml:1: a document is no object"},
		"bound to nothing":       {replace(bindings, `policyName: "labels.payments.shop"`, `policyName: "label.payments.shop"`), `it binds "label.payments.shop", and there is no such ValidatingAdmissionPolicy`},
		"not bound":              {replace(bindings, `policyName: "labels.payments.shop"`, `policyName: "volumes.payments.shop"`), `ValidatingAdmissionPolicy "labels.payments.shop": no binding names it`},
		"bound, and audits only": {replace(bindings, "validationActions: [Deny, Audit]", "validationActions: [Audit]"), "its validationActions lack Deny"},
		"an old version":         {replace("deploy/policy/vap/labels.yaml", "admissionregistration.k8s.io/v1", "admissionregistration.k8s.io/v1alpha1"), `"v1alpha1" is no version of admissionregistration.k8s.io that is served`},
		"an unknown kind":        {replace("deploy/policy/vap/labels.yaml", "kind: ValidatingAdmissionPolicy", "kind: ValidatingAdmisionPolicy"), "admissionregistration.k8s.io has no such kind"},
		"errors let all pass":    {replace("deploy/policy/vap/labels.yaml", "failurePolicy: Fail", "failurePolicy: Ignore"), "its failurePolicy is Ignore"},
		"a deprecated kind":      {edit("deploy/policy/kyverno/old.yaml", "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata:\n  name: x\n"), `cluster.old-policy deploy/policy/kyverno/old.yaml:2: ClusterPolicy "x": ClusterPolicy of kyverno.io/v1 is deprecated`},
		"a constraint of none":   {edit("deploy/policy/gatekeeper/constraints/x.yaml", "apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: Nope\nmetadata:\n  name: x\n"), "there is no ConstraintTemplate of this kind"},
		"Kyverno only audits":    {edit("deploy/policy/kyverno/x.yaml", "apiVersion: policies.kyverno.io/v1\nkind: ValidatingPolicy\nmetadata:\n  name: x\nspec:\n  validationActions: [Audit]\n"), "it warns or audits, and refuses nothing"},

		"namespace enforces less":   {replace("deploy/namespace.yaml", `/enforce: "restricted"`, `/enforce: "baseline"`), `cluster.namespace deploy/namespace.yaml`},
		"namespace is not pinned":   {replace("deploy/namespace.yaml", `enforce-version: "v1.37"`, `enforce-version: "latest"`), `"latest", which is no pinned version`},
		"namespace warns of none":   {replace("deploy/namespace.yaml", `pod-security.kubernetes.io/warn: "restricted"`, `x: y`), "does not set pod-security.kubernetes.io/warn: restricted"},
		"another namespace":         {replace("deploy/namespace.yaml", `name: "shop"`, `name: "shed"`), `it holds no Namespace "shop"`},
		"applied by the client":     {replace(app, "- ServerSideApply=true", "- Replace=false"), "syncOptions lack ServerSideApply=true"},
		"installed elsewhere":       {replace(app, `namespace: "shop"`, `namespace: "shed"`), `it installs into "shed", and the service lives in shop`},
		"the default project":       {replace(app, `project: "payments"`, `project: default`), "its project is the default one"},
		"by a tag":                  {replace(app, `targetRevision: "sha256:0000000000000000000000000000000000000000000000000000000000000000"`, `targetRevision: "1.x"`), `it installs "1.x", which can become another chart`},
		"an old Application":        {replace(app, "argoproj.io/v1alpha1", "argoproj.io/v1"), `argoproj.io is served as v1alpha1, not as "v1"`},
		"a namespace without rules": {replace(app, `pod-security.kubernetes.io/enforce: "restricted"`, `x: y`), `Application "payments" does not set pod-security.kubernetes.io/enforce`},
		"charts from everywhere":    {replace(project, `- "oci://ghcr.io/acme/charts/payments"`, `- "*"`), "it takes charts from everywhere"},
		"any kind of object":        {replace(project, "{group: batch, kind: Job}", `{group: "*", kind: "*"}`), "namespaceResourceWhitelist lets it make objects of any kind"},
		"every namespace":           {replace(project, `namespace: "shop"`, `namespace: "*"`), "it may install into every namespace"},
		"an old HelmRelease":        {edit("deploy/flux/x.yaml", "apiVersion: helm.toolkit.fluxcd.io/v2beta1\nkind: HelmRelease\nmetadata:\n  name: x\n"), `helm.toolkit.fluxcd.io is served as v2, not as "v2beta1"`},
		"Flux by a tag":             {edit("deploy/flux/x.yaml", "apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata:\n  name: x\nspec:\n  ref: {digest: latest}\n"), `it installs "latest"`},
	} {
		t.Run(name, func(t *testing.T) {
			results, _ := checktest.Judge(t, Area(), tt.service(t))
			lines := checktest.Lines(results)
			for _, line := range lines {
				if strings.Contains(line, tt.want) {
					return
				}
			}
			t.Errorf("want %q, got\n%s", tt.want, strings.Join(lines, "\n"))
		})
	}
}

// A socket from the node's folder is a note where it was chosen, and a finding where it was not.
func TestHostPath(t *testing.T) {
	for _, chosen := range []bool{true, false} {
		sets := []string{"unsafe.0.choice=hostpath", "unsafe.0.reason=no driver"}
		s := checktest.Service(t, checktest.Answers(t, sets...))
		if !chosen {
			s.Answers.Unsafe = nil
		}
		results, _ := checktest.Judge(t, Area(), s)
		var severities []string
		for _, r := range results {
			if r.Rule == "cluster.host-path" || r.Rule == "cluster.pod-security" {
				severities = append(severities, r.Rule+" "+string(r.Severity))
			}
		}
		want := "cluster.pod-security finding"
		if chosen {
			want = "cluster.host-path note"
		}
		if len(severities) == 0 || strings.Join(severities, "") != strings.Repeat(want, len(severities)) {
			t.Errorf("chosen %v: %v", chosen, severities)
		}
	}
}

// What cannot be rendered here is listed, and nothing is missed because of it.
func TestSkipped(t *testing.T) {
	s := checktest.Replace(t, full(t), "deploy/chart/templates/networkpolicy.yaml", "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n", "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nat: {{ now }}\n")
	results, unchecked := checktest.Judge(t, Area(), s)
	for _, r := range results {
		if r.Severity == check.Finding {
			t.Errorf("a finding: %v", r)
		}
	}
	want := check.Unchecked{Area: "cluster", What: "deploy/chart/templates/networkpolicy.yaml", Why: "the function now is not known here"}
	if slices.Contains(unchecked, want) {
		return
	}
	t.Errorf("unchecked: %v", unchecked)
}

// onDisk writes a service to a folder, for programs.
func onDisk(t *testing.T, s *check.Service) *check.Service {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, s.FS); err != nil {
		t.Fatal(err)
	}
	copied := *s
	copied.FS, copied.Folder, copied.Environ = os.DirFS(dir), dir, os.Environ()
	return &copied
}

// What is taken from git is pinned by its commit.
func TestCommitIsPinned(t *testing.T) {
	const file, unknown = "deploy/argocd/application.yaml", "sha256:0000000000000000000000000000000000000000000000000000000000000000"
	for revision, want := range map[string]int{strings.Repeat("0a", 20): 0, strings.Repeat("0a", 19): 1, "main": 1} {
		results, _ := checktest.Judge(t, Area(), checktest.Replace(t, full(t), file, unknown, revision))
		if got := len(slices.DeleteFunc(results, func(r check.Result) bool { return r.File != file || r.Rule != gitops.ID })); got != want {
			t.Errorf("%s: %d findings, want %d", revision, got, want)
		}
	}
}

// A chart that could not be looked at is not one in which nothing was found.
func TestTooLargeAChart(t *testing.T) {
	s := checktest.Edit(t, full(t), "deploy/chart/Chart.yaml", make([]byte, 32<<20))
	if _, _, err := Area().Check(t.Context(), s); !errors.Is(err, chart.ErrTooLarge) {
		t.Errorf("want an error, got %v", err)
	}
}

// program is a stand-in for helm.
func program(t *testing.T, s *check.Service, script string) {
	t.Helper()
	helm := filepath.Join(t.TempDir(), "helm")
	if err := os.WriteFile(helm, []byte("#!/bin/sh\n"+script), 0o755); err != nil {
		t.Fatal(err)
	}
	s.LookPath = func(string) (string, error) { return helm, nil }
}

func TestHelmThatSpeaks(t *testing.T) {
	if _, err := os.Stat("/bin/sh"); err != nil {
		t.Skip("no /bin/sh")
	}
	for name, tt := range map[string]struct{ script, want, unchecked string }{
		"refuses":          {"echo 'Error: execution error at (payments/templates/x.yaml:1:2): not so\n\nUse --debug flag' >&2; exit 1", "cluster.broken deploy/chart: helm does not render it: execution error at (payments/templates/x.yaml:1:2): not so", ""},
		"crashes":          {"kill -9 $$", "", "the chart by Helm: running helm: signal: killed; gen rendered it by itself"},
		"is old":           {"echo 'Error: unknown flag: --api-versions' >&2; exit 1", "", "the chart by Helm: running helm: exit status 1"},
		"says nothing":     {"exit 1", "", "the chart by Helm: running helm: exit status 1"},
		"prints for ever":  {"exec yes 'a: b'", "", "the chart by Helm: helm printed more than 32 MB"},
		"is asked once":    {"mkdir \"$TMPDIR/asked\" && kill -9 $$; echo again", "", "the chart by Helm: running helm: signal: killed"},
		"renders":          {"printf -- '---\\n# Source: payments/templates/serviceaccount.yaml\\nkind: ServiceAccount\\napiVersion: v1\\nmetadata: {name: payments, namespace: shop}\\n'", "cluster.token deploy/chart/templates/serviceaccount.yaml:6: ServiceAccount \"payments\": it does not set automountServiceAccountToken: false", ""},
		"is given nothing": {`test -z "$AWS_SECRET_ACCESS_KEY" && test "$HOME" = "$HELM_CONFIG_HOME" && test -d "$HOME" && test "$KUBECONFIG" = "$HOME/none" && exit 0; echo 'Error: it has more' >&2; exit 1`, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := onDisk(t, full(t))
			s.Environ = append(s.Environ, "TMPDIR="+t.TempDir(), "AWS_SECRET_ACCESS_KEY=x", "HELM_PLUGINS=/x", "KUBECONFIG=/x")
			program(t, s, tt.script)
			results, unchecked := checktest.Judge(t, Area(), s)
			lines := checktest.Lines(results)
			if all := strings.Join(lines, "\n"); tt.want != "" && !strings.Contains(all, tt.want) || strings.Contains(all, "it has more") || strings.Contains(all, "no object") {
				t.Errorf("want %q, got\n%s", tt.want, all)
			}
			var told []string
			for _, u := range unchecked {
				told = append(told, u.What+": "+u.Why)
			}
			if all := strings.Join(told, "\n"); !strings.Contains(all, tt.unchecked) || tt.unchecked == "" && all != "" {
				t.Errorf("want %q, got %q", tt.unchecked, all)
			}
		})
	}
}

// With helm itself it finds what it finds without, at the same lines.
func TestHelm(t *testing.T) {
	helm := os.Getenv("HELM")
	if helm == "" {
		t.Skip("HELM is not set: what helm renders is not compared here; e2e does it")
	}
	s := onDisk(t, checktest.Replace(t, full(t), "deploy/chart/templates/_helpers.tpl", "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false"))
	want, _ := checktest.Judge(t, Area(), s)
	s.LookPath = func(string) (string, error) { return helm, nil }
	got, unchecked := checktest.Judge(t, Area(), s)
	if len(unchecked) > 0 {
		t.Error(unchecked)
	}
	if a, b := strings.Join(checktest.Lines(want), "\n"), strings.Join(checktest.Lines(got), "\n"); a != b || len(want) < 5 {
		t.Errorf("want\n%s\ngot\n%s", a, b)
	}
}

// Helm and package chart make the same objects of services in which every two choices meet.
func TestHelmOfPairs(t *testing.T) {
	helm := os.Getenv("HELM")
	if helm == "" {
		t.Skip("HELM is not set: what helm renders is not compared here; e2e does it")
	}
	for _, row := range choices.Pairs(choices.Dimensions()) {
		a, err := row.Answers()
		if err != nil {
			t.Fatal(err)
		}
		s := onDisk(t, checktest.Service(t, a))
		j := newJudge(t.Context(), s)
		c, err := chart.Load(s.FS, chartDir)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range []string{"values-dev.yaml", "values-prod.yaml"} {
			content, err := s.Read(chartDir + "/" + file)
			if err != nil {
				t.Fatal(err)
			}
			given, err := chart.ReadValues(content)
			if err != nil {
				t.Fatal(err)
			}
			want, err := j.helm(c, helm, file, true)
			if err != nil {
				t.Fatalf("%s: %v", row, err)
			}
			own, err := c.Render(t.Context(), c.Values(given, map[string]any{"image": map[string]any{"digest": digest}}), j.release())
			if err != nil {
				t.Fatalf("%s: %v", row, err)
			}
			if a, b := objectsOf(want), objectsOf(own.Manifests); a != b || strings.Count(a, "\n") < 5 {
				t.Errorf("%s with %s: (-want +got)\n%s", row, file, cmp.Diff(strings.Split(a, "\n"), strings.Split(b, "\n")))
			}
		}
	}
}

// objectsOf are objects in an order of their own, one a line.
func objectsOf(list []chart.Manifest) string {
	var lines []string
	for _, m := range list {
		b, _ := json.Marshal(m.Object)
		lines = append(lines, m.Template+" "+string(b)+"\n")
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}
