package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/internal/disk"
	"github.com/mintwright/mintwright/internal/names"
	"github.com/mintwright/mintwright/internal/tree"
)

// newCommand is one run of gen new.
type newCommand struct {
	env    *Env
	render renderer
	given  map[string]*answerFlag // by path of the answer

	answers, defaults, dir              string
	set                                 []string
	noInput, yes, plain                 bool
	dryRun, json, force, noGit, isQuiet bool

	here bool // the wizard may fill the folder that it was started in
}

func newNew(env *Env, render renderer) *cobra.Command {
	n := &newCommand{env: env, render: render, given: map[string]*answerFlag{}}
	cmd := &cobra.Command{
		Use:   "new [NAME]",
		Short: "Make a new service",
		Long: `  gen new                                               # asks
  gen new orders --module example.com/acme/orders       # asks for the rest
  gen new orders --module example.com/acme/orders --no-input
  gen new orders --module example.com/acme/orders --serve http,grpc,worker --store postgres
  gen new --answers mintwright.yaml --dir orders --no-input

Makes a service in ./NAME, or in the folder given by --dir, which has to be empty: .git,
README, LICENSE and .gitignore do not count and are kept.

Answers come from, the later over the earlier: defaults, --defaults, --answers, --set,
flags, and questions. Nothing is asked without a terminal, with --no-input, or when CI is
set; with --plain also a pipe may answer.

With --json one document is printed: dir; written, false with --dry-run; command, the line
that repeats it; files, each with path, owner (managed, yours, generated), mode (octal) and
size in bytes; kept, your files that were there; differ, those that --force left as they are.`,
		Args:              atMost(1),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			return n.run(cmd.Context(), args)
		},
	}
	n.flags(cmd)
	return cmd
}

func (n *newCommand) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.SortFlags = false
	for _, field := range flagged() {
		given := &answerFlag{kind: field.Kind}
		n.given[field.Path] = given
		flag := f.VarPF(given, flagName(field), "", flagUsage(field))
		if field.Kind == answers.Flag {
			flag.NoOptDefVal = "true"
		}
		complete := cobra.NoFileCompletions
		if len(field.Choices) > 0 {
			complete = cobra.FixedCompletions(field.Choices, cobra.ShellCompDirectiveNoFileComp)
		}
		// It fails only for a flag that does not exist or is registered twice.
		_ = cmd.RegisterFlagCompletionFunc(flagName(field), complete)
	}
	f.StringVarP(&n.answers, "answers", "a", "", "read answers from a mintwright.yaml; - is standard input")
	f.StringArrayVar(&n.set, "set", nil, "set one answer by `path=value`, such as calls.0.name=ledger; repeatable")
	f.StringVar(&n.defaults, "defaults", n.env.get("GEN_DEFAULTS"), "defaults and locks of an organisation, a `file` (GEN_DEFAULTS)")
	f.StringVarP(&n.dir, "dir", "C", "", "the `folder` to make it in (./NAME)")
	f.BoolVar(&n.noInput, "no-input", n.env.isOn("GEN_NO_INPUT"), "ask nothing, and take nothing from the surroundings (GEN_NO_INPUT=1)")
	f.BoolVarP(&n.yes, "yes", "y", false, "ask only what has no default, and do not ask for confirmation")
	f.BoolVar(&n.plain, "plain", false, "ask with plain lines; reads answers from a pipe too (GEN_ACCESSIBLE=1)")
	f.BoolVar(&n.dryRun, "dry-run", false, "list the files and write nothing")
	f.BoolVar(&n.json, "json", false, "print one JSON document")
	f.BoolVar(&n.force, "force", false, "add what is missing to a folder that is not empty; change nothing")
	f.BoolVar(&n.noGit, "no-git", false, "do not make a git repository")
	f.BoolVarP(&n.isQuiet, "quiet", "q", false, "print errors only")
}

func flagUsage(f answers.Field) string {
	usage := strings.TrimSuffix(f.Help, ".")
	if f.Kind == answers.Texts || f.Kind == answers.Choices {
		usage += "; several with commas"
	}
	switch {
	case f.Default != "":
		usage += " (" + f.Default + ")"
	case f.Derived != "":
		usage += " (" + f.Derived + ")"
	}
	return usage
}

