package compare

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	chartutil3 "helm.sh/helm/v3/pkg/chartutil"
	lint3 "helm.sh/helm/v3/pkg/lint"
	"helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/v2/lint"
	"helm.sh/helm/v4/pkg/chart/v2/lint/support"
	"sigs.k8s.io/yaml"

	"github.com/mintwright/mintwright/e2e/charts"
	"github.com/mintwright/mintwright/e2e/objects"
)

// cell is what a row says of a chart. The rank tells the better of two: 1 is all that can be
// had, a half is what has to be asked for.
type cell struct {
	text string
	rank float64
	none bool // makes no sense for this chart
}

// row is one question that all charts are asked.
type row struct {
	group, name string
	ask         func(*study) (cell, error)
}

func rows() []row {
	const (
		form    = "As a chart"
		pods    = "Pods"
		net     = "Network and identity"
		scale   = "Scale and disruption"
		observe = "Observation"
		fit     = "Fitting in"
	)
	return []row{
		{form, "`helm lint --strict`, Helm 4 and Helm 3", lints},
		{form, "two renderings by Helm 4 are the same bytes", deterministic},
		{form, "Helm 3 renders the same bytes", alike},
		{form, "objects decode strictly into Kubernetes' types", decodes},
		{form, "objects fit the schemas of four minors of Kubernetes", fitsSchemas},
		{form, "release name of 53 characters", longNames},
		{form, "namespace `1e3`", oddNamespace},
		{form, "release `on`", oddRelease},
		{form, "a misspelt value is refused at the top", misspeltTop},
		{form, "a misspelt value is refused in its sections", misspeltBelow},
		{form, "values with a comment", documented},
		{form, "values to try it with (`ci/`), all of which render", tryOuts},
		{form, "unit tests of the templates", unitTests},
		{form, "notes after an install, without a gap", notes},
		{form, "Artifact Hub annotations", artifactHub},
		{pods, "Pod Security `restricted`, as it comes", restricted},
		{pods, "Pod Security `restricted`, with its values for production", restrictedInProduction},
		{pods, "`helm test`: test pods, and how many of them `restricted` admits", tests},
		{pods, "containers with a read-only root", readOnly},
		{pods, "no token in pods that have no rights at the API server", noToken},
		{pods, "containers with all three probes", probes},
		{pods, "containers with requests (CPU, memory) and a memory limit", resources},
		{pods, "image by digest", byDigest},
		{pods, "spread over zones and nodes", spreads},
		{pods, "fields of a pod that a value sets", fields},
		{pods, "more of one's own in a pod", more},
		{net, "NetworkPolicy that denies what it does not name, both ways", denies},
		{net, "SPIFFE identity", identity},
		{net, "route of the Gateway API", routes},
		{scale, "PodDisruptionBudget", budgets},
		{scale, "autoscaling", autoscaling},
		{observe, "monitors", monitors},
		{observe, "alerts with a link to a runbook", alerts},
		{observe, "unit tests of the alerts", alertTests},
		{observe, "Grafana dashboard", dashboards},
		{fit, "objects of one's own, filled in as templates", extraObjects},
		{fit, "labels of one's own on all objects", ownLabels},
	}
}

// share is n of all.
func share(n, all int) cell {
	if all == 0 {
		return cell{none: true}
	}
	return cell{text: fmt.Sprintf("%d of %d", n, all), rank: float64(n) / float64(all)}
}

func yes(is bool, otherwise string) cell {
	if is {
		return cell{text: "yes", rank: 1}
	}
	return cell{text: otherwise}
}

// count is how many items are as asked.
func count[T any](items []T, is func(T) bool) int {
	n := 0
	for _, item := range items {
		if is(item) {
			n++
		}
	}
	return n
}

// asked joins what comes by itself with what comes when one asks for it.
func (s *study) asked(f feature, judge func(view) cell) (cell, error) {
	if s.senseless[f] != "" {
		return cell{none: true}, nil
	}
	usual := judge(s.usual)
	if usual.rank == 1 || usual.none {
		return usual, nil
	}
	v, can, err := s.with(f)
	if err != nil || !can {
		return usual, err
	}
	return better(usual, judge(v)), nil
}

