package dev

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"go.opentelemetry.io/otel/metric/noop"

	"github.com/mintwright/mintwright/blueprints/service/identity"
	"github.com/mintwright/mintwright/internal/dev/authority"
	"github.com/mintwright/mintwright/internal/dev/otlp"
	"github.com/mintwright/mintwright/internal/dev/workloadapi"
	"github.com/mintwright/mintwright/internal/names"
)

// ErrRunning says that a session of the same folder runs already.
var ErrRunning = errors.New("running already")

// Session is a set of services that run, with what they need around them.
// Its methods may be called at the same time.
type Session struct {
	options  Options
	folder   string
	bin      string
	output   *printer
	progress *printer
	logger   *slog.Logger
	width    int // of the widest source of output

	registry *authority.Registry
	api      *workloadapi.Server
	sink     *otlp.Sink
	plain    *otlp.Listener
	control  *control
	starter  *starter

	watching  context.Context // ends when Close begins
	unwatch   context.CancelFunc
	watchers  sync.WaitGroup
	hurry     chan struct{} // closed when nobody wants to wait any longer
	closeOnce sync.Once
	closeErr  error

	mu     sync.Mutex
	units  []*unit
	secure map[[2]spiffeid.ID]*otlp.Listener // telemetry over mTLS: collector, service
	builds int
}

// unit is a service of the session with its process.
type unit struct {
	svc     Service
	running Running
	child   *child // nil while there is none
	out     *lines
}

// Run starts a session, and ends it when ctx does or the process is asked to end. A second
// request to end does not wait for the services. An interrupt is no error.
func Run(ctx context.Context, o Options) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	asked := make(chan os.Signal, 2)
	signal.Notify(asked, endSignals()...)
	defer signal.Stop(asked)
	finished := make(chan struct{})
	defer close(finished)
	hurry := make(chan struct{})
	go func() {
		for n := range 2 {
			select {
			case <-asked:
			case <-finished:
				return
			}
			if n == 0 {
				stop()
			} else {
				close(hurry)
			}
		}
	}()
	s, err := start(ctx, o, hurry)
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	_ = s.Ready(ctx) // what is not ready was said, and the next change may mend it
	<-ctx.Done()
	return s.Close()
}

// Start builds the services, starts them and returns. When it fails nothing is left; ctx
// bounds the start alone. It fails with ErrRunning when a session of the first folder runs.
func Start(ctx context.Context, o Options) (*Session, error) {
	return start(ctx, o, make(chan struct{}))
}

