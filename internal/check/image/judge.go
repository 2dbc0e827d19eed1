package image

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"go/version"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/modfile"
)

// images judges what the Dockerfile rests on.
func (j *judge) images() {
	if name := j.file.frontend; name != "" && !strings.Contains(name, "@sha256:") {
		j.say(frontend, 1, "the frontend %s has no digest", quoted(name))
	}
	for _, s := range j.stages {
		j.image(s.image, s.from.line)
		if s.parent == nil && golang(s.image) {
			j.golang(s)
		}
		for _, in := range s.body {
			if from, ok := in.flag("from"); ok && (in.name == "COPY" || in.name == "ADD") {
				j.image(j.other(from), in.line)
			}
			for _, f := range in.flags {
				if mount, ok := strings.CutPrefix(f, "--mount="); ok {
					for part := range strings.SplitSeq(mount, ",") {
						if from, ok := strings.CutPrefix(part, "from="); ok {
							j.image(j.other(from), in.line)
						}
					}
				}
			}
		}
	}
}

// other is an image that a step copies from, "" when it is a stage.
func (j *judge) other(name string) string {
	if _, err := strconv.Atoi(name); err == nil {
		return ""
	}
	for _, s := range j.stages {
		if s.name == strings.ToLower(name) {
			return ""
		}
	}
	return expand(name, j.globals)
}

func (j *judge) image(name string, line int) {
	if name == "" || name == "scratch" || strings.Contains(name, "$") || strings.Contains(name, "@") {
		return
	}
	_, tag, _ := strings.Cut(path.Base(name), ":")
	if tag == "" || tag == "latest" {
		j.say(baseTag, line, "%s has no release", quoted(name))
		return
	}
	j.say(baseDigest, line, "%s has no digest", quoted(name))
}

// golang reports whether an image is Go's own, or a mirror's.
func golang(image string) bool {
	name, _, _ := strings.Cut(image, "@")
	name, _, _ = strings.Cut(path.Base(name), ":")
	return name == "golang"
}

// golang compares the tag of a golang image with go.mod.
func (j *judge) golang(s *stage) {
	name, _, _ := strings.Cut(s.image, "@")
	_, tag, _ := strings.Cut(path.Base(name), ":")
	release, _, _ := strings.Cut(tag, "-")
	if !version.IsValid("go" + release) {
		return // "alpine", a digest alone, a variable
	}
	content, err := j.s.Read("go.mod")
	if err != nil {
		j.Skip("the release of Go", "%v", err)
		return
	}
	mod, err := modfile.Parse("go.mod", content, nil)
	if err != nil {
		mod, err = modfile.ParseLax("go.mod", content, nil) // of a Go to come; it knows no toolchain line
	}
	if err != nil || mod.Go == nil {
		j.Skip("the release of Go", "go.mod names none")
		return
	}
	wanted := "go" + mod.Go.Version
	if mod.Toolchain != nil && version.IsValid(mod.Toolchain.Name) && version.Compare(mod.Toolchain.Name, wanted) > 0 {
		wanted = mod.Toolchain.Name
	}
	got := "go" + release
	withPatch := version.Lang(got) != got // a tag without one is the newest
	if version.Lang(got) != version.Lang(wanted) || withPatch && version.Compare(got, wanted) < 0 {
		j.say(goVersion, s.from.line, "it is %s here and %s in go.mod", release, strings.TrimPrefix(wanted, "go"))
	}
}

// builds judges each go build.
func (j *judge) builds() {
	for _, s := range j.stages {
		downloaded := false
		copied := 0
		s.each(j.globals, func(of *stage, in instruction, sc *scope) {
			if of != s {
				return // it was judged as a stage of its own
			}
			switch in.name {
			case "COPY", "ADD":
				if _, ok := in.flag("from"); !ok && copiesAll(in) && copied == 0 {
					copied = in.line
				}
			case "RUN":
				set := maps.Clone(sc.values)
				for _, c := range commands(in.script()) {
					if c.program() == "export" {
						for _, word := range c.words[1:] {
							name, value, _ := strings.Cut(word, "=")
							set[name] = value
						}
					}
					if len(c.words) == 0 {
						for _, a := range c.sets {
							set[a.name] = a.value
						}
					}
					switch verb := goVerb(c); {
					case verb == "download":
						downloaded = true
						if copied != 0 {
							j.say(layers, copied, "all is copied before go mod download")
						}
					case verb == "build", verb == "install" && !strings.Contains(strings.Join(c.words, " "), "@"):
						j.build(s, in, c, sc, set)
						if copied != 0 && !downloaded && !of.inherits("download") {
							j.say(layers, copied, "all is copied before modules are downloaded")
						}
					}
				}
			}
		})
	}
}

