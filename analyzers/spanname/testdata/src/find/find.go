package find

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"example.com/app/tracing"
	"github.com/google/uuid"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/trace"
)

var tracer trace.Tracer

func parts(ctx context.Context, ref, host, userID string, n int, err error) {
	tracer.Start(ctx, "resolving "+ref)                                  // want `the span's name varies with ref: keep the name constant, and put that into an attribute`
	tracing.StartSpan(ctx, fmt.Sprintf("load credentials for %s", host)) // want `varies with host`
	tracer.Start(ctx, "user/"+userID+"/load")                            // want `varies with userID`
	tracer.Start(ctx, "child "+strconv.Itoa(n))                          // want `varies with n`
	tracer.Start(ctx, fmt.Sprintf("%d%% of %s", n, "all"))               // want `varies with n`
	tracer.Start(ctx, "failed: "+err.Error())                            // want `varies with err.Error\(\)`
	tracer.Start(ctx, "job "+uuid.NewString())                           // want `varies with uuid.NewString\(\)`
	tracer.Start(ctx, uuid.New().String())                               // want `varies with uuid.New\(\).String\(\)`
	tracer.Start(ctx, fmt.Sprintf("job %s %v", "x", uuid.New()))         // want `varies with uuid.New\(\)`
	tracer.Start(ctx, "at "+time.Now().Format(time.RFC3339))             // want `varies with time.Now\(\).Format\(time.RFC3339\)`
	tracer.Start(ctx, fmt.Sprint("wait ", time.Duration(n)))             // want `varies with n`
}

func requests(r *http.Request, u *url.URL, span trace.Span) {
	tracer.Start(r.Context(), r.URL.Path)               // want `varies with r.URL.Path`
	span.SetName(r.Method + " " + r.RequestURI)         // want `varies with r.RequestURI`
	span.SetName(u.String())                            // want `varies with u.String\(\)`
	span.SetName(fmt.Sprintf("%s %s", r.Method, r.URL)) // want `varies with r.URL`
	path := r.URL.Path
	span.SetName(path) // want `varies with r.URL.Path`
}

func variable(ctx context.Context, user int) {
	name := fmt.Sprintf("user %d", user)
	ctx, span := tracer.Start(ctx, name) // want `varies with user`
	defer span.End()
}

func joined(ctx context.Context, id string) {
	tracer.Start(ctx, strings.Join([]string{"orders", id, "load"}, "/")) // want `varies with id`
	parts := []string{"orders", id}
	tracer.Start(ctx, strings.Join(parts, "/")) // want `varies with id`
}

func formatter(h http.Handler) http.Handler {
	return otelhttp.NewHandler(h, "server", otelhttp.WithSpanNameFormatter(func(_ string, r *http.Request) string {
		return r.Method + " " + r.URL.Path // want `varies with r.URL.Path`
	}))
}
