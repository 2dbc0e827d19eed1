package collector

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/mintwright/mintwright/internal/choices"
)

// TestConfigurations has the collector judge what every two choices make: each key, each
// statement, each pipeline. Equal configurations are judged once.
func TestConfigurations(t *testing.T) {
	t.Setenv("OTLP_ENDPOINT", "backend.example:4317")
	comment := regexp.MustCompile(`(?m)^ *#.*\n`)
	seen := map[string]bool{}
	for _, row := range choices.Pairs(choices.Dimensions()) {
		d, err := choices.Draft(row, choices.InOrder())
		if err != nil {
			t.Fatal(err)
		}
		files := rendered(t, d)
		_, samples := files["tail-sampling.yaml"]
		key := comment.ReplaceAllString(string(files["collector.yaml"]), "")
		if seen[key] {
			continue
		}
		seen[key] = true
		if traces := strings.Contains(string(files["collector.yaml"]), "\n    traces:"); traces != samples {
			t.Errorf("%s: traces %t, tail-sampling.yaml %t", row, traces, samples)
		}
		t.Run(row.String(), func(t *testing.T) {
			names := []string{"collector.yaml", "attributes.yaml"}
			judge(t, files, names)
			if samples {
				judge(t, files, append(names, "tail-sampling.yaml"))
			}
		})
	}
	t.Logf("%d configurations", len(seen))
}

func judge(t *testing.T, files map[string][]byte, names []string) {
	t.Helper()
	c, err := newCollector(written(t, files, names...)...)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.DryRun(t.Context()); err != nil {
		t.Errorf("%s: %v", strings.Join(names, ", "), err)
	}
}

// TestBadConfigurations: the judge finds what is wrong.
func TestBadConfigurations(t *testing.T) {
	for _, c := range []struct{ name, file, old, now, want string }{
		{"no endpoint", "collector.yaml", "${env:OTLP_ENDPOINT}", "", "endpoint"},
		{"a key with a typo", "collector.yaml", "check_interval", "check_intervall", "check_intervall"},
		{"an unknown processor", "collector.yaml", "transform/attributes, batch", "transform/attribute, batch", "transform/attribute"},
		{"a statement that is none", "attributes.yaml", "delete_key(", "remove_key(", "remove_key"},
		{"a setting with a typo", "tail-sampling.yaml", "sampling_percentage", "sampling_percent", "sampling_percent"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("OTLP_ENDPOINT", "backend.example:4317")
			files := service(t)
			text := string(files[c.file])
			if !strings.Contains(text, c.old) {
				t.Fatalf("%s does not hold %q", c.file, c.old)
			}
			files[c.file] = []byte(strings.ReplaceAll(text, c.old, c.now))
			col, err := newCollector(written(t, files, "collector.yaml", "attributes.yaml", "tail-sampling.yaml")...)
			if err != nil {
				t.Fatal(err)
			}
			if err := col.DryRun(t.Context()); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error that names %q", err, c.want)
			}
		})
	}
}

// TestOrder: memory is looked at first, batches are made last.
func TestOrder(t *testing.T) {
	for _, name := range []string{"collector.yaml", "tail-sampling.yaml"} {
		n := 0
		for line := range strings.Lines(string(service(t)[name])) {
			list, ok := strings.CutPrefix(strings.TrimSpace(line), "processors: [")
			if !ok {
				continue
			}
			n++
			processors := strings.Split(strings.TrimSuffix(list, "]"), ", ")
			if processors[0] != "memory_limiter" || processors[len(processors)-1] != "batch" || !slices.Contains(processors, "transform/attributes") {
				t.Errorf("%s: %v", name, processors)
			}
		}
		if n == 0 {
			t.Errorf("%s has no pipeline", name)
		}
	}
}

// TestVersion: the release that a service is told to run is the one that is tried here.
func TestVersion(t *testing.T) {
	gomod, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	version := regexp.MustCompile(`receiver/otlpreceiver v([0-9.]+)`).FindSubmatch(gomod)
	if version == nil {
		t.Fatal("go.mod names no otlpreceiver")
	}
	of := "otel/opentelemetry-collector-contrib"
	beside := service(t)
	apart := service(t, "telemetry.collector.address=otel-collector.observability.svc:4317", "telemetry.collector.id="+collectorID)
	for _, c := range []struct{ name, file, want string }{
		{"sidecar-values.yaml", string(beside["sidecar-values.yaml"]), "image: " + of + ":" + string(version[1])},
		{"values.yaml", string(apart["values.yaml"]), `tag: "` + string(version[1]) + `"`},
		{"README.md", string(beside["README.md"]), "Version " + string(version[1])},
		{"README.md", string(apart["README.md"]), "Version " + string(version[1])},
	} {
		if !strings.Contains(c.file, c.want) {
			t.Errorf("%s does not hold %q", c.name, c.want)
		}
	}
}