func start(ctx context.Context, o Options, hurry chan struct{}) (*Session, error) {
	if !supported {
		return nil, errors.New("services are run on Linux and macOS only")
	}
	s, err := newSession(o, hurry)
	if err != nil {
		return nil, err
	}
	if err := s.begin(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func newSession(o Options, hurry chan struct{}) (*Session, error) {
	if len(o.Dirs) == 0 || o.Load == nil {
		return nil, errors.New("a session needs the folder of a service and a way to read it")
	}
	if o.Go == "" {
		o.Go = "go"
	}
	if o.DrainTimeout <= 0 {
		o.DrainTimeout = 20 * time.Second
	}
	s := &Session{
		options:  o,
		output:   &printer{to: o.Output},
		progress: &printer{to: o.Progress},
		hurry:    hurry,
		starter:  newStarter(),
		secure:   map[[2]spiffeid.ID]*otlp.Listener{},
	}
	s.watching, s.unwatch = context.WithCancel(context.Background())
	s.logger = slog.New(slog.NewTextHandler(&lines{printer: s.progress, prefix: "gen: "}, nil))
	return s, nil
}

// begin starts everything, in the order in which it is needed.
func (s *Session) begin(ctx context.Context) error {
	if err := s.load(); err != nil {
		return err
	}
	if err := s.claim(); err != nil {
		return err
	}
	var err error
	if s.bin, err = os.MkdirTemp("", binPrefix); err != nil {
		return err
	}
	if s.registry, err = authority.NewRegistry(); err != nil {
		return err
	}
	for _, u := range s.units {
		if err := s.trust(u.svc); err != nil {
			return err
		}
	}
	s.api, err = workloadapi.Start(workloadapi.Options{
		Socket:   filepath.Join(s.folder, apiSocket),
		Registry: s.registry,
		Logger:   s.logger,
	})
	if err != nil {
		return err
	}
	widest := 0
	for _, u := range s.units {
		widest = max(widest, len(u.svc.Name))
	}
	s.sink = otlp.New(otlp.Options{Lines: &lines{printer: s.output, prefix: prefix(sinkName, s.width)}, Width: widest})
	if s.plain, err = s.sink.Listen("127.0.0.1:0", nil); err != nil {
		return err
	}
	if err := s.furnishAll(); err != nil {
		return err
	}
	if err := s.save(); err != nil {
		return err
	}
	s.control.serve(s)
	return s.launch(ctx)
}

// claim takes the session's folder, and clears what killed sessions left in any folder.
func (s *Session) claim() error {
	runtime, err := runtimeFolder(s.options.Runtime)
	if err != nil {
		return err
	}
	// One claim at a time: a sweep must not meet a session that is about to begin.
	unlock, err := lockFolder(runtime)
	if err != nil {
		return fmt.Errorf("locking %q: %w", runtime, err)
	}
	defer unlock()
	folder := sessionFolder(runtime, s.units[0].svc.Dir)
	// The control socket is the claim to the folder: whoever listens on it owns the rest.
	if s.control, err = listenControl(filepath.Join(folder, controlSocket)); err != nil {
		if errors.Is(err, workloadapi.ErrInUse) {
			return fmt.Errorf("a session of %s is %w", s.units[0].svc.Dir, ErrRunning)
		}
		return err
	}
	s.folder = folder
	if err := clearStale(folder); err != nil {
		return fmt.Errorf("clearing what a killed session left: %w", err)
	}
	if err := sweep(runtime, folder); err != nil {
		s.say("clearing what killed sessions left: %v", err) // theirs, and no reason not to begin
	}
	return nil
}

// sinkName is the source that spans are printed under.
const sinkName = "spans"

func (s *Session) load() error {
	seen := map[string]bool{}
	names := map[string]bool{}
	var faults []error
	for _, d := range s.options.Dirs {
		dir, err := resolve(d)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		svc, err := s.options.Load(dir)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		svc.Dir = dir
		if seen[dir] || names[svc.Name] {
			faults = append(faults, fmt.Errorf("service %q in %s is there twice", svc.Name, dir))
			continue
		}
		seen[dir], names[svc.Name] = true, true
		s.width = max(s.width, len(svc.Name), len(sinkName))
		s.units = append(s.units, &unit{svc: svc})
	}
	for _, u := range s.units {
		u.out = &lines{printer: s.output, prefix: prefix(u.svc.Name, s.width)}
		if s.options.Readable {
			u.out.show = readable
		}
	}
	return errors.Join(faults...)
}

// trust makes an authority for each trust domain that the service has to do with.
func (s *Session) trust(svc Service) error {
	domains := append([]spiffeid.TrustDomain{svc.ID.TrustDomain()}, svc.Federates...)
	for _, id := range svc.Callers {
		domains = append(domains, id.TrustDomain())
	}
	for _, c := range svc.Calls {
		domains = append(domains, c.ID.TrustDomain())
	}
	if !svc.Collector.IsZero() {
		domains = append(domains, svc.Collector.TrustDomain())
	}
	for _, d := range domains {
		if _, ok := s.registry.Authority(d); ok {
			continue
		}
		a, err := authority.New(d, authority.Options{X509TTL: s.options.SVIDLifetime})
		if err != nil {
			return err
		}
		if err := s.registry.AddAuthority(a); err != nil {
			return err
		}
	}
	return nil
}

// port is an address of a service.
type port struct {
	isNeeded         bool
	scheme, variable string
	url              *string
}

func (r *Running) ports(svc Service) []port {
	return []port{
		{svc.HTTP, "https://", "HTTP_ADDRESS", &r.URL},
		{svc.GRPC, "grpc://", "GRPC_ADDRESS", &r.GRPC},
		{svc.Public, "https://", "PUBLIC_ADDRESS", &r.Public},
		{svc.Metrics, "http://", "METRICS_ADDRESS", &r.Metrics},
		{true, "http://", "PROBE_ADDRESS", &r.Probe},
	}
}

// host is the address of a URL; "" of none.
func host(url string) string {
	_, address, _ := strings.Cut(url, "://")
	return address
}

// freePorts are addresses of loopback on which nobody listens.
type freePorts struct{ held []net.Listener }

func (f *freePorts) next() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	f.held = append(f.held, l)
	return l.Addr().String(), nil
}

func (f *freePorts) close() {
	for _, l := range f.held {
		l.Close()
	}
}

// furnish gives u what it needs to run as one of the services: ports, and a certificate for
// the web. The ports are free now and kept by nobody until the service listens; a restart
// keeps them.
func (s *Session) furnish(free *freePorts, u *unit, svc Service) error {
	if svc.Public {
		if err := s.certify(); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range u.running.ports(svc) {
		if !p.isNeeded || *p.url != "" {
			continue
		}
		address, err := free.next()
		if err != nil {
			return err
		}
		*p.url = p.scheme + address
	}
	return nil
}

func (s *Session) furnishAll() error {
	var free freePorts
	defer free.close() // when all have theirs, so that no two have the same
	for _, u := range s.units {
		if err := s.furnish(&free, u, u.svc); err != nil {
			return err
		}
		u.describe()
	}
	return nil
}

// describe makes what is said of u that of its service.
func (u *unit) describe() {
	for _, p := range u.running.ports(u.svc) {
		if !p.isNeeded {
			*p.url = ""
		}
	}
	u.running.Name, u.running.Dir, u.running.ID = u.svc.Name, u.svc.Dir, u.svc.ID
	u.running.Callers, u.running.Anyone = slices.Clone(u.svc.Callers), u.svc.Anyone
	u.running.PID = 0
	if u.child != nil {
		u.running.PID = u.child.process.PID
	}
}

// launch builds all services, then starts all: one that calls another needs it soon.
func (s *Session) launch(ctx context.Context) error {
	paths := make([]string, len(s.units))
	prints := make([]uint64, len(s.units))
	for i, u := range s.units {
		prints[i] = fingerprint(u.svc.Dir)
		s.say("building %s", u.svc.Name)
		path, err := s.build(ctx, u.svc)
		if err != nil {
			return err
		}
		paths[i] = path
	}
	for i, u := range s.units {
		if err := s.replace(ctx, u, u.svc, paths[i]); err != nil {
			return err
		}
	}
	for i, u := range s.units {
		s.watchers.Go(func() { s.watch(u, prints[i]) })
	}
	return nil
}

func (s *Session) build(ctx context.Context, svc Service) (string, error) {
	s.mu.Lock()
	s.builds++
	path := filepath.Join(s.bin, fmt.Sprintf("%s-%d", svc.Name, s.builds))
	s.mu.Unlock()
	out := &lines{printer: s.progress, prefix: ""}
	defer out.flush()
	return path, build(ctx, s.options.Go, s.options.Environ, svc, path, out)
}

// replace ends the process that runs as u, if any, and starts the program at path. Where its
// database cannot be had or migrated, the old one runs on.
func (s *Session) replace(ctx context.Context, u *unit, svc Service, path string) error {
	if err := s.trust(svc); err != nil {
		return err
	}
	svc, err := s.withDatabase(ctx, svc)
	if err != nil {
		return err
	}
	if svc, err = s.withBroker(ctx, svc); err != nil {
		return err
	}
	var free freePorts
	err = s.furnish(&free, u, svc)
	free.close()
	if err != nil {
		return err
	}
	environ, err := s.environ(u, svc)
	if err != nil {
		return err
	}
	if svc.Database {
		if err := s.migrate(ctx, svc, path, environ, u.out); err != nil {
			return err
		}
	}
	s.mu.Lock()
	old := u.child
	u.child = nil
	s.mu.Unlock()
	s.end(svc.Name, old)
	c, err := s.start(svc, path, environ, u.out)
	if err != nil {
		return err
	}
	s.mu.Lock()
	u.svc, u.child = svc, c
	u.describe()
	s.mu.Unlock()
	return s.save()
}

func (s *Session) end(name string, c *child) {
	if c == nil {
		return
	}
	if c.stop(s.options.DrainTimeout, s.hurry) {
		s.say("%s was killed: it did not end by itself", name)
	}
	s.registry.Remove(c.handle)
	_ = os.Remove(c.path) // the folder goes at the end in any case
}

// environ is what the service runs with.
func (s *Session) environ(u *unit, svc Service) ([]string, error) {
	env := s.surroundings(svc)
	for _, p := range u.running.ports(svc) {
		if p.isNeeded {
			env[p.variable] = host(*p.url)
		}
	}
	if !svc.Collector.IsZero() {
		l, err := s.collector(svc)
		if err != nil {
			return nil, err
		}
		env["OTEL_EXPORTER_OTLP_ENDPOINT"] = l.Endpoint()
	}
	return merge(slices.Concat(pairs(pace(svc)), s.options.Environ), env), nil
}

// pace are variables that let a service be seen at once and whole, not in the rhythm of
// production, and the database and the broker that were found for it. What the user's
// environment says instead counts.
func pace(svc Service) map[string]string {
	env := map[string]string{"LAME_DUCK": "0s"}
	if svc.databaseURL != "" {
		env["DATABASE_URL"] = svc.databaseURL
	}
	if svc.brokerURL != "" {
		env["NATS_URL"] = svc.brokerURL
	}
	if svc.Work == "schedule" {
		env["SCHEDULE"] = "@every 10s"
	}
	for _, signal := range svc.Signals {
		switch signal {
		case "traces":
			env["OTEL_BSP_SCHEDULE_DELAY"] = "200"
			env["OTEL_TRACES_SAMPLER"] = "parentbased_always_on"
		case "metrics":
			env["OTEL_METRIC_EXPORT_INTERVAL"] = "5000"
		case "logs":
			env["OTEL_BLRP_SCHEDULE_DELAY"] = "200"
		}
	}
	return env
}

// surroundings are the variables that tie a program to the session.
func (s *Session) surroundings(svc Service) map[string]string {
	env := map[string]string{
		"SPIFFE_ENDPOINT_SOCKET":      s.api.Address(),
		"OTEL_EXPORTER_OTLP_ENDPOINT": s.plain.Endpoint(),
	}
	if s.options.LogLevel != "" {
		env["LOG_LEVEL"] = s.options.LogLevel
	}
	if svc.Public {
		env["PUBLIC_CERT_FILE"], env["PUBLIC_KEY_FILE"] = s.webFiles()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range svc.Calls {
		for _, other := range s.units {
			address := host(other.running.URL)
			if c.GRPC {
				address = host(other.running.GRPC)
			}
			if other.svc.ID == c.ID && address != "" {
				env["CALL_"+names.Env(c.Name)+"_ADDRESS"] = address
			}
		}
	}
	return env
}

// collector listens for the telemetry of svc over mTLS, as the collector that it expects.
func (s *Session) collector(svc Service) (*otlp.Listener, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	pair := [2]spiffeid.ID{svc.Collector, svc.ID}
	if l, ok := s.secure[pair]; ok {
		return l, nil
	}
	source, err := authority.NewSource(s.registry, svc.Collector)
	if err != nil {
		return nil, fmt.Errorf("telemetry of %s: %w", svc.Name, err)
	}
	rules := identity.Rules{{Target: "export", Allow: identity.IDs(svc.ID)}}
	access, err := identity.NewAuthorizer(rules, s.logger, noop.NewMeterProvider())
	if err != nil {
		return nil, fmt.Errorf("telemetry of %s: %w", svc.Name, err)
	}
	l, err := s.sink.Listen("127.0.0.1:0", identity.ServerConfig(source, access))
	if err != nil {
		return nil, err
	}
	s.secure[pair] = l
	return l, nil
}

// merge puts the variables of env over those of base; the result is sorted.
func merge(base []string, env map[string]string) []string {
	all := map[string]string{}
	for _, kv := range base {
		if name, value, ok := strings.Cut(kv, "="); ok && name != "" {
			all[name] = value
		}
	}
	maps.Copy(all, env)
	return pairs(all)
}

func pairs(env map[string]string) []string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(env)) {
		list = append(list, name+"="+env[name])
	}
	return list
}

const (
	poll         = 500 * time.Millisecond
	readyTimeout = 60 * time.Second
)

// watch says how the process of u fares, and builds and starts it anew when its sources have
// changed and then stayed the same for one look. While a build fails the old one runs on.
func (s *Session) watch(u *unit, built uint64) {
	s.watchers.Go(func() { s.greet(u) })
	ticker := time.NewTicker(poll)
	defer ticker.Stop()
	last := built
	for {
		c := s.childOf(u)
		var ended <-chan struct{}
		if c != nil {
			ended = c.done
		}
		select {
		case <-s.watching.Done():
			return
		case <-ended:
			s.lost(u, c)
			continue
		case <-ticker.C:
		}
		if s.options.NoWatch {
			continue
		}
		now := fingerprint(u.svc.Dir)
		if settled := now == last; !settled || now == built {
			last = now
			continue
		}
		built = now
		if s.rebuild(u) {
			s.watchers.Go(func() { s.greet(u) })
		}
	}
}

func (s *Session) childOf(u *unit) *child {
	s.mu.Lock()
	defer s.mu.Unlock()
	return u.child
}

// lost notes that the process ended by itself.
func (s *Session) lost(u *unit, c *child) {
	s.registry.Remove(c.handle)
	s.mu.Lock()
	if u.child == c {
		u.child = nil
		u.describe()
	}
	s.mu.Unlock()
	reason := "without an error"
	if c.err != nil {
		reason = c.err.Error()
	}
	s.say("%s ended (%s); it is started again when a source changes", u.svc.Name, reason)
	if err := s.save(); err != nil {
		s.say("%v", err)
	}
}

func (s *Session) rebuild(u *unit) bool {
	s.say("%s has changed, building", u.svc.Name)
	svc, err := s.options.Load(u.svc.Dir)
	if err == nil {
		svc.Dir, svc.databaseURL, svc.brokerURL = u.svc.Dir, u.svc.databaseURL, u.svc.brokerURL
		var path string
		if path, err = s.build(s.watching, svc); err == nil {
			err = s.replace(s.watching, u, svc, path)
		}
	}
	switch {
	case s.watching.Err() != nil:
		return false
	case err != nil && s.childOf(u) != nil:
		s.say("%v\nthe old %s runs on", err, u.svc.Name)
		return false
	case err != nil:
		s.say("%v", err)
		return false
	}
	return true
}

// greet waits until the service is ready, and says so.
func (s *Session) greet(u *unit) {
	ctx, cancel := context.WithTimeout(s.watching, readyTimeout)
	defer cancel()
	c := s.childOf(u)
	if c == nil {
		return
	}
	err := c.ready(ctx, u.running.Probe)
	switch {
	case s.watching.Err() != nil, errors.Is(err, errEnded):
	case err != nil:
		s.say("%s is not ready after %v; see %s/readyz", u.svc.Name, readyTimeout, u.running.Probe)
	default:
		s.say("%s is ready: %s as %s", u.svc.Name, u.running.where(), u.svc.ID)
	}
}

// where names the addresses at which a service answers.
func (r Running) where() string {
	var list []string
	for _, one := range []struct{ url, what string }{
		{r.URL, ""}, {r.GRPC, ""}, {r.Public, " (for the web)"}, {r.Metrics, "/metrics"},
	} {
		if one.url != "" {
			list = append(list, one.url+one.what)
		}
	}
	if r.URL == "" && r.GRPC == "" {
		list = append([]string{"a worker"}, list...)
	}
	return strings.Join(list, ", ")
}

// Ready waits until every service is ready. Its error names those that ended, or that were
// not ready when ctx ended.
func (s *Session) Ready(ctx context.Context) error {
	s.mu.Lock()
	units := slices.Clone(s.units)
	s.mu.Unlock()
	var errs []error
	for _, u := range units {
		c := s.childOf(u)
		if c == nil {
			errs = append(errs, fmt.Errorf("%s: %w", u.svc.Name, errEnded))
			continue
		}
		if err := c.ready(ctx, u.running.Probe); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", u.svc.Name, err))
		}
	}
	return errors.Join(errs...)
}