// told is asked for what has the same name in every chart: each key of that name is set.
func (s *study) told(judge func(view) cell, values map[string]any) (cell, error) {
	usual := judge(s.usual)
	if usual.rank == 1 || usual.none || values == nil {
		return usual, nil
	}
	v, err := s.view(use{values: values})
	if err != nil {
		return usual, nil
	}
	return better(usual, judge(v)), nil
}

func better(usual, told cell) cell {
	if told.rank <= usual.rank {
		return usual
	}
	return cell{text: usual.text + "; when asked " + told.text, rank: max(usual.rank, told.rank/2)}
}

func lints(s *study) (cell, error) {
	kube, err := newestKubernetes()
	if err != nil {
		return cell{}, err
	}
	n := 0
	for _, m := range lint.RunAll(s.folder, map[string]any{}, "shop", lint.WithKubeVersion(kube)).Messages {
		if m.Severity > support.InfoSev {
			n++
		}
	}
	kube3 := &chartutil3.KubeVersion{Version: kube.Version, Major: kube.Major, Minor: kube.Minor}
	for _, m := range lint3.AllWithKubeVersion(s.folder, map[string]any{}, "shop", kube3).Messages {
		if m.Severity > support.InfoSev {
			n++
		}
	}
	if n == 0 {
		return cell{text: "clean", rank: 1}, nil
	}
	return cell{text: fmt.Sprintf("%d found wrong", n)}, nil
}

func deterministic(s *study) (cell, error) {
	again, err := s.view(use{})
	return yes(maps.Equal(s.usual.files, again.files), fmt.Sprintf("%d files differ", differing(s.usual.files, again.files))), err
}

func alike(s *study) (cell, error) {
	by3, err := s.render3(use{release: "one", namespace: "shop"})
	if err != nil {
		return cell{text: "not at all"}, nil
	}
	n := differing(s.usual.files, by3)
	return yes(n == 0, fmt.Sprintf("%d files differ", n)), nil
}

func differing(a, b map[string]string) int {
	n := 0
	for name, content := range a {
		if b[name] != content {
			n++
		}
	}
	return n
}

func decodes(s *study) (cell, error) {
	all, good := len(s.usual.unread), 0
	for _, o := range s.usual.objects {
		known, err := decode(o)
		if known {
			all++
		}
		if known && err == nil {
			good++
		}
	}
	return share(good, all), nil
}

func fitsSchemas(s *study) (cell, error) {
	all, good := 0, 0
	for _, o := range s.usual.objects {
		known, err := s.tools.schemas(o)
		if known {
			all++
		}
		if known && err == nil {
			good++
		}
	}
	return share(good, all), nil
}

func longNames(s *study) (cell, error) {
	return s.installs(use{release: "r" + strings.Repeat("2345678-", 6) + "last"})
}

// installs renders the chart in a way and counts what the API server would take.
func (s *study) installs(u use) (cell, error) {
	v, err := s.view(u)
	if err != nil {
		return cell{text: "does not render"}, nil
	}
	return s.sound(v), nil
}

func oddNamespace(s *study) (cell, error) { return s.installs(use{namespace: "1e3"}) }

func oddRelease(s *study) (cell, error) { return s.installs(use{release: "on"}) }

// sound counts what the API server would take.
func (s *study) sound(v view) cell {
	good := 0
	for _, o := range v.objects {
		_, decoded := decode(o)
		_, fitted := s.tools.schemas(o)
		if decoded == nil && fitted == nil && named([]objects.Object{o}) == nil {
			good++
		}
	}
	twice := len(v.objects) - len(slices.CompactFunc(slices.SortedFunc(slices.Values(v.objects), byKey), func(a, b objects.Object) bool { return byKey(a, b) == 0 }))
	all := len(v.objects) + len(v.unread)
	switch {
	case good == all && twice == 0:
		return cell{text: "yes", rank: 1}
	case good == all:
		return cell{text: fmt.Sprintf("%d of %d objects there twice", twice, all)}
	default:
		return cell{text: fmt.Sprintf("%d of %d objects unsound", all-good, all)}
	}
}

func byKey(a, b objects.Object) int {
	key := func(o objects.Object) string { return o.GVK() + " " + o.Namespace + "/" + o.Name }
	return strings.Compare(key(a), key(b))
}

// refuses reports whether the chart's schema refuses these values.
func (s *study) refuses(values map[string]any) (bool, error) {
	all, err := util.CoalesceValues(s.chart, values)
	if err != nil {
		return false, err
	}
	return util.ValidateAgainstSchema(s.chart, all) != nil, nil
}

