// Package spanuse defines an Analyzer that finds spans which are used in the wrong place.
//
// # Analyzer spanuse
//
// spanuse: report spans that are changed after their end, or ended by a stranger
//
// # Rule spanuse.after
//
// A span takes no more attributes, events, errors, names or status once it has ended: "Implementations
// SHOULD ignore all subsequent calls to End and any other Span methods" (trace API, section "End").
// What is told to it afterwards is lost without a word.
//
//	span.End()
//	if err != nil {
//		span.RecordError(err) // lost
//	}
//
// Right is to end the span last. Deferred calls run in reverse order, so the End has to be
// deferred first:
//
//	defer span.End()
//	defer func() { span.SetAttributes(outcome()) }()
//
// What counts are the methods that change a span, and functions that call one of them on the
// span that they are given, in other packages too. IsRecording, SpanContext and TracerProvider
// may be called, and so may a second End. There is no fix.
//
// # Rule spanuse.foreign
//
// A function takes a span out of a context that it was given, and defers its End. The span
// belongs to whoever started it, who may still want to tell it something, and ends it too.
//
//	span := trace.SpanFromContext(ctx)
//	defer span.End() // the caller's span
//
// Right is to start a span of one's own, or not to end this one. Only a deferred End is
// reported, and only where the context comes from outside: an End elsewhere may be a hand-over
// that both sides know of, and so is a function whose name says that it ends something, or one
// of two hooks of a type of which the other starts the span.
// There is no fix: which of the two is meant is not in the code.
package spanuse
