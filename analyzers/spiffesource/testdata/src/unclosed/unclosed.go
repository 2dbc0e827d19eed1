// Package unclosed does not close its sources.
package unclosed

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"

	"google.golang.org/grpc"

	"github.com/spiffe/go-spiffe/v2/spiffegrpc/grpccredentials"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
	"github.com/spiffe/go-spiffe/v2/workloadapi"
	"identity"
)

func serve(ctx context.Context) error {
	source, err := workloadapi.NewX509Source(ctx) // want `source is never closed: its connection to the Workload API stays open`
	if err != nil {
		return err
	}
	config := tlsconfig.MTLSServerConfig(source, source, tlsconfig.AuthorizeAny())
	srv := &http.Server{Addr: ":8443", TLSConfig: config}
	return srv.ListenAndServeTLS("", "")
}

func serveUntil(ctx context.Context) error {
	source, err := workloadapi.NewX509Source(ctx) // want `source is never closed`
	if err != nil {
		return err
	}
	srv := &http.Server{}
	srv.TLSConfig = identity.ServerTLS(source)
	failed := make(chan error, 1)
	go func() { failed <- srv.ListenAndServeTLS("", "") }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		return srv.Shutdown(context.Background())
	}
}

func serveGRPC(ctx context.Context, lis net.Listener) error {
	source, err := workloadapi.NewX509Source(ctx) // want `source is never closed`
	if err != nil {
		return err
	}
	srv := grpc.NewServer(grpc.Creds(grpccredentials.MTLSServerCredentials(source, source, tlsconfig.AuthorizeAny())))
	return srv.Serve(lis)
}

func listen(ctx context.Context, h http.Handler) error {
	source, err := identity.New(ctx) // want `source is never closed`
	if err != nil {
		return err
	}
	lis, err := tls.Listen("tcp", ":8443", identity.ServerTLS(source))
	if err != nil {
		return err
	}
	return http.Serve(lis, h)
}

func get(ctx context.Context) error {
	source, err := workloadapi.NewX509Source(ctx) // want `source is never closed`
	if err != nil {
		return err
	}
	client := &http.Client{Transport: &http.Transport{
		TLSClientConfig: tlsconfig.MTLSClientConfig(source, source, tlsconfig.AuthorizeAny()),
	}}
	res, err := client.Get("https://x")
	if err != nil {
		return err
	}
	return res.Body.Close()
}

func early(ctx context.Context) (*http.Server, error) {
	source, err := workloadapi.NewX509Source(ctx) // want `source is not closed on a path to the return on line \d+`
	if err != nil {
		return nil, err
	}
	if _, err := source.GetX509SVID(); err != nil {
		return nil, err
	}
	return &http.Server{TLSConfig: identity.ServerTLS(source)}, nil
}

func branch(ctx context.Context) error {
	bundles, err := workloadapi.NewBundleSource(ctx) // want `bundles is not closed on a path to the return on line \d+`
	if err != nil {
		return err
	}
	jwt, err := workloadapi.NewJWTSource(ctx)
	if err != nil {
		return err
	}
	defer jwt.Close()
	return bundles.Close()
}

func once(ctx context.Context) error {
	c, err := workloadapi.New(ctx) // want `c is never closed`
	if err != nil {
		return err
	}
	_, err = c.FetchX509SVID(ctx)
	return err
}

func held(ctx context.Context) error {
	id, err := identity.Open(ctx) // want `id is not closed on a path to the return on line \d+`
	if err != nil {
		return err
	}
	if id.Name() == "" {
		return nil
	}
	return id.Close()
}

func cleanup(ctx context.Context) error {
	_, done, err := identity.WithCleanup(ctx) // want `done is not called on a path to the return on line \d+`
	if err != nil {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	done()
	return nil
}

func dropped(ctx context.Context) error {
	_, err := workloadapi.NewX509Source(ctx) // want `the source is dropped: nobody can close it`
	return err
}

func generic[T any](ctx context.Context, f func(*workloadapi.X509Source) T) error {
	source, err := workloadapi.NewX509Source(ctx) // want `source is not closed on a path to the return on line \d+`
	if err != nil {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	f(source)
	return nil
}
