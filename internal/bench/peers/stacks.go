package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strconv"

	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"
	"github.com/go-kratos/kratos/v2/middleware/tracing"
	kratos "github.com/go-kratos/kratos/v2/transport/http"
	"github.com/gofiber/contrib/otelfiber/v2"
	"github.com/gofiber/fiber/v2"
	"github.com/labstack/echo/v4"
	"github.com/riandyrn/otelchi"
	"github.com/zeromicro/go-zero/core/conf"
	"github.com/zeromicro/go-zero/core/logx"
	"github.com/zeromicro/go-zero/core/prometheus"
	"github.com/zeromicro/go-zero/rest"
	"github.com/zeromicro/go-zero/rest/httpx"
	"github.com/zeromicro/go-zero/rest/pathvar"
	"go.opentelemetry.io/contrib/instrumentation/github.com/gin-gonic/gin/otelgin"
	"go.opentelemetry.io/contrib/instrumentation/github.com/labstack/echo/otelecho"
)

const (
	service = "orders"
	colon   = "/v1/greetings/:name"  // the route, as some frameworks write it
	braces  = "/v1/greetings/{name}" // as others do
)

// serveChi has traces; otelchi's metrics are a package of their own, older than the conventions.
func serveChi(o options, config *tls.Config, c *composer) error {
	r := chi.NewRouter()
	r.Use(otelchi.Middleware(service, otelchi.WithChiRoutes(r)))
	r.Get(braces, func(w http.ResponseWriter, r *http.Request) {
		body, err := json.Marshal(c.greet(r.Context(), chi.URLParam(r, "name"), r.TLS))
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(append(body, '\n')) // the caller has gone
	})
	return serveHandler(o, config, r)
}

// serveEcho has traces; otelecho knows no metrics.
func serveEcho(o options, config *tls.Config, c *composer) error {
	e := echo.New()
	e.Use(otelecho.Middleware(service))
	e.GET(colon, func(ctx echo.Context) error {
		r := ctx.Request()
		return ctx.JSON(http.StatusOK, c.greet(r.Context(), ctx.Param("name"), r.TLS))
	})
	return serveHandler(o, config, e)
}

// serveGin has traces and metrics.
func serveGin(o options, config *tls.Config, c *composer) error {
	gin.SetMode(gin.ReleaseMode)
	g := gin.New()
	g.Use(otelgin.Middleware(service))
	g.GET(colon, func(ctx *gin.Context) {
		r := ctx.Request
		ctx.JSON(http.StatusOK, c.greet(r.Context(), ctx.Param("name"), r.TLS))
	})
	return serveHandler(o, config, g)
}

// serveFiber has traces and metrics. It is no net/http: fasthttp parses the requests.
func serveFiber(o options, config *tls.Config, c *composer) error {
	listener, err := net.Listen("tcp", o.address)
	if err != nil {
		return err
	}
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Use(otelfiber.Middleware())
	app.Get(colon, func(ctx *fiber.Ctx) error {
		return ctx.JSON(c.greet(ctx.UserContext(), ctx.Params("name"), ctx.Context().TLSConnectionState()))
	})
	return app.Listener(tls.NewListener(listener, config))
}

// serveKratos has traces, and the handler in the form that its generator gives it.
func serveKratos(o options, config *tls.Config, c *composer) error {
	server := kratos.NewServer(kratos.Address(o.address), kratos.TLSConfig(config), kratos.Middleware(tracing.Server()))
	server.Route("/").GET(braces, func(ctx kratos.Context) error {
		kratos.SetOperation(ctx, "/orders.v1.GreetingService/GetGreeting")
		name, state := ctx.Vars().Get("name"), ctx.Request().TLS
		answer, err := ctx.Middleware(func(ctx context.Context, _ any) (any, error) {
			return c.greet(ctx, name, state), nil
		})(ctx, name)
		if err != nil {
			return err
		}
		return ctx.Result(http.StatusOK, answer)
	})
	slog.SetLogLoggerLevel(slog.LevelError)
	return server.Start(context.Background())
}

// serveGoZero has its whole chain, with traces and metrics, but for two: it logs no line for
// each request, since none of the others does, and it sheds no load, since what it refuses is
// cheap and would flatter it.
func serveGoZero(o options, config *tls.Config, c *composer) error {
	host, digits, err := net.SplitHostPort(o.address)
	if err != nil {
		return err
	}
	port, err := strconv.Atoi(digits)
	if err != nil {
		return err
	}
	var rc rest.RestConf
	if err := conf.FillDefault(&rc); err != nil {
		return err
	}
	rc.Name, rc.Host, rc.Port = service, host, port
	rc.CertFile, rc.KeyFile = filepath.Join(o.certs, "svid.pem"), filepath.Join(o.certs, "key.pem")
	rc.Middlewares.Log, rc.Middlewares.Shedding = false, false
	rc.Telemetry.Disabled = true // the global provider is there already
	rc.DevServer.Enabled = false
	rc.Log.Level, rc.Log.Stat = "severe", false
	server, err := rest.NewServer(rc, rest.WithTLSConfig(config))
	if err != nil {
		return err
	}
	logx.DisableStat()
	prometheus.Enable()
	server.AddRoute(rest.Route{Method: http.MethodGet, Path: colon, Handler: func(w http.ResponseWriter, r *http.Request) {
		httpx.OkJsonCtx(r.Context(), w, c.greet(r.Context(), pathvar.Vars(r)["name"], r.TLS))
	}})
	server.Start()
	return nil
}
