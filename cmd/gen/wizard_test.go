package main

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/internal/tree"
)

// What a script answers besides values.
const (
	goBack    = "<"
	interrupt = "^C"
)

// scripted answers from lists by the ID of the question, and takes what is offered where it
// has nothing to say. On the review page that means to write.
type scripted struct {
	t       *testing.T
	say     map[string][]string
	asked   []prompt
	refused []string // why answers were not taken
	notes   []string
}

func (s *scripted) Note(text string) { s.notes = append(s.notes, text) }

func (s *scripted) next(ctx context.Context, p prompt) (string, error) {
	s.t.Helper()
	const most = 100
	if len(s.asked) > most {
		s.t.Fatalf("asked without end: %s", p.ID)
	}
	for {
		if ctx.Err() != nil {
			return "", errInterrupted
		}
		s.asked = append(s.asked, p)
		answer := p.Default
		if list := s.say[p.ID]; len(list) > 0 {
			answer, s.say[p.ID] = list[0], list[1:]
		}
		switch {
		case answer == interrupt:
			return "", errInterrupted
		case answer == goBack && p.Back:
			return "", errBack
		}
		err := p.check(answer)
		if err == nil {
			return answer, nil
		}
		s.refused = append(s.refused, reason(err).Error())
		if len(s.say[p.ID]) == 0 {
			return "", errEnded
		}
	}
}

func (s *scripted) Input(ctx context.Context, p prompt) (string, error) { return s.next(ctx, p) }

func (s *scripted) Select(ctx context.Context, p prompt) (string, error) {
	answer, err := s.next(ctx, p)
	if err == nil && !slices.ContainsFunc(p.Options, func(o option) bool { return o.Value == answer }) {
		s.t.Errorf("%s has no option %q", p.ID, answer)
	}
	return answer, err
}

func (s *scripted) MultiSelect(ctx context.Context, p prompt) ([]string, error) {
	answer, err := s.next(ctx, p)
	if answer == "" {
		return nil, err
	}
	return strings.Split(answer, ","), err
}

func (s *scripted) Confirm(ctx context.Context, p prompt) (bool, error) {
	answer, err := s.next(ctx, p)
	return answer == "yes", err
}

// ids lists the questions in the order in which they were put.
func (s *scripted) ids() []string {
	var ids []string
	for _, p := range s.asked {
		ids = append(ids, p.ID)
	}
	return ids
}

// wizarded is a run of gen new at which somebody answers.
type wizarded struct {
	*scripted
	code           int
	got            answers.Answers // zero when nothing was made
	stdout, stderr string
	dir            string
}

func runWizard(t *testing.T, dir string, say map[string][]string, args ...string) wizarded {
	t.Helper()
	s := &scripted{t: t, say: say}
	r := wizarded{scripted: s, dir: dir}
	var out, errs bytes.Buffer
	env := &Env{
		Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Dir: dir, Ask: s,
		Environ:    []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "GIT_CONFIG_NOSYSTEM=1"},
		IsTerminal: func(any) bool { return true },
	}
	cmd := newNew(env, func(a answers.Answers) (tree.Tree, error) {
		r.got = a
		return tree.New(tree.File{Path: "mintwright.yaml", Mode: 0o644, Owner: tree.Yours, Content: answers.Format(a)})
	})
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetFlagErrorFunc(flagError)
	cmd.SetArgs(append([]string{"--no-git"}, args...))
	r.code = conclude(&errs, cmd.ExecuteContext(t.Context()))
	r.stdout, r.stderr = out.String(), errs.String()
	if r.code != 0 && !slices.Contains(args, "--force") {
		emptyOf(t, dir, "mintwright.yaml")
	}
	return r
}

