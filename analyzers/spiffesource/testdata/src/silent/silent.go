// Package silent closes its sources, or gives them away.
package silent

import (
	"context"
	"crypto/tls"
	"errors"
	"log"
	"net/http"
	"sync"

	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
	"github.com/spiffe/go-spiffe/v2/workloadapi"
	"identity"
)

func deferred(ctx context.Context) error {
	source, err := workloadapi.NewX509Source(ctx)
	if err != nil {
		return err
	}
	defer source.Close()
	_, err = source.GetX509SVID()
	return err
}

func literal(ctx context.Context) error {
	source, err := workloadapi.NewJWTSource(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if err := source.Close(); err != nil {
			log.Print(err)
		}
	}()
	return nil
}

func returned(ctx context.Context) (*workloadapi.X509Source, error) {
	source, err := workloadapi.NewX509Source(ctx)
	if err != nil {
		return nil, err
	}
	return source, nil
}

// The config keeps the source for as long as somebody has it.
func config(ctx context.Context) (*tls.Config, error) {
	source, err := workloadapi.NewX509Source(ctx)
	if err != nil {
		return nil, err
	}
	return tlsconfig.MTLSServerConfig(source, source, tlsconfig.AuthorizeAny()), nil
}

func client(ctx context.Context) (*http.Client, error) {
	source, err := workloadapi.NewX509Source(ctx)
	if err != nil {
		return nil, err
	}
	transport := &http.Transport{TLSClientConfig: tlsconfig.MTLSClientConfig(source, source, tlsconfig.AuthorizeAny())}
	return &http.Client{Transport: transport}, nil
}

func through(ctx context.Context) (*tls.Config, error) {
	source, err := identity.New(ctx)
	if err != nil {
		return nil, err
	}
	c := identity.ServerTLS(source)
	c.MinVersion = tls.VersionTLS13
	return c, nil
}

type server struct {
	source *workloadapi.X509Source
	http   *http.Server
}

func field(ctx context.Context, s *server) (err error) {
	s.source, err = workloadapi.NewX509Source(ctx)
	return err
}

func fieldOf(ctx context.Context, s *server) error {
	source, err := workloadapi.NewX509Source(ctx)
	if err != nil {
		return err
	}
	s.http.TLSConfig = identity.ServerTLS(source)
	return nil
}

func global(ctx context.Context) error {
	source, err := workloadapi.NewX509Source(ctx)
	if err != nil {
		return err
	}
	http.DefaultTransport.(*http.Transport).TLSClientConfig = identity.ServerTLS(source)
	return nil
}

func handler(ctx context.Context) (http.Handler, error) {
	source, err := workloadapi.NewX509Source(ctx)
	if err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = source.GetX509SVID()
	}), nil
}

func registered(ctx context.Context) error {
	source, err := workloadapi.NewX509Source(ctx)
	if err != nil {
		return err
	}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { _, _ = source.GetX509SVID() })
	return nil
}

// The server goes on when the function has returned.
func background(ctx context.Context) error {
	source, err := workloadapi.NewX509Source(ctx)
	if err != nil {
		return err
	}
	srv := &http.Server{TLSConfig: identity.ServerTLS(source)}
	go func() { log.Print(srv.ListenAndServeTLS("", "")) }()
	return nil
}

func fatal(ctx context.Context) {
	source, err := workloadapi.NewX509Source(ctx)
	if err != nil {
		log.Fatal(err)
	}
	srv := &http.Server{TLSConfig: identity.ServerTLS(source)}
	log.Fatal(srv.ListenAndServeTLS("", ""))
}

func helpers(ctx context.Context) error {
	source, err := identity.New(ctx)
	if err != nil {
		return err
	}
	defer identity.CloseAll(source)
	id, err := identity.Open(ctx)
	if err != nil {
		return err
	}
	defer id.Close()
	_ = id.Name()
	_, cleanup, err := identity.WithCleanup(ctx)
	if err != nil {
		return err
	}
	defer cleanup()
	return nil
}

func joined(ctx context.Context) (err error) {
	c, err := workloadapi.New(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	_, err = c.FetchX509SVID(ctx)
	return err
}

type lazy struct {
	once   sync.Once
	source *workloadapi.X509Source
}

func (l *lazy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.once.Do(func() {
		source, err := workloadapi.NewX509Source(context.Background())
		if err == nil {
			l.source = source
		}
	})
	if l.source == nil {
		source, err := workloadapi.NewX509Source(context.Background())
		if err != nil {
			return
		}
		l.source = source
	}
}

type other struct{}

func (other) NewX509Source(context.Context) (*other, error) { return nil, nil }

func lookAlike(ctx context.Context, o other) {
	source, _ := o.NewX509Source(ctx)
	_ = source
}

func addresses(host string) {
	workloadapi.WithAddr("unix:///run/spire/sockets/agent.sock")
	workloadapi.WithAddr("tcp://127.0.0.1:8081")
	workloadapi.WithAddr("tcp://[::1]:8081")
	workloadapi.WithAddr("tcp://" + host)
	workloadapi.WithAddr(host)
}
