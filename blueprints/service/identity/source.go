// Package identity gives this service its SPIFFE identity and says who may talk to it.
//
// Open gets the service's own SVID and the trust bundles, and keeps them up to date; a Monitor
// watches that. All TLS configurations of the service are made here, and each connection ends
// before an SVID that it rests on. What no rule allows is refused.
//
// The rules for certificates are those of the SPIFFE standards X509-SVID and SPIFFE-ID;
// where go-spiffe's verifier is laxer than these, this package is not.
package identity

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"sync"
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
	// Denied returns why no further SVID will come, or nil: the present one may still be good.
	Denied() error
}

// Options says whose SVID Open gets, and from where. All but Hint is required.
type Options struct {
	ID           spiffeid.ID   // the service's own
	Hint         string        // of the one to take where there are several SVIDs of ID
	Socket       string        // the Workload API, as in SPIFFE_ENDPOINT_SOCKET
	StartTimeout time.Duration // for the first SVID; a new registration takes some seconds to arrive
	Logger       *slog.Logger
}

// Open returns a source that the Workload API keeps up to date until it is closed. It waits
// for the first SVID as long as StartTimeout, through refusals too: an entry may be on its way.
//
// Its error names the socket and what to do. An SVID of another ID than o.ID is an error, and
// is never used when it comes later; of several SVIDs the first of o.ID and o.Hint is taken.
func Open(ctx context.Context, o Options) (*WorkloadSource, error) {
	if o.Socket == "" {
		return nil, fmt.Errorf("%s is not set; set it to the address of the Workload API, such as unix:///run/spire/agent.sock", workloadapi.SocketEnv)
	}
	if err := workloadapi.ValidateAddress(o.Socket); err != nil {
		return nil, fmt.Errorf("%s=%q: write unix:///path/to/socket or tcp://127.0.0.1:8081: %w", workloadapi.SocketEnv, o.Socket, err)
	}
	start, cancel := context.WithTimeout(ctx, o.StartTimeout)
	defer cancel()

	log := &workloadLogger{logger: o.Logger}
	src, err := workloadapi.NewX509Source(start,
		workloadapi.WithDefaultX509SVIDPicker(func(offered []*x509svid.SVID) *x509svid.SVID {
			svid, err := pick(offered, o)
			if err != nil {
				log.Errorf("%v", err)
			} else {
				log.recovered()
			}
			return svid
		}),
		workloadapi.WithClientOptions(
			workloadapi.WithAddr(o.Socket),
			workloadapi.WithLogger(log),
			workloadapi.WithBackoffStrategy(retry{}),
			workloadapi.WithDialOptions(grpc.WithConnectParams(grpc.ConnectParams{
				Backoff:           backoff.Config{BaseDelay: retryAfter, MaxDelay: retryAfter, Multiplier: 1, Jitter: 0.2},
				MinConnectTimeout: connectTimeout,
			})),
		))
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case err != nil:
		return nil, startError(o, cmp.Or(log.last(), err))
	}
	if _, err := src.GetX509SVID(); err != nil {
		err = fmt.Errorf("%s=%q, uid %d: %w; correct its entry, or the ID or hint in the configuration",
			workloadapi.SocketEnv, o.Socket, os.Getuid(), cmp.Or(log.last(), err))
		return nil, errors.Join(err, src.Close())
	}
	return &WorkloadSource{src, log}, nil
}

// WorkloadSource is a Source that the Workload API keeps up to date.
type WorkloadSource struct {
	*workloadapi.X509Source
	log *workloadLogger
}

// Denied returns the Workload API's refusal, which stands until it sends an SVID again: the
// service's registration is gone.
func (s *WorkloadSource) Denied() error {
	if err := s.log.last(); status.Code(err) == codes.PermissionDenied {
		return fmt.Errorf("the Workload API gives no SVID any more: %w", err)
	}
	return nil
}

// startError says that no SVID came, and what to do.
func startError(o Options, cause error) error {
	remedy := "start the agent, or correct the address, the mounted volume or the mode of the socket"
	if status.Code(cause) == codes.PermissionDenied {
		remedy = fmt.Sprintf("register %q for this workload, or find the selector that differs", o.ID)
	}
	return fmt.Errorf("no SVID from %s=%q for uid %d within %s: %w; %s",
		workloadapi.SocketEnv, o.Socket, os.Getuid(), o.StartTimeout, cause, remedy)
}

// pick returns the SVID that o asks for.
func pick(offered []*x509svid.SVID, o Options) (*x509svid.SVID, error) {
	var names []string
	for _, svid := range offered {
		if svid.ID == o.ID && (o.Hint == "" || svid.Hint == o.Hint) {
			return svid, nil
		}
		names = append(names, name(svid.ID, svid.Hint))
	}
	return nil, fmt.Errorf("the Workload API gives the SVIDs %s, not %s", strings.Join(names, ", "), name(o.ID, o.Hint))
}

func name(id spiffeid.ID, hint string) string {
	if hint == "" {
		return strconv.Quote(id.String())
	}
	return fmt.Sprintf("%q with the hint %q", id, hint)
}

// How soon a lost Workload API is tried again. go-spiffe and gRPC would wait up to 30 and
// 120 seconds, which is longer than some SVIDs live.
const (
	retryAfter     = time.Second
	connectTimeout = 4 * time.Second
)

// retry is a workloadapi.BackoffStrategy, and its Backoff too.
type retry struct{}

func (r retry) NewBackoff() workloadapi.Backoff { return r }
func (retry) Next() time.Duration               { return retryAfter }
func (retry) Reset()                            {}

// workloadLogger hands go-spiffe's messages to slog: trouble as a warning when it begins and
// once a minute while it lasts, all else for debugging. It keeps the last error until recovered.
type workloadLogger struct {
	logger *slog.Logger

	mu     sync.Mutex
	err    error
	text   string
	warned time.Time
}

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
	if text == l.text && time.Since(l.warned) < time.Minute {
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

func (l *workloadLogger) recovered() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.err = nil
}