// inherits reports whether a stage that this one goes on from ran a verb of go.
func (s *stage) inherits(verb string) bool {
	for at := s.parent; at != nil; at = at.parent {
		for _, in := range at.body {
			if in.name == "RUN" && slices.ContainsFunc(commands(in.script()), func(c command) bool { return goVerb(c) == verb }) {
				return true
			}
		}
	}
	return false
}

// copiesAll reports whether an instruction copies the whole context.
func copiesAll(in instruction) bool {
	sources := in.list
	if sources == nil {
		sources = strings.Fields(in.rest)
	}
	if len(sources) < 2 {
		return false
	}
	return slices.ContainsFunc(sources[:len(sources)-1], func(s string) bool { return s == "." || s == "./" || s == "*" || s == "/" })
}

// script is what a RUN has a shell do.
func (in instruction) script() string {
	if in.list != nil {
		if len(in.list) > 2 && isShell(path.Base(in.list[0])) && strings.HasPrefix(in.list[1], "-") {
			return in.list[2]
		}
		return strings.Join(in.list, " ")
	}
	return strings.Join(append([]string{in.rest}, in.here...), "\n")
}

// goVerb returns what a command asks go to do: build, install, download (modules); "" for else.
func goVerb(c command) string {
	if c.program() != "go" {
		return ""
	}
	args := slices.DeleteFunc(slices.Clone(c.words[1:]), func(word string) bool { return strings.HasPrefix(word, "-") })
	switch {
	case len(args) > 0 && (args[0] == "build" || args[0] == "install"):
		return args[0]
	case len(args) > 1 && args[0] == "mod" && (args[1] == "download" || args[1] == "vendor"):
		return "download"
	default:
		return ""
	}
}

// build judges one go build; set are the variables that hold for it.
func (j *judge) build(s *stage, in instruction, c command, sc *scope, set map[string]string) {
	set = maps.Clone(set)
	for _, a := range c.sets {
		set[a.name] = a.value
	}
	value := func(name string) string { return expand(set[name], sc.values) }
	if v := value("CGO_ENABLED"); v != "0" && !strings.Contains(v, "$") {
		j.say(cgo, in.line, "go build runs without CGO_ENABLED=0")
	}
	flags := strings.Fields(value("GOFLAGS"))
	if !slices.Contains(append(flags, c.words...), "-trimpath") && !slices.Contains(c.words, "-trimpath=true") && !strings.Contains(set["GOFLAGS"], "$") {
		j.say(trimpath, in.line, "go build runs without -trimpath")
	}
	crossed := strings.Contains(s.builtOn(), "BUILDPLATFORM")
	arch := set["GOARCH"]
	switch {
	case strings.Contains(arch, "TARGETARCH"):
		if !sc.declared["TARGETARCH"] {
			j.say(platform, in.line, "GOARCH is empty: the stage does not declare TARGETARCH")
		}
	case strings.Contains(arch, "$"):
	case arch != "":
		j.say(platform, in.line, "GOARCH is always %s", quoted(arch))
	case crossed:
		j.say(platform, in.line, "the stage runs on the builder's platform and go build compiles for that one")
	}
}

// steps judges what every stage does.
func (j *judge) steps() {
	for _, in := range j.file.instructions {
		switch in.name {
		case "ADD":
			j.add(in)
		case "ARG":
			j.secrets(in, assignments(in.rest))
		case "ENV":
			j.secrets(in, environment(in.rest))
		case "RUN":
			for _, f := range in.flags {
				if f == "--security=insecure" || f == "--network=host" {
					j.say(insecureRun, in.line, "RUN has the flag %s", f)
				}
			}
			j.piped(in)
		}
	}
}

func (j *judge) add(in instruction) {
	if sum, ok := in.flag("checksum"); ok && sum != "" {
		return
	}
	sources := in.list
	if sources == nil {
		sources = strings.Fields(in.rest)
	}
	for i, source := range sources {
		if i == len(sources)-1 {
			break
		}
		lower := strings.ToLower(expand(strings.Trim(source, `"'`), j.globals))
		for _, scheme := range []string{"http://", "https://", "ftp://", "git://", "git@", "ssh://"} {
			if strings.HasPrefix(lower, scheme) {
				j.say(addURL, in.line, "ADD fetches %s", quoted(source))
				break
			}
		}
	}
}