func misspeltTop(s *study) (cell, error) {
	refused, err := s.refuses(map[string]any{"misspelt": true})
	return yes(refused, "no"), err
}

// misspeltBelow tries a value that nobody knows in each mapping of the values. A mapping that
// is empty as it comes takes keys of the user's and does not count.
func misspeltBelow(s *study) (cell, error) {
	if !s.hasSchema() {
		return cell{text: "no schema"}, nil
	}
	all, refused := 0, 0
	for _, at := range sections("", s.values) {
		is, err := s.refuses(charts.Map(at+".misspelt", true))
		if err != nil {
			return cell{}, err
		}
		all++
		if is {
			refused++
		}
	}
	c := share(refused, all)
	c.text += " sections"
	return c, nil
}

func (s *study) hasSchema() bool {
	found, err := s.below("values.schema.json")
	return err == nil && len(found) > 0
}

// sections are the paths of mappings that hold something. One whose keys cannot be written
// with dots is left out, with what is below.
func sections(at string, values map[string]any) []string {
	var all []string
	for _, key := range slices.Sorted(maps.Keys(values)) {
		below, isMap := values[key].(map[string]any)
		if !isMap || len(below) == 0 || strings.Contains(key, ".") {
			continue
		}
		path := strings.TrimPrefix(at+"."+key, ".")
		all = append(append(all, path), sections(path, below)...)
	}
	return all
}

func tryOuts(s *study) (cell, error) {
	found, err := filepath.Glob(filepath.Join(s.folder, "ci", "*.yaml"))
	if err != nil || len(found) == 0 {
		return cell{text: "none"}, err
	}
	all, good := 0, 0
	for _, name := range found {
		content, err := os.ReadFile(name)
		if err != nil {
			return cell{}, err
		}
		values, err := parse(string(content))
		if err != nil {
			return cell{}, err
		}
		if slices.ContainsFunc(s.missing, func(name string) bool { return objects.At(values, name, "enabled") == true }) {
			continue
		}
		all++
		if _, err := s.view(use{values: values}); err == nil {
			good++
		}
	}
	return share(good, all), nil
}

// unitTests counts the suites of helm-unittest.
func unitTests(s *study) (cell, error) {
	found, err := s.below("_test.yaml")
	if err != nil {
		return cell{}, err
	}
	suites, cases := 0, 0
	for _, name := range found {
		content, err := os.ReadFile(filepath.Join(s.folder, filepath.FromSlash(name)))
		if err != nil {
			return cell{}, err
		}
		var suite struct {
			Suite     string   `json:"suite"`
			Templates []string `json:"templates"`
			Tests     []struct {
				It string `json:"it"`
			} `json:"tests"`
		}
		if yaml.Unmarshal(content, &suite) == nil && suite.Suite != "" {
			suites++
			cases += len(suite.Tests)
		}
	}
	if suites == 0 {
		return cell{text: "none"}, nil
	}
	return cell{text: fmt.Sprintf("%d suites, %d cases", suites, cases), rank: 1}, nil
}

func notes(s *study) (cell, error) {
	content := ""
	for name, text := range s.usual.files {
		if strings.HasSuffix(name, "/templates/NOTES.txt") && strings.Count(name, "/") == 2 {
			content = text
		}
	}
	if strings.TrimSpace(content) == "" {
		return cell{text: "none"}, nil
	}
	for _, gap := range []string{"<no value>", "<nil>", "%!", "map["} {
		if strings.Contains(content, gap) {
			return cell{text: "with " + gap, rank: 0.5}, nil
		}
	}
	return cell{text: "yes", rank: 1}, nil
}

func artifactHub(s *study) (cell, error) {
	var names []string
	for name := range s.chart.Metadata.Annotations {
		if short, is := strings.CutPrefix(name, "artifacthub.io/"); is {
			names = append(names, short)
		}
	}
	slices.Sort(names)
	if len(names) == 0 {
		return cell{text: "none"}, nil
	}
	return cell{text: strings.Join(names, ", "), rank: min(1, float64(len(names))/2)}, nil
}

// admitted counts the pods that restricted admits.
func (s *study) admitted(pods []objects.PodTemplate) (cell, error) {
	n := 0
	for _, p := range pods {
		why, err := s.tools.security.Refused(p)
		if err != nil {
			return cell{}, err
		}
		if why == "" {
			n++
		}
	}
	return share(n, len(pods)), nil
}

