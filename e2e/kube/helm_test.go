//go:build linux

package kube

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/kubernetes"
	"sigs.k8s.io/yaml"

	"github.com/mintwright/mintwright/e2e/charts"
	"github.com/mintwright/mintwright/e2e/objects"
)

// runHelm runs Helm with the chart and the values of a use.
func (tr *trial) runHelm(t *testing.T, u charts.Use, verb ...string) (string, error) {
	t.Helper()
	folder := t.TempDir()
	for _, f := range charts.Files(tr.Service) {
		write(t, filepath.Join(folder, "chart", filepath.FromSlash(f.Name)), f.Data)
	}
	values, err := charts.ValuesOf(tr.Service, u)
	if err != nil {
		t.Fatal(err)
	}
	data, err := yaml.Marshal(values)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(folder, "values.yaml"), data)
	args := append(verb, u.Release, "./chart", "--namespace", u.Namespace, "--values", "values.yaml", "--timeout", "2m")
	return tr.plainHelm(t, folder, args...)
}

func (tr *trial) plainHelm(t *testing.T, folder string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), tr.helm, append(args, "--kubeconfig", tr.kubeconfig)...)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "HELM_CACHE_HOME="+folder, "HELM_CONFIG_HOME="+folder, "HELM_DATA_HOME="+folder, "HELM_DRIVER=secret")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func write(t *testing.T, name string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// withoutDefinitions: in a cluster that knows no custom resource, the chart leaves away what it
// can do without, and what it cannot is named.
func (tr *trial) withoutDefinitions(t *testing.T) {
	u := tr.use(t, "prod")
	out, err := tr.runHelm(t, u, "install", "--dry-run=server")
	if err == nil || !strings.Contains(out, "ClusterSPIFFEID") {
		t.Errorf("the identity has no definition, and Helm says: %v %s", err, out)
	}
	t.Logf("with the identity, whose definition is not there: %s", firstLine(out))
	u.Values = charts.Merge(u.Values, charts.Map("identity.enabled", false), charts.Map("autoscaling.mode", "hpa"), charts.Map("tests.enabled", false))
	if tr.Answers.Telemetry.Prometheus {
		u.Values = charts.Merge(u.Values, charts.Map("monitoring.serviceMonitor.enabled", true), charts.Map("monitoring.rules.enabled", true))
	}
	stop := tr.finishJobs(t)
	defer stop()
	if out, err := tr.runHelm(t, u, "install"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	out, err = tr.plainHelm(t, t.TempDir(), "get", "manifest", u.Release, "--namespace", u.Namespace)
	if err != nil || !strings.Contains(out, "kind: Deployment\n") {
		t.Errorf("%v\n%s", err, out)
	}
	for _, kind := range []string{"ServiceMonitor", "PodMonitor", "PrometheusRule"} {
		if strings.Contains(out, "kind: "+kind+"\n") {
			t.Errorf("%s is made and the cluster does not know it", kind)
		}
	}
	tr.uninstall(t, u)
	t.Log("without it, helm install succeeds, and no monitor is made")
}

// finishJobs is in the place of what runs Jobs: each succeeds at once. It ends when the returned
// function is called.
func (tr *trial) finishJobs(t *testing.T) (stop func()) {
	t.Helper()
	client, err := kubernetes.NewForConfig(tr.config)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			jobs, err := client.BatchV1().Jobs("").List(ctx, metav1.ListOptions{})
			if err != nil {
				continue
			}
			for _, job := range jobs.Items {
				if err := finish(ctx, client, &job); err != nil && ctx.Err() == nil && !apierrors.IsNotFound(err) && !apierrors.IsConflict(err) {
					t.Errorf("Job %s: %v", job.Name, err)
				}
			}
			time.Sleep(100 * time.Millisecond)
		}
	}()
	return func() { cancel(); <-done }
}

func finish(ctx context.Context, client kubernetes.Interface, job *batchv1.Job) error {
	if job.Status.CompletionTime != nil {
		return nil
	}
	now, zero := metav1.Now(), int32(0)
	condition := func(kind batchv1.JobConditionType) batchv1.JobCondition {
		return batchv1.JobCondition{Type: kind, Status: corev1.ConditionTrue, Reason: "CompletionsReached", LastProbeTime: now, LastTransitionTime: now}
	}
	job.Status = batchv1.JobStatus{
		StartTime: &now, CompletionTime: &now, Succeeded: 1, Ready: &zero, Terminating: &zero, UncountedTerminatedPods: &batchv1.UncountedTerminatedPods{},
		Conditions: []batchv1.JobCondition{condition(batchv1.JobSuccessCriteriaMet), condition(batchv1.JobComplete)},
	}
	_, err := client.BatchV1().Jobs(job.Namespace).UpdateStatus(ctx, job, metav1.UpdateOptions{})
	return err
}

func (tr *trial) uninstall(t *testing.T, u charts.Use) {
	t.Helper()
	if out, err := tr.plainHelm(t, t.TempDir(), "uninstall", u.Release, "--namespace", u.Namespace, "--timeout", "2m"); err != nil {
		t.Errorf("helm uninstall: %v\n%s", err, out)
	}
}

