// Package spanend defines an Analyzer that finds spans which are not ended.
//
// # Analyzer spanend
//
// spanend: report spans that are not ended on every path
//
// A span is exported when it ends. One that is never ended is never seen, its children lose
// their parent in every trace view, and what it holds is kept for as long as a child or a
// context refers to it. Go's documentation of Tracer.Start: "Any Span that is
// created MUST also be ended. This is the responsibility of the user. Implementations of this
// API may leak memory or other resources if Spans are not ended."
//
// A span is recognised by its type: what implements trace.Span, whichever result it is and
// whoever returns it. Functions of the module and of its dependencies are read: one that
// returns an open span, a struct around one, or a function that ends it, starts a span; one
// that ends its parameter on every path ends the span that it is given.
//
// # Rule spanend.leak
//
// A path leads from the start to a return, to the end of the function, or to the next start
// in a loop, and the span has not been ended on it, has no deferred End, and has not been
// handed to anybody.
//
//	ctx, span := tracer.Start(ctx, "charge")
//	if err := check(ctx); err != nil {
//		return err // not ended here
//	}
//	span.End()
//
// Right is what works for every path:
//
//	ctx, span := tracer.Start(ctx, "charge")
//	defer span.End()
//
// The span is handed over, and nothing is said from there on, where it is returned, stored in
// a field, sent on a channel, given to another goroutine, taken by a function literal that may
// end it later, or passed to a function of which nothing is known. Paths that end in a panic,
// in os.Exit or in a call that never returns do not count, nor do those that contradict
// themselves: the error that came with the span, a nil check, a flag.
//
// A span that is never ended is of medium confidence when its context is returned or stored:
// somebody may take the span out of it and end it; and in tests, which may look at it while it
// is open.
//
// The fix inserts "defer span.End()" after the start, when the span is ended nowhere, handed to
// nobody, and not started in a loop.
//
// # Rule spanend.dropped
//
// The span is assigned to the blank identifier or to nothing, so that nobody can end it.
//
//	ctx, _ := tracer.Start(ctx, "charge") // wrong
//
//	ctx, span := tracer.Start(ctx, "charge") // right
//	defer span.End()
//
// It is of medium confidence when the context of the span is stored or returned: somebody may
// take the span out of it and end it. It is silent when that is seen to happen. The fix names
// the span and defers its End.
//
// # Rule spanend.loop
//
// A deferred call runs when the function returns, not when the round of the loop ends. The
// spans of all rounds stay open until then, and their durations are wrong.
//
//	for _, item := range items {
//		_, span := tracer.Start(ctx, "item")
//		defer span.End()
//		handle(item)
//	}
//
// Right is a function for the body of the loop, or an End at the end of the round. A loop that
// always returns in the round of the start is not reported. There is no fix.
package spanend
