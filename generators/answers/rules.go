package answers

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"golang.org/x/mod/module"

	"github.com/mintwright/mintwright/internal/names"
)

// A rule judges one value by itself: what is wrong with it, and what to do. Both are empty
// when the value is right. Empty values do not come here.

func checkName(s string) (wrong, remedy string) {
	if wrong, remedy = checkLabel(s, names.IsLabel(s), "begins with a letter"); wrong != "" {
		return wrong, remedy
	}
	if why := names.Reserved(s); why != "" {
		return fmt.Sprintf("%q is %s", s, why), fmt.Sprintf("add a word to it, such as %q", s+"-service")
	}
	return "", ""
}

func checkCallName(s string) (wrong, remedy string) {
	return checkLabel(s, names.IsLabel(s), "begins with a letter")
}

func checkNamespace(s string) (wrong, remedy string) {
	return checkLabel(s, names.IsLabel1123(s), "begins with a letter or digit")
}

func checkLabel(s string, right bool, begins string) (wrong, remedy string) {
	if right {
		return "", ""
	}
	if len(s) > names.MaxLabel {
		return fmt.Sprintf("%s has %d characters", quote(s), utf8.RuneCountInString(s)),
			fmt.Sprintf("shorten it to at most %d", names.MaxLabel)
	}
	remedy = "use lower-case letters, digits and dashes"
	if l := names.Label(s); l != "" && names.Reserved(l) == "" {
		remedy += fmt.Sprintf(", such as %q", l)
	}
	return quote(s) + " is not a DNS label, which " + begins + ", ends with a letter or digit, and has only lower-case letters, digits and dashes", remedy
}

func checkModule(s string) (wrong, remedy string) {
	err := module.CheckPath(s)
	if err == nil {
		return "", ""
	}
	var invalid *module.InvalidPathError
	if errors.As(err, &invalid) {
		err = invalid.Err
	}
	remedy = "give a path such as github.com/acme/payments, or …/v2 for a major version from 2 on"
	if first, _, _ := strings.Cut(s, "/"); !strings.Contains(first, ".") {
		remedy = fmt.Sprintf("begin it with a domain, such as %q", "example.com/"+names.Label(s))
	}
	return fmt.Sprintf("%s is not a module path: %v", quote(s), err), remedy
}

func checkLine(s string) (wrong, remedy string) {
	switch {
	case !utf8.ValidString(s):
		return quote(s) + " is not valid UTF-8", "write it in UTF-8"
	case strings.ContainsFunc(s, isBreak):
		return quote(s) + " has more than one line, or a tab", "write one line"
	case strings.ContainsFunc(s, isHidden):
		return quote(s) + " has a character that cannot be seen", "take it out"
	case strings.TrimSpace(s) != s:
		return quote(s) + " begins or ends with a space", "take the space away"
	}
	return "", ""
}

func isBreak(r rune) bool {
	return r == '\n' || r == '\r' || r == '\t' || r == '\v' || r == '\f' || r == '\u0085' || r == '\u2028' || r == '\u2029'
}

// isHidden finds control characters and those that turn the direction of writing, with
// which a comment can be made to look like code. Joiners stay: emoji and scripts need them.
func isHidden(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || unicode.Is(unicode.Noncharacter_Code_Point, r) || r == '\ufeff'
}

func checkReason(s string) (wrong, remedy string) {
	if strings.TrimSpace(s) == "" {
		return "the reason is empty", "say in one line why this is acceptable"
	}
	return checkLine(s)
}

func checkOwner(s string) (wrong, remedy string) {
	if matches(ownerName, s) {
		return "", ""
	}
	return quote(s) + " is not the name of a team, a handle or an e-mail address",
		"use letters, digits and - _ . / @, such as team-payments, @acme/payments or payments@acme.example"
}

// checkTrustDomain holds go-spiffe's rule. Its parser would also take a whole SPIFFE ID.
func checkTrustDomain(s string) (wrong, remedy string) {
	if name, found := strings.CutPrefix(strings.ToLower(s), "spiffe://"); found || strings.Contains(s, ":/") {
		name, _, _ = strings.Cut(name, "/")
		return quote(s) + " has a scheme", suggestDomain("write the name alone", name)
	}
	if name, _, found := strings.Cut(s, "/"); found {
		return quote(s) + " has a path", suggestDomain("write the name alone", name)
	}
	if name, _, found := strings.Cut(s, ":"); found {
		return quote(s) + " has a port", suggestDomain("write the name alone", name)
	}
	if lower := strings.ToLower(s); lower != s {
		return quote(s) + " has upper-case letters", suggestDomain("write it in lower case", lower)
	}
	if _, err := spiffeid.TrustDomainFromString(s); err != nil {
		return fmt.Sprintf("%s is not a trust domain: %v", quote(s), err),
			"use lower-case letters, digits, dots, dashes and underscores, such as acme.example"
	}
	return "", ""
}

