// Package spanname defines an Analyzer that finds span names of which there are too many.
//
// OpenTelemetry, Trace API, "Span": a name should identify a class of spans, not one span, and
// be the most general string that tells the class; "get_user", not "get_user/314159".
//
// # Analyzer spanname
//
// spanname: report span names that differ from one span to the next
//
// Backends group spans by their names, and keep statistics for each. A name that holds an
// identifier, a path or a host makes a group of one; what varies belongs into an attribute.
//
// # Rule spanname.cardinality
//
// The name of a span is put together from something that varies without a bound, or is the
// path of a request.
//
//	tracer.Start(ctx, "resolving "+ref) // wrong
//	tracer.Start(ctx, r.URL.Path)       // wrong
//
//	tracer.Start(ctx, "resolve", trace.WithAttributes(attribute.String("app.ref", ref))) // right
//	tracer.Start(ctx, r.Pattern)                                                           // right
//
// Names are looked at in starts of spans, of whatever helper, in SetName, and in a formatter of
// an instrumentation (WithSpanNameFormatter).
//
// Silent on constants, parameters and fields by themselves, HTTP methods and route patterns,
// gRPC methods, types, enumerations, and variables whose name says that they are such
// (operation, method, route, kind, component and so on). Where it is only likely that a part
// varies the confidence is medium. There is no fix: the name may be wanted.
package spanname
