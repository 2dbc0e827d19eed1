package chart

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"

	xsemver "golang.org/x/mod/semver"
)

// Version is a semantic version as templates see it.
type Version struct {
	number   [3]uint64
	pre      string
	metadata string
	original string
}

func (v *Version) Major() uint64      { return v.number[0] }
func (v *Version) Minor() uint64      { return v.number[1] }
func (v *Version) Patch() uint64      { return v.number[2] }
func (v *Version) Prerelease() string { return v.pre }
func (v *Version) Metadata() string   { return v.metadata }
func (v *Version) Original() string   { return v.original }

func (v *Version) String() string {
	s := fmt.Sprintf("%d.%d.%d", v.number[0], v.number[1], v.number[2])
	if v.pre != "" {
		s += "-" + v.pre
	}
	if v.metadata != "" {
		s += "+" + v.metadata
	}
	return s
}

// Compare returns -1, 0 or 1; metadata does not count.
func (v *Version) Compare(o *Version) int { return xsemver.Compare("v"+v.String(), "v"+o.String()) }

const versionPattern = `v?([0-9xX*]+)(\.[0-9xX*]+)?(\.[0-9xX*]+)?` +
	`(-([0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*))?(\+([0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*))?`

const operatorPattern = `=|!=|>=|=>|<=|=<|>|<|~>|~|\^|`

var (
	versionExpr    = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^` + versionPattern + `$`) })
	constraintExpr = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(` + operatorPattern + `)\s*(` + versionPattern + `)`)
	})
	groupExpr = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(\s*(` + operatorPattern + `)\s*(` + versionPattern + `)\s*)((?:\s+|,\s*)(` + operatorPattern + `)\s*(` + versionPattern + `)\s*)*$`)
	})
	rangeExpr = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`\s*(` + versionPattern + `)\s+-\s+(` + versionPattern + `)\s*`)
	})
)

// ParseVersion reads a semantic version; minor and patch may be missing.
func ParseVersion(s string) (*Version, error) {
	m := versionExpr().FindStringSubmatch(s)
	if m == nil || len(s) > 256 || strings.ContainsAny(m[1]+m[2]+m[3], "xX*") {
		return nil, fmt.Errorf("%q is no semantic version", s)
	}
	v := &Version{pre: m[5], metadata: m[8], original: s}
	for i, part := range m[1:4] {
		part = strings.TrimPrefix(part, ".")
		if part == "" {
			continue
		}
		n, err := strconv.ParseUint(part, 10, 64)
		if err != nil || len(part) > 1 && part[0] == '0' {
			return nil, fmt.Errorf("%q is no semantic version", s)
		}
		v.number[i] = n
	}
	if !xsemver.IsValid("v" + v.String()) {
		return nil, fmt.Errorf("%q is no semantic version", s)
	}
	return v, nil
}

// constraint is one comparison; open is the number of leading parts that are given.
type constraint struct {
	operator string
	than     *Version
	given    int // 0 to 3
}

// Satisfies reports whether a version meets a constraint as Chart.yaml's kubeVersion has it, such
// as ">=1.30.0-0 <2 || ~1.2". It fails for what is no constraint, and for what is no version.
func Satisfies(constraints, version string) (bool, error) {
	v, err := ParseVersion(version)
	if err != nil {
		return false, err
	}
	if len(constraints) > 512 {
		return false, fmt.Errorf("a version constraint of %d bytes is too long", len(constraints))
	}
	constraints = rangeExpr().ReplaceAllStringFunc(constraints, func(s string) string {
		low, high, _ := strings.Cut(s, " - ")
		return ">=" + strings.TrimSpace(low) + ", <=" + strings.TrimSpace(high) + " "
	})
	any := false
	for group := range strings.SplitSeq(constraints, "||") {
		met, err := groupMet(group, v)
		if err != nil {
			return false, err
		}
		any = any || met
	}
	return any, nil
}

func groupMet(group string, v *Version) (bool, error) {
	if strings.TrimSpace(group) == "" {
		return v.pre == "", nil
	}
	if !groupExpr().MatchString(group) {
		return false, fmt.Errorf("%q is no version constraint", group)
	}
	var list []constraint
	pre := false
	for _, m := range constraintExpr().FindAllStringSubmatch(group, -1) {
		c, err := parseConstraint(m)
		if err != nil {
			return false, err
		}
		pre = pre || c.than.pre != ""
		list = append(list, c)
	}
	if v.pre != "" && !pre {
		return false, nil
	}
	for _, c := range list {
		if !c.met(v) {
			return false, nil
		}
	}
	return true, nil
}

// parseConstraint takes the groups of constraintExpr.
func parseConstraint(m []string) (constraint, error) {
	c := constraint{operator: m[1]}
	var parts []string
	for _, p := range m[3:6] {
		p = strings.TrimPrefix(p, ".")
		if p == "" || strings.ContainsAny(p, "xX*") {
			break
		}
		parts = append(parts, p)
	}
	c.given = len(parts)
	for len(parts) < 3 {
		parts = append(parts, "0")
	}
	var err error
	c.than, err = ParseVersion(strings.Join(parts, ".") + m[6])
	return c, err
}

func (c constraint) met(v *Version) bool {
	order := v.Compare(c.than)
	switch c.operator {
	case "!=":
		return !c.within(v)
	case ">":
		if c.given == 3 {
			return order > 0
		}
		return order > 0 && !c.within(v)
	case "<":
		return order < 0
	case ">=", "=>":
		return order >= 0
	case "<=", "=<":
		return order <= 0 || c.given < 3 && c.within(v)
	case "~", "~>":
		return order >= 0 && c.same(v, min(c.given, 2))
	case "^":
		return order >= 0 && c.same(v, c.caret())
	}
	return c.within(v)
}

// within reports whether v is what was given, whatever its parts that were not.
func (c constraint) within(v *Version) bool {
	if c.given == 3 {
		return v.Compare(c.than) == 0
	}
	return v.Compare(c.than) >= 0 && c.same(v, c.given)
}

// same compares the first parts of two versions.
func (c constraint) same(v *Version, parts int) bool {
	if c.operator != "^" && c.given == 3 && c.than.number == [3]uint64{} {
		return true // ~0.0.0 takes all
	}
	for i := range parts {
		if v.number[i] != c.than.number[i] {
			return false
		}
	}
	return true
}

// caret returns how many parts ^ holds fast: those up to the first one that is not 0.
func (c constraint) caret() int {
	for i := range c.given {
		if c.than.number[i] > 0 {
			return i + 1
		}
	}
	return c.given
}
