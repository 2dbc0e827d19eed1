package chart

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

const about = "name: orders\ndescription: Takes orders <b>*now*</b>.\nkubeVersion: '>=1.31.0-0'\n"

// table returns the table of values in a README.
func table(t *testing.T, values string) string {
	t.Helper()
	readme, err := Readme([]byte(about), []byte(values))
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(readme), "## Values\n\n")
	return table
}

func TestReadme(t *testing.T) {
	t.Parallel()
	const head = "| key | type | default | |\n|---|---|---|---|\n"
	for _, test := range []struct{ name, values, want string }{
		{"nothing", "", ""},
		{"a comment of its own and others'", "# a\n\n# -- Number of\n# pods.\nreplicas: 2 # two\n", head + "| `replicas` | int | `2` | Number of pods. |\n"},
		{"no comment", "a: b\n", head + "| `a` | string | `\"b\"` |  |\n"},
		{"another comment", "# not this\na: b\n", head + "| `a` | string | `\"b\"` |  |\n"},
		{"the last of two", "# -- One.\n# -- Two.\na: true\n", head + "| `a` | bool | `true` | Two. |\n"},
		{"of what was before", "# -- Gone.\n\n# and so is this\na: true\n", head + "| `a` | bool | `true` |  |\n"},
		{"parts", "## One\n\n# -- A.\na: 1\n\n## Two\n\nb: 2\n", "### One\n\n" + head + "| `a` | int | `1` | A. |\n\n### Two\n\n" + head + "| `b` | int | `2` |  |\n"},
		{"a section", "a:\n  # -- B.\n  b: x\n  c: 1.5\n", head + "| `a.b` | string | `\"x\"` | B. |\n| `a.c` | number | `1.5` |  |\n"},
		{"a whole", "# -- A.\na:\n  b: x\n  c: [1, {d: null}]\n", head + "| `a` | object | `{\"b\":\"x\",\"c\":[1,{\"d\":null}]}` | A. |\n"},
		{"a section with a comment", "# -- A.\na:\n  # -- B.\n  b: {}\n", head + "| `a.b` | object | `{}` | B. |\n"},
		{"another way below", "a:\n  # -- B.\n  b: []\n    # - c\n  # -- D.\n  d: 1\n", head + "| `a.b` | list | `[]` | B. |\n| `a.d` | int | `1` | D. |\n"},
		{"Markdown", "# -- A <name>, `<code>` | b.\na: \"x|y`z\"\n", head + "| `a` | string | `` \"x\\|y`z\" `` | A &lt;name>, `<code>` \\| b. |\n"},
		{"an anchor", "a: &x [1]\nb: *x\n", head + "| `a` | list | `[1]` |  |\n| `b` | list | `[1]` |  |\n"},
		{"a section that is used again", "a: &x {b: 1}\nc: *x\n", head + "| `a.b` | int | `1` |  |\n| `c` | object | `{\"b\":1}` |  |\n"},
		{"a value in itself", "a: &x\n  b: *x\n  c: [*x]\n", head + "| `a.b` | object | see `values.yaml` |  |\n| `a.c` | list | see `values.yaml` |  |\n"},
		{"long", "a: " + strings.Repeat("x", 200) + "\n", head + "| `a` | string | see `values.yaml` |  |\n"},
	} {
		if got := table(t, test.values); got != test.want {
			t.Errorf("%s: want\n%s\ngot\n%s", test.name, test.want, got)
		}
	}
}

// A few lines can stand for more values than there is memory.
func TestReadmeEnds(t *testing.T) {
	t.Parallel()
	var values strings.Builder
	values.WriteString("a: &a [x, x, x, x, x, x, x, x, x]\n")
	for c := 'b'; c <= 'z'; c++ {
		values.WriteString(fmt.Sprintf("%[1]c: &%[1]c {a: *%[2]c, b: *%[2]c, c: [*%[2]c, *%[2]c]}\n", c, c-1))
	}
	if got := strings.Count(table(t, values.String()), "\n"); got > 200 {
		t.Errorf("%d lines", got)
	}
}

func TestReadmeTells(t *testing.T) {
	t.Parallel()
	full, worker := string(file(t, golden(t, "full"), ReadmeFile)), string(file(t, golden(t, "worker"), ReadmeFile))
	for _, s := range []string{"kubectl debug", "hostPath", "injected", "TLSRoute", "## Database", "payments-database", "KEDA", "helm test payments", ">=1.31"} {
		if !strings.Contains(full, s) {
			t.Errorf("the README of full does not speak of %q", s)
		}
	}
	for _, s := range []string{"## Database", "TLSRoute", "helm test"} {
		if strings.Contains(worker, s) {
			t.Errorf("the README of a worker speaks of %q", s)
		}
	}
	again, err := Readme([]byte("name: payments\ndescription: Takes card payments.\nkubeVersion: '"+KubeVersion+"'\nversion: 9.9.9\n"), file(t, golden(t, "full"), ValuesFile))
	if err != nil || string(again) != full {
		t.Errorf("made of the files it is another: %v", err)
	}
	values := bytes.ReplaceAll(file(t, golden(t, "full"), ValuesFile), []byte("\n"), []byte("\r\n"))
	again, err = Readme([]byte("name: payments\r\ndescription: Takes card payments.\r\nkubeVersion: '"+KubeVersion+"'\r\n"), values)
	if err != nil || string(again) != full {
		t.Errorf("made of files with other line ends it is another: %v", err)
	}
	readme, err := Readme([]byte(about), nil)
	if err != nil || !strings.Contains(string(readme), `Takes orders \<b\>\*now\*\</b\>.`) {
		t.Errorf("%v: %s", err, readme)
	}
}

func TestReadmeRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ chart, values, want string }{
		{"name: [", "", "Chart.yaml"},
		{about, "a: [", "values.yaml"},
		{about, "- a", "values.yaml"},
		{about, "a: *b", "values.yaml"},
	} {
		if _, err := Readme([]byte(test.chart), []byte(test.values)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q, %q: %v does not name %s", test.chart, test.values, err, test.want)
		}
	}
}
