package identity

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// Rule says who may call a target: a pattern of http.ServeMux ("GET /v1/greetings/{name}") or
// the full name of a gRPC method. Without Allow nobody may.
type Rule struct {
	Target string
	Allow  Who
}

// Rules is the table of all that is allowed.
type Rules []Rule

// Callers are all who may call something.
func (r Rules) Callers() Who {
	var all []Who
	for _, rule := range r {
		all = append(all, rule.Allow)
	}
	return AnyOf(all...)
}

// Check returns all faults of the table as one error: a target without a rule or with two, a
// rule without a target, callers that cannot be meant so, such as an empty ID.
func (r Rules) Check(targets ...string) error {
	faults := r.faults()
	for _, target := range targets {
		if !slices.ContainsFunc(r, func(rule Rule) bool { return rule.Target == target }) {
			faults = append(faults, fmt.Errorf("target %q has no rule; add one, with nobody in it if nobody may call", target))
		}
	}
	for _, rule := range r {
		if !slices.Contains(targets, rule.Target) {
			faults = append(faults, fmt.Errorf("rule %q has no target; remove it, or correct its spelling", rule.Target))
		}
	}
	return errors.Join(faults...)
}

// faults returns what is wrong with the table whatever the targets are.
func (r Rules) faults() []error {
	var faults []error
	seen := map[string]bool{}
	for _, rule := range r {
		if seen[rule.Target] {
			faults = append(faults, fmt.Errorf("target %q has two rules; join them", rule.Target))
		}
		seen[rule.Target] = true
		if rule.Allow.fault != nil {
			faults = append(faults, fmt.Errorf("rule %q allows %w", rule.Target, rule.Allow.fault))
		}
	}
	return faults
}

// String returns the table for a person: a line a target and caller.
func (r Rules) String() string {
	var text strings.Builder
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "TARGET\tMAY BE CALLED BY")
	for _, rule := range r {
		target := rule.Target
		for _, callers := range rule.Allow.lines() {
			fmt.Fprintf(table, "%s\t%s\n", target, callers)
			target = ""
		}
	}
	table.Flush() // into memory: it cannot fail
	return text.String()
}

// maxRefusals is how many refusals are logged a minute: whoever can connect can cause them.
const maxRefusals = 100

// Authorizer decides by Rules and keeps account: a refusal is a warning, up to a number a
// minute, a grant a record for debugging, and each of them is counted.
type Authorizer struct {
	logger         *slog.Logger
	decisions      metric.Int64Counter
	refused        metric.Int64Counter // connections, by a Guard
	targets        map[string]*judgement
	unknown        *judgement // of a target without a rule
	connection     *judgement // of a peer, before its target is known
	badCertificate outcome

	mu       sync.Mutex
	minute   time.Time // that the refusals are of
	refusals int
}

// judgement is a rule made ready, so that a grant allocates nothing.
type judgement struct {
	allow   Who
	yes, no outcome
}

type outcome struct {
	level              slog.Level
	name, rule, reason string
	attributes         []metric.AddOption
}

// NewAuthorizer returns an Authorizer for rules, which must be free of faults; see Rules.Check.
func NewAuthorizer(rules Rules, logger *slog.Logger, mp metric.MeterProvider) (*Authorizer, error) {
	if err := errors.Join(rules.faults()...); err != nil {
		return nil, err
	}
	meter := mp.Meter("identity")
	decisions, err := meter.Int64Counter("authorization.decisions",
		metric.WithUnit("{decision}"), metric.WithDescription("Connections and requests granted or refused."))
	refused, refusedErr := meter.Int64Counter("connections.refused",
		metric.WithUnit("{connection}"), metric.WithDescription("Connections closed for want of room."))
	a := &Authorizer{
		logger:         logger,
		decisions:      decisions,
		refused:        refused,
		targets:        make(map[string]*judgement, len(rules)),
		unknown:        newJudgement("unknown", Who{}, "the target has no rule"),
		connection:     newJudgement("connection", rules.Callers(), "no rule allows the caller anything"),
		badCertificate: newOutcome(slog.LevelWarn, "refused", "connection", "a valid X509-SVID", "bad certificate"),
	}
	for _, rule := range rules {
		a.targets[rule.Target] = newJudgement(rule.Target, rule.Allow, "the rule does not allow the caller")
	}
	return a, errors.Join(err, refusedErr)
}

func newJudgement(target string, allow Who, refusal string) *judgement {
	return &judgement{
		allow: allow,
		yes:   newOutcome(slog.LevelDebug, "granted", target, allow.String(), "the rule allows the caller"),
		no:    newOutcome(slog.LevelWarn, "refused", target, allow.String(), refusal),
	}
}

// newOutcome makes the attributes of the counter: targets and reasons are few, and none is
// the caller's to choose.
func newOutcome(level slog.Level, name, target, rule, reason string) outcome {
	return outcome{level, name, rule, reason, []metric.AddOption{metric.WithAttributeSet(attribute.NewSet(
		attribute.String("authorization.target", target),
		attribute.String("authorization.outcome", name),
		attribute.String("authorization.reason", reason),
	))}}
}

// Admit decides whether a peer may connect, once it is verified: some rule must allow it something.
func (a *Authorizer) Admit(peer spiffeid.ID) error {
	return a.decide(context.Background(), a.connection, peer, "connection")
}

// Authorize decides whether caller may call target. Its error is fit for the caller's eyes.
func (a *Authorizer) Authorize(ctx context.Context, caller spiffeid.ID, target string) error {
	return a.decide(ctx, cmp.Or(a.targets[target], a.unknown), caller, target)
}

func (a *Authorizer) decide(ctx context.Context, j *judgement, caller spiffeid.ID, target string) error {
	if j.allow.Has(caller) {
		a.record(ctx, &j.yes, caller, target, j.yes.reason)
		return nil
	}
	a.record(ctx, &j.no, caller, target, j.no.reason)
	return fmt.Errorf("%q may not call %q", caller, target)
}

// refuseCertificate accounts for a handshake that ended before Admit was asked. The ID is what
// the peer says of itself, or empty.
func (a *Authorizer) refuseCertificate(id spiffeid.ID, err error) {
	a.record(context.Background(), &a.badCertificate, id, "connection", err.Error())
}

func (a *Authorizer) record(ctx context.Context, o *outcome, caller spiffeid.ID, target, reason string) {
	a.decisions.Add(ctx, 1, o.attributes...)
	if a.logger.Enabled(ctx, o.level) && (o.level < slog.LevelWarn || a.mayLog(ctx)) {
		ctx = context.WithValue(ctx, callerKey{}, nil) // the record itself names the caller: not twice
		a.logger.LogAttrs(ctx, o.level, o.name,
			slog.String("caller", caller.String()), slog.String("target", target),
			slog.String("rule", o.rule), slog.String("reason", reason))
	}
}

// mayLog reports whether one more refusal is to be logged, and says once a minute that more are not.
func (a *Authorizer) mayLog(ctx context.Context) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if now := time.Now(); now.Sub(a.minute) >= time.Minute {
		a.minute, a.refusals = now, 0
	}
	a.refusals++
	if a.refusals == maxRefusals+1 {
		a.logger.WarnContext(ctx, "more is refused than is logged: see authorization.decisions")
	}
	return a.refusals <= maxRefusals
}