// Services returns what runs, in the order of Options.Dirs.
func (s *Session) Services() []Running {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Running
	for _, u := range s.units {
		r := u.running
		r.Callers = slices.Clone(r.Callers)
		all = append(all, r)
	}
	return all
}

// Telemetry returns what the services sent.
func (s *Session) Telemetry() *otlp.Sink { return s.sink }

// Client returns a client of the session, as another process would find it.
func (s *Session) Client() *Client { return newClient(s.folder) }

// Rotate replaces the signing key of a trust domain while the services run.
func (s *Session) Rotate(ctx context.Context, domain spiffeid.TrustDomain) error {
	_, err := s.api.Rotate(ctx, domain)
	return err
}

// Close ends the services, then what they need, and removes every file of the session.
// Telemetry that the services send while they end is still received.
func (s *Session) Close() error {
	s.closeOnce.Do(func() { s.closeErr = s.close() })
	return s.closeErr
}

func (s *Session) close() error {
	s.unwatch()
	s.watchers.Wait()
	var ending sync.WaitGroup
	for _, u := range s.units {
		if c := s.childOf(u); c != nil {
			ending.Go(func() { s.end(u.svc.Name, c) })
		}
	}
	ending.Wait()
	s.starter.close()
	var errs []error
	if s.api != nil {
		errs = append(errs, s.api.Close())
	}
	if s.sink != nil {
		errs = append(errs, s.sink.Close())
	}
	if s.bin != "" {
		errs = append(errs, os.RemoveAll(s.bin))
	}
	if s.folder != "" {
		errs = append(errs, os.Remove(filepath.Join(s.folder, stateFile)))
	}
	if s.control != nil {
		errs = append(errs, s.control.close())
	}
	if s.folder != "" {
		errs = append(errs, os.Remove(s.folder))
	}
	var kept []error
	for _, err := range errs {
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			kept = append(kept, err)
		}
	}
	return errors.Join(kept...)
}

func (s *Session) save() error {
	st := state{API: s.api.Address(), Telemetry: s.plain.Endpoint(), Bin: s.bin}
	self, err := authority.FindProcess(os.Getpid())
	if err != nil {
		return err
	}
	st.Session = self
	st.Services = s.Services()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, u := range s.units {
		if u.child != nil {
			st.Processes = append(st.Processes, u.child.process)
		}
	}
	return writeState(s.folder, st)
}

func (s *Session) say(format string, args ...any) {
	s.progress.write("gen: ", fmt.Appendf(nil, format, args...))
}
