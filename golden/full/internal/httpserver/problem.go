package httpserver

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// Problem is an answer by RFC 9457, and an error that a handler may return.
// What Detail says is shown to the caller; Title is the status in words.
type Problem struct {
	Status  int    `json:"status"`
	Title   string `json:"title"`
	Detail  string `json:"detail,omitempty"`
	TraceID string `json:"traceId,omitempty"` // what to ask the service's owner about
	Cause   error  `json:"-"`                 // for the log and the span only
}

func (p *Problem) Error() string {
	text := http.StatusText(p.Status)
	if p.Detail != "" {
		text += ": " + p.Detail
	}
	if p.Cause != nil {
		text += ": " + p.Cause.Error()
	}
	return text
}

// Unwrap returns the cause.
func (p *Problem) Unwrap() error { return p.Cause }

// problemOf returns how err is shown to a caller; an unknown error shows nothing of itself.
func problemOf(err error) Problem {
	var problem *Problem
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &problem):
		return *problem
	case errors.As(err, &tooLarge):
		return Problem{Status: http.StatusRequestEntityTooLarge}
	case errors.Is(err, context.DeadlineExceeded):
		return Problem{Status: http.StatusGatewayTimeout}
	default:
		return Problem{Status: http.StatusInternalServerError}
	}
}

// fail answers err. A failure of the service itself is logged, with more attributes, and
// recorded on the span; one of the caller is not an error of ours. Where the answer has begun, the connection is cut.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error, more ...any) {
	problem := problemOf(err)
	if r.Context().Err() == context.Canceled && problem.Status >= http.StatusInternalServerError && len(more) == 0 {
		// It failed because the caller has gone, unless it is a panic. The status is for telemetry,
		// and for one that has closed its half of the connection: it would see an empty 200.
		problem = Problem{Status: 499}
	}
	span := trace.SpanFromContext(r.Context())
	if problem.Status >= http.StatusInternalServerError {
		span.RecordError(err)
		span.SetStatus(codes.Error, err.Error())
		s.logger.ErrorContext(r.Context(), "request failed", append(more, "error", err.Error(), "status", problem.Status)...)
	}
	if out, ok := w.(*response); ok && out.begun {
		panic(http.ErrAbortHandler)
	}
	problem.Title = http.StatusText(problem.Status)
	if id := span.SpanContext().TraceID(); id.IsValid() {
		problem.TraceID = id.String()
	}
	for _, name := range []string{"Content-Length", "Content-Encoding", "Etag", "Last-Modified"} {
		w.Header().Del(name) // of the answer that the handler had in mind
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(problem.Status)
	json.NewEncoder(w).Encode(problem) //nolint:errcheck // the caller has gone
}

// WriteJSON answers value with status.
func WriteJSON(w http.ResponseWriter, status int, value any) error {
	body, err := json.Marshal(value)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, err = w.Write(append(body, '\n'))
	return err
}
