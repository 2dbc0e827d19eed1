package pipeline

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"sigs.k8s.io/yaml"

	"github.com/mintwright/mintwright/e2e/services"
)

//go:embed gitlab.schema.yaml
var gitlabKeys []byte

func gitlabSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document, err := decoded(gitlabKeys)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("gitlab.json", document); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("gitlab.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func decoded(content []byte) (any, error) {
	data, err := yaml.YAMLToJSONStrict(content)
	if err != nil {
		return nil, err
	}
	return jsonschema.UnmarshalJSON(bytes.NewReader(data))
}

// job is what is looked at in a job.
type job struct {
	Stage   string
	Extends []string
	Needs   []string
	Scripts []string // each with what runs before and after it
}

// judgeGitLab returns what is wrong with a .gitlab-ci.yml: keys, stages, jobs that are named and
// are not there or come later, and what shellcheck has against the scripts.
func judgeGitLab(t *testing.T, schema *jsonschema.Schema, shellcheck string, content []byte) error {
	t.Helper()
	document, err := decoded(content)
	if err != nil {
		return err
	}
	if err := schema.Validate(document); err != nil {
		return err
	}
	file := document.(map[string]any)
	stages := texts(file["stages"])
	jobs := map[string]job{}
	for name, value := range file {
		if fields, is := value.(map[string]any); is && !slices.Contains([]string{"workflow", "default", "variables"}, name) {
			jobs[name] = job{text(fields["stage"]), texts(fields["extends"]), texts(fields["needs"]), []string{
				strings.Join(slices.Concat(texts(fields["before_script"]), texts(fields["script"])), "\n"), strings.Join(texts(fields["after_script"]), "\n"),
			}}
		}
	}
	var faults []error
	for name, j := range jobs {
		for _, other := range slices.Concat(j.Extends, j.Needs) {
			if _, found := jobs[other]; !found {
				faults = append(faults, fmt.Errorf("%s names the job %s, which is not there", name, other))
			}
		}
		if strings.HasPrefix(name, ".") {
			continue
		}
		at := slices.Index(stages, j.Stage)
		if at < 0 {
			faults = append(faults, fmt.Errorf("%s is of the stage %q, which is not there", name, j.Stage))
		}
		if strings.TrimSpace(strings.Join(j.Scripts, "")) == "" {
			faults = append(faults, fmt.Errorf("%s has no script", name))
		}
		for _, need := range j.Needs {
			if slices.Index(stages, jobs[need].Stage) > at {
				faults = append(faults, fmt.Errorf("%s needs %s, which comes later", name, need))
			}
		}
		for _, script := range j.Scripts {
			faults = append(faults, shell(t, shellcheck, name, script))
		}
	}
	return errors.Join(faults...)
}

// shell lets shellcheck judge the script of a job, as a runner runs it: with these options, and
// with variables that shellcheck cannot know.
func shell(t *testing.T, shellcheck, name, script string) error {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), shellcheck, "--shell=bash", "--exclude=SC2154", "-")
	cmd.Stdin = strings.NewReader("set -eo pipefail\n" + script)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", name, err, out)
	}
	return nil
}

func text(value any) string {
	s, _ := value.(string)
	return s
}

// texts are the strings of a list, or the only one.
func texts(value any) []string {
	var all []string
	switch value := value.(type) {
	case string:
		all = append(all, value)
	case []any:
		for _, item := range value {
			if fields, is := item.(map[string]any); is {
				item = fields["job"]
			}
			all = append(all, text(item))
		}
	}
	return all
}

// TestGitLab: the file for GitLab has the keys that GitLab documents, its jobs know each other,
// and shellcheck finds nothing in their scripts.
func TestGitLab(t *testing.T) {
	schema, tool := gitlabSchema(t), shellcheck(t)
	files, distinct := 0, map[string]bool{}
	for _, s := range services.All(t) {
		f, found := s.Files[".gitlab-ci.yml"]
		if !found {
			continue
		}
		files++
		if distinct[string(f.Data)] {
			continue
		}
		distinct[string(f.Data)] = true
		if err := judgeGitLab(t, schema, tool, f.Data); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
	}
	t.Logf("%d files for GitLab, %d of them distinct, by the keys that GitLab documents and shellcheck", files, len(distinct))
	if files < 5 {
		t.Error("too few")
	}
}

// TestGitLabBites: what is wrong is found.
func TestGitLabBites(t *testing.T) {
	schema, tool := gitlabSchema(t), shellcheck(t)
	const right = "stages: [a, b]\nworkflow: {rules: [{if: $CI_COMMIT_TAG}]}\none: {stage: a, script: [ls]}\ntwo: {stage: b, needs: [one], script: ['echo \"$X\"']}\n"
	for name, c := range map[string]struct{ replace, by string }{
		"a typo": {"needs:", "need:"}, "no such job": {"[one]", "[three]"}, "no such stage": {"stage: b", "stage: c"},
		"later": {"one: {stage: a,", "one: {stage: a, needs: [two],"}, "unquoted": {`"$X"`, "$X"}, "only": {"stage: a,", "stage: a, only: [main],"},
		"no script": {", script: [ls]", ""},
	} {
		if judgeGitLab(t, schema, tool, []byte(strings.Replace(right, c.replace, c.by, 1))) == nil {
			t.Errorf("%s: nothing is found", name)
		}
	}
	if err := judgeGitLab(t, schema, tool, []byte(right)); err != nil {
		t.Error(err)
	}
}