// answerFlag is a flag for an answer. What it may hold is judged with all the others.
type answerFlag struct {
	kind  answers.Kind
	value string
	isSet bool
}

func (f *answerFlag) String() string { return f.value }

func (f *answerFlag) Set(v string) error {
	f.value, f.isSet = v, true
	return nil
}

func (f *answerFlag) Type() string {
	switch f.kind {
	case answers.Flag:
		return "bool"
	case answers.Number:
		return "number"
	case answers.Choices, answers.Texts:
		return "list"
	default:
		return "string"
	}
}

// run is gen new: answers become a tree, and the tree goes to disk.
func (n *newCommand) run(ctx context.Context, args []string) error {
	const garbage = 400 // percent of the live heap: it is over before collecting pays
	defer debug.SetGCPercent(debug.SetGCPercent(garbage))
	draft, err := n.draft(ctx, args)
	if err != nil {
		return err
	}
	if err := n.complete(ctx, draft); err != nil {
		return err
	}
	a, err := draft.Answers()
	if err != nil {
		return err
	}
	for _, text := range a.Notes() {
		n.remark(text)
	}
	files, err := n.render(a)
	if err != nil {
		return err
	}
	line, err := n.replay(ctx, a)
	if err != nil {
		return err
	}
	if n.dryRun {
		result, err := disk.Preview(n.target(a.Name), files, disk.Options{Force: n.force})
		if err != nil {
			return n.refused(err)
		}
		return n.preview(a, files, result, line)
	}
	result, err := n.write(ctx, a, files)
	if err != nil {
		return err
	}
	return n.done(a, files, result, line)
}

// draft reads what was given: files, --set, flags, and the name.
func (n *newCommand) draft(ctx context.Context, args []string) (*answers.Draft, error) {
	if n.answers == "-" && n.plain {
		return nil, wrongUsage(errors.New("standard input cannot hold both the answers file and answers to questions"),
			"give --answers a file, or leave out --plain")
	}
	d := answers.NewDraft()
	var faults []error
	if n.defaults != "" {
		data, err := n.file(ctx, n.defaults)
		if err != nil {
			return nil, unreadable("defaults", n.defaults, err)
		}
		faults = append(faults, d.ReadDefaults(n.defaults, data))
	}
	if n.answers != "" {
		data, err := n.file(ctx, n.answers)
		if err != nil {
			return nil, unreadable("answers", n.answers, err)
		}
		faults = append(faults, d.Read(shownFile(n.answers), data))
	}
	for _, s := range n.set {
		path, value, found := strings.Cut(s, "=")
		if !found {
			faults = append(faults, &answers.Fault{Field: path, Problem: "it has no value", Remedy: "write --set path=value"})
			continue
		}
		faults = append(faults, d.Set(path, value, answers.SetFlag))
	}
	for _, f := range flagged() {
		if given := n.given[f.Path]; given.isSet {
			faults = append(faults, d.Set(f.Path, given.value, answers.Option))
		}
	}
	if len(args) > 0 {
		faults = append(faults, d.Set("name", args[0], answers.Option))
	}
	return d, n.judge(d, faults)
}

// judge reports all that is wrong with what was given, also what is missing when that cannot
// be asked for: a form is filled in once.
func (n *newCommand) judge(d *answers.Draft, faults []error) error {
	_, err := d.Answers()
	all := answers.Join(append(faults, err)...)
	for _, f := range answers.Faults(all) {
		if f.Kind != answers.Missing || strings.Contains(f.Field, ".") {
			return all
		}
	}
	if all != nil && answers.Faults(all) == nil {
		return all
	}
	return nil
}

// unreadable names the file as it was given.
func unreadable(what, name string, err error) error {
	var e *fs.PathError
	if errors.As(err, &e) {
		err = e.Err
	}
	return &problem{
		code: exitFailed, err: fmt.Errorf("reading %s %q: %w", what, name, err),
		hints: []string{fmt.Sprintf("give --%s the path of a file that can be read", what)},
	}
}

func shownFile(name string) string {
	if name == "-" {
		return "standard input"
	}
	return name
}

