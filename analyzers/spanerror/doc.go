// Package spanerror defines an Analyzer that finds errors which a function returns and its span
// does not know of.
//
// # Analyzer spanerror
//
// spanerror: report errors that a function returns without a word to its span
//
// A span that is open when its function returns an error looks like one that went well, unless
// it is told. Many projects leave it at that on purpose, since the caller's span has the error
// or an instrumentation sets the status; the rule is off by default.
//
// # Rule spanerror.silent
//
// On some way from the start of a span to a return of an error, neither RecordError nor
// SetStatus is called on it.
//
//	ctx, span := tracer.Start(ctx, "load")
//	defer span.End()
//	if err := s.fetch(ctx); err != nil {
//		return err // wrong: the span ends as a good one
//	}
//
//	func (s *Store) Load(ctx context.Context) (err error) {
//		ctx, span := tracer.Start(ctx, "load")
//		defer span.End()
//		defer func() { // right
//			if err != nil {
//				span.RecordError(err)
//				span.SetStatus(codes.Error, err.Error())
//			}
//		}()
//
// Each span is reported once, at its first such return. Silent where the error is nil on every
// way, where a deferred function or a helper tells the span, where the span is handed to
// something that cannot be seen, and after its end.
//
// The fix adds such a deferred function behind the deferred End, when the function's error
// result has a name.
package spanerror