// installed: Helm installs the chart with its hooks into the namespace with its policies, an
// upgrade to the same changes nothing, and one to something else changes that.
func (tr *trial) installed(t *testing.T) {
	stop := tr.finishJobs(t)
	defer stop()
	u := tr.use(t, "prod")
	for _, where := range []struct{ name, release, ns string }{
		{"its namespace", u.Release, tr.ns},
		{"a release name of 53 characters", "r" + strings.Repeat("2345678-", 6) + "last", tr.ns},
		{"release on, namespace 1e3", "on", "1e3"},
	} {
		t.Run(where.name, func(t *testing.T) {
			u := u
			u.Release, u.Namespace = where.release, where.ns
			tr.needNamespace(t, u.Namespace)
			tr.installedAt(t, u)
		})
	}
}

func (tr *trial) installedAt(t *testing.T, u charts.Use) {
	if out, err := tr.runHelm(t, u, "install", "--dry-run=server"); err != nil {
		t.Fatalf("helm install --dry-run=server: %v\n%s", err, out)
	}
	out, err := tr.runHelm(t, u, "install")
	if err != nil {
		t.Fatalf("helm install: %v\n%s", err, out)
	}
	for line := range strings.Lines(out) {
		if strings.Contains(line, "Warning:") && !tr.mayWarn(line) || strings.Contains(line, "level=WARN") {
			t.Errorf("helm install: %s", line)
		}
	}
	all, err := charts.Objects(t, tr.Service, u)
	if err != nil {
		t.Fatal(err)
	}
	before := tr.there(t, all, u.Namespace)
	if out, err := tr.runHelm(t, u, "upgrade"); err != nil {
		t.Fatalf("helm upgrade: %v\n%s", err, out)
	}
	after := tr.there(t, all, u.Namespace)
	for name, b := range before {
		a := after[name]
		if a == nil || a.GetResourceVersion() != b.GetResourceVersion() {
			t.Errorf("%s is changed by an upgrade to the same:\n%v\n%v", name, b, a)
			continue
		}
		if err := onlyManager(a, "helm"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	changed := u
	changed.Values = charts.Merge(u.Values, charts.Map("logLevel", "warn"), charts.Map("minReadySeconds", 17))
	if out, err := tr.runHelm(t, changed, "upgrade"); err != nil {
		t.Fatalf("helm upgrade: %v\n%s", err, out)
	}
	var moved []string
	for name, a := range tr.there(t, all, u.Namespace) {
		if a.GetResourceVersion() != after[name].GetResourceVersion() {
			moved = append(moved, strings.Fields(name)[0])
		}
	}
	if len(moved) != 1 || moved[0] != "Deployment" {
		t.Errorf("an upgrade of the Deployment changes %q", moved)
	}
	tr.uninstall(t, u)
	if left := tr.there(t, all, u.Namespace); len(left) > 0 {
		t.Errorf("%d objects are left after helm uninstall", len(left))
	}
	if len(before) < 5 {
		t.Errorf("only %d objects were made", len(before))
	}
	t.Logf("helm install makes %d objects; helm upgrade to the same leaves their resourceVersions; to another log level changes the Deployment; helm uninstall leaves nothing", len(before))
}

// there are the objects that are there, hooks that are gone left out.
func (tr *trial) there(t *testing.T, all []objects.Object, ns string) map[string]*unstructured.Unstructured {
	t.Helper()
	is := map[string]*unstructured.Unstructured{}
	for _, o := range all {
		if hook, _ := o.At("metadata", "annotations", "helm.sh/hook").(string); hook != "" {
			continue
		}
		switch got, err := tr.get(t.Context(), o, ns); {
		case apierrors.IsNotFound(err):
		case err != nil:
			t.Fatalf("%s: %v", o, err)
		default:
			is[fmt.Sprintf("%s %s", o.Kind, o.Name)] = got
		}
	}
	return is
}

// badValues: the schema refuses them before the server is asked, and the server what a schema
// cannot know.
func (tr *trial) badValues(t *testing.T) {
	refused := 0
	for _, c := range []struct {
		name   string
		values map[string]any
		want   string
	}{
		{"a typo", charts.Map("replcas", 3), "replcas"},
		{"a string for a number", charts.Map("replicas", "3"), "/replicas"},
		{"a privileged port", charts.Map("listeners.http.port", 80), "/listeners/http/port"},
		{"no digest", charts.Map("image.digest", ""), "/image"},
		{"a short digest", charts.Map("image.digest", "sha256:12"), "/image/digest"},
		{"two scalers", charts.Map("autoscaling.mode", []any{"hpa", "keda"}), "/autoscaling/mode"},
		{"a newline", charts.Map("environment", "a\nb"), "/environment"},
		{"a folder of the node beside the policies", charts.Map("extraVolumes", []any{map[string]any{"name": "node", "hostPath": map[string]any{"path": "/etc"}}}), "hostPath"},
	} {
		u := tr.use(t, "prod")
		u.Values = charts.Merge(u.Values, c.values)
		out, err := tr.runHelm(t, u, "install", "--dry-run=server")
		if c.name == "a folder of the node beside the policies" && err == nil {
			out, err = tr.runHelm(t, u, "install", "--no-hooks")
			if err == nil {
				tr.uninstall(t, u)
			}
		}
		if err == nil || !strings.Contains(out, c.want) {
			t.Errorf("%s: %v\n%s", c.name, err, out)
			continue
		}
		refused++
	}
	t.Logf("%d bad values are refused", refused)
}