func restricted(s *study) (cell, error) { return s.admitted(s.usual.pods) }

func restrictedInProduction(s *study) (cell, error) {
	v, err := s.inProduction()
	if err != nil {
		return cell{}, err
	}
	return s.admitted(v.pods)
}

func (s *study) inProduction() (view, error) {
	if v, can, err := s.with(production); can || err != nil {
		return v, err
	}
	values, err := s.productionValues()
	if err != nil {
		return view{}, err
	}
	return s.view(use{values: values})
}

func tests(s *study) (cell, error) {
	if len(s.usual.tests) == 0 {
		return cell{text: "none"}, nil
	}
	c, err := s.admitted(s.usual.tests)
	if c.rank < 1 {
		c.rank = 0.5
	}
	return c, err
}

func readOnly(s *study) (cell, error) {
	all := containers(s.usual.everyPod())
	return share(count(all, func(c map[string]any) bool {
		return objects.At(c, "securityContext", "readOnlyRootFilesystem") == true
	}), len(all)), nil
}

func noToken(s *study) (cell, error) {
	off := charts.Merge(setEverywhere(s.values, "automountServiceAccountToken", false), setEverywhere(s.values, "automount", false))
	return s.told(func(v view) cell {
		var idle []objects.PodTemplate
		for _, p := range v.everyPod() {
			if !v.callsAPI(p) {
				idle = append(idle, p)
			}
		}
		return share(count(idle, func(p objects.PodTemplate) bool { return !v.hasToken(p) }), len(idle))
	}, off)
}

// staying are the containers that run as long as their pods.
func staying(pods []objects.PodTemplate) []map[string]any {
	var all []map[string]any
	for _, p := range pods {
		all = append(all, mappings(p.Spec["containers"])...)
	}
	return all
}

func probes(s *study) (cell, error) {
	return s.asked(health, func(v view) cell {
		all := staying(v.workloads)
		has := func(names ...string) int {
			return count(all, func(c map[string]any) bool {
				return !slices.ContainsFunc(names, func(name string) bool { return c[name] == nil })
			})
		}
		c := share(has("startupProbe", "livenessProbe", "readinessProbe"), len(all))
		if c.rank < 1 {
			c.text += fmt.Sprintf(" (startup %d, liveness %d, readiness %d)", has("startupProbe"), has("livenessProbe"), has("readinessProbe"))
		}
		return c
	})
}

func resources(s *study) (cell, error) {
	some := map[string]any{"cpu": "100m", "memory": "128Mi"}
	return s.told(func(v view) cell {
		all := containers(v.everyPod())
		return share(count(all, func(c map[string]any) bool {
			r := c["resources"]
			return objects.At(r, "requests", "cpu") != nil && objects.At(r, "requests", "memory") != nil && objects.At(r, "limits", "memory") != nil
		}), len(all))
	}, setEverywhere(s.values, "resources", map[string]any{"requests": some, "limits": some}))
}

// byDigest asks for one, and then whether values for production can do without.
func byDigest(s *study) (cell, error) {
	v, can, err := s.with(digest)
	if err != nil || !can {
		return cell{text: "no"}, err
	}
	all := staying(v.workloads)
	n := count(all, func(c map[string]any) bool { return strings.Contains(fmt.Sprint(c["image"]), "@sha256:") })
	c := share(n, len(all))
	by := "by a value of its own"
	if strings.Contains(s.on[digest], "tag:") {
		by = "by way of the tag"
	}
	c.text, c.rank = c.text+", "+by, c.rank/2
	if s.subject.production == "" {
		return c, nil
	}
	values, err := s.productionValues()
	if err != nil {
		return cell{}, err
	}
	refused, err := s.refuses(values)
	if refused {
		c.text, c.rank = c.text+", and none in production is refused", 1
	}
	return c, err
}

func spreads(s *study) (cell, error) {
	return s.asked(spread, func(v view) cell {
		all := v.scaled()
		c := share(count(all, func(p objects.PodTemplate) bool { return len(mappings(p.Spec["topologySpreadConstraints"])) > 0 }), len(all))
		c.text += " workloads"
		return c
	})
}