// file reads a file that the user named, "-" for standard input, up to a size that no
// answers have.
func (n *newCommand) file(ctx context.Context, name string) ([]byte, error) {
	const most = 16 << 20 // the reader of answers refuses much less, and says so
	read := func() ([]byte, error) {
		in := n.env.Stdin
		if name != "-" {
			f, err := os.Open(n.env.path(name))
			if err != nil {
				return nil, err
			}
			defer f.Close()
			in = f
		}
		return io.ReadAll(io.LimitReader(in, most))
	}
	type result struct {
		data []byte
		err  error
	}
	done := make(chan result, 1)
	go func() { // a pipe may stay silent for ever, and one without a writer cannot even be opened
		data, err := read()
		done <- result{data, err}
	}()
	select {
	case r := <-done:
		return r.data, r.err
	case <-ctx.Done():
		return nil, errInterrupted
	}
}

// complete asks for what is missing, where somebody can be asked.
func (n *newCommand) complete(ctx context.Context, d *answers.Draft) error {
	if n.noInput || n.answers == "-" || n.yes && len(d.Missing()) == 0 {
		return nil // what is still missing is refused with all the rest
	}
	ask, err := openPrompter(ctx, n.env, n.plain)
	if err != nil {
		return err
	}
	if ask == nil {
		return n.nobody(d)
	}
	if err := n.placeable(d); err != nil {
		return err
	}
	// Somebody who made an empty folder and stands in it means that one.
	n.here = n.dir == "" && d.Value("name") == "" && n.refusal("") == nil
	w := &wizard{ask: ask, draft: d, render: n.render, place: n.shownTarget, accept: n.accept}
	w.near = surroundings{env: n.env, target: n.target, here: n.here || n.dir != ""}
	if n.yes {
		err = w.missing(ctx)
	} else {
		err = w.all(ctx)
	}
	if errors.Is(err, errEnded) {
		return wrongUsage(err, "answer every question up to the last, or take the defaults with --yes")
	}
	return err
}

// placeable refuses a folder that would be refused in the end, before anything is asked.
func (n *newCommand) placeable(d *answers.Draft) error {
	name := d.Value("name")
	if name == "" && n.dir == "" {
		return nil
	}
	return n.refusal(name)
}

// refusal is why the folder of a service cannot be written, as far as that can be seen.
func (n *newCommand) refusal(name string) error {
	_, err := disk.Preview(n.target(name), nil, disk.Options{Force: n.force})
	return n.refused(err)
}

// accept refuses a name whose folder would be refused.
func (n *newCommand) accept(path, answer string) error {
	if path != "name" {
		return nil
	}
	return n.refusal(answer)
}

// nobody is what happens when questions are open and nobody can be asked.
func (n *newCommand) nobody(d *answers.Draft) error {
	if len(d.Missing()) == 0 {
		return nil
	}
	_, err := d.Answers()
	return &problem{code: exitUsage, err: err, hints: []string{"nothing is asked without a terminal; --plain reads answers from a pipe"}}
}

// target is the folder of the service, absolute.
func (n *newCommand) target(name string) string {
	switch {
	case n.dir != "":
		return n.env.path(n.dir)
	case n.here && (name == "" || name == filepath.Base(n.env.Dir)):
		return n.env.Dir
	}
	return filepath.Join(n.env.Dir, name)
}

// shownTarget is the folder of the service as it is spoken of.
func (n *newCommand) shownTarget(name string) string { return n.shown(n.target(name)) + "/" }

// shown is a path as the person sees it from where they stand.
func (n *newCommand) shown(p string) string {
	if rel, err := filepath.Rel(n.env.Dir, p); err == nil && filepath.IsLocal(rel) {
		p = rel
	}
	return filepath.ToSlash(p)
}

// newDocument is what gen new --json prints.
type newDocument struct {
	Dir     string         `json:"dir"`
	Written bool           `json:"written"` // false with --dry-run
	Command string         `json:"command"` // makes the same again
	Files   []fileDocument `json:"files"`   // of the service
	Kept    []string       `json:"kept"`    // were there before and stay: README, LICENSE, .gitignore
	Differ  []string       `json:"differ"`  // were there with other content and stay; with --force
}

