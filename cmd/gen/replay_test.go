package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/kballard/go-shellquote"
	"pgregory.net/rapid"

	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/internal/tree"
)

// anyAnswers draws answers that are right: values that contradict the rest are not taken.
func anyAnswers(t *rapid.T) answers.Answers {
	d := answers.NewDraft()
	offer := func(path string, values ...string) {
		v := rapid.SampledFrom(append([]string{""}, values...)).Draw(t, path)
		if v != "" && d.Check(path, v) == nil {
			_ = d.Set(path, v, answers.Question)
		}
	}
	text := rapid.StringOfN(rapid.SampledFrom([]rune("aZ0 'é\"$`\\!*-=,#:~ü{}&|;<>()")), 1, 20, -1)
	_ = d.Set("name", rapid.SampledFrom([]string{"orders", "pay-2"}).Draw(t, "name"), answers.Question)
	_ = d.Set("module", rapid.SampledFrom([]string{"example.com/acme/orders", "example.com/Acme/orders/v2"}).Draw(t, "module"), answers.Question)
	offer("description", text.Draw(t, "text"))
	offer("owner", "team-orders", "@acme/orders")
	offer("serve", "grpc", "worker", "http,worker", "http,grpc,worker")
	offer("store", "postgres")
	offer("worker.source", "postgres", "nats")
	offer("identity.trustDomain", "acme.example")
	offer("deploy.namespace", "shop")
	offer("deploy.image", "ghcr.io/acme/orders", "example.com/acme/orders")
	offer("identity.path", "/orders", "/ns/shop/sa/orders", "/ns/default/sa/orders")
	offer("identity.federates", "partner.example", "one.example,two.example")
	offer("identity.callers", "spiffe://acme.example/a", "spiffe://example.org/a,spiffe://partner.example/b")
	offer("telemetry.signals", "traces", "metrics,logs")
	offer("telemetry.sampling", "0", "1", "0.25")
	offer("telemetry.protocol", "http/protobuf")
	offer("telemetry.collector.address", "127.0.0.1:4317", "127.0.0.1:4318", "localhost:1", "collector.example:4317")
	offer("telemetry.collector.id", "spiffe://"+d.Value("identity.trustDomain")+"/collector")
	offer("telemetry.collector.tls", "system")
	offer("telemetry.prometheus", "true")
	offer("telemetry.middleware", "contrib")
	offer("worker.broker.address", "nats.example:4222")
	offer("worker.broker.id", "spiffe://"+d.Value("identity.trustDomain")+"/broker")
	for _, i := range []string{"0", "1"} {
		if rapid.Bool().Draw(t, "call "+i) && d.Value("calls.0.name") != "" || i == "0" && rapid.Bool().Draw(t, "first call") {
			_ = d.Set("calls."+i+".name", "ledger-"+i, answers.Question)
			_ = d.Set("calls."+i+".protocol", rapid.SampledFrom([]string{"http", "grpc"}).Draw(t, "protocol"), answers.Question)
			_ = d.Set("calls."+i+".id", "spiffe://"+d.Value("identity.trustDomain")+"/ledger", answers.Question)
			_ = d.Set("calls."+i+".address", "ledger:8443", answers.Question)
		}
	}
	for i, choice := range rapid.SampledFrom([][]string{nil, {"reflection"}, {"any-caller", "web-pki-ingress"}}).Draw(t, "unsafe") {
		_ = d.Set(fmt.Sprintf("unsafe.%d.choice", i), choice, answers.Question)
		_ = d.Set(fmt.Sprintf("unsafe.%d.reason", i), "so", answers.Question)
	}
	if _, err := d.Answers(); err != nil {
		item := fmt.Sprintf("unsafe.%d.", len(d.Current().Unsafe))
		_ = d.Set(item+"choice", "plaintext-collector", answers.Question)
		_ = d.Set(item+"reason", "it's "+text.Draw(t, "reason"), answers.Question)
	}
	a, err := d.Answers()
	if err != nil {
		t.Skip(err)
	}
	return a
}

// ran is what gen new made of a line.
func ran(dir string, environ []string, args []string) (got answers.Answers, stdout, stderr string, code int) {
	var out, errs bytes.Buffer
	env := &Env{
		Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Dir: dir, Environ: environ,
		IsTerminal: func(any) bool { return false },
	}
	cmd := newNew(env, func(a answers.Answers) (tree.Tree, error) {
		got = a
		return tree.New(tree.File{Path: "mintwright.yaml", Mode: 0o644, Owner: tree.Yours, Content: answers.Format(a)})
	})
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetArgs(append([]string{}, args...))
	code = conclude(&errs, cmd.ExecuteContext(context.Background()))
	return got, out.String(), errs.String(), code
}

