package cluster

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/mintwright/mintwright/internal/chart"
	"github.com/mintwright/mintwright/internal/check"
)

// known are the API versions that the chart is rendered for beside Kubernetes' own: those of the
// kinds that it makes where the cluster has them.
var known = [...]string{
	"monitoring.coreos.com/v1", "monitoring.coreos.com/v1/ServiceMonitor", "monitoring.coreos.com/v1/PodMonitor",
	"monitoring.coreos.com/v1/PrometheusRule", "spire.spiffe.io/v1alpha1", "spire.spiffe.io/v1alpha1/ClusterSPIFFEID",
	"keda.sh/v1alpha1", "keda.sh/v1alpha1/ScaledObject", "keda.sh/v1alpha1/TriggerAuthentication",
	"gateway.networking.k8s.io/v1", "gateway.networking.k8s.io/v1/TLSRoute", "gateway.networking.k8s.io/v1/Gateway",
	"gateway.networking.k8s.io/v1alpha2", "gateway.networking.k8s.io/v1alpha2/TLSRoute",
	"gateway.networking.k8s.io/v1alpha3", "gateway.networking.k8s.io/v1alpha3/TLSRoute",
}

// The files of the chart that hold its own values, and what they may be.
const (
	valuesFile = "values.yaml"
	schemaFile = chartDir + "/values.schema.json"
)

// digest stands in for one that only a release knows.
const digest = "sha256:0000000000000000000000000000000000000000000000000000000000000000"

func (j *judge) release() chart.Release {
	name := j.s.Answers.Name
	if len(name) > 53 { // as long as Helm takes
		name = strings.TrimRight(name[:53], "-")
	}
	return chart.Release{Name: name, Namespace: j.s.Answers.Deploy.Namespace, APIVersions: known[:]}
}

// render makes a view of each values file.
func (j *judge) render(c *chart.Chart) error {
	names, err := j.valuesFiles()
	if err != nil {
		return err
	}
	helm := j.s.Program("helm")
	if helm == "" || j.s.Folder == "" {
		helm = ""
		j.skip("the chart by Helm", "helm is not on PATH; gen rendered it by itself, which is enough for templates as they were made")
	}
	for _, name := range slices.Concat([]string{""}, names) {
		if helm, err = j.renderWith(c, name, helm); err != nil {
			return err
		}
	}
	return nil
}

// renderWith makes the view of one values file; "" is for the chart's own values alone. It returns
// the helm for the next one: none after one that did not work, which would not the next time either
// and may take its time.
func (j *judge) renderWith(c *chart.Chart, name, helm string) (next string, err error) {
	given, ok, err := j.given(name)
	if !ok {
		return helm, err
	}
	v := &view{j: j, file: cmp.Or(name, valuesFile), values: c.Values(given)}
	v.production = isProduction(name, v.values)
	isMissing := text(v.values, "image", "digest") == "" && isTrue(v.values, "image", "requireDigest")
	if isMissing {
		j.add(v.atValue(noDigest, []any{"image", "digest"}, "image.digest is empty, so that a release with it is refused"), "")
		v.values = c.Values(given, map[string]any{"image": map[string]any{"digest": digest}})
	}
	v.validate(c)
	own, err := c.Render(j.ctx, v.values, j.release())
	fault, isFault := errors.AsType[*chart.Error](err)
	if err != nil && !isFault {
		j.skip(v.what(), "%v", err)
		return helm, j.ctx.Err()
	}
	if helm != "" {
		manifests, problem := j.helm(c, helm, name, isMissing)
		if problem == nil {
			v.take(manifests, own)
			j.views = append(j.views, v)
			return helm, nil
		}
		if refused, ok := errors.AsType[*refusedError](problem); ok && !isFault {
			v.add(broken.At(chartDir, 0, "helm does not render it: %s", refused.message))
			return helm, nil
		} else if !ok {
			j.skip("the chart by Helm", "%v; gen rendered it by itself", problem)
			helm = ""
		}
	}
	if isFault {
		j.fault(fault, v.file)
		return helm, nil
	}
	for _, s := range own.Skipped {
		v.partial = true
		j.skip(path.Join(chartDir, s.Name), "%s", s.Why)
	}
	v.take(own.Manifests, own)
	j.views = append(j.views, v)
	return helm, nil
}

