package authority

import (
	"context"
	"log/slog"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

// Record is one issuance or denial.
type Record struct {
	Kind     string // "x509" or "jwt", or what else was asked for
	ID       spiffeid.ID
	Serial   string // of an X.509-SVID
	Audience []string
	NotAfter time.Time
	Workload Workload
	Denied   string // why nothing was issued; empty for an issuance
}

// Auditor is told of every issuance and denial, before the workload hears of it.
type Auditor interface {
	Audit(ctx context.Context, r Record)
}

// LogAuditor writes each record as one structured line: issuances at debug level, so that
// rotations do not drown what a person wants to see, and denials as warnings.
type LogAuditor struct{ Logger *slog.Logger }

// Audit writes the record.
func (l LogAuditor) Audit(ctx context.Context, r Record) {
	attrs := []slog.Attr{slog.String("kind", r.Kind)}
	if !r.ID.IsZero() {
		attrs = append(attrs, slog.String("id", r.ID.String()))
	}
	if r.Serial != "" {
		attrs = append(attrs, slog.String("serial", r.Serial))
	}
	if len(r.Audience) > 0 {
		attrs = append(attrs, slog.Any("audience", r.Audience))
	}
	if !r.NotAfter.IsZero() {
		attrs = append(attrs, slog.Time("not_after", r.NotAfter))
	}
	attrs = append(attrs,
		slog.Int("pid", r.Workload.PID),
		slog.Int("uid", r.Workload.UID),
		slog.String("path", r.Workload.Path))
	if r.Denied != "" {
		attrs = append(attrs, slog.String("result", "denied"), slog.String("reason", r.Denied))
		l.Logger.LogAttrs(ctx, slog.LevelWarn, "identity denied", attrs...)
		return
	}
	attrs = append(attrs, slog.String("result", "issued"))
	l.Logger.LogAttrs(ctx, slog.LevelDebug, "identity issued", attrs...)
}