// piped finds downloads that are run as they come: curl … | sh, and sh <(curl …) or sh -c "$(curl …)".
func (j *judge) piped(in instruction) {
	list := commands(in.script())
	fetches := false
	for _, c := range list {
		program := c.program()
		if program == "sudo" && len(c.words) > 1 {
			program = path.Base(c.words[1])
		}
		if !c.piped {
			fetches = false
		}
		if isDownload(program) {
			fetches = true
		}
		inside := slices.ContainsFunc(c.words, func(word string) bool {
			return strings.Contains(word, "$(curl ") || strings.Contains(word, "$(wget ") || strings.Contains(word, "`curl ") || strings.Contains(word, "`wget ")
		})
		if isShell(program) && (c.piped && fetches || inside) || program == "eval" && inside {
			j.say(pipedShell, in.line, "%s runs what is downloaded", program)
			return
		}
	}
	for i, c := range list { // the parenthesis of <( has taken them apart
		last := len(c.words) - 1
		if last >= 1 && c.words[last] == "<" && isShell(c.program()) && i+1 < len(list) && isDownload(list[i+1].program()) {
			j.say(pipedShell, in.line, "%s runs what is downloaded", c.program())
			return
		}
	}
}

// secrets finds names that BuildKit's linter finds too, and values that are secret by their form.
func (j *judge) secrets(in instruction, list []assignment) {
	for _, a := range list {
		switch {
		case secretName(a.name):
			j.say(secret, in.line, "%s %s is a secret by its name", in.name, quoted(a.name))
		case secretValue(a.value):
			j.say(secret, in.line, "%s %s holds a secret by the form of its value", in.name, quoted(a.name))
		}
	}
}

// secretName is the rule SecretsUsedInArgOrEnv of BuildKit.
func secretName(name string) bool {
	isSecret := false
	for part := range strings.SplitSeq(strings.ToLower(name), "_") {
		switch part {
		case "apikey", "auth", "credential", "credentials", "key", "password", "pword", "passwd", "secret", "token":
			isSecret = true
		case "public":
			return false
		}
	}
	return isSecret
}

func secretValue(value string) bool {
	for _, prefix := range []string{"-----BEGIN ", "ghp_", "github_pat_", "gho_", "ghs_", "glpat-", "AKIA", "ASIA", "xoxb-", "xoxp-", "sk_live_", "AIza", "eyJhbGciOi"} {
		if strings.HasPrefix(value, prefix) && len(value) > len(prefix)+8 {
			return true
		}
	}
	scheme, rest, found := strings.Cut(value, "://")
	if !found || strings.ContainsAny(scheme, " /") {
		return false
	}
	authority, _, _ := strings.Cut(rest, "/")
	login, _, found := strings.Cut(authority, "@")
	_, password, hasPassword := strings.Cut(login, ":")
	return found && hasPassword && password != "" && !strings.Contains(password, "$")
}

// final judges what the image runs, and as whom.
func (j *judge) final(s *stage) {
	base, from := s.base()
	if hasShell(base) {
		j.say(shell, from.line, "the image rests on %s", quoted(base))
	}
	var runs, who, signal instruction
	var as, stop string
	s.each(j.globals, func(_ *stage, in instruction, sc *scope) {
		switch in.name {
		case "RUN":
			if !hasShell(base) {
				j.say(shell, in.line, "the last stage runs a command")
			}
		case "HEALTHCHECK":
			if word, rest := cutWord(in.rest); strings.EqualFold(word, "CMD") && !strings.HasPrefix(strings.TrimSpace(rest), "[") {
				j.say(shell, in.line, "HEALTHCHECK needs a shell")
			}
		case "ENTRYPOINT":
			runs = in
		case "CMD":
			if runs.name != "ENTRYPOINT" {
				runs = in
			}
		case "USER":
			who, as = in, expand(in.rest, sc.values)
		case "STOPSIGNAL":
			signal, stop = in, expand(in.rest, sc.values)
		}
	})
	if on := s.builtOn(); on != "" && !strings.Contains(on, "$") || strings.Contains(on, "BUILDPLATFORM") {
		j.sayDo(platform, "remove --platform from what the last stage rests on", s.from.line, "the last stage is of the platform %s, whatever is asked for", quoted(on))
	}
	j.user(s, who, as)
	switch {
	case runs.name == "" || runs.rest == "" || runs.list != nil && len(runs.list) == 0:
		j.say(entrypoint, s.from.line, "nothing says what the image runs")
	case runs.list == nil:
		j.say(entrypoint, runs.line, "%s has the shell form", runs.name)
	case isShell(path.Base(runs.list[0])):
		j.say(entrypoint, runs.line, "%s runs %s", runs.name, quoted(runs.list[0]))
	}
	switch strings.TrimPrefix(strings.ToUpper(stop), "SIG") {
	case "", "TERM", "INT", "15", "2":
	default:
		if !strings.Contains(stop, "$") {
			j.say(stopSignal, signal.line, "it is stopped by %s", quoted(stop))
		}
	}
}

