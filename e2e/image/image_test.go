//go:build linux

package image

import (
	"archive/tar"
	"bytes"
	"context"
	"debug/elf"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"

	"github.com/mintwright/mintwright/e2e/services"
	"github.com/mintwright/mintwright/internal/dev/authority"
	"github.com/mintwright/mintwright/internal/dev/workloadapi"
)

// What the images are built with.
const (
	builtVersion  = "v1.2.3"
	builtRevision = "0123456789abcdef0123456789abcdef01234567"
	builtEpoch    = "1700000000"
)

// patience bounds each wait for something that should come soon.
const patience = 30 * time.Second

// TestImage builds the services of the gallery that serve HTTP, the least and the fullest, and
// runs them hardened.
func TestImage(t *testing.T) {
	e := newEngine(t)
	least, fullest := emitted(t, e, "golden/http"), emitted(t, e, "golden/full")
	list := bases(t, filepath.Join(least.folder, "Dockerfile"))
	if len(list) != 2 {
		t.Fatalf("the Dockerfile names %q, want two base images", list)
	}
	begin := time.Now()
	e.goImage(t, list[0], least.folder, fullest.folder)
	e.staticImage(t, list[1], "amd64")
	t.Logf("stand-ins of %s, made in %s", strings.Join(list, " and "), time.Since(begin).Round(time.Second))

	for _, s := range []*service{least, fullest} {
		t.Run(s.Answers.Name, func(t *testing.T) {
			cpu := s.build(t, "amd64")
			if s == least {
				t.Run("after a change", func(t *testing.T) { s.testChange(t, cpu) })
				t.Run("same layer", s.testSameLayer)
			}
			t.Run("content", s.testContent)
			t.Run("configuration", s.testConfiguration)
			t.Run("command line", s.testCommandLine)
		})
	}
	t.Run("hardened", least.testHardened)
	t.Run("without its database", fullest.testWithoutDatabase)

	e.staticImage(t, list[1], "arm64")
	for _, s := range []*service{least, fullest} {
		t.Run(s.Answers.Name+" for arm64", func(t *testing.T) {
			s.build(t, "arm64")
			s.testMachine(t)
		})
	}
}

// TestLabels has BuildKit read the labels of services with awkward descriptions.
func TestLabels(t *testing.T) {
	e := newEngine(t)
	seen := map[string]bool{}
	for _, s := range services.All(t) {
		if seen[s.Answers.Description] {
			continue
		}
		seen[s.Answers.Description] = true
		dockerfile := string(s.Read(t, "Dockerfile"))
		_, labels, _ := strings.Cut(dockerfile, "\nENTRYPOINT ")
		_, labels, found := strings.Cut(labels, "\n")
		if !found {
			t.Fatalf("%s: nothing follows the entry point\n%s", s.Name, dockerfile)
		}
		tag := "mintwright-e2e/labels"
		if _, err := e.try(strings.NewReader("FROM scratch\n"+labels), "build", "-t", tag, "-"); err != nil {
			t.Fatalf("%s: %v\n%s", s.Name, err, labels)
		}
		got := e.labels(t, tag)
		e.run(t, "rmi", "-f", tag)
		if text := got["org.opencontainers.image.description"]; text != s.Answers.Description {
			t.Errorf("%s: the description is %q, want %q", s.Name, text, s.Answers.Description)
		}
		if text := got["org.opencontainers.image.title"]; text != s.Answers.Name {
			t.Errorf("%s: the title is %q", s.Name, text)
		}
	}
	if len(seen) < 4 {
		t.Errorf("only %d descriptions were tried", len(seen))
	}
}

// service is an emitted service in a folder, and its image.
type service struct {
	services.Service
	*engine
	folder string
	tag    string // of the image that was built last
}

