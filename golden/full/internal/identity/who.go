package identity

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

// Who is a set of callers, made by the functions below. The zero Who is nobody, and so is every
// combination of none.
type Who struct {
	has   func(spiffeid.ID) bool
	parts []string // for a person; has is for the rest
	fault error    // of its making: it has nobody then
}

// IDs are the callers with these SPIFFE IDs.
func IDs(ids ...spiffeid.ID) Who {
	who := Who{has: func(id spiffeid.ID) bool { return slices.Contains(ids, id) }}
	for _, id := range ids {
		who.parts = append(who.parts, id.String())
		if id.IsZero() {
			who.fault = errors.New("an empty SPIFFE ID")
		}
	}
	return who
}

// Below are the callers whose path continues that of prefix with a further segment: with /shop
// these are /shop/cart and /shop/cart/2, but neither /shopping nor /shop itself.
func Below(prefix spiffeid.ID) Who {
	who := Who{
		has:   func(id spiffeid.ID) bool { return beyond(id.String(), prefix.String()) },
		parts: []string{prefix.String() + "/..."},
	}
	if prefix.Path() == "" {
		who.fault = fmt.Errorf("the prefix %q has no path: it would be all of a trust domain", prefix)
	}
	return who
}

func beyond(path, prefix string) bool {
	return len(path) > len(prefix) && path[len(prefix)] == '/' && strings.HasPrefix(path, prefix)
}

// Members are all callers of a trust domain.
func Members(domain spiffeid.TrustDomain) Who {
	who := Who{has: func(id spiffeid.ID) bool { return id.MemberOf(domain) }, parts: []string{"members of " + domain.Name()}}
	if domain.IsZero() {
		who.fault = errors.New("an empty trust domain")
	}
	return who
}

// AnyOf are the callers that at least one of all has.
func AnyOf(all ...Who) Who {
	who := Who{has: func(id spiffeid.ID) bool {
		return slices.ContainsFunc(all, func(w Who) bool { return w.Has(id) })
	}}
	for _, w := range all {
		who.fault = errors.Join(who.fault, w.fault)
		for _, part := range w.parts {
			if !slices.Contains(who.parts, part) {
				who.parts = append(who.parts, part)
			}
		}
	}
	return who
}

// AllOf are the callers that each one of all has.
func AllOf(all ...Who) Who {
	who := Who{has: func(id spiffeid.ID) bool {
		return len(all) > 0 && !slices.ContainsFunc(all, func(w Who) bool { return !w.Has(id) })
	}}
	var texts []string
	for _, w := range all {
		who.fault = errors.Join(who.fault, w.fault)
		texts = append(texts, w.group())
	}
	if len(all) > 0 {
		who.parts = []string{strings.Join(texts, " and ")}
	}
	return who
}

// Except are the callers that w has, without those of denied.
func (w Who) Except(denied Who) Who {
	return Who{
		has:   func(id spiffeid.ID) bool { return w.Has(id) && !denied.Has(id) },
		parts: []string{w.group() + " but not " + denied.group()},
		fault: errors.Join(w.fault, denied.fault),
	}
}

// Has tells whether a caller is one of w.
func (w Who) Has(caller spiffeid.ID) bool { return w.has != nil && w.fault == nil && w.has(caller) }

// String names the callers for a person.
func (w Who) String() string { return strings.Join(w.lines(), ", ") }

// lines are the parts of String.
func (w Who) lines() []string {
	if len(w.parts) == 0 {
		return []string{"nobody"}
	}
	return w.parts
}

// group is String as a part of something larger.
func (w Who) group() string {
	if text := w.String(); strings.Contains(text, " ") {
		return "(" + text + ")"
	}
	return w.String()
}
