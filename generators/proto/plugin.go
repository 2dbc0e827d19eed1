package proto

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/modfile"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"

	"github.com/mintwright/mintwright/internal/tree"
)

// plugin is a program of the plugin protocol that is run besides the emitters of our own. It
// comes from a tool line, so that its version stands in the module, and is run by go tool: no
// shell, and no program that happens to be on the PATH.
type plugin struct {
	name      string // protoc-gen-go-x
	tool      string // its import path
	parameter string
	command   []string // that runs it
	dir       string   // where
	environ   []string
	stderr    io.Writer
	unmarked  bool // its files need not say that they are generated
}

// Bounds of one run. A plugin is compiled when it runs for the first time.
const (
	pluginPatience = 10 * time.Minute
	maxAnswer      = 256 << 20
	maxSaid        = 1 << 20
)

// plugins finds the tools that are asked for.
func (f folder) plugins() ([]plugin, error) {
	if len(f.choices.Plugins) == 0 {
		return nil, nil
	}
	name := filepath.Join(f.module, "go.mod")
	args := []string{"tool"}
	environ := append(slices.Clone(f.site.Environ), "GOPROXY=off", "PWD="+f.module)
	modFile := f.choices.ModFile
	if modFile == "" {
		modFile = f.site.goFlag("-modfile")
	}
	if modFile != "" {
		name = f.site.absolute(modFile)
		args = append(args, "-modfile="+name)
		environ = append(environ, "GOWORK=off") // go takes one or the other
	}
	tools, err := toolLines(name)
	if err != nil {
		return nil, err
	}
	var list []plugin
	for _, given := range f.choices.Plugins {
		wanted, parameter, _ := strings.Cut(given, ":")
		tool, err := choose(tools, wanted, name)
		if err != nil {
			return nil, err
		}
		list = append(list, plugin{
			name: toolName(tool), tool: tool, parameter: parameter, dir: f.module, environ: environ, stderr: f.site.Stderr, unmarked: f.choices.Unmarked,
			command: append(append([]string{"go"}, args...), tool),
		})
	}
	return list, nil
}

// toolLines returns the import paths of the tools of a go.mod.
func toolLines(name string) ([]string, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, &Fault{File: name, Problem: problemOf(err), Remedy: "name a file that has the form of go.mod"}
	}
	mod, err := modfile.Parse(name, data, nil)
	if err != nil {
		return nil, modFault(name, err)
	}
	var list []string
	for _, t := range mod.Tool {
		list = append(list, t.Path)
	}
	return list, nil
}

// choose finds the one tool of a name, with or without protoc-gen-, or of an import path.
func choose(tools []string, name, file string) (string, error) {
	var fitting []string
	for _, t := range tools {
		if short := toolName(t); t == name || short == name || short == "protoc-gen-"+name {
			fitting = append(fitting, t)
		}
	}
	switch len(fitting) {
	case 1:
		return fitting[0], nil
	case 0:
		flag := ""
		if filepath.Base(file) != "go.mod" {
			flag = " -modfile=" + filepath.Base(file)
		}
		remedy := fmt.Sprintf("run go get%s -tool with the import path of the plugin, and its version", flag)
		return "", &Fault{File: file, Problem: fmt.Sprintf("no tool line is plugin %s; it has %s", name, orNone(toolNames(tools))), Remedy: remedy}
	}
	return "", &Fault{File: file, Problem: fmt.Sprintf("several tools are plugin %s: %s", name, strings.Join(fitting, ", ")), Remedy: "give --plugin the import path of one"}
}

func orNone(list []string) string {
	if len(list) == 0 {
		return "none"
	}
	return words(list)
}

func toolNames(tools []string) (list []string) {
	for _, t := range tools {
		list = append(list, toolName(t))
	}
	return list
}

// toolName is the name that the go command gives to a program: the last element of its import
// path that is no major version.
func toolName(tool string) string {
	name := path.Base(tool)
	if isMajor := regexp.MustCompile(`^v[0-9]+$`).MatchString(name); isMajor && path.Dir(tool) != "." {
		return path.Base(path.Dir(tool))
	}
	return name
}

