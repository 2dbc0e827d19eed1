package compare

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	loader3 "helm.sh/helm/v3/pkg/chart/loader"
	chartutil3 "helm.sh/helm/v3/pkg/chartutil"
	engine3 "helm.sh/helm/v3/pkg/engine"
	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/engine"
	"sigs.k8s.io/yaml"

	"github.com/mintwright/mintwright/e2e/charts"
	"github.com/mintwright/mintwright/e2e/objects"
)

// use is one rendering of a chart.
type use struct {
	release, namespace string
	values             map[string]any
	without            bool // in a cluster that knows no API but its own
}

// apis are those that a cluster with everything has beside its own.
func apis() []string {
	return append(charts.Monitors(),
		"gateway.networking.k8s.io/v1", "gateway.networking.k8s.io/v1/HTTPRoute", "gateway.networking.k8s.io/v1/GRPCRoute", "gateway.networking.k8s.io/v1/TLSRoute",
		"keda.sh/v1alpha1", "keda.sh/v1alpha1/ScaledObject", "spire.spiffe.io/v1alpha1", "spire.spiffe.io/v1alpha1/ClusterSPIFFEID",
	)
}

// newestKubernetes is the version for which charts are rendered: Helm's own default, outside
// of its command, is an old one.
func newestKubernetes() (*common.KubeVersion, error) { return common.ParseKubeVersion("v1.37.0") }

// load reads the chart anew: Helm changes what it renders.
func (s subject) load() (*chart.Chart, error) { return loader.LoadDir(s.folder) }

// render returns what Helm 4 makes of the chart, by the name of the template.
func (s subject) render(u use) (map[string]string, error) {
	c, err := s.load()
	if err != nil {
		return nil, err
	}
	values := charts.Merge(u.values)
	if err := chartutil.ProcessDependencies(c, values); err != nil {
		return nil, err
	}
	capabilities := common.DefaultCapabilities.Copy()
	kube, err := newestKubernetes()
	if err != nil {
		return nil, err
	}
	capabilities.KubeVersion = *kube
	if !u.without {
		capabilities.APIVersions = append(slices.Clone(capabilities.APIVersions), apis()...)
	}
	options := common.ReleaseOptions{Name: u.release, Namespace: u.namespace, Revision: 1, IsInstall: true}
	top, err := util.ToRenderValues(c, values, options, capabilities)
	if err != nil {
		return nil, err
	}
	return engine.Render(c, top)
}

// render3 is render by Helm 3.
func (s subject) render3(u use) (map[string]string, error) {
	c, err := loader3.LoadDir(s.folder)
	if err != nil {
		return nil, err
	}
	values := charts.Merge(u.values)
	if err := chartutil3.ProcessDependencies(c, values); err != nil {
		return nil, err
	}
	capabilities := chartutil3.DefaultCapabilities.Copy()
	kube, err := newestKubernetes()
	if err != nil {
		return nil, err
	}
	capabilities.KubeVersion = chartutil3.KubeVersion{Version: kube.Version, Major: kube.Major, Minor: kube.Minor}
	capabilities.APIVersions = append(slices.Clone(capabilities.APIVersions), apis()...)
	options := chartutil3.ReleaseOptions{Name: u.release, Namespace: u.namespace, Revision: 1, IsInstall: true}
	top, err := chartutil3.ToRenderValues(c, values, options, capabilities)
	if err != nil {
		return nil, err
	}
	return engine3.Render(c, top)
}

// parse is YAML that stands in this package.
func parse(text string) (map[string]any, error) {
	values := map[string]any{}
	err := yaml.Unmarshal([]byte(text), &values)
	return values, err
}

// view is what was rendered, read.
type view struct {
	files     map[string]string
	objects   []objects.Object
	pods      []objects.PodTemplate // but those of tests
	tests     []objects.PodTemplate
	workloads []objects.PodTemplate // that stay: Deployment, StatefulSet, DaemonSet
	unread    []error               // manifests that are no objects
	namespace string
}

func read(u use, files map[string]string) view {
	v := view{files: files, namespace: u.namespace}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if ext := path.Ext(name); ext != ".yaml" && ext != ".yml" {
			continue
		}
		found, err := objects.Read(path.Base(name), []byte(files[name]))
		if err != nil {
			v.unread = append(v.unread, err)
		}
		v.objects = append(v.objects, found...)
	}
	for _, p := range objects.Pods(v.objects) {
		switch hook, _ := objects.At(p.Of.Value, "metadata", "annotations", "helm.sh/hook").(string); {
		case strings.Contains(hook, "test"):
			v.tests = append(v.tests, p)
		default:
			v.pods = append(v.pods, p)
		}
		switch p.Of.Kind {
		case "Deployment", "StatefulSet", "DaemonSet":
			v.workloads = append(v.workloads, p)
		}
	}
	return v
}

// kinds counts the objects of each kind.
func (v view) kinds() map[string]int {
	count := map[string]int{}
	for _, o := range v.objects {
		count[o.Kind]++
	}
	return count
}