// The printed line makes the same answers again, and so does the file, with an
// organisation's defaults or without.
func TestReplayIsTheSame(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "org.yaml"), `version: 1
identity: {trustDomain: acme.example, callers: ["spiffe://acme.example/gateway"]}
deploy: {namespace: shop, image: ghcr.io/acme/all}
telemetry: {protocol: http/protobuf, signals: [logs]}
calls:
  - {name: audit, id: "spiffe://acme.example/audit", address: "audit:8443"}
`)
	rapid.Check(t, func(t *rapid.T) {
		a := anyAnswers(t)
		n := &newCommand{env: &Env{Dir: dir}, noGit: true}
		if rapid.Bool().Draw(t, "organisation") {
			n.defaults = "org.yaml"
		}
		line, err := n.replay(context.Background(), a)
		if err != nil {
			t.Fatal(err)
		}
		words, err := shellquote.Split(line)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if !slices.Equal(words[:2], []string{"gen", "new"}) {
			t.Fatalf("line %s", line)
		}
		got, stdout, stderr, code := ran(dir, nil, append(words[2:], "--dry-run", "--json"))
		if code != 0 {
			t.Fatalf("%s\nexit %d\n%s", line, code, stderr)
		}
		if diff := cmp.Diff(a, got); diff != "" {
			t.Fatalf("%s (-want +got):\n%s", line, diff)
		}
		if !bytes.Equal(answers.Format(a), answers.Format(got)) {
			t.Fatalf("%s: other bytes", line)
		}
		if n.defaults == "" && !strings.Contains(stdout, `"dir": "`+a.Name+`"`) {
			t.Fatalf("%s: got\n%s", line, stdout)
		}

		file := filepath.Join(dir, "answers.yaml")
		if err := os.WriteFile(file, answers.Format(a), 0o600); err != nil {
			t.Fatal(err)
		}
		got, _, stderr, code = ran(dir, nil, []string{"--answers", file, "--dry-run", "--no-input"})
		if diff := cmp.Diff(a, got); diff != "" || code != 0 {
			t.Fatalf("the file: exit %d\n%s (-want +got):\n%s", code, stderr, diff)
		}
	})
}

// The line is no longer than it has to be.
func TestReplayIsShort(t *testing.T) {
	a := answers.Defaults("orders", "example.com/acme/orders")
	a.Deploy.Namespace = "shop"
	a.Identity.Path = "/ns/shop/sa/orders" // as it would be derived
	n := &newCommand{env: &Env{Dir: t.TempDir()}}
	line, err := n.replay(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	if want := "gen new orders --module example.com/acme/orders --namespace shop --no-input"; line != want {
		t.Errorf("want %s\ngot  %s", want, line)
	}
}

// The same bytes, through the real blueprints.
func TestReplayOfWholeService(t *testing.T) {
	a := answers.Defaults("orders", "example.com/acme/orders")
	a.Description = `Takes "orders" & more; it's all.`
	a.Telemetry.Signals = []string{"traces", "logs"}
	want, err := service(a)
	if err != nil {
		t.Fatal(err)
	}
	n := &newCommand{env: &Env{Dir: t.TempDir()}}
	line, err := n.replay(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	words, err := shellquote.Split(line)
	if err != nil {
		t.Fatal(err)
	}
	replayed, _, stderr, code := ran(t.TempDir(), nil, append(words[2:], "--dry-run"))
	if code != 0 {
		t.Fatal(stderr)
	}
	got, err := service(replayed)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

// An answers file of ten megabytes is refused, and soon.
func TestHugeAnswers(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "huge.yaml"), "version: 1\ndescription: "+strings.Repeat("x", 10<<20)+"\n")
	_, stdout, stderr, code := ran(dir, nil, []string{"--answers", "huge.yaml", "--no-input"})
	if code != exitUsage || stdout != "" || len(stderr) > 1000 || !strings.Contains(stderr, "gen: error: huge.yaml: ") {
		t.Errorf("exit %d, stderr of %d bytes: %.300s", code, len(stderr), stderr)
	}
}

func TestQuote(t *testing.T) {
	for word, want := range map[string]string{
		"orders": "orders", "a/b.c:1=2,3@x%+-_": "a/b.c:1=2,3@x%+-_", "": "''", "it's": `'it'\''s'`, "$(x)": "'$(x)'", "~": "'~'", "ü": "'ü'",
	} {
		if got := quote(word); got != want {
			t.Errorf("quote(%q): want %s, got %s", word, want, got)
		}
	}
}