// emitted writes a service as gen new does, into a folder that is no repository. On another's
// daemon the base images get names of ours.
func emitted(t *testing.T, e *engine, name string) *service {
	t.Helper()
	s := &service{Service: services.Named(t, name), engine: e, folder: t.TempDir()}
	s.tag = "mintwright-e2e/" + s.Answers.Name
	t.Cleanup(func() { _, _ = e.try(nil, "rmi", "-f", s.tag) })
	for name, f := range s.Files {
		if name == "Dockerfile" && !e.own {
			f.Data = renamed(f.Data, e)
		}
		target := filepath.Join(s.folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(target, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// renamed is a Dockerfile with the names of the stand-ins.
func renamed(dockerfile []byte, e *engine) []byte {
	lines := strings.SplitAfter(string(dockerfile), "\n")
	for i, line := range lines {
		if fields := strings.Fields(line); strings.HasPrefix(line, "FROM ") {
			for _, word := range fields[1:] {
				if strings.Contains(word, ":") {
					lines[i] = strings.Replace(line, word, e.standIn(word), 1)
				}
			}
		}
	}
	return []byte(strings.Join(lines, ""))
}

// build builds the image, with no network, and returns the processor time of its containers, 0
// where that is not known.
func (s *service) build(t *testing.T, arch string, more ...string) (cpu time.Duration) {
	t.Helper()
	begin := time.Now()
	before, _ := s.cpu() // 0 where nothing has run yet
	s.run(t, slices.Concat([]string{
		"build", "--network=none", "--progress=plain", "--platform", "linux/" + arch, "-t", s.tag,
		"--build-arg", "VERSION=" + builtVersion, "--build-arg", "REVISION=" + builtRevision,
		"--build-arg", "SOURCE_DATE_EPOCH=" + builtEpoch,
	}, more, []string{s.folder})...)
	line := fmt.Sprintf("built for %s %s in %.1f s", arch, strings.Join(more, " "), time.Since(begin).Seconds())
	if after, known := s.cpu(); known {
		cpu = after - before
		line += fmt.Sprintf(", %.1f s of processor time in its containers", cpu.Seconds())
	}
	size, _ := strconv.Atoi(s.format(t, "{{.Size}}", s.tag))
	t.Logf("%s; %.1f MB, %d layers, one of them ours", line, float64(size)/1e6, len(s.layers(t)))
	return cpu
}

// layers returns the digests of the layers, unpacked.
func (s *service) layers(t *testing.T) []string {
	t.Helper()
	return strings.Fields(s.format(t, `{{range .RootFS.Layers}}{{.}} {{end}}`, s.tag))
}

// files walks through the layers of the image that are ours: those after the base's.
func (s *service) files(t *testing.T, each func(h *tar.Header, content io.Reader)) {
	t.Helper()
	saved, err := s.try(nil, "save", s.tag)
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string][]byte{}
	for h, content := range entries(t, []byte(saved)) {
		if parts[h.Name], err = io.ReadAll(content); err != nil {
			t.Fatal(err)
		}
	}
	var manifest []struct{ Layers []string }
	if err := json.Unmarshal(parts["manifest.json"], &manifest); err != nil || len(manifest) != 1 {
		t.Fatalf("docker save wrote %d manifests, %v", len(manifest), err)
	}
	layers := manifest[0].Layers
	if len(layers) != 2 { // the stand-in has one
		t.Errorf("the image has %d layers, want that of the base and one", len(layers))
	}
	for _, name := range layers[1:] {
		for h, content := range entries(t, parts[name]) {
			each(h, content)
		}
	}
}

// entries are those of an archive.
func entries(t *testing.T, archive []byte) iter.Seq2[*tar.Header, io.Reader] {
	return func(yield func(*tar.Header, io.Reader) bool) {
		r := tar.NewReader(bytes.NewReader(archive))
		for {
			h, err := r.Next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if !yield(h, r) {
				return
			}
		}
	}
}

// testContent: one program that nobody but root could write, nothing else, and nothing that
// gives more rights.
func (s *service) testContent(t *testing.T) {
	program := "app/" + s.Answers.Name
	var ours []string
	s.files(t, func(h *tar.Header, content io.Reader) {
		name := strings.TrimPrefix(path.Clean("/"+h.Name), "/")
		ours = append(ours, name)
		if h.Uid != 0 || h.Gid != 0 || h.Mode&0o7022 != 0 {
			t.Errorf("%s could be changed, or gives more rights: owner %d:%d, mode %o", name, h.Uid, h.Gid, h.Mode)
		}
		if got := strconv.FormatInt(h.ModTime.Unix(), 10); got != builtEpoch {
			t.Errorf("%s is of %s, want %s", name, got, builtEpoch)
		}
		if name == program {
			s.testProgram(t, content, elf.EM_X86_64)
		}
	})
	if want := []string{"app", program}; !slices.Equal(ours, want) {
		t.Errorf("the image adds %q to its base, want %q", ours, want)
	}
}

// testProgram: for the machine, static, stripped, with no path of the builder in it.
func (s *service) testProgram(t *testing.T, content io.Reader, machine elf.Machine) {
	t.Helper()
	program, err := io.ReadAll(content)
	if err != nil {
		t.Fatal(err)
	}
	f, err := elf.NewFile(bytes.NewReader(program))
	if err != nil {
		t.Fatal(err)
	}
	if f.Machine != machine {
		t.Errorf("the program is for %v, want %v", f.Machine, machine)
	}
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC {
			t.Errorf("the program is not static: it has %v", p.Type)
		}
	}
	if f.Section(".symtab") != nil || f.Section(".debug_info") != nil || f.Section(".zdebug_info") != nil {
		t.Error("the program is not stripped")
	}
	for _, path := range []string{"/src/internal/", "/go/pkg/mod/", "/usr/local/go/src/"} {
		if bytes.Contains(program, []byte(path)) {
			t.Errorf("the program knows the builder's %s", path)
		}
	}
	t.Logf("program: %.1f MB, %v, static, stripped", float64(len(program))/1e6, f.Machine)
}

func (s *service) testMachine(t *testing.T) {
	if arch := s.format(t, "{{.Architecture}}", s.tag); arch != "arm64" {
		t.Errorf("the image is for %s", arch)
	}
	found := false
	s.files(t, func(h *tar.Header, content io.Reader) {
		if path.Clean(h.Name) == "app/"+s.Answers.Name {
			found = true
			s.testProgram(t, content, elf.EM_AARCH64)
		}
	})
	if !found {
		t.Error("the image has no program")
	}
}

func (e *engine) labels(t *testing.T, tag string) map[string]string {
	t.Helper()
	labels := map[string]string{}
	if err := json.Unmarshal([]byte(e.format(t, "{{json .Config.Labels}}", tag)), &labels); err != nil {
		t.Fatal(err)
	}
	return labels
}

// testConfiguration: what Kubernetes and registries read.
func (s *service) testConfiguration(t *testing.T) {
	for template, want := range map[string]string{
		"{{.Config.User}}":            "65532:65532",
		"{{json .Config.Entrypoint}}": `["/app/` + s.Answers.Name + `"]`,
		"{{json .Config.Cmd}}":        "null",
		"{{.Config.StopSignal}}":      "",
		"{{.Os}}/{{.Architecture}}":   "linux/amd64",
	} {
		if got := s.format(t, template, s.tag); got != want {
			t.Errorf("%s is %s, want %s", template, got, want)
		}
	}
	var exposed map[string]struct{}
	if err := json.Unmarshal([]byte(s.format(t, "{{json .Config.ExposedPorts}}", s.tag)), &exposed); err != nil {
		t.Fatal(err)
	}
	config := string(s.Read(t, "internal/config/config.go"))
	for port := range exposed {
		if !strings.Contains(config, `":`+strings.TrimSuffix(port, "/tcp")+`"`) {
			t.Errorf("the image names port %s, on which nothing listens", port)
		}
	}
	if want := strings.Count(config, `_ADDRESS", ":`); len(exposed) != want {
		t.Errorf("the image names ports %v, want %d", exposed, want)
	}
	labels := s.labels(t, s.tag)
	for name, want := range map[string]string{
		"title": s.Answers.Name, "description": s.Answers.Description, "version": builtVersion,
		"revision": builtRevision, "source": "https://" + strings.TrimSuffix(s.Answers.Module, "/v2"),
	} {
		if got := labels["org.opencontainers.image."+name]; got != want {
			t.Errorf("label %s is %q, want %q", name, got, want)
		}
	}
	history := s.run(t, "history", "--no-trunc", "--format", "{{.CreatedBy}}", s.tag)
	if strings.Contains(history, "SECRET") || strings.Contains(history, "TOKEN") {
		t.Errorf("the history has something secret:\n%s", history)
	}
}

// hardened are the flags by which a container runs as in the cluster.
func hardened() []string {
	return []string{
		"--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--user", "65532:65532",
		"--memory", "96m", "--memory-swap", "96m", "--pids-limit", "64",
	}
}

// once runs a command of the service to its end, with no network.
func (s *service) once(t *testing.T, args ...string) string {
	t.Helper()
	return s.run(t, slices.Concat([]string{"run", "--rm", "--network=none"}, hardened(), []string{s.tag}, args)...)
}

func (s *service) testCommandLine(t *testing.T) {
	if got, want := s.once(t, "--version"), s.Answers.Name+" "+builtVersion+"\n"; got != want {
		t.Errorf("--version prints %q, want %q", got, want)
	}
	if text := s.once(t, "check-config"); !strings.Contains(text, "Access:") {
		t.Errorf("check-config prints\n%s", text)
	}
}

// testChange: a change of one file compiles little, for the caches are kept between builds.
func (s *service) testChange(t *testing.T, whole time.Duration) {
	name := filepath.Join(s.folder, "internal", "app", "app.go")
	before, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, append(before, "\nconst aChange = 1\n"...), 0o644); err != nil {
		t.Fatal(err)
	}
	if cpu := s.build(t, "amd64"); cpu > whole/2 {
		t.Errorf("it takes %s of processor time, of %s from nothing", cpu, whole)
	}
	if err := os.WriteFile(name, before, 0o644); err != nil {
		t.Fatal(err)
	}
	s.build(t, "amd64")
}

// testSameLayer: built a second time, from nothing where the builder's cache is ours, the
// service's layer is the same.
func (s *service) testSameLayer(t *testing.T) {
	first := s.layers(t)
	if s.own {
		s.run(t, "builder", "prune", "--all", "--force")
	}
	s.build(t, "amd64", "--no-cache")
	if second := s.layers(t); !slices.Equal(first, second) {
		t.Errorf("layers %q, then %q", first, second)
	}
}

// world is an authority behind a Workload API that a container can reach.
type world struct {
	registry *authority.Registry
	folder   string // of the socket
}

// newWorld gives the service's SPIFFE ID to the user of its image.
func (s *service) newWorld(t *testing.T) *world {
	t.Helper()
	domain := spiffeid.RequireTrustDomainFromString(s.Answers.Identity.TrustDomain)
	a, err := authority.New(domain, authority.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{}
	if w.registry, err = authority.NewRegistry(a); err != nil {
		t.Fatal(err)
	}
	entry := authority.Entry{ID: s.id(t), Selectors: []authority.Selector{authority.UID(65532)}}
	for _, name := range s.Answers.Identity.Federates {
		other, err := authority.New(spiffeid.RequireTrustDomainFromString(name), authority.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.registry.AddAuthority(other); err != nil {
			t.Fatal(err)
		}
		entry.FederatesWith = append(entry.FederatesWith, other.TrustDomain())
	}
	if _, err := w.registry.Register(entry); err != nil {
		t.Fatal(err)
	}
	if w.folder, err = os.MkdirTemp("", "e2e-api"); err != nil { // short: it is a socket's path
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(w.folder) })
	socket := filepath.Join(w.folder, "spire-agent.sock")
	api, err := workloadapi.Start(workloadapi.Options{Socket: socket, Registry: w.registry})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { api.Close() })
	// As an agent's: anybody on the node may ask, and is attested.
	if err := errors.Join(os.Chmod(w.folder, 0o755), os.Chmod(socket, 0o777)); err != nil {
		t.Fatal(err)
	}
	return w
}

func (s *service) id(t *testing.T) spiffeid.ID {
	t.Helper()
	id, err := spiffeid.FromString("spiffe://" + s.Answers.Identity.TrustDomain + s.Answers.Identity.Path)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// get calls the service as somebody, over mutual TLS, on a connection of its own.
func (w *world) get(t *testing.T, as, server spiffeid.ID, url string) (int, string, error) {
	t.Helper()
	source, err := authority.NewSource(w.registry, as)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	client := http.Client{Transport: &http.Transport{
		TLSClientConfig:   tlsconfig.MTLSClientConfig(source, source, tlsconfig.AuthorizeID(server)),
		DisableKeepAlives: true,
	}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := client.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return response.StatusCode, string(body), err
}

// container is a service that runs.
type container struct {
	*service
	name  string
	http  string // host:port
	probe string
}

// start runs the service as in the cluster: hardened, with the socket's folder mounted to be
// read. It has the host's network and listens on loopback.
func (s *service) start(t *testing.T, w *world, settings ...string) *container {
	t.Helper()
	c := &container{service: s, name: "mintwright-e2e-" + strconv.Itoa(os.Getpid()), http: free(t), probe: free(t)}
	args := slices.Concat([]string{"run", "--detach", "--name", c.name, "--network=host"}, hardened(), []string{
		"--volume", w.folder + ":/spiffe-workload-api:ro",
		"--env", "SPIFFE_ENDPOINT_SOCKET=unix:///spiffe-workload-api/spire-agent.sock",
		"--env", "HTTP_ADDRESS=" + c.http, "--env", "PROBE_ADDRESS=" + c.probe,
		"--env", "LAME_DUCK=1s", "--env", "DRAIN_TIMEOUT=5s", "--env", "TELEMETRY_SHUTDOWN_TIMEOUT=1s", "--env", "GOMEMLIMIT=80MiB",
	})
	for _, setting := range settings {
		args = append(args, "--env", setting)
	}
	s.run(t, append(args, s.tag)...)
	t.Cleanup(func() {
		if t.Failed() {
			out, err := s.try(nil, "logs", c.name)
			t.Logf("its log:\n%s%v", tail(out), err)
		}
		_, _ = s.try(nil, "rm", "-f", c.name)
	})
	return c
}

// free returns an address that nobody listens on.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// asked returns the status of a probe, 0 when nobody answers, and what it says.
func (c *container) asked(probe string) (int, string) {
	client := http.Client{Timeout: 2 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Get("http://" + c.probe + probe)
	if err != nil {
		return 0, err.Error()
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	return response.StatusCode, string(body)
}

// becomes waits until a probe has a status.
func (c *container) becomes(t *testing.T, probe string, want int) string {
	t.Helper()
	var status int
	var body string
	for begin := time.Now(); time.Since(begin) < patience; time.Sleep(20 * time.Millisecond) {
		if status, body = c.asked(probe); status == want {
			return body
		}
	}
	t.Fatalf("%s does not become %d: %d %s", probe, want, status, body)
	return ""
}

// stopped asks the service to end as a kubelet does and returns its exit code.
func (c *container) stopped(t *testing.T, grace time.Duration) int {
	t.Helper()
	begin := time.Now()
	c.run(t, "stop", "--time", strconv.Itoa(int(grace.Seconds())), c.name)
	code, err := strconv.Atoi(c.format(t, "{{.State.ExitCode}}", c.name))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("SIGTERM: exit code %d after %.1f s, of %s", code, time.Since(begin).Seconds(), grace)
	return code
}

// testHardened runs the service against the authority of gen dev.
func (s *service) testHardened(t *testing.T) {
	w := s.newWorld(t)
	c := s.start(t, w)
	c.becomes(t, "/readyz", http.StatusOK)
	for _, probe := range []string{"/startupz", "/livez"} {
		if status, body := c.asked(probe); status != http.StatusOK {
			t.Errorf("%s: %d %s", probe, status, body)
		}
	}

	url := "https://" + c.http + "/v1/greetings/Ada"
	friend := spiffeid.RequireFromString(s.Answers.Identity.Callers[0])
	status, body, err := w.get(t, friend, s.id(t), url)
	if err != nil || status != http.StatusOK || !strings.Contains(body, "Ada") {
		t.Errorf("%s gets %d %s, %v", friend, status, body, err)
	}
	t.Logf("%s: %d %s", friend, status, strings.TrimSpace(body))
	stranger := spiffeid.RequireFromPath(friend.TrustDomain(), "/ns/shop/sa/stranger")
	status, body, err = w.get(t, stranger, s.id(t), url)
	if err == nil && status != http.StatusForbidden {
		t.Errorf("%s gets %d %s", stranger, status, body)
	}
	t.Logf("%s: refused: %d %v", stranger, status, err)
	if status, body, err := w.get(t, friend, stranger, url); err == nil {
		t.Errorf("a service that is not %s answers %d %s", stranger, status, body)
	}

	c.testProcess(t)
	if _, err := s.try(nil, "exec", c.name, "/bin/sh", "-c", "true"); err == nil {
		t.Error("there is a shell in the container")
	}
	// The service calls itself from a pod of its own: who it is, is proven, and it may not call.
	out := s.run(t, slices.Concat([]string{"run", "--rm", "--network=host"}, hardened(), []string{
		"--volume", w.folder + ":/spiffe-workload-api:ro",
		"--env", "SPIFFE_ENDPOINT_SOCKET=unix:///spiffe-workload-api/spire-agent.sock",
		s.tag, "ping", "--refused", url,
	})...)
	t.Logf("ping: %s", strings.TrimSpace(out))

	if code := c.stopped(t, 20*time.Second); code != 0 {
		t.Errorf("SIGTERM: exit code %d", code)
	}
	if killed := c.format(t, "{{.State.OOMKilled}}", c.name); killed != "false" {
		t.Error("it needs more memory than it has")
	}
}

// testProcess reads from the kernel what holds of the process.
func (c *container) testProcess(t *testing.T) {
	t.Helper()
	pid := c.format(t, "{{.State.Pid}}", c.name)
	status, err := os.ReadFile("/proc/" + pid + "/status")
	if err != nil {
		t.Fatal(err)
	}
	facts := map[string]string{}
	for line := range strings.Lines(string(status)) {
		name, value, _ := strings.Cut(line, ":")
		facts[name] = strings.Join(strings.Fields(value), " ")
	}
	const none = "0000000000000000"
	for name, want := range map[string]string{
		"Uid": "65532 65532 65532 65532", "Gid": "65532 65532 65532 65532",
		"CapInh": none, "CapPrm": none, "CapEff": none, "CapBnd": none, "CapAmb": none,
		"NoNewPrivs": "1", "Seccomp": "2",
	} {
		if got, known := facts[name]; !known || got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	mounts, err := os.ReadFile("/proc/" + pid + "/mounts")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(mounts)) {
		if f := strings.Fields(line); len(f) > 3 && (f[1] == "/" || f[1] == "/spiffe-workload-api") && !slices.Contains(strings.Split(f[3], ","), "ro") {
			t.Errorf("%s can be written to: %s", f[1], line)
		}
	}
	t.Logf("process: uid %s, capabilities %s, NoNewPrivs %s, seccomp %s, VmRSS %s, root read-only",
		facts["Uid"], facts["CapBnd"], facts["NoNewPrivs"], facts["Seccomp"], facts["VmRSS"])
}

// testWithoutDatabase: the fullest service lives without what it needs, and is not ready.
func (s *service) testWithoutDatabase(t *testing.T) {
	w := s.newWorld(t)
	c := s.start(t, w,
		"GRPC_ADDRESS="+free(t), "METRICS_ADDRESS="+free(t),
		"DATABASE_URL=postgres://nobody@127.0.0.1:1/none?sslmode=disable")
	c.becomes(t, "/livez", http.StatusOK)
	body := c.becomes(t, "/readyz", http.StatusServiceUnavailable)
	for begin := time.Now(); !strings.Contains(body, "database") && time.Since(begin) < patience; time.Sleep(100 * time.Millisecond) {
		_, body = c.asked("/readyz")
	}
	if !strings.Contains(body, "database") {
		t.Errorf("it is not ready for %q, want the database", body)
	}
	t.Logf("live, not ready: %s", strings.TrimSpace(body))
	if code := c.stopped(t, 20*time.Second); code != 0 {
		t.Errorf("SIGTERM: exit code %d", code)
	}
}