// fields tries the fields of a pod that clusters differ in: each is set wherever the values
// have a key of that name, and looked for in the pods.
func fields(s *study) (cell, error) {
	const mark = "marked-by-a-test"
	tries := []struct {
		field string
		value any
		want  string
	}{
		{"nodeSelector", map[string]any{"example.com/pool": mark}, mark},
		{"affinity", map[string]any{"podAntiAffinity": map[string]any{"requiredDuringSchedulingIgnoredDuringExecution": []any{map[string]any{"topologyKey": mark}}}}, mark},
		{"tolerations", []any{map[string]any{"key": mark, "operator": "Exists"}}, mark},
		{"priorityClassName", mark, mark},
		{"runtimeClassName", mark, mark},
		{"schedulerName", mark, mark},
		{"hostUsers", false, "false"},
		{"dnsPolicy", "Default", "Default"},
		{"dnsConfig", map[string]any{"searches": []any{mark}}, mark},
		{"hostAliases", []any{map[string]any{"ip": "192.0.2.1", "hostnames": []any{mark}}}, mark},
	}
	var missing []string
	for _, try := range tries {
		ways := []map[string]any{
			setEverywhere(s.values, try.field, try.value),
			{try.field: try.value}, // a value may be there without standing in values.yaml
			{"global": map[string]any{try.field: try.value}},
		}
		found := slices.ContainsFunc(ways, func(values map[string]any) bool {
			v, err := s.view(use{values: values})
			return err == nil && slices.ContainsFunc(v.workloads, func(p objects.PodTemplate) bool {
				text, _ := json.Marshal(p.Spec[try.field])
				return strings.Contains(string(text), try.want)
			})
		})
		if !found {
			missing = append(missing, try.field)
		}
	}
	c := share(len(tries)-len(missing), len(tries))
	if len(missing) > 0 {
		c.text += ", no " + strings.Join(missing, ", ")
	}
	return c, nil
}

func isList(value any) bool {
	_, is := value.([]any)
	return is
}

// setEverywhere returns values that set each key of that name, nil when there is none.
func setEverywhere(values map[string]any, name string, value any) map[string]any {
	var out map[string]any
	set := func(key string, v any) {
		if out == nil {
			out = map[string]any{}
		}
		out[key] = v
	}
	for key, field := range values {
		if key == name && isList(field) == isList(value) {
			set(key, value)
			continue
		}
		if below, isMap := field.(map[string]any); isMap {
			if v := setEverywhere(below, name, value); v != nil {
				set(key, v)
			}
		}
	}
	return out
}

func more(s *study) (cell, error) {
	v, can, err := s.with(extras)
	if err != nil || !can {
		return cell{text: "no"}, err
	}
	var found []string
	for _, kind := range []struct{ word, text string }{
		{"variables", `"name":"EXTRA"`},
		{"volumes", `"emptyDir":{},"name":"extra"`},
		{"mounts", `"mountPath":"/extra"`},
		{"containers", `"name":"extra-container"`},
		{"init containers", `"name":"extra-init"`},
	} {
		if slices.ContainsFunc(v.workloads, func(p objects.PodTemplate) bool {
			text, _ := json.Marshal(p.Spec)
			return strings.Contains(string(text), kind.text)
		}) {
			found = append(found, kind.word)
		}
	}
	return cell{text: fmt.Sprintf("%d of 5: %s", len(found), strings.Join(found, ", ")), rank: float64(len(found)) / 5}, nil
}

func denies(s *study) (cell, error) {
	return s.asked(network, func(v view) cell {
		all, both, in := 0, 0, 0
		for _, p := range v.pods {
			if p.Spec["hostNetwork"] == true { // no policy concerns it
				continue
			}
			all++
			ingress, egress := v.denied(p)
			if ingress {
				in++
			}
			if ingress && egress {
				both++
			}
		}
		c := share(both, all)
		c.text += " pods"
		if in > both {
			c.text += fmt.Sprintf(" (%d for what comes in)", in)
		}
		return c
	})
}

func identity(s *study) (cell, error) {
	ids := count(s.usual.objects, func(o objects.Object) bool { return o.Kind == "ClusterSPIFFEID" })
	users := count(s.usual.pods, usesSPIFFE)
	switch {
	case ids > 0 && users > 0:
		return cell{text: fmt.Sprintf("%d ClusterSPIFFEIDs, %d of %d pods", ids, users, len(s.usual.pods)), rank: 1}, nil
	default:
		return cell{text: "none"}, nil
	}
}

