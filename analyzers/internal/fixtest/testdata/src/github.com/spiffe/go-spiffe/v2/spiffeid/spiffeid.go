// Package spiffeid has the signatures of go-spiffe's, and nothing behind them.
package spiffeid

import "net/url"

type (
	ID          struct{ id string }
	TrustDomain struct{ name string }
	Matcher     func(ID) error
)

func FromPath(td TrustDomain, path string) (ID, error)                 { return ID{}, nil }
func FromPathf(td TrustDomain, format string, args ...any) (ID, error) { return ID{}, nil }
func FromSegments(td TrustDomain, segments ...string) (ID, error)      { return ID{}, nil }
func FromString(id string) (ID, error)                                 { return ID{}, nil }
func FromStringf(format string, args ...any) (ID, error)               { return ID{}, nil }
func FromURI(uri *url.URL) (ID, error)                                 { return ID{}, nil }
func RequireFromPath(td TrustDomain, path string) ID                   { return ID{} }
func RequireFromString(s string) ID                                    { return ID{} }
func RequireTrustDomainFromString(s string) TrustDomain { return TrustDomain{} }

func TrustDomainFromString(idOrName string) (TrustDomain, error) { return TrustDomain{}, nil }

func TrustDomainFromURI(uri *url.URL) (TrustDomain, error) { return TrustDomain{}, nil }
func MatchAny() Matcher                                    { return nil }
func MatchID(expected ID) Matcher                          { return nil }
func MatchIDPrefix(expected ID) Matcher                    { return nil }
func MatchOneOf(expected ...ID) Matcher                    { return nil }
func MatchMemberOf(expected TrustDomain) Matcher           { return nil }
func (id ID) TrustDomain() TrustDomain                     { return TrustDomain{} }
func (id ID) MemberOf(td TrustDomain) bool                 { return false }
func (id ID) Path() string                                 { return "" }
func (id ID) String() string                               { return "" }
func (id ID) URL() *url.URL                                { return nil }
func (id ID) IsZero() bool                                 { return false }
func (id ID) AppendPath(path string) (ID, error)           { return ID{}, nil }
func (td TrustDomain) Name() string                        { return "" }
func (td TrustDomain) String() string                      { return "" }
func (td TrustDomain) ID() ID                              { return ID{} }
func (td TrustDomain) IDString() string                    { return "" }
func (td TrustDomain) IsZero() bool                        { return false }
func (td TrustDomain) Compare(other TrustDomain) int       { return 0 }
