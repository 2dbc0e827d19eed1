package otlp

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"

	logspb "go.opentelemetry.io/proto/otlp/collector/logs/v1"
	metricspb "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	tracepb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

func (s *Sink) postTraces(w http.ResponseWriter, r *http.Request) {
	in := &tracepb.ExportTraceServiceRequest{}
	receive(w, r, in, &tracepb.ExportTraceServiceResponse{}, func() { s.keepSpans(in) })
}

func (s *Sink) postMetrics(w http.ResponseWriter, r *http.Request) {
	in := &metricspb.ExportMetricsServiceRequest{}
	receive(w, r, in, &metricspb.ExportMetricsServiceResponse{}, func() { s.keepMetrics(in) })
}

func (s *Sink) postLogs(w http.ResponseWriter, r *http.Request) {
	in := &logspb.ExportLogsServiceRequest{}
	receive(w, r, in, &logspb.ExportLogsServiceResponse{}, func() { s.keepLogs(in) })
}

// receive reads a request into in, keeps it and answers out in the encoding of the request.
func receive(w http.ResponseWriter, r *http.Request, in, out proto.Message, keep func()) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || (kind != "application/x-protobuf" && kind != "application/json") {
		http.Error(w, "content type must be application/x-protobuf or application/json", http.StatusUnsupportedMediaType)
		return
	}
	body, err := read(r)
	if errors.Is(err, errTooLarge) {
		http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
		return
	}
	if err == nil {
		err = decode(kind, body, in)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	keep()
	answer, err := encode(kind, out)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(answer) // the exporter is gone when this fails
}

var errTooLarge = fmt.Errorf("request larger than %d bytes", maxRequest)

func read(r *http.Request) ([]byte, error) {
	var from io.Reader = r.Body
	switch encoding := r.Header.Get("Content-Encoding"); encoding {
	case "", "identity":
	case "gzip":
		z, err := gzip.NewReader(r.Body)
		if err != nil {
			return nil, fmt.Errorf("gzip: %w", err)
		}
		defer z.Close()
		from = z
	default:
		return nil, fmt.Errorf("content encoding %q is not known", encoding)
	}
	body, err := io.ReadAll(io.LimitReader(from, maxRequest+1))
	if err == nil && len(body) > maxRequest {
		err = errTooLarge
	}
	return body, err
}

func decode(kind string, body []byte, in proto.Message) error {
	if kind == "application/x-protobuf" {
		return proto.Unmarshal(body, in)
	}
	body, err := protoIDs(body)
	if err != nil {
		return err
	}
	return protojson.UnmarshalOptions{DiscardUnknown: true}.Unmarshal(body, in)
}

func encode(kind string, out proto.Message) ([]byte, error) {
	if kind == "application/x-protobuf" {
		return proto.Marshal(out)
	}
	return protojson.Marshal(out)
}

// protoIDs rewrites trace and span IDs, which OTLP writes in hexadecimal, to the base64 that
// the protobuf JSON mapping expects.
func protoIDs(body []byte) ([]byte, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if err := rewriteIDs(v); err != nil {
		return nil, err
	}
	return json.Marshal(v)
}

func rewriteIDs(v any) error {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			if err := rewriteIDs(e); err != nil {
				return err
			}
		}
	case map[string]any:
		for key, e := range v {
			switch key {
			case "traceId", "spanId", "parentSpanId", "trace_id", "span_id", "parent_span_id":
				text, ok := e.(string)
				if !ok {
					return fmt.Errorf("%s is not a string", key)
				}
				id, err := hex.DecodeString(text)
				if err != nil {
					return fmt.Errorf("%s: %w", key, err)
				}
				v[key] = base64.StdEncoding.EncodeToString(id)
			default:
				if err := rewriteIDs(e); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