func routes(s *study) (cell, error) {
	if s.senseless[route] != "" {
		return cell{none: true}, nil
	}
	v, can, err := s.with(route)
	if err != nil || !can {
		return cell{text: "none"}, err
	}
	var kinds []string
	for _, kind := range []string{"HTTPRoute", "GRPCRoute", "TLSRoute"} {
		if v.kinds()[kind] > 0 {
			kinds = append(kinds, kind)
		}
	}
	if len(kinds) == 0 {
		return cell{text: "none"}, nil
	}
	return cell{text: strings.Join(kinds, ", "), rank: 1}, nil
}

func budgets(s *study) (cell, error) {
	return s.asked(budget, func(v view) cell {
		all := v.scaled()
		c := share(count(all, func(p objects.PodTemplate) bool {
			return slices.ContainsFunc(v.objects, func(o objects.Object) bool {
				return o.Kind == "PodDisruptionBudget" && v.together(o, p.Of) && selects(o.At("spec", "selector"), labelsOf(p))
			})
		}), len(all))
		c.text += " workloads"
		return c
	})
}

func autoscaling(s *study) (cell, error) {
	if s.senseless[hpa] != "" {
		return cell{none: true}, nil
	}
	var ways []string
	for _, way := range []struct {
		on   feature
		kind string
		name string
	}{{hpa, "HorizontalPodAutoscaler", "HPA"}, {keda, "ScaledObject", "KEDA"}} {
		v, can, err := s.with(way.on)
		if err != nil {
			return cell{}, err
		}
		if !can || v.kinds()[way.kind] == 0 {
			continue
		}
		name := way.name
		if slices.ContainsFunc(v.objects, func(o objects.Object) bool { return o.Kind == way.kind && v.fought(o) }) {
			name += " (which `replicas` fights)"
		}
		ways = append(ways, name)
	}
	if len(ways) == 0 {
		return cell{text: "none"}, nil
	}
	return cell{text: strings.Join(ways, " or "), rank: float64(len(ways)) / 2}, nil
}

// fought reports whether what an autoscaler scales says itself how many pods it has.
func (v view) fought(scaler objects.Object) bool {
	target := scaler.At("spec", "scaleTargetRef", "name")
	return slices.ContainsFunc(v.workloads, func(p objects.PodTemplate) bool {
		return p.Of.Name == target && p.Of.At("spec", "replicas") != nil
	})
}

// monitors asks for each kind, in a cluster that knows it and in one that does not, where the
// object would end the install.
func monitors(s *study) (cell, error) {
	var ways []string
	gated := true
	for _, way := range []struct {
		on   feature
		kind string
	}{{serviceMonitor, "ServiceMonitor"}, {podMonitor, "PodMonitor"}} {
		v, can, err := s.with(way.on)
		if err != nil {
			return cell{}, err
		}
		if !can || v.kinds()[way.kind] == 0 {
			continue
		}
		ways = append(ways, way.kind)
		values, err := parse(s.on[way.on])
		if err != nil {
			return cell{}, err
		}
		without, err := s.view(use{values: values, without: true})
		gated = gated && err == nil && without.kinds()[way.kind] == 0
	}
	if len(ways) == 0 {
		return cell{text: "none"}, nil
	}
	c := cell{text: strings.Join(ways, " or "), rank: float64(len(ways)) * 0.4}
	if gated {
		c.text, c.rank = c.text+", where the cluster knows it", c.rank+0.2
	}
	return c, nil
}

// alertsOf are the alerts in the rules that were rendered.
func alertsOf(v view) []map[string]any {
	var all []map[string]any
	for _, o := range v.objects {
		if o.Kind != "PrometheusRule" {
			continue
		}
		for _, group := range mappings(o.At("spec", "groups")) {
			for _, r := range mappings(group["rules"]) {
				if r["alert"] != nil {
					all = append(all, r)
				}
			}
		}
	}
	return all
}

func alerts(s *study) (cell, error) {
	v, can, err := s.with(rules)
	if err != nil || !can {
		return cell{text: "none"}, err
	}
	all := alertsOf(v)
	own := slices.DeleteFunc(all, func(a map[string]any) bool { return a["alert"] == "TheirOwn" })
	if len(own) == 0 {
		return cell{text: "a place for one's own", rank: 0.25}, nil
	}
	return share(count(own, func(a map[string]any) bool {
		return strings.Contains(fmt.Sprint(objects.At(a, "annotations", "runbook_url")), "#")
	}), len(own)), nil
}