// fileDocument is a file in the JSON document.
type fileDocument struct {
	Path  string     `json:"path"`
	Owner tree.Owner `json:"owner"`
	Mode  string     `json:"mode"` // octal
	Size  int        `json:"size"` // bytes
}

func (n *newCommand) document(a answers.Answers, files tree.Tree, result disk.Result, line string) newDocument {
	doc := newDocument{
		Dir: n.shown(n.target(a.Name)), Written: !n.dryRun, Command: line,
		Files: []fileDocument{},
		Kept:  append([]string{}, result.Kept...), Differ: append([]string{}, result.Differ...),
	}
	for _, f := range files {
		doc.Files = append(doc.Files, fileDocument{f.Path, f.Owner, fmt.Sprintf("%04o", f.Mode), len(f.Content)})
	}
	return doc
}

// preview lists what would be written.
func (n *newCommand) preview(a answers.Answers, files tree.Tree, result disk.Result, line string) error {
	if n.json {
		return writeJSON(n.env.Stdout, n.document(a, files, result, line))
	}
	for _, f := range files {
		if _, err := fmt.Fprintf(n.env.Stdout, "%-9s %8d  %s\n", f.Owner, len(f.Content), f.Path); err != nil {
			return err
		}
	}
	n.remark(fmt.Sprintf("%s for %s; nothing was written", countFiles(len(files)), n.shownTarget(a.Name)))
	return differing(result)
}

// done says what was written, and what to type next.
func (n *newCommand) done(a answers.Answers, files tree.Tree, result disk.Result, line string) error {
	var err error
	switch {
	case n.json:
		err = writeJSON(n.env.Stdout, n.document(a, files, result, line))
	case !n.isQuiet:
		_, err = io.WriteString(n.env.Stdout, n.closing(a, result, line))
	}
	return cmp.Or(err, differing(result))
}

func (n *newCommand) closing(a answers.Answers, result disk.Result, line string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "wrote %s to %s\n", countFiles(len(result.Written)), n.shownTarget(a.Name))
	for _, name := range result.Kept {
		fmt.Fprintf(&b, "kept your %s\n", name)
	}
	fmt.Fprintf(&b, "\nThe same again:\n  %s\n\nNext:\n", line)
	if dir := n.shown(n.target(a.Name)); dir != "." {
		fmt.Fprintf(&b, "  cd %s\n", quote(dir))
	}
	b.WriteString("  gen dev\n\nThen, from another terminal:\n")
	if dir := n.shown(n.target(a.Name)); dir != "." {
		fmt.Fprintf(&b, "  cd %s\n", quote(dir))
	}
	b.WriteString(firstLook(a))
	return b.String()
}

// firstLook is what to type to see the service answer, or work.
func firstLook(a answers.Answers) string {
	const call = "  gen dev call "
	if !a.Answering() {
		return "  gen dev trace   # what it has worked on\n"
	}
	target, data := "/v1/greetings/Ada", ""
	if !a.Serves("http") {
		target, data = "/"+names.Proto(a.Name)+".v1.GreetingService/GetGreeting", ` --data '{"name":"Ada"}'`
	}
	if len(a.Identity.Callers) > 0 || a.Allows("any-caller") {
		return call + target + data + "\n"
	}
	caller := "spiffe://" + a.Identity.TrustDomain + "/ns/" + a.Deploy.Namespace + "/sa/caller"
	var b strings.Builder
	fmt.Fprintf(&b, "%s--stranger %s   # is refused: nobody may call it yet\n", call, target)
	fmt.Fprintf(&b, "\nAllow a caller in internal/api/access.go, such as %s, and call as it:\n", caller)
	fmt.Fprintf(&b, "%s--as %s %s%s\n", call, caller, target, data)
	return b.String()
}

// differing lists the files that --force did not touch.
func differing(result disk.Result) error {
	if len(result.Differ) == 0 {
		return nil
	}
	var list []error
	for _, name := range result.Differ {
		list = append(list, fmt.Errorf("%s differs and was left as it is", name))
	}
	return &problem{code: exitFindings, err: errors.Join(list...), hints: []string{"compare with a fresh service made by --dir in another folder"}}
}

func countFiles(n int) string {
	if n == 1 {
		return "1 file"
	}
	return fmt.Sprintf("%d files", n)
}