func (j *judge) user(s *stage, who instruction, as string) {
	id, _, _ := strings.Cut(strings.Trim(strings.TrimSpace(as), `"'`), ":")
	n, err := strconv.ParseUint(id, 10, 32)
	switch {
	case who.name == "":
		j.say(user, s.from.line, "the last stage has no USER")
	case strings.Contains(id, "$"):
	case err != nil:
		j.say(user, who.line, "USER %s is a name", quoted(id))
	case n == 0:
		j.say(user, who.line, "USER 0 is root")
	}
}

// hasShell reports whether an image is known to have a shell or a package manager.
func hasShell(image string) bool {
	name, _, _ := strings.Cut(image, "@")
	tagged := path.Base(name)
	repository, tag, _ := strings.Cut(tagged, ":")
	if strings.Contains(image, "distroless/") {
		return strings.Contains(tag, "debug")
	}
	switch repository {
	case "alpine", "debian", "ubuntu", "busybox", "fedora", "centos", "rockylinux", "almalinux", "amazonlinux", "oraclelinux",
		"archlinux", "photon", "golang", "buildpack-deps", "node", "python", "openjdk", "eclipse-temurin", "bash", "wolfi-base",
		"ubi8", "ubi9", "ubi10", "ubi-minimal", "ubi", "minideb", "leap", "bci-base":
		return true
	default:
		return false
	}
}

// labels judges what the image says of itself.
func (j *judge) labels(s *stage) {
	has := map[string]bool{}
	s.each(j.globals, func(_ *stage, in instruction, _ *scope) {
		if in.name == "LABEL" {
			for _, a := range environment(in.rest) {
				has[a.name] = true
			}
		}
	})
	var without []string
	for _, name := range []string{"title", "source", "version", "revision"} {
		if !has["org.opencontainers.image."+name] {
			without = append(without, name)
		}
	}
	if len(without) > 0 {
		j.say(labels, s.from.line, "there is no label org.opencontainers.image.%s", strings.Join(without, ", "))
	}
}

// ports compares EXPOSE with the listeners of the configuration.
func (j *judge) ports(s *stage) {
	wanted, err := j.listeners()
	if err != nil {
		j.Skip("EXPOSE", "%v", err)
		return
	}
	line, sure := s.from.line, true
	var exposed []string
	s.each(j.globals, func(_ *stage, in instruction, sc *scope) {
		if in.name != "EXPOSE" {
			return
		}
		line = in.line
		for word := range strings.FieldsSeq(expand(in.rest, sc.values)) {
			port, protocol, _ := strings.Cut(word, "/")
			if _, err := strconv.ParseUint(port, 10, 16); err != nil {
				sure = false // a variable, a range
				continue
			}
			if protocol == "" || strings.EqualFold(protocol, "tcp") {
				exposed = append(exposed, port)
			}
		}
	})
	for _, port := range wanted {
		if sure && !slices.Contains(exposed, port) {
			j.say(expose, line, "the service listens on %s, which EXPOSE does not name", port)
		}
	}
	for _, port := range exposed {
		if !slices.Contains(wanted, port) {
			j.say(expose, line, "EXPOSE names %s, on which nothing listens", quoted(port))
		}
	}
}

// listeners returns the ports on which the service listens by default: the addresses without a
// host that its configuration reads.
func (j *judge) listeners() ([]string, error) {
	const name = "internal/config/config.go"
	content, err := j.s.Read(name)
	if err != nil {
		return nil, err
	}
	file, err := parser.ParseFile(token.NewFileSet(), name, content, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var ports []string
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) < 2 {
			return true
		}
		if f, ok := call.Fun.(*ast.SelectorExpr); !ok || f.Sel.Name != "Address" {
			return true
		}
		if lit, ok := call.Args[1].(*ast.BasicLit); ok && lit.Kind == token.STRING {
			address, _ := strconv.Unquote(lit.Value) // it was parsed
			if port, own := strings.CutPrefix(address, ":"); own {
				ports = append(ports, port)
			}
		}
		return true
	})
	if len(ports) == 0 {
		return nil, errors.New("no address with a port was found in " + name)
	}
	return ports, nil
}

// context judges what reaches the builder.
func (j *judge) context() {
	name := dockerfile + ".dockerignore" // BuildKit prefers it
	content, err := j.s.Read(name)
	if errors.Is(err, fs.ErrNotExist) {
		name = ".dockerignore"
		content, err = j.s.Read(name)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		j.Say(ignore.At(name, 0, "there is no .dockerignore"))
	case err != nil:
		j.Skip(name, "%v", err)
	case len(content) > maxBytes:
		j.Skip(name, "it has %d bytes, more than %d", len(content), maxBytes)
	case sends(string(content), ".git/config"):
		j.Say(ignore.At(name, 0, "the history, .git, is sent to the builder"))
	}
}