func suggestDomain(remedy, name string) string {
	if _, err := spiffeid.TrustDomainFromString(name); err == nil && !strings.Contains(name, ":") {
		return fmt.Sprintf("%s: %q", remedy, name)
	}
	return remedy
}

func checkSPIFFEPath(s string) (wrong, remedy string) {
	if err := spiffeid.ValidatePath(s); err != nil {
		return fmt.Sprintf("%s is not the path of a SPIFFE ID: %v", quote(s), err),
			"give a path such as /ns/shop/sa/payments"
	}
	return "", ""
}

func checkSPIFFEID(s string) (wrong, remedy string) {
	id, err := spiffeid.FromString(s)
	switch {
	case err != nil:
		return fmt.Sprintf("%s is not a SPIFFE ID: %v", quote(s), err),
			"give an ID such as spiffe://acme.example/ns/shop/sa/checkout"
	case id.Path() == "":
		return quote(s) + " names a whole trust domain, not a workload",
			"give the workload's path too, such as " + s + "/ns/shop/sa/checkout"
	}
	return "", ""
}

func checkAddress(s string) (wrong, remedy string) {
	const remedyAddress = "write host:port, such as ledger.shop.svc:8443 or [::1]:8443"
	if strings.Contains(s, "://") {
		return quote(s) + " has a scheme", remedyAddress
	}
	host, port, err := net.SplitHostPort(s)
	if err != nil {
		return quote(s) + " is not host:port", remedyAddress
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 || strconv.FormatUint(n, 10) != port {
		return fmt.Sprintf("%s has the port %s", quote(s), quote(port)), "use a port from 1 to 65535"
	}
	ip, err := netip.ParseAddr(host)
	if err == nil {
		switch {
		case ip.Is4() && s[0] == '[':
			return quote(s) + " has an IPv4 address in brackets", remedyAddress
		case ip.Zone() != "":
			return quote(s) + " has an IPv6 zone, which holds on one machine only", remedyAddress
		case ip.IsUnspecified():
			return quote(s) + " is an address to listen on, not one to call", remedyAddress
		}
		return "", ""
	}
	if !isHost(host) || s[0] == '[' {
		return fmt.Sprintf("%s has %s for a host", quote(s), quote(host)), remedyAddress
	}
	return "", ""
}

// isHost takes names as DNS and container networks have them, underscores too (RFC 1123
// with RFC 2181, section 11). A name of digits alone would be a mistyped IP address.
func isHost(s string) bool {
	if len(s) > 253 || strings.Trim(s, "0123456789.") == "" {
		return false
	}
	for label := range strings.SplitSeq(strings.TrimSuffix(s, "."), ".") {
		if len(label) > names.MaxLabel || !matches(`^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?$`, label) {
			return false
		}
	}
	return true
}

// checkImage holds the grammar of github.com/distribution/reference. A host is demanded,
// because engines disagree on what a name without one means.
func checkImage(s string) (wrong, remedy string) {
	const remedyImage = "give a name such as ghcr.io/acme/payments"
	name, _, digest := strings.Cut(s, "@")
	if digest {
		return quote(s) + " has a digest", withImage("write the name alone", name)
	}
	slash := strings.LastIndexByte(s, '/')
	if colon := strings.LastIndexByte(s, ':'); slash >= 0 && colon > slash {
		return quote(s) + " has a tag", withImage("write the name alone", s[:colon])
	}
	if lower := strings.ToLower(s); lower != s {
		return quote(s) + " has upper-case letters", withImage("write it in lower case", lower)
	}
	host, _, found := strings.Cut(s, "/")
	if !found || !strings.ContainsAny(host, ".:") && host != "localhost" {
		return quote(s) + " does not begin with a registry's host", remedyImage
	}
	if !matches(imageName, s) {
		return quote(s) + " is not the name of an image", remedyImage
	}
	return "", ""
}

func withImage(remedy, name string) string {
	if wrong, _ := checkImage(name); wrong == "" {
		return fmt.Sprintf("%s: %q", remedy, name)
	}
	return remedy
}

func matches(pattern, s string) bool { return regexp.MustCompile(pattern).MatchString(s) }

// quote is %q of what a person can take in at a glance.
func quote(s string) string {
	const most = 80
	for i := range s {
		if i >= most {
			return strconv.Quote(s[:i]) + "…"
		}
	}
	return strconv.Quote(s)
}