func alertTests(s *study) (cell, error) {
	found, err := s.below("_test.yaml")
	if err != nil {
		return cell{}, err
	}
	tests, tested := 0, map[string]bool{}
	for _, name := range found {
		content, err := os.ReadFile(filepath.Join(s.folder, filepath.FromSlash(name)))
		if err != nil {
			return cell{}, err
		}
		var file struct {
			Tests []struct {
				Alerts []struct {
					Name string `json:"alertname"`
				} `json:"alert_rule_test"`
			} `json:"tests"`
		}
		if yaml.Unmarshal(content, &file) != nil {
			continue
		}
		for _, t := range file.Tests {
			for _, a := range t.Alerts {
				tests++
				tested[a.Name] = true
			}
		}
	}
	v, can, err := s.with(rules)
	if err != nil || !can || tests == 0 {
		return cell{text: "none"}, err
	}
	all := map[string]bool{}
	for _, a := range alertsOf(v) {
		all[fmt.Sprint(a["alert"])] = true
	}
	n := 0
	for name := range all {
		if tested[name] {
			n++
		}
	}
	c := share(n, len(all))
	c.text += " alerts"
	return c, nil
}

func dashboards(s *study) (cell, error) {
	v, can, err := s.with(dashboard)
	if err != nil || !can {
		return cell{text: "none"}, err
	}
	panels, found := 0, 0
	for _, o := range v.objects {
		data, _ := o.At("data").(map[string]any)
		for name, text := range data {
			var board struct {
				Panels []struct {
					Type   string `json:"type"`
					Panels []any  `json:"panels"`
				} `json:"panels"`
			}
			if o.Kind != "ConfigMap" || !strings.HasSuffix(name, ".json") || json.Unmarshal(fmt.Append(nil, text), &board) != nil || len(board.Panels) == 0 {
				continue
			}
			found++
			for _, p := range board.Panels {
				panels += len(p.Panels)
				if p.Type != "row" {
					panels++
				}
			}
		}
	}
	if found == 0 {
		return cell{text: "none"}, nil
	}
	return cell{text: fmt.Sprintf("%d panels", panels), rank: 1}, nil
}

func extraObjects(s *study) (cell, error) {
	if _, has := s.chart.Values["extraObjects"]; !has {
		return cell{text: "no"}, nil
	}
	best := cell{text: "no"}
	const object = `apiVersion: v1
kind: ConfigMap
metadata:
  name: "{{ .Release.Name }}-extra"
`
	asMapping, err := parse(object)
	if err != nil {
		return cell{}, err
	}
	for _, extra := range []any{asMapping, object} {
		v, err := s.view(use{values: map[string]any{"extraObjects": []any{extra}}})
		if err != nil {
			continue
		}
		for _, o := range v.objects {
			switch {
			case o.Name == "one-extra":
				best = cell{text: "yes", rank: 1}
			case o.Name == "{{ .Release.Name }}-extra" && best.rank == 0:
				best = cell{text: "as they are", rank: 0.5}
			}
		}
	}
	return best, nil
}

func ownLabels(s *study) (cell, error) {
	v, can, err := s.with(labels)
	if err != nil || !can {
		return cell{text: "no"}, err
	}
	return share(count(v.objects, func(o objects.Object) bool {
		return o.At("metadata", "labels", "example.com/mark") == "marked"
	}), len(v.objects)), nil
}

// documented counts the values that a comment says something about: directly above, on the
// line, or by name in a line such as "## @param replicas How many".
func documented(s *study) (cell, error) {
	found, err := s.below("/values.yaml")
	if err != nil {
		return cell{}, err
	}
	byName := regexp.MustCompile(`(?m)^\s*## @param (\S+)`)
	all, good := 0, 0
	for _, name := range found {
		content, err := os.ReadFile(filepath.Join(s.folder, filepath.FromSlash(name)))
		if err != nil {
			return cell{}, err
		}
		named := map[string]bool{}
		for _, m := range byName.FindAllStringSubmatch(string(content), -1) {
			named[m[1]] = true
		}
		a, g, err := commented(content, named)
		if err != nil {
			return cell{}, fmt.Errorf("%s: %w", name, err)
		}
		all, good = all+a, good+g
	}
	c := share(good, all)
	c.text = fmt.Sprintf("%.0f %% of %d", 100*c.rank, all)
	return c, nil
}
