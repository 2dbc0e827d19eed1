// Package spanstatus defines an Analyzer that finds errors which are recorded on a span whose
// status stays unset.
//
// OpenTelemetry, Trace API, "Record Exception": an exception is an event of the span; the
// status is set apart from it. In Go, RecordError says so in its documentation.
//
// # Analyzer spanstatus
//
// spanstatus: report errors that are recorded on a span without setting its status
//
// RecordError adds an event to a span and nothing else. Whoever looks for failed spans, counts
// them or samples them goes by the status, and does not find one whose status is unset.
//
// # Rule spanstatus.unset
//
// An error is recorded, and on no way to there or from there is the span's status set.
//
//	if err != nil {
//		span.RecordError(err) // wrong: the span still counts as good
//		return err
//	}
//
//	if err != nil {
//		span.RecordError(err)
//		span.SetStatus(codes.Error, err.Error()) // right
//		return err
//	}
//
// A status that is set in another branch does not count, one set by a deferred function or by a
// helper does, in whatever package.
//
// Silent where the span is handed to something that cannot be seen; where the status is set
// later, to whatever value; and where the condition around names the error as an expected one
// (errors.Is, os.IsNotExist, err == io.EOF). Where the function goes on working, or goes round
// a loop, the error may have been survived: the confidence is medium.
//
// The fix sets the status to codes.Error after the error is recorded, with the error's text.
package spanstatus
