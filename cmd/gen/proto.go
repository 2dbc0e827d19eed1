package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/mintwright/mintwright/generators/proto"
	"github.com/mintwright/mintwright/internal/disk"
)

// protoCommand is one run of gen proto.
type protoCommand struct {
	env     *Env
	choices proto.Choices
	check   bool
	dryRun  bool
	json    bool
	isQuiet bool
}

func newProto(env *Env) *cobra.Command {
	p := &protoCommand{env: env}
	cmd := &cobra.Command{
		Use:   "proto [FILE | FOLDER]...",
		Short: "Make Go of .proto files",
		Long: `  gen proto
  gen proto proto/orders/v1
  gen proto --check ./...
  gen proto --lint --breaking main ./...

Makes the .pb.go, and for services the _grpc.pb.go, of the .proto files in this folder, in the
folders or of the files given. They are what protoc-gen-go and protoc-gen-go-grpc make; no
protoc, no plugin and no network is needed. In a Go file beside them write

  //go:generate gen proto

Imports start at the first folder called proto on the way from go.mod to the files, without one
at go.mod itself, or where --root says. What is not there is looked up in the folders of -I, then
in the modules that go.mod names, where go keeps them: from a module's root, from its folder
proto, or behind its path. Files of google/protobuf need not lie anywhere. The option go_package
has to be the import path of the folder that the file lies in, or -M says another.

A plugin is a tool of go.mod, brought by go get -tool, and is run by go tool. Its files lie where
the others do, and have to say that they are generated:

  //go:generate gen proto -plugin grpc-gateway:allow_delete_body=true

--lint knows the names of buf's category STANDARD; // gen:lint-ignore RULE reason silences one.
--breaking compares with a revision of git: what breaks messages on the wire, JSON, or source.

What is up to date is not touched, and a file that does not say that it is generated never is.`,
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return []string{"proto"}, cobra.ShellCompDirectiveFilterFileExt
		},
		RunE: func(cmd *cobra.Command, args []string) error { return p.run(cmd.Context(), args) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	p.choices.Flags(f)
	f.BoolVar(&p.check, "check", false, "write nothing; list what is not up to date, and exit with 3 when there is any")
	f.BoolVar(&p.dryRun, "dry-run", false, "write nothing; list what would be written")
	f.BoolVar(&p.json, "json", false, "print one JSON document")
	f.BoolVarP(&p.isQuiet, "quiet", "q", false, "print errors only")
	return cmd
}

func (p *protoCommand) run(ctx context.Context, args []string) error {
	if p.choices.Looks() {
		if err := p.look(ctx, args); err != nil || !p.check {
			return err
		}
		p.choices.Lint, p.choices.Breaking = false, ""
	}
	made, err := proto.Make(ctx, p.site(), p.choices, args...)
	if err != nil {
		return p.told(err)
	}
	return p.write(ctx, made)
}

func (p *protoCommand) site() proto.Site {
	return proto.Site{Dir: p.env.Dir, Package: p.env.get("GOPACKAGE"), Environ: p.env.Environ, Stderr: p.env.Stderr}
}

// protoFindings is what gen proto --lint or --breaking prints with --json.
type protoFindings struct {
	Findings []protoFinding `json:"findings"`
}

// protoFinding is one of them; lines and columns begin at 1.
type protoFinding struct {
	Rule    string `json:"rule"`
	Class   string `json:"class,omitempty"` // of what breaks: wire, json or source
	Path    string `json:"path"`            // from the working folder
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Problem string `json:"problem"`
	Remedy  string `json:"remedy"`
}

// look prints what is found in files that can be compiled.
func (p *protoCommand) look(ctx context.Context, args []string) error {
	found, err := proto.Look(ctx, p.site(), p.choices, args...)
	if err != nil {
		return p.told(err)
	}
	doc := protoFindings{Findings: []protoFinding{}}
	for _, f := range found {
		f.File = p.shown(f.File)
		doc.Findings = append(doc.Findings, protoFinding{f.Rule, f.Class, f.File, f.Line, f.Column, f.Problem, f.Remedy})
		if !p.json {
			fmt.Fprintf(p.env.Stdout, "%s; %s\n", oneLine(f.Fact()), oneLine(f.Remedy))
		}
	}
	if p.json {
		if err := writeJSON(p.env.Stdout, doc); err != nil {
			return err
		}
	}
	if len(found) == 0 {
		return nil
	}
	return &problem{code: exitFindings, err: errors.New(plural(len(found), "finding", "findings"))}
}

// told turns what is wrong into words for a person.
func (p *protoCommand) told(err error) error {
	if misuse, ok := errors.AsType[*proto.Misuse](err); ok {
		return wrongUsage(errors.New(misuse.Problem), misuse.Remedy)
	}
	faults := proto.Faults(err)
	if faults == nil {
		return err
	}
	for _, f := range faults {
		f.File = p.shown(f.File)
		tell(p.env.Stderr, f.Fact())
		hint(p.env.Stderr, f.Remedy)
	}
	return exitCode(exitFailed)
}

// protoDocument is what gen proto --json prints.
type protoDocument struct {
	Written bool            `json:"written"` // false with --check and --dry-run
	Files   []protoFileDocs `json:"files"`
}

// protoFileDocs is a generated file in the JSON document.
type protoFileDocs struct {
	Path    string `json:"path"`    // from the working folder
	Changed bool   `json:"changed"` // it was missing or had other content
}

// write brings what was made to the disk, or only looks what that would change.
func (p *protoCommand) write(ctx context.Context, made []proto.Output) error {
	doc := protoDocument{Written: !p.check && !p.dryRun, Files: []protoFileDocs{}}
	var changed []string
	for _, o := range made {
		result, err := disk.PreviewGenerated(o.Dir, o.Files) // of all folders before anything is written
		if err != nil {
			return p.env.refused(err, "rename the .proto file")
		}
		for _, file := range o.Files {
			shown := p.shown(filepath.Join(o.Dir, filepath.FromSlash(file.Path)))
			isChanged := slices.Contains(result.Written, file.Path)
			doc.Files = append(doc.Files, protoFileDocs{shown, isChanged})
			if isChanged {
				changed = append(changed, shown)
			}
		}
	}
	if doc.Written {
		if err := p.regenerate(ctx, made); err != nil {
			return err
		}
	}
	if err := p.print(doc, changed); err != nil || !p.check || len(changed) == 0 {
		return err
	}
	return &problem{
		code: exitFindings, err: fmt.Errorf("%s not up to date", plural(len(changed), "file is", "files are")),
		hints: []string{"run gen proto without --check, and commit what it writes"},
	}
}

// regenerate writes what was made, and the folders that a plugin wants.
func (p *protoCommand) regenerate(ctx context.Context, made []proto.Output) error {
	for _, o := range made {
		root, err := os.OpenRoot(o.Dir)
		if err != nil {
			return err
		}
		defer root.Close()
		for _, f := range o.Files {
			if err := root.MkdirAll(path.Dir(f.Path), 0o755); err != nil {
				return err
			}
		}
		if _, err := disk.Regenerate(ctx, o.Dir, o.Files); err != nil {
			return p.env.refused(err, "rename the .proto file")
		}
	}
	return nil
}

func (p *protoCommand) print(doc protoDocument, changed []string) error {
	switch {
	case p.json:
		return writeJSON(p.env.Stdout, doc)
	case p.isQuiet:
		return nil
	case len(changed) == 0:
		note(p.env.Stderr, fmt.Sprintf("%s up to date", plural(len(doc.Files), "file is", "files are")))
		return nil
	}
	for _, name := range changed {
		verb := ""
		if doc.Written {
			verb = "wrote "
		}
		if _, err := fmt.Fprintln(p.env.Stdout, verb+name); err != nil {
			return err
		}
	}
	return nil
}

// shown is a path as the person sees it from where they stand.
func (p *protoCommand) shown(name string) string {
	if name == "" {
		return ""
	}
	if rel, err := filepath.Rel(p.env.Dir, name); err == nil && filepath.IsLocal(rel) {
		name = rel
	}
	return filepath.ToSlash(name)
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