// given returns what a values file says; nothing for "". It is false when the file cannot be used,
// which is then said, or is the error.
func (j *judge) given(name string) (values map[string]any, ok bool, err error) {
	if name == "" {
		return nil, true, nil
	}
	content, err := j.s.Read(path.Join(chartDir, name))
	if errors.Is(err, check.ErrTooLarge) {
		j.skip(path.Join(chartDir, name), "%v", err)
		return nil, false, nil
	} else if err != nil {
		return nil, false, err
	}
	values, err = chart.ReadValues(content)
	if fault, ok := errors.AsType[*chart.Error](err); ok {
		named := *fault
		named.File = name
		j.fault(&named, "")
		return nil, false, nil
	}
	return values, true, nil
}

func (v *view) what() string { return "the chart with " + v.file }

// isProduction reports whether a values file is for production, by its name or what it says.
func isProduction(name string, values map[string]any) bool {
	if name == "" {
		return false
	}
	name = strings.TrimSuffix(strings.TrimSuffix(strings.TrimPrefix(name, "values-"), ".yaml"), ".yml")
	return name == "prod" || name == "production" || text(values, "environment") == "production"
}

// take makes objects of manifests. Their lines are known by our own rendering, of the same
// template and object.
func (v *view) take(manifests []chart.Manifest, own *chart.Rendering) {
	for _, m := range manifests {
		if m.Err != nil {
			v.j.fault(m.Err, v.file)
			continue
		}
		o := newObject(m)
		if own != nil {
			o.source = nil
			for i, mine := range own.Manifests {
				if mine.Template == m.Template && text(mine.Object, "kind") == o.kind && text(mine.Object, "metadata", "name") == o.name {
					o.source = &own.Manifests[i]
				}
			}
		}
		for _, twice := range m.Twice {
			line := 0
			if o.source != nil {
				line = o.source.LineOfTwice(twice)
			}
			v.add(duplicate.At(v.j.template(o), line, "%s: the key %s is there twice", o.title(), shown(twice.Key)))
		}
		if o.kind == "List" && o.api == "v1" {
			for _, item := range listOf(m.Object, "items") {
				if inner, ok := item.(map[string]any); ok {
					child := newObject(chart.Manifest{Template: m.Template, Object: inner})
					child.source = nil
					v.objects = append(v.objects, child)
				}
			}
			continue
		}
		v.objects = append(v.objects, o)
	}
}

// validate says what in the values does not fit the schema.
func (v *view) validate(c *chart.Chart) {
	problems, unknown, err := c.Validate(v.values)
	if fault, ok := errors.AsType[*chart.Error](err); ok {
		v.j.fault(fault, "")
		return
	}
	for _, keyword := range unknown {
		v.j.skip(schemaFile, "the keyword %s is not known here", keyword)
	}
	for i, p := range problems {
		if i > 0 && p.Where() == problems[i-1].Where() {
			continue // one is enough to mend it
		}
		r := v.atValue(values, p.Path, "%s: %s", cmp.Or(p.Where(), "the values"), p.Message)
		if p.Keyword == "additionalProperties" {
			r = r.Do("correct its name, or take it out: the template never asks for it")
		}
		v.j.add(r, "")
	}
	if v.file == valuesFile { // the schema is the same for all of them
		v.j.schema(c)
	}
}

// schema looks whether there is one, and whether it is closed.
func (j *judge) schema(c *chart.Chart) {
	if c.Schema == nil {
		j.say(values, schemaFile, 0, "there is no schema, so that a mistyped value goes unseen")
	} else if openObjects(c.Schema) {
		j.say(openValues, schemaFile, 0, "the schema takes values that the chart does not have")
	}
}

// refusedError is what helm itself says against a chart.
type refusedError struct{ message string }

func (e *refusedError) Error() string { return e.message }

const (
	maxHelmTime   = 60 * time.Second
	maxHelmOutput = 32 << 20
)

