package decided

import (
	"errors"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/internal/check"
	"github.com/mintwright/mintwright/internal/check/checktest"
)

func TestArea(t *testing.T) {
	faulty := func(text string) *check.Service {
		_, err := answers.Parse(check.AnswersFile, []byte(text))
		return &check.Service{FS: fstest.MapFS{}, Faulty: err}
	}
	made := checktest.Service(t, checktest.Answers(t, "deploy.namespace=shop"))
	unsafe := checktest.Service(t, checktest.Answers(t, "deploy.namespace=shop", "unsafe.0.choice=any-caller", "unsafe.0.reason=A test bed.", "unsafe.1.choice=hostpath", "unsafe.1.reason=no driver"))
	for name, tt := range map[string]struct {
		service *check.Service
		want    []string
		remedy  string
	}{
		"fresh": {made, nil, ""},
		"in the namespace default": {checktest.Service(t, checktest.Answers(t)), []string{
			"answers.namespace mintwright.yaml:32: the service shares the namespace default with whatever lies there",
		}, namespace.Remedy},
		"answered anew": {checktest.Replace(t, made, check.AnswersFile, "autoscale: hpa", "autoscale: keda"), []string{
			`answers.changed mintwright.yaml:34: deploy.autoscale is "keda", and the service was made with "hpa"`,
		}, changed.Remedy},
		"a caller more": {checktest.Replace(t, made, check.AnswersFile, "callers: []", "callers: [spiffe://example.org/x]"), nil, ""},
		"unsafe": {unsafe, []string{
			"answers.unsafe mintwright.yaml:39: any-caller is allowed: A test bed",
			"answers.unsafe mintwright.yaml:41: hostpath is allowed: no driver",
		}, "drop it from unsafe as soon as the reason is gone"},
		"unsafe, and another file by now": {checktest.Edit(t, unsafe, check.AnswersFile, []byte("a: [")), []string{
			"answers.unsafe mintwright.yaml: any-caller is allowed: A test bed",
			"answers.unsafe mintwright.yaml: hostpath is allowed: no driver",
		}, "drop it from unsafe as soon as the reason is gone"},
		"two faults": {faulty("version: 1\nname: 7up\nmodule: example.com/x\nserve: [smtp]\n"), []string{
			`answers.invalid mintwright.yaml:2: name: "7up" is not a DNS label, which begins with a letter, ends with a letter or digit, and has only lower-case letters, digits and dashes`,
			`answers.invalid mintwright.yaml:4: serve.0: "smtp" is not one of the choices`,
		}, ""},
		"no YAML":    {faulty("a: ["), []string{"answers.invalid mintwright.yaml:1: this is not YAML: did not find expected node content"}, ""},
		"unreadable": {&check.Service{FS: fstest.MapFS{}, Faulty: errors.New("permission denied")}, []string{"answers.invalid mintwright.yaml: permission denied"}, invalid.Remedy},
	} {
		t.Run(name, func(t *testing.T) {
			results, _ := checktest.Judge(t, Area(), tt.service)
			if diff := cmp.Diff(tt.want, checktest.Lines(results)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for _, r := range results {
				if r.Remedy == "" || tt.remedy != "" && r.Remedy != tt.remedy {
					t.Errorf("remedy: %q", r.Remedy)
				}
			}
		})
	}
}