// run gives a plugin the request, and returns the files that it answers with.
func (p plugin) run(ctx context.Context, req *pluginpb.CodeGeneratorRequest, j job) ([]tree.File, error) {
	own := proto.CloneOf(req)
	own.Parameter = new(p.parameters(j))
	wire, err := proto.MarshalOptions{Deterministic: true}.Marshal(own)
	if err != nil {
		return nil, err
	}
	answer, err := p.ask(ctx, wire)
	if err != nil {
		return nil, err
	}
	return p.files(req, answer)
}

// parameters are those of the plugin. It lays its files beside the sources, as all plugins for Go
// can, unless it is told otherwise: paths= tells those that know no such parameter nothing.
func (p plugin) parameters(j job) string {
	var list []string
	told := false
	for one := range strings.SplitSeq(p.parameter, ",") {
		if strings.HasPrefix(one, "paths=") {
			told = true
		}
		if one != "" && one != "paths=" {
			list = append(list, one)
		}
	}
	if !told {
		list = append(append([]string{"paths=source_relative"}, j.mapParameters()...), list...)
	}
	return strings.Join(list, ",")
}

// ask runs the program.
func (p plugin) ask(ctx context.Context, wire []byte) ([]byte, error) {
	limited, cancel := context.WithTimeout(ctx, pluginPatience)
	defer cancel()
	cmd := exec.CommandContext(limited, p.command[0], p.command[1:]...)
	cmd.Dir, cmd.Env = p.dir, p.environ
	cmd.WaitDelay = 5 * time.Second
	cmd.Stdin = bytes.NewReader(wire)
	out, said := &bounded{most: maxAnswer, stop: cancel}, &bounded{most: maxSaid}
	cmd.Stdout, cmd.Stderr = out, said
	err := cmd.Run()
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case out.isOver:
		return nil, p.fault("", fmt.Sprintf("it answers with more than %d MB", maxAnswer>>20), "give it fewer files at once")
	case limited.Err() != nil:
		return nil, p.fault("", fmt.Sprintf("it has not answered for %v", pluginPatience), "see what it waits for: "+strings.Join(p.command, " "))
	case err != nil:
		return nil, p.failed(err, said.kept.String())
	}
	if p.stderr != nil {
		_, _ = io.Copy(p.stderr, &said.kept) // what it says is for the person; that it cannot be shown is no fault of the files
	}
	return out.kept.Bytes(), nil
}

// failed tells why a program ended badly.
func (p plugin) failed(err error, said string) error {
	said = strings.TrimSpace(said)
	remedy := "mend what it says, or see what it does: " + strings.Join(p.command, " ")
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return p.fault("", "the go command is not on the PATH", "install Go, https://go.dev/dl")
	case strings.Contains(said, "GOPROXY=off"), strings.Contains(said, "missing go.sum entry"), strings.Contains(said, "updates to go.mod needed"):
		remedy = "run go mod download" + p.modFlag() + ", or go mod tidy when it says that go.sum lacks something"
	}
	if strings.Contains(said, "-paths") || strings.Contains(said, "paths=") {
		remedy = p.withoutPaths()
	}
	if said == "" {
		return p.fault("", problemOf(err), remedy)
	}
	first, rest, _ := strings.Cut(said, "\n")
	if rest != "" && p.stderr != nil {
		fmt.Fprintln(p.stderr, said) // all of it, where one line is not enough
	}
	return p.fault("", fmt.Sprintf("%s (%v)", problemOf(errors.New(first)), err), remedy)
}

func (p plugin) modFlag() string {
	for _, a := range p.command {
		if file, ok := strings.CutPrefix(a, "-modfile="); ok {
			return " -modfile=" + filepath.Base(file)
		}
	}
	return ""
}

// fault is one of the plugin. Of what file it speaks it seldom says.
func (p plugin) fault(file, problem, remedy string) *Fault {
	return &Fault{File: file, Problem: fmt.Sprintf("plugin %s: %s", p.name, problem), Remedy: remedy}
}

// bounded keeps what is written to it, up to a bound.
type bounded struct {
	kept   bytes.Buffer // not embedded: io.Copy would find its ReadFrom, which knows no bound
	most   int
	isOver bool
	stop   func()
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.kept.Len()+len(p) <= b.most {
		return b.kept.Write(p)
	}
	b.isOver = true
	if b.stop != nil {
		b.stop()
		return 0, errors.New("too much output")
	}
	return len(p), nil // dropped
}