// helm renders the chart by the program, which gets nothing of the user's settings and no way to
// a cluster or a repository.
func (j *judge) helm(c *chart.Chart, program, values string, placeholder bool) ([]chart.Manifest, error) {
	ctx, cancel := context.WithTimeout(j.ctx, maxHelmTime)
	defer cancel()
	home, err := os.MkdirTemp("", "gen-helm-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(home)
	release := j.release()
	args := []string{
		"template", release.Name, filepath.FromSlash("./" + chartDir), "--namespace", release.Namespace,
		"--kube-version", chart.DefaultKubeVersion,
	}
	for _, version := range release.APIVersions {
		args = append(args, "--api-versions", version)
	}
	if values != "" {
		args = append(args, "--values", filepath.FromSlash(path.Join(chartDir, values)))
	}
	if placeholder {
		args = append(args, "--set-string", "image.digest="+digest)
	}
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir, cmd.Env, cmd.WaitDelay = j.s.Folder, isolated(j.s.Environ, home), 5*time.Second
	stdout, stderr := &limited{most: maxHelmOutput, full: cancel}, &limited{most: 64 << 10}
	cmd.Stdout, cmd.Stderr = stdout, stderr
	err = cmd.Run()
	exit, exited := errors.AsType[*exec.ExitError](err)
	said := complaint(stderr.String())
	switch {
	case j.ctx.Err() != nil:
		return nil, j.ctx.Err()
	case stdout.cut:
		return nil, fmt.Errorf("helm printed more than %d MB", maxHelmOutput>>20)
	case ctx.Err() != nil:
		return nil, fmt.Errorf("helm did not end in %v", maxHelmTime)
	case exited && exit.ExitCode() == 1 && said != "" && !strings.Contains(said, "unknown flag"):
		return nil, &refusedError{said}
	case err != nil:
		return nil, fmt.Errorf("running helm: %w", err)
	}
	return c.FromHelm(stdout.String()), nil
}

// complaint is what helm has written of an error, on one line.
func complaint(s string) string {
	if _, after, ok := strings.Cut(s, "Error: "); ok {
		s = after
	}
	s, _, _ = strings.Cut(s, "\n\nUse --debug")
	s = strings.TrimSuffix(strings.Join(strings.Fields(s), " "), ".")
	if len(s) > 400 {
		s = strings.ToValidUTF8(s[:400], "") + "…"
	}
	return s
}

// isolated is an environment in which helm finds nothing but its own home.
func isolated(environ []string, home string) []string {
	var env []string
	for _, entry := range environ {
		key, _, _ := strings.Cut(entry, "=")
		switch key = strings.ToUpper(key); {
		case key == "PATH", key == "SYSTEMROOT", key == "TMPDIR", key == "TEMP", key == "TMP":
			env = append(env, entry)
		}
	}
	for _, dir := range []string{"HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME", "HELM_PLUGINS", "HELM_REPOSITORY_CACHE", "HOME"} {
		env = append(env, dir+"="+home)
	}
	if runtime.GOOS == "windows" {
		env = append(env, "USERPROFILE="+home, "APPDATA="+home, "LOCALAPPDATA="+home)
	}
	nowhere := "http://127.0.0.1:9" // discard
	return append(env,
		"HELM_REPOSITORY_CONFIG="+filepath.Join(home, "repositories.yaml"), "HELM_REGISTRY_CONFIG="+filepath.Join(home, "registry.json"),
		"HELM_NO_PLUGINS=1", "KUBECONFIG="+filepath.Join(home, "none"),
		"HTTP_PROXY="+nowhere, "HTTPS_PROXY="+nowhere, "http_proxy="+nowhere, "https_proxy="+nowhere, "NO_PROXY=", "no_proxy=",
	)
}

// limited keeps what a program writes, up to a bound. The buffer is not embedded: io.Copy would
// find its ReadFrom, which knows no bound.
type limited struct {
	kept bytes.Buffer
	most int
	cut  bool
	full func() // called when the bound is reached; optional
}

func (l *limited) Write(p []byte) (int, error) {
	room := l.most - l.kept.Len()
	if len(p) <= room {
		return l.kept.Write(p)
	}
	l.kept.Write(p[:room])
	if l.cut = true; l.full != nil {
		l.full()
	}
	return len(p), nil
}

func (l *limited) String() string { return l.kept.String() }