// emptyOf fails when a file of that name lies anywhere below dir.
func emptyOf(t *testing.T, dir, name string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if filepath.Base(path) == name {
			t.Errorf("%s was written", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// busyFolder is a folder that is no place for a service itself.
func busyFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	put(t, filepath.Join(dir, "notes.txt"), "mine")
	return dir
}

func put(t *testing.T, file, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestWizardAsksInOrder(t *testing.T) {
	r := runWizard(t, busyFolder(t), map[string][]string{"name": {"orders"}, "module": {"example.com/acme/orders"}})
	want := []string{
		"name", "module", "description", "owner", "serve", "store", "identity.trustDomain", "deploy.namespace", "identity.callers",
		"calls.more", "telemetry.signals", "telemetry.protocol", "telemetry.collector.address", "review",
	}
	if diff := cmp.Diff(want, r.ids()); diff != "" {
		t.Errorf("questions (-want +got):\n%s", diff)
	}
	if r.code != 0 {
		t.Fatal(r.stderr)
	}
	if diff := cmp.Diff(answers.Defaults("orders", "example.com/acme/orders"), r.got); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
	if !strings.Contains(r.stdout, "\n  gen new orders --module example.com/acme/orders --no-git --no-input\n") {
		t.Errorf("the line is not in\n%s", r.stdout)
	}
}

// Every question is a row of the table of answers, and every flag of the table is a flag.
func TestQuestionsAreOfTheTable(t *testing.T) {
	for _, q := range questions() {
		f, found := answers.Lookup(q.path)
		if !found || f.Help == "" {
			t.Errorf("question %s: no field with a line of help", q.path)
		}
		if f.Kind != answers.Items && f.Option == "" {
			t.Errorf("question %s: no flag", q.path)
		}
	}
	cmd := newNew(&Env{}, nil)
	for _, f := range answers.Fields() {
		if name := flagName(f); name != "" && cmd.Flags().Lookup(name) == nil {
			t.Errorf("%s: no flag --%s", f.Path, name)
		}
	}
}

func TestWizardAsksOnlyWhatWasNotGiven(t *testing.T) {
	r := runWizard(t, busyFolder(t), nil, "orders", "--module=example.com/acme/orders", "--description=", "--owner=acme",
		"--serve=http", "--store=none", "--trust-domain=acme.example", "--callers=", "--set=calls=", "--signals=traces", "--otlp-protocol=grpc")
	if want := []string{"deploy.namespace", "telemetry.collector.address", "review"}; !slices.Equal(want, r.ids()) {
		t.Errorf("want the questions %v, got %v", want, r.ids())
	}
	r = runWizard(t, busyFolder(t), map[string][]string{"module": {"example.com/acme/orders"}}, "orders", "--yes")
	if want := []string{"module"}; !slices.Equal(want, r.ids()) || r.code != 0 {
		t.Errorf("--yes: want the questions %v, got %v; exit %d", want, r.ids(), r.code)
	}
}

func TestWizardRefusesWithAReason(t *testing.T) {
	dir := busyFolder(t)
	put(t, filepath.Join(dir, "full", "file"), "mine")
	r := runWizard(t, dir, map[string][]string{
		"name": {"Orders", "full", "orders"}, "module": {"example.com/acme/orders"},
		"identity.callers": {"spiffe://other.example/a", ""},
	})
	if r.code != 0 || len(r.refused) != 3 {
		t.Fatalf("exit %d, refused %q\n%s", r.code, r.refused, r.stderr)
	}
	for i, want := range []string{"DNS label", "full/ is not empty", "federate"} {
		if !strings.Contains(r.refused[i], want) {
			t.Errorf("refusal %d: want %q in %q", i, want, r.refused[i])
		}
	}
}

func TestWizardGoesBack(t *testing.T) {
	r := runWizard(t, busyFolder(t), map[string][]string{
		"name":             {"orders", "payments"},
		"module":           {goBack, "example.com/acme/payments"},
		"review":           {goBack},
		"deploy.namespace": {"shop"},
	})
	if r.code != 0 {
		t.Fatal(r.stderr)
	}
	if r.got.Name != "payments" || r.got.Module != "example.com/acme/payments" {
		t.Errorf("got %s %s", r.got.Name, r.got.Module)
	}
	if tail := r.ids()[len(r.ids())-3:]; !slices.Equal(tail, []string{"review", "telemetry.collector.address", "review"}) {
		t.Errorf("back from the review page: %v", tail)
	}
}

func TestWizardReviewOpensAnyAnswer(t *testing.T) {
	say := map[string][]string{"name": {"orders"}, "module": {"example.com/acme/orders"}}
	for _, q := range questions() {
		if q.when == nil {
			say["review"] = append(say["review"], q.path)
		}
	}
	say["deploy.image"] = []string{"ghcr.io/acme/orders"}
	say["telemetry.sampling"] = []string{"2", "0.5"}
	say["telemetry.prometheus"] = []string{"yes"}
	r := runWizard(t, busyFolder(t), say)
	if r.code != 0 {
		t.Fatal(r.stderr)
	}
	if r.got.Deploy.Image != "ghcr.io/acme/orders" || r.got.Telemetry.Sampling != 0.5 || !r.got.Telemetry.Prometheus {
		t.Errorf("got image %q, telemetry %+v", r.got.Deploy.Image, r.got.Telemetry)
	}
	first := r.asked[slices.Index(r.ids(), "review")]
	var shown []string
	for _, o := range first.Options {
		shown = append(shown, o.label()+" - "+o.Note)
	}
	for _, want := range []string{
		"write 1 file to orders/ - ", "Name of the service: orders - question", "Trust domain: example.org - default", "quit - writes nothing",
	} {
		if !slices.Contains(shown, want) {
			t.Errorf("want %q on the review page, got %q", want, shown)
		}
	}
}

func TestWizardQuitsAnywhere(t *testing.T) {
	for _, id := range []string{"name", "module", "serve", "store", "telemetry.signals", "telemetry.protocol", "calls.more", "calls.id", "review"} {
		say := map[string][]string{"name": {"orders"}, "module": {"example.com/acme/orders"}, "calls.more": {"yes"}, "calls.name": {"ledger"}}
		say[id] = []string{interrupt}
		if r := runWizard(t, busyFolder(t), say); r.code != exitInterrupted {
			t.Errorf("%s: exit %d\n%s", id, r.code, r.stderr)
		}
	}
	r := runWizard(t, busyFolder(t), map[string][]string{"name": {"orders"}, "module": {"example.com/acme/orders"}, "review": {reviewQuit}})
	if r.code != exitInterrupted {
		t.Errorf("quit: exit %d", r.code)
	}
}

func TestWizardCalls(t *testing.T) {
	r := runWizard(t, busyFolder(t), map[string][]string{
		"name": {"orders"}, "module": {"example.com/acme/orders"}, "deploy.namespace": {"shop"},
		"calls.more":    {"yes", "yes", "yes", "no", "no", "yes", "no"},
		"calls.name":    {"ledger", "ledger", "stock", goBack, "till"},
		"calls.address": {"ledger.example:8443", goBack, "stock.example:8443"},
		"review":        {"calls", "calls"},
		"calls.keep":    {"yes", "no"},
	})
	if r.code != 0 {
		t.Fatal(r.stderr)
	}
	want := []answers.Call{{Name: "till", Protocol: "http", ID: "spiffe://example.org/ns/shop/sa/till", Address: "till.shop.svc:8443"}}
	if diff := cmp.Diff(want, r.got.Calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	if len(r.refused) != 1 || !strings.Contains(r.refused[0], "ledger") {
		t.Errorf("a second call of one name: refused %q", r.refused)
	}
	if !strings.Contains(r.stdout, "--set calls.0.name=till --set calls.0.id=spiffe://example.org/ns/shop/sa/till --set calls.0.address=till.shop.svc:8443") {
		t.Errorf("the line lacks the call:\n%s", r.stdout)
	}
}

// A name that cannot be the folder of a contract is refused with the protocol that makes it one.
func TestWizardRefusesANameForTheProtocol(t *testing.T) {
	r := runWizard(t, busyFolder(t), map[string][]string{
		"name": {"orders"}, "module": {"example.com/acme/orders"},
		"calls.more": {"yes"}, "calls.name": {"vendor", "vendor-api"}, "calls.protocol": {"grpc", goBack, "grpc"},
	})
	want := []answers.Call{{Name: "vendor-api", Protocol: "grpc", ID: "spiffe://example.org/ns/default/sa/vendor-api", Address: "vendor-api.default.svc:9443"}}
	if diff := cmp.Diff(want, r.got.Calls); diff != "" || r.code != 0 {
		t.Errorf("exit %d, calls (-want +got):\n%s%s", r.code, diff, r.stderr)
	}
	if len(r.refused) != 1 || !strings.Contains(r.refused[0], `add a word to it, such as "vendor-service"`) {
		t.Errorf("refused %q", r.refused)
	}
}

// What is asked depends on what it serves: workers have a source of work and, alone, no callers.
func TestWizardShapes(t *testing.T) {
	for _, tc := range []struct {
		say  map[string][]string
		asks []string // of those that depend on the shape
		line string
	}{
		{map[string][]string{"serve": {"grpc"}, "store": {"postgres"}}, []string{"identity.callers"}, "--serve grpc --store postgres"},
		{map[string][]string{"serve": {"worker"}}, []string{"worker.source"}, "--serve worker"},
		{
			map[string][]string{"serve": {"http,worker"}, "store": {"postgres"}, "worker.source": {"postgres"}},
			[]string{"worker.source", "identity.callers"},
			"--serve http,worker --worker-source postgres --store postgres",
		},
		{
			map[string][]string{
				"serve": {"worker"}, "worker.source": {"nats"}, "identity.trustDomain": {"acme.example"}, "worker.broker.address": {"nats.acme.example:4222"},
			},
			[]string{"worker.source", "worker.broker.address", "worker.broker.id"},
			"--serve worker --trust-domain acme.example --worker-source nats --broker nats.acme.example:4222",
		},
	} {
		tc.say["name"], tc.say["module"] = []string{"orders"}, []string{"example.com/acme/orders"}
		r := runWizard(t, busyFolder(t), tc.say)
		if r.code != 0 {
			t.Errorf("%s: exit %d\n%s", tc.line, r.code, r.stderr)
			continue
		}
		var asks []string
		for _, id := range r.ids() {
			if id == "identity.callers" || strings.HasPrefix(id, "worker.") {
				asks = append(asks, id)
			}
		}
		if !slices.Equal(tc.asks, asks) {
			t.Errorf("%s: want the questions %v, got %v", tc.line, tc.asks, asks)
		}
		if !strings.Contains(r.stdout, "gen new orders --module example.com/acme/orders "+tc.line+" --no-git") {
			t.Errorf("want the line with %s, got\n%s", tc.line, r.stdout)
		}
	}
}

// Work from a database needs one: it is refused where it is chosen.
func TestWizardSourceNeedsTheStore(t *testing.T) {
	r := runWizard(t, busyFolder(t), map[string][]string{
		"name": {"orders"}, "module": {"example.com/acme/orders"}, "serve": {"", "worker"},
		"store": {"none", "postgres"}, "worker.source": {"postgres", goBack, "postgres"},
	})
	if r.code != 0 || r.got.Store != "postgres" || r.got.Worker.Source != "postgres" {
		t.Errorf("exit %d, store %s, source %s\n%s", r.code, r.got.Store, r.got.Worker.Source, r.stderr)
	}
	if len(r.refused) != 2 || !strings.Contains(r.refused[0], "choose at least one of") || !strings.Contains(r.refused[1], "choose store: postgres") {
		t.Errorf("refused %q", r.refused)
	}
	// When the store is taken away again, the review page says so and nothing is written.
	r = runWizard(t, busyFolder(t), map[string][]string{
		"name": {"orders"}, "module": {"example.com/acme/orders"}, "serve": {"worker"}, "worker.source": {"postgres"},
		"store": {"postgres", "none"}, "review": {"store", reviewQuit},
	})
	if len(r.notes) == 0 || !strings.Contains(r.notes[0], "worker.source: ") {
		t.Errorf("notes %q", r.notes)
	}
}

// The review page shows unsafe choices that were given otherwise; the question on the way is
// about telemetry alone.
func TestWizardShowsUnsafeChoices(t *testing.T) {
	given := []string{"--serve=grpc", "--set=unsafe.0.choice=reflection", "--set=unsafe.0.reason=for tools"}
	say := func(more map[string][]string) map[string][]string {
		all := map[string][]string{"name": {"orders"}, "module": {"example.com/acme/orders"}}
		maps.Copy(all, more)
		return all
	}
	r := runWizard(t, busyFolder(t), say(nil), given...)
	review := r.asked[len(r.asked)-1]
	if r.code != 0 || !slices.ContainsFunc(review.Options, func(o option) bool { return o.label() == "Unsafe choices: reflection (for tools)" }) {
		t.Errorf("exit %d, the review page shows %v", r.code, review.Options)
	}
	if slices.Contains(r.ids(), "unsafe.keep") {
		t.Error("what was given was asked for")
	}
	r = runWizard(t, busyFolder(t), say(map[string][]string{
		"telemetry.collector.address": {"collector.example:4317"}, "unsafe.reason": {"a test bed"},
	}), given...)
	want := []answers.Unsafe{{Choice: "reflection", Reason: "for tools"}, {Choice: plaintext, Reason: "a test bed"}}
	if diff := cmp.Diff(want, r.got.Unsafe); diff != "" || r.code != 0 {
		t.Errorf("beside plaintext: exit %d (-want +got):\n%s%s", r.code, diff, r.stderr)
	}
	r = runWizard(t, busyFolder(t), say(map[string][]string{"review": {"unsafe"}, "unsafe.keep": {"no"}}), given...)
	if len(r.got.Unsafe) > 0 || r.code != 0 {
		t.Errorf("taken out: exit %d, %v", r.code, r.got.Unsafe)
	}
}

func TestWizardCollectorElsewhere(t *testing.T) {
	base := func(more map[string][]string) map[string][]string {
		say := map[string][]string{"name": {"orders"}, "module": {"example.com/acme/orders"}, "telemetry.collector.address": {"collector.example:4317"}}
		maps.Copy(say, more)
		return say
	}
	r := runWizard(t, busyFolder(t), base(map[string][]string{"telemetry.collector.id": {"spiffe://example.org/collector"}}))
	if r.code != 0 || r.got.Telemetry.Collector.ID != "spiffe://example.org/collector" || slices.Contains(r.ids(), "telemetry.collector.tls") {
		t.Errorf("by SPIFFE ID: exit %d, %v, asked %v", r.code, r.got.Telemetry.Collector, r.ids())
	}
	r = runWizard(t, busyFolder(t), base(map[string][]string{"telemetry.collector.tls": {"system"}}))
	if r.code != 0 || r.got.Telemetry.Collector.TLS != "system" || len(r.got.Unsafe) != 0 {
		t.Errorf("by TLS: exit %d, %v %v\n%s", r.code, r.got.Telemetry.Collector, r.got.Unsafe, r.stderr)
	}
	r = runWizard(t, busyFolder(t), base(map[string][]string{"unsafe.reason": {" ", "it is in the same pod's network"}}))
	want := []answers.Unsafe{{Choice: "plaintext-collector", Reason: "it is in the same pod's network"}}
	if diff := cmp.Diff(want, r.got.Unsafe); diff != "" || r.code != 0 {
		t.Errorf("in plaintext: exit %d (-want +got):\n%s%s", r.code, diff, r.stderr)
	}
	if !strings.Contains(r.stdout, `--set 'unsafe.0.reason=it is in the same pod'\''s network'`) {
		t.Errorf("the line lacks the reason:\n%s", r.stdout)
	}
	// The way out of an unsafe choice.
	r = runWizard(t, busyFolder(t), base(map[string][]string{
		"unsafe.reason": {"because"}, "review": {"unsafe", "telemetry.collector.tls"}, "unsafe.keep": {"yes"}, "telemetry.collector.tls": {"", "system"},
	}))
	if r.code != 0 || r.got.Telemetry.Collector.TLS != "system" {
		t.Errorf("TLS from the review page: exit %d, %v, notes %q\n%s", r.code, r.got.Telemetry.Collector, r.notes, r.stderr)
	}
	// Two protections that exclude each other are told on the review page, and can be mended there.
	r = runWizard(t, busyFolder(t), base(map[string][]string{
		"telemetry.collector.tls": {"system", ""},
		"review":                  {"telemetry.collector.id", "telemetry.collector.tls"},
		"telemetry.collector.id":  {"", "spiffe://example.org/collector"},
	}))
	if r.code != 0 || r.got.Telemetry.Collector.TLS != "" || len(r.notes) != 1 || !strings.Contains(r.notes[0], "telemetry.collector.tls: ") {
		t.Errorf("contradiction: exit %d, %v, notes %q\n%s", r.code, r.got.Telemetry.Collector, r.notes, r.stderr)
	}
}

func TestWizardSurroundings(t *testing.T) {
	mono := func(t *testing.T) string {
		dir := busyFolder(t)
		put(t, filepath.Join(dir, "go.mod"), "module example.com/mono\n\ngo 1.26\n")
		return dir
	}
	work := func(t *testing.T) string {
		dir := busyFolder(t)
		put(t, filepath.Join(dir, "go.work"), "go 1.26\n\nuse ./tools\n")
		put(t, filepath.Join(dir, "tools", "go.mod"), "module example.com/acme/tools\n")
		return dir
	}
	remote := func(t *testing.T) string {
		dir := busyFolder(t)
		put(t, filepath.Join(dir, ".git", "HEAD"), "ref: refs/heads/main\n")
		put(t, filepath.Join(dir, ".git", "objects", "keep"), "")
		put(t, filepath.Join(dir, ".git", "refs", "keep"), "")
		put(t, filepath.Join(dir, ".git", "config"), "[remote \"origin\"]\n\turl = git@github.com:acme/mono.git\n[user]\n\temail = ada@acme.example\n")
		return dir
	}
	for _, tc := range []struct {
		name   string
		folder func(*testing.T) string
		want   string
	}{
		{"module", mono, "example.com/mono/orders"},
		{"workspace", work, "example.com/acme/orders"},
		{"remote", remote, "github.com/acme/mono/orders"},
		{"nothing", busyFolder, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := runWizard(t, tc.folder(t), map[string][]string{"name": {"orders"}, "review": {reviewQuit}})
			p := r.asked[slices.Index(r.ids(), "module")]
			if p.Default != tc.want {
				t.Errorf("want the module %q to be offered, got %q", tc.want, p.Default)
			}
			if tc.name == "remote" {
				if owner := r.asked[slices.Index(r.ids(), "owner")].Default; owner != "ada@acme.example" {
					t.Errorf("owner: got %q", owner)
				}
				review := r.asked[slices.Index(r.ids(), "review")]
				if !slices.ContainsFunc(review.Options, func(o option) bool { return o.Value == "module" && o.Note == "surroundings" }) {
					t.Errorf("the review page does not tell where the module is from: %v", review.Options)
				}
			}
		})
	}
	// With nothing asked, nothing is taken from the surroundings.
	r := runWizard(t, remote(t), nil, "orders", "--no-input")
	if r.code != exitUsage || !strings.Contains(r.stderr, "module: missing") {
		t.Errorf("--no-input: exit %d\n%s", r.code, r.stderr)
	}
}

// Somebody who stands in an empty folder means that one.
func TestWizardFillsTheFolderItIsIn(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "orders")
	put(t, filepath.Join(dir, "README.md"), "mine")
	r := runWizard(t, dir, map[string][]string{"module": {"example.com/acme/orders"}})
	if r.code != 0 || r.got.Name != "orders" {
		t.Fatalf("exit %d, name %q\n%s", r.code, r.got.Name, r.stderr)
	}
	if _, err := os.Stat(filepath.Join(dir, "mintwright.yaml")); err != nil {
		t.Error(err)
	}
	if !strings.Contains(r.stdout, " --dir . ") || strings.Contains(r.stdout, "  cd ") {
		t.Errorf("got\n%s", r.stdout)
	}
	// A name that was given means a folder of that name, as without a terminal.
	dir = filepath.Join(t.TempDir(), "orders")
	put(t, filepath.Join(dir, "README.md"), "mine")
	runWizard(t, dir, nil, "orders", "--module=example.com/acme/orders", "--yes")
	if _, err := os.Stat(filepath.Join(dir, "orders", "mintwright.yaml")); err != nil {
		t.Error(err)
	}
}

func TestWizardLocks(t *testing.T) {
	dir := busyFolder(t)
	put(t, filepath.Join(dir, "org.yaml"), "version: 1\nidentity: {trustDomain: acme.example}\nlocked: [identity.trustDomain]\n")
	r := runWizard(t, dir, map[string][]string{
		"name": {"orders"}, "module": {"example.com/acme/orders"}, "review": {"identity.trustDomain"},
	}, "--defaults", "org.yaml")
	if r.code != 0 || r.got.Identity.TrustDomain != "acme.example" {
		t.Fatalf("exit %d, %q\n%s", r.code, r.got.Identity.TrustDomain, r.stderr)
	}
	if slices.Contains(r.ids(), "identity.trustDomain") {
		t.Error("a locked answer was asked for")
	}
	if !slices.ContainsFunc(r.notes, func(n string) bool { return strings.Contains(n, "locked by org.yaml") }) {
		t.Errorf("notes %q", r.notes)
	}
	other := busyFolder(t)
	put(t, filepath.Join(other, "org.yaml"), "version: 1\nidentity: {trustDomain: acme.example}\nlocked: [identity.trustDomain]\n")
	r = runWizard(t, other, nil, "stock", "--module=example.com/acme/stock", "--trust-domain=other.example", "--defaults", "org.yaml", "--no-input")
	if r.code != exitUsage || !strings.Contains(r.stderr, "identity.trustDomain: it is locked to \"acme.example\" by org.yaml") {
		t.Errorf("exit %d\n%s", r.code, r.stderr)
	}
}

func TestWizardStopsBetweenQuestions(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := &scripted{t: t}
	w := &wizard{ask: s, draft: answers.NewDraft(), accept: func(string, string) error { return nil }, place: func(string) string { return "" }}
	if err := w.all(ctx); !errors.Is(err, errInterrupted) {
		t.Errorf("want an interruption, got %v", err)
	}
	if len(s.asked) > 0 {
		t.Errorf("asked %v", s.ids())
	}
	if !reflect.DeepEqual(w.draft.Current(), answers.NewDraft().Current()) {
		t.Error("the draft changed")
	}
}