// files reads the answer of a plugin.
func (p plugin) files(req *pluginpb.CodeGeneratorRequest, answer []byte) ([]tree.File, error) {
	var a pluginpb.CodeGeneratorResponse
	if err := proto.Unmarshal(answer, &a); err != nil {
		return nil, p.fault("", "its answer is none of the plugin protocol", "see whether "+p.tool+" is a plugin of protoc")
	}
	if a.Error != nil {
		return nil, p.refused(req, a.GetError())
	}
	if f := p.supports(req, &a); f != nil {
		return nil, f
	}
	var files []tree.File
	for _, f := range a.GetFile() {
		switch {
		case f.GetInsertionPoint() != "":
			return nil, p.fault("", fmt.Sprintf("it inserts into %s, which is not supported: each file has one maker", f.GetName()), "use a release that makes files of its own")
		case f.GetName() == "" && len(files) > 0: // the rest of the one before
			last := &files[len(files)-1]
			last.Content = append(last.Content, f.GetContent()...)
		default:
			files = append(files, tree.File{Path: f.GetName(), Mode: 0o644, Owner: tree.Generated, Content: []byte(f.GetContent())})
		}
	}
	for _, f := range files {
		if err := p.check(f); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// check refuses files that could lie elsewhere, or that nobody could tell from written ones.
func (p plugin) check(f tree.File) error {
	switch {
	case !fs.ValidPath(f.Path) || f.Path == "." || tree.CheckFile(f) != nil:
		return p.fault("", fmt.Sprintf("it makes %q, which is no path below the root of the sources", f.Path), "give it a parameter by which its files lie there")
	case path.Ext(f.Path) == ".proto":
		return p.fault("", fmt.Sprintf("it makes %s, a source", f.Path), "give it a parameter by which it does not")
	case !p.unmarked && !tree.IsGenerated(f.Content):
		return p.fault("", fmt.Sprintf("it makes %s without a line \"// Code generated … DO NOT EDIT.\", so that nobody could tell it from a file that somebody wrote", f.Path),
			"give --unmarked, and such files replace what is there")
	}
	return nil
}

// refused is the error that a plugin answers with. Those for Go begin it with a file.
func (p plugin) refused(req *pluginpb.CodeGeneratorRequest, text string) error {
	problem := problemOf(errors.New(text))
	file := ""
	for _, name := range req.GetFileToGenerate() {
		if rest, ok := strings.CutPrefix(problem, name+": "); ok {
			file, problem = name, rest
		}
	}
	remedy := "change what it complains of, or its parameter"
	if strings.Contains(problem, "paths") {
		remedy = p.withoutPaths()
	}
	return p.fault(file, problem, remedy)
}

// withoutPaths helps against a plugin that is not for Go.
func (p plugin) withoutPaths() string {
	return fmt.Sprintf("write --plugin %s:paths= when it knows no parameter paths", p.name)
}

// supports says what a plugin does not understand of the files, as protoc does.
func (p plugin) supports(req *pluginpb.CodeGeneratorRequest, a *pluginpb.CodeGeneratorResponse) *Fault {
	const newer = "use a release of it that does"
	can := func(f pluginpb.CodeGeneratorResponse_Feature) bool { return a.GetSupportedFeatures()&uint64(f) != 0 }
	for _, f := range req.GetProtoFile() {
		if !slices.Contains(req.GetFileToGenerate(), f.GetName()) {
			continue
		}
		if f.GetSyntax() == "editions" {
			switch {
			case !can(pluginpb.CodeGeneratorResponse_FEATURE_SUPPORTS_EDITIONS):
				return p.fault(f.GetName(), "it does not support editions", newer)
			case int32(f.GetEdition()) < a.GetMinimumEdition() || int32(f.GetEdition()) > a.GetMaximumEdition():
				return p.fault(f.GetName(), fmt.Sprintf("it does not support edition %s", strings.TrimPrefix(f.GetEdition().String(), "EDITION_")), newer)
			}
		}
		if !can(pluginpb.CodeGeneratorResponse_FEATURE_PROTO3_OPTIONAL) && slices.ContainsFunc(f.GetMessageType(), hasOptional) {
			return p.fault(f.GetName(), "it does not support optional fields of proto3", newer)
		}
	}
	return nil
}

func hasOptional(m *descriptorpb.DescriptorProto) bool {
	return slices.ContainsFunc(m.GetField(), (*descriptorpb.FieldDescriptorProto).GetProto3Optional) || slices.ContainsFunc(m.GetNestedType(), hasOptional)
}
