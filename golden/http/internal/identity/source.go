// Package identity gives this service its SPIFFE identity and says who may talk to it.
//
// It holds the source of the service's own SVID and of the trust bundles (Open), watches
// its renewal (Monitor), makes the only tls.Config values of the service (ServerConfig,
// ClientConfig), ends connections whose SVIDs have expired (NewListener, Dial), and decides
// each connection and request by a table (Rules, Authorizer). What no rule allows is refused.
//
// The rules for certificates are those of the SPIFFE standards X509-SVID and SPIFFE-ID;
// where go-spiffe's verifier is laxer than these, this package is not.
package identity

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/url"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
	"github.com/spiffe/go-spiffe/v2/workloadapi"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Source is the service's own SVID and the trust bundles by which it judges others.
// A value on Updated tells that one of them has changed; it has one reader, the Monitor.
type Source interface {
	x509svid.Source
	x509bundle.Source
	Updated() <-chan struct{}
}

// Options says whose SVID Open gets, and from where. Every field is required.
type Options struct {
	ID           spiffeid.ID   // the service's own
	Socket       string        // the Workload API, as in SPIFFE_ENDPOINT_SOCKET
	StartTimeout time.Duration // for the first SVID; a new registration takes some seconds to arrive
	Logger       *slog.Logger
}

// Open returns a source that the Workload API keeps up to date until it is closed. It waits
// for the first SVID as long as StartTimeout, through refusals too: an entry may be on its way.
//
// Its error names the socket and what to do. An SVID of another ID than o.ID is an error, and
// is never used when it comes later; of several SVIDs the one of o.ID is taken.
func Open(ctx context.Context, o Options) (*workloadapi.X509Source, error) {
	if o.Socket == "" {
		return nil, fmt.Errorf("%s is not set; set it to the address of the Workload API, such as unix:///run/spire/agent.sock", workloadapi.SocketEnv)
	}
	if err := workloadapi.ValidateAddress(o.Socket); err != nil {
		return nil, fmt.Errorf("%s=%q: write unix:///path/to/socket or tcp://127.0.0.1:8081: %w", workloadapi.SocketEnv, o.Socket, err)
	}
	start, cancel := context.WithTimeout(ctx, o.StartTimeout)
	defer cancel()

	log := &workloadLogger{logger: o.Logger}
	pick := &picker{want: o.ID}
	src, err := workloadapi.NewX509Source(start,
		workloadapi.WithDefaultX509SVIDPicker(pick.pick),
		workloadapi.WithClientOptions(
			workloadapi.WithAddr(o.Socket),
			workloadapi.WithLogger(log),
			workloadapi.WithBackoffStrategy(retries{}),
			workloadapi.WithDialOptions(grpc.WithConnectParams(grpc.ConnectParams{
				Backoff:           backoff.Config{BaseDelay: retryFirst, Multiplier: 2, Jitter: 0.2, MaxDelay: retryMax},
				MinConnectTimeout: retryMax,
			})),
		))
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case err != nil:
		return nil, startError(o, cmp.Or(log.last(), err))
	}
	if _, err := src.GetX509SVID(); err != nil {
		err = fmt.Errorf("the Workload API at %q gives uid %d the SVIDs %q, not %q; correct its entry, or the ID in the configuration",
			o.Socket, os.Getuid(), pick.offered(), o.ID)
		return nil, errors.Join(err, src.Close())
	}
	return src, nil
}

// startError says why no SVID came, and what to do.
func startError(o Options, cause error) error {
	var why string
	answer := dial(o.Socket)
	switch {
	case status.Code(cause) == codes.PermissionDenied:
		why = fmt.Sprintf("no entry matches this workload; register %q for it, or find the selector that differs", o.ID)
	case errors.Is(answer, fs.ErrNotExist):
		why = "the socket does not exist; start the agent, or correct the path or the mounted volume"
	case errors.Is(answer, syscall.ECONNREFUSED):
		why = "the connection is refused; start the agent that listens there"
	case errors.Is(answer, fs.ErrPermission):
		why = "this user may not open the socket; correct its owner or mode"
	default:
		why = "it does not answer as a Workload API; see the agent's log"
	}
	return fmt.Errorf("no SVID from %s=%q for uid %d within %s: %s: %w",
		workloadapi.SocketEnv, o.Socket, os.Getuid(), o.StartTimeout, why, cause)
}

// dial tells how the operating system answers at socket; gRPC hands on only its text.
func dial(socket string) error {
	address, err := url.Parse(socket)
	if err != nil {
		return err
	}
	network, target := address.Scheme, address.Host
	if network == "unix" {
		target = address.Path
	}
	conn, err := net.DialTimeout(network, target, time.Second)
	if err != nil {
		return err
	}
	return conn.Close()
}

// picker takes the SVID of the service's own ID, and none when there is none.
type picker struct {
	want spiffeid.ID
	mu   sync.Mutex
	ids  []string
}

func (p *picker) pick(svids []*x509svid.SVID) *x509svid.SVID {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ids = nil
	for _, svid := range svids {
		if svid.ID == p.want {
			return svid
		}
		p.ids = append(p.ids, svid.ID.String())
	}
	return nil
}

func (p *picker) offered() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ids
}

// How soon a lost Workload API is tried again. go-spiffe and gRPC would wait up to 30 and
// 120 seconds, which is longer than some SVIDs live.
const (
	retryFirst = 250 * time.Millisecond
	retryMax   = 4 * time.Second
)

// retries is a workloadapi.BackoffStrategy that doubles its delay from retryFirst to retryMax.
type retries struct{}

func (retries) NewBackoff() workloadapi.Backoff { return &delay{next: retryFirst} }

type delay struct{ next time.Duration }

func (d *delay) Reset() { d.next = retryFirst }

func (d *delay) Next() time.Duration {
	now := d.next
	d.next = min(2*now, retryMax)
	return now
}

// workloadLogger hands go-spiffe's messages to slog: trouble as a warning when it begins and
// once a minute while it lasts, all else for debugging. It keeps the last error.
type workloadLogger struct {
	logger *slog.Logger

	mu     sync.Mutex
	err    error
	text   string
	warned time.Time
}

// warnEvery is how often a trouble that lasts is told again.
const warnEvery = time.Minute

func (l *workloadLogger) Debugf(format string, args ...any) {
	l.logger.Debug(fmt.Sprintf(format, args...))
}

func (l *workloadLogger) Infof(format string, args ...any) { l.Debugf(format, args...) }

func (l *workloadLogger) Warnf(format string, args ...any) { l.Errorf(format, args...) }

func (l *workloadLogger) Errorf(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, arg := range args {
		if err, ok := arg.(error); ok {
			l.err = err
		}
	}
	text := fmt.Sprintf(format, args...)
	if text == l.text && time.Since(l.warned) < warnEvery {
		l.logger.Debug(text)
		return
	}
	l.text, l.warned = text, time.Now()
	l.logger.Warn(text)
}

func (l *workloadLogger) last() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}