// scaled are the workloads with as many pods as one likes.
func (v view) scaled() []objects.PodTemplate {
	return slices.DeleteFunc(slices.Clone(v.workloads), func(p objects.PodTemplate) bool { return p.Of.Kind == "DaemonSet" })
}

// everyPod is pods and tests.
func (v view) everyPod() []objects.PodTemplate { return slices.Concat(v.pods, v.tests) }

// containers are those of pods, the ones that run first too.
func containers(pods []objects.PodTemplate) []map[string]any {
	var all []map[string]any
	for _, p := range pods {
		for _, key := range []string{"initContainers", "containers"} {
			all = append(all, mappings(p.Spec[key])...)
		}
	}
	return all
}

// mappings are the items of a list that are mappings.
func mappings(list any) []map[string]any {
	var all []map[string]any
	items, _ := list.([]any)
	for _, item := range items {
		if m, isMap := item.(map[string]any); isMap {
			all = append(all, m)
		}
	}
	return all
}

// study is a chart with what was rendered of it.
type study struct {
	subject
	chart  *chart.Chart
	values map[string]any // those of the subcharts too
	usual  view           // as it comes
	tools  *tools
	memory map[feature]*view
}

func newStudy(s subject, t *tools) (*study, error) {
	c, err := s.load()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.name, err)
	}
	if err := chartutil.ProcessDependencies(c, map[string]any{}); err != nil {
		return nil, fmt.Errorf("%s: %w", s.name, err)
	}
	values, err := util.CoalesceValues(c, map[string]any{})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.name, err)
	}
	st := &study{subject: s, chart: c, values: withoutGlobals(values), tools: t, memory: map[feature]*view{}}
	st.usual, err = st.view(use{})
	return st, err
}

// withoutGlobals takes out the copies of the globals that Helm hands to subcharts.
func withoutGlobals(values map[string]any) map[string]any {
	out := maps.Clone(values)
	for name, field := range out {
		if below, isMap := field.(map[string]any); isMap && name != "global" {
			below = maps.Clone(below)
			delete(below, "global")
			out[name] = below
		}
	}
	return out
}

func (s *study) view(u use) (view, error) {
	if u.release == "" {
		u.release = "one"
	}
	if u.namespace == "" {
		u.namespace = "shop"
	}
	files, err := s.render(u)
	if err != nil {
		return view{}, fmt.Errorf("%s: %w", s.name, err)
	}
	return read(u, files), nil
}

// with is the chart with a feature turned on; false when it cannot be.
func (s *study) with(f feature) (view, bool, error) {
	text, found := s.on[f]
	if !found {
		return view{}, false, nil
	}
	if v := s.memory[f]; v != nil {
		return *v, true, nil
	}
	values, err := parse(text)
	if err != nil {
		return view{}, false, fmt.Errorf("values of %s for %s: %w", s.name, f, err)
	}
	if f == production {
		more, err := s.productionValues()
		if err != nil {
			return view{}, false, err
		}
		values = charts.Merge(more, values)
	}
	v, err := s.view(use{values: values})
	if err == nil {
		s.memory[f] = &v
	}
	return v, err == nil, err
}

// productionValues are those of the file for production that comes with the chart.
func (s *study) productionValues() (map[string]any, error) {
	if s.subject.production == "" {
		return map[string]any{}, nil
	}
	content, err := os.ReadFile(filepath.Join(s.folder, s.subject.production))
	if err != nil {
		return nil, err
	}
	return parse(string(content))
}

// below returns the files of the chart's folder with that end, by slash path.
func (s subject) below(end string) ([]string, error) {
	var names []string
	err := filepath.WalkDir(s.folder, func(name string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(filepath.ToSlash(name), end) {
			relative, _ := filepath.Rel(s.folder, name)
			names = append(names, filepath.ToSlash(relative))
		}
		return err
	})
	slices.Sort(names)
	return names, err
}

// prepare makes the chart in a folder what its release makes of it: with its version, and
// without the dependencies whose subcharts are not there. It returns the names of these.
func prepare(folder, version string) ([]string, error) {
	name := filepath.Join(folder, "Chart.yaml")
	content, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	head, err := parse(string(content))
	if err != nil {
		return nil, err
	}
	if head["version"] == "v0.0.0" {
		head["version"], head["appVersion"] = version, version
	}
	var missing []string
	kept := []any{}
	for _, d := range mappings(head["dependencies"]) {
		if _, err := os.Stat(filepath.Join(folder, "charts", fmt.Sprint(d["name"]))); errors.Is(err, os.ErrNotExist) {
			missing = append(missing, fmt.Sprint(d["name"]))
			continue
		}
		kept = append(kept, d)
	}
	if len(missing) > 0 {
		head["dependencies"] = kept
	}
	out, err := yaml.Marshal(head)
	if err != nil {
		return nil, err
	}
	return missing, errors.Join(os.WriteFile(name, out, 0o644), os.RemoveAll(filepath.Join(folder, "Chart.lock")))
}
