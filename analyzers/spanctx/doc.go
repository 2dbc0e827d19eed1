// Package spanctx defines an Analyzer that finds work which a span does not see.
//
// OpenTelemetry keeps the current span in the context (Trace API, "Context Interaction"): what
// is called with the context that Start returned becomes part of the span, all else does not.
//
// # Analyzer spanctx
//
// spanctx: report work whose context does not carry the span around it
//
// A trace is held together by contexts. Start returns one that carries the new span; whoever
// is called with another one hangs its spans elsewhere, and the trace shows a span without the
// work done in it. A span is recognised by its type, so that helpers which start one are seen
// wherever they are declared and in whatever order they return it.
//
// # Rule spanctx.dropped
//
// The context that Start returned is dropped, and while the span runs something is called with
// the old one. Spans started in there become siblings of the span, not its children.
//
//	_, span := tracer.Start(ctx, "load") // wrong
//	defer span.End()
//	return s.fetch(ctx, id)
//
//	ctx, span := tracer.Start(ctx, "load") // right
//	defer span.End()
//	return s.fetch(ctx, id)
//
// Silent on spans below which nothing takes the old context; on calls after the span's end, or
// after it was handed over; on functions that take a context for its values or its end only
// (loggers, metrics, locks); on goroutines and deferred calls; and where the span is put into a
// context by hand (trace.ContextWithSpan).
//
// The fix gives the context a name, where that name is the old context's, no function literal
// holds the old one, and nothing uses it after the span's end.
//
// # Rule spanctx.root
//
// A span is started from context.Background or context.TODO where a context or a request is
// there to be used. It begins a trace of its own, which nobody can find from the request's.
//
//	func (s *Store) Load(ctx context.Context, id string) error {
//		ctx, span := tracer.Start(context.Background(), "load") // wrong: ctx is at hand
//		ctx, span := tracer.Start(ctx, "load")                  // right
//
// Silent in main and init; in goroutines, deferred functions, endless loops and functions that
// shut down; after a wait for ctx.Done(); with trace.WithNewRoot or a link to the other trace;
// and on a context that only derives from Background.
//
// The fix passes the context that is at hand, without its cancellation where the new context is
// used further.
//
// # Rule spanctx.detached
//
// Inside a span something is called that takes no context, though there is a way to give it
// one: http.Get, (*sql.DB).Query, http.NewRequest. The request carries no trace headers, the
// statement's span has no parent, and neither ends when the caller gives up.
//
//	rows, err := db.Query(q)              // wrong
//	rows, err := db.QueryContext(ctx, q)  // right
//
// Silent in goroutines and deferred calls, after the span's end, and on a request that gets its
// context later. Where the context only ends the work (exec.Command, net.Dial) the confidence
// is low.
//
// The fix calls the other name with the span's context, unless the function makes a context
// that it cancels itself.
//
// # Rule spanctx.stale
//
// The span's context has a name, and yet something is called with an older one beside it. Off
// by default: the older one may be wanted for its cancellation, as an errgroup's is.
//
//	ctx2, span := tracer.Start(ctx, "load")
//	defer span.End()
//	return s.fetch(ctx, id) // ctx2 was meant
package spanctx
