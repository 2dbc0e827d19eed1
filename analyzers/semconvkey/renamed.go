package semconvkey

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/analyzers/rule"
	"github.com/mintwright/mintwright/internal/knowledge/semconv"
)

func stringOf(c *types.Const) string {
	if c.Val().Kind() != constant.String {
		return ""
	}
	return constant.StringVal(c.Val())
}

// reportRenamed reports each key that is no more, once a file.
func (c *checker) reportRenamed() {
	if !c.p.IsOn(&renamed) {
		return
	}
	for _, group := range c.first(func(u *use) bool { _, ok := c.changed(u); return ok }) {
		u := group[0]
		k, _ := c.changed(u)
		d := analysis.Diagnostic{Pos: u.at.Pos(), End: u.at.End(), Message: c.sentence(u, k), Related: also(group)}
		for _, u := range group {
			if other := c.besides(u.elem, k.targets(u.key)); other != nil {
				d.Message += "; the list has both"
				d.Related = append(d.Related, analysis.RelatedInformation{Pos: other.Pos(), End: other.End(), Message: "under the new name here"})
				break
			}
		}
		if k.Change != nil {
			d.SuggestedFixes = c.renames(group, k)
		}
		c.p.Report(c.pass, &renamed, c.sure(group, k), d)
	}
	c.reportHelpers()
}

// change is what became of a key, by the conventions or by the team's own registry.
type change struct {
	*semconv.Change        // nil when the team says it
	to              string // of the team, may be empty
	note            string
}

// changed returns what became of the key that u sets.
func (c *checker) changed(u *use) (change, bool) {
	if a := c.team.find(u.key); a != nil {
		return change{to: a.RenamedTo, note: strings.TrimPrefix(a.Deprecated, "renamed to "+a.RenamedTo)}, a.RenamedTo != "" || a.Deprecated != ""
	}
	k, ok := semconv.Lookup(u.key)
	if !ok || k.Change == nil || u.version != "" && semconv.Compare(u.version, semconv.Newest()) > 0 {
		return change{}, false
	}
	return change{Change: k.Change, note: k.Change.Note}, true
}

// targets returns the keys that took the place of the key that u sets.
func (ch change) targets(key string) []semconv.Target {
	if ch.Change == nil {
		if ch.to == "" {
			return nil
		}
		return []semconv.Target{{Key: ch.to}}
	}
	list := ch.Change.Targets()
	for i := range list {
		// A template: what follows the old beginning follows the new one.
		if begin, ok := strings.CutSuffix(list[i].Key, "*"); ok {
			list[i].Key = begin + strings.TrimPrefix(key, strings.TrimSuffix(ch.Change.Key, "*"))
		}
	}
	return list
}

// sentence says what became of the key of u.
func (c *checker) sentence(u *use, ch change) string {
	var b strings.Builder
	if u.name != nil {
		fmt.Fprintf(&b, "%s of semconv v%s is %q, which was ", u.name.Name, u.version, u.key)
	} else {
		fmt.Fprintf(&b, "%q was ", u.key)
	}
	targets := ch.targets(u.key)
	switch {
	case len(targets) == 0 && ch.Change == nil:
		b.WriteString("deprecated by the team's registry")
	case len(targets) == 0:
		b.WriteString("dropped from the semantic conventions, nothing takes its place")
	case len(targets) == 1 && targets[0].On == "" && (ch.Change == nil || ch.Change.Values != semconv.None):
		fmt.Fprintf(&b, "renamed to %q", targets[0].Key)
	default:
		b.WriteString("replaced by " + enumerate(targets))
	}
	if len(targets) == 1 && u.name != nil {
		if k, ok := semconv.Lookup(targets[0].Key); ok && !k.Template && k.Const != "" && k.Last == semconv.Newest() {
			fmt.Fprintf(&b, " (%sKey", k.Const)
			if !k.In(u.version) {
				b.WriteString(" since v" + k.First)
			}
			b.WriteString(")")
		}
	}
	if ch.note != "" {
		b.WriteString("; " + ch.note)
	}
	return b.String()
}

// enumerate lists keys: "a", "a on client spans and b on server spans".
func enumerate(targets []semconv.Target) string {
	var parts []string
	for i, t := range targets {
		s := strconv.Quote(t.Key)
		if last := i == len(targets)-1 || targets[i+1].On != t.On; t.On != "" && last {
			s += " on " + t.On + " spans"
		}
		parts = append(parts, s)
	}
	if len(parts) < 3 {
		return strings.Join(parts, " and ")
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " and " + parts[len(parts)-1]
}

// sure tells how certain it is that the old key should go. Where operators may choose, both
// are wanted; so they are where a package has the names of two versions at hand. Where nothing
// takes its place, not much can be done.
func (c *checker) sure(group []*use, ch change) rule.Confidence {
	if len(ch.targets(group[0].key)) == 0 && ch.Change != nil || c.both || c.two() {
		return rule.Medium
	}
	best := rule.Low
	for _, u := range group {
		best = max(best, u.sure)
	}
	return best
}

// two reports whether the package uses names of two versions of the conventions.
func (c *checker) two() bool {
	one := ""
	return slices.ContainsFunc(c.uses, func(u use) bool {
		if one == "" {
			one = u.version
		}
		return u.version != "" && u.version != one
	})
}

// besides returns the attribute with one of the keys in the list that elem stands in, or nil.
func (c *checker) besides(elem ast.Expr, targets []semconv.Target) ast.Expr {
	if elem == nil {
		return nil
	}
	if list, ok := c.together[elem]; ok {
		return besidesComment(elem, list, targets)
	}
	if c.byKey == nil {
		c.byKey = map[string][]ast.Expr{}
		for _, u := range c.uses {
			if u.elem != nil && !u.comment {
				c.byKey[u.key] = append(c.byKey[u.key], u.elem)
			}
		}
	}
	var list []ast.Expr
	for _, t := range targets {
		for _, other := range c.byKey[t.Key] {
			if list == nil {
				list = c.listOf(elem)
			}
			if other != elem && slices.Contains(list, other) {
				return other
			}
		}
	}
	return nil
}

// besidesComment is besides among the attributes of comments.
func besidesComment(elem ast.Expr, list []ast.Expr, targets []semconv.Target) ast.Expr {
	for _, other := range list {
		key := other.(*ast.BasicLit).Value
		if other != elem && slices.ContainsFunc(targets, func(t semconv.Target) bool { return t.Key == key }) {
			return other
		}
	}
	return nil
}

// renames is the fix: the new key where the old one stands, when it has one name, the value is
// of its type and means the same.
func (c *checker) renames(group []*use, ch change) []analysis.SuggestedFix {
	targets := ch.targets(group[0].key)
	if _, one := ch.Change.Renamed(); !one || ch.Change.Values == semconv.None {
		return nil
	}
	to, ok := semconv.Lookup(targets[0].Key)
	if !ok {
		return nil
	}
	fits := map[ast.Expr]bool{} // places to change whose uses all take the new key
	for _, u := range group {
		before, seen := fits[u.at]
		fits[u.at] = (before || !seen) && c.takes(u, to, ch.Change.Values) && c.besides(u.elem, targets) == nil
	}
	var edits []analysis.TextEdit
	for _, u := range group {
		if fits[u.at] {
			fits[u.at] = false // once
			if e, ok := c.rename(u, targets[0].Key, to); ok {
				edits = append(edits, e)
			}
		}
	}
	if len(edits) == 0 {
		return nil
	}
	return []analysis.SuggestedFix{{Message: fmt.Sprintf("call it %q", targets[0].Key), TextEdits: edits}}
}

// takes reports whether the value of u is one that the key can have.
func (c *checker) takes(u *use, to semconv.Key, values semconv.Values) bool {
	if u.kind != 0 && u.kind&to.Type == 0 || u.elem == nil || u.sure < rule.High {
		return false
	}
	if values == semconv.All {
		return true
	}
	v, ok := "", false
	switch {
	case u.comment:
		v, ok = unquoted(u.value)
	case u.value != nil:
		v, ok = code.ConstString(c.pass.TypesInfo, u.value)
	}
	return ok && to.Has(v)
}

// rename is the edit that makes u set another key: in the literal, or by another name of the
// same package of the conventions.
func (c *checker) rename(u *use, key string, to semconv.Key) (analysis.TextEdit, bool) {
	switch {
	case u.comment:
		return analysis.TextEdit{Pos: u.at.Pos(), End: u.at.End(), NewText: []byte(key)}, true
	case u.lit != nil && c.onlyKeys(u):
		return analysis.TextEdit{Pos: u.lit.Pos(), End: u.lit.End(), NewText: []byte(strconv.Quote(key))}, true
	case u.name != nil && u.own == nil && !to.Template:
		return c.otherName(u, key, to)
	}
	return analysis.TextEdit{}, false
}

// onlyKeys reports whether the constant that holds the key of u, if one does, is used for
// nothing but attributes, and by this package alone.
func (c *checker) onlyKeys(u *use) bool {
	if u.own == nil {
		return true
	}
	if u.own.Exported() && u.own.Parent() == c.pass.Pkg.Scope() {
		return false
	}
	if _, isConst := u.own.(*types.Const); !isConst {
		return false
	}
	attributes, all := 0, 0
	for i := range c.uses {
		if v := &c.uses[i]; v.own == u.own {
			if v.kind != u.kind || v.elem == nil {
				return false
			}
			attributes++
		}
	}
	for _, obj := range c.pass.TypesInfo.Uses {
		if obj == u.own {
			all++
		}
	}
	return attributes == all
}

// otherName is the edit that takes the constant or function of the new key, where the package
// that the old one is from has it and it is used alike.
func (c *checker) otherName(u *use, key string, to semconv.Key) (analysis.TextEdit, bool) {
	old := c.pass.TypesInfo.Uses[u.name]
	if old == nil || to.Const == "" {
		return analysis.TextEdit{}, false
	}
	name := constIn(old.Pkg(), to.Const+"Key")
	if name == nil || stringOf(name) != key {
		return analysis.TextEdit{}, false
	}
	other := types.Object(name)
	if _, isFunc := old.(*types.Func); isFunc {
		other = old.Pkg().Scope().Lookup(to.Const)
	}
	if _, isVar := old.(*types.Var); isVar || other == nil || !types.Identical(other.Type(), old.Type()) {
		return analysis.TextEdit{}, false
	}
	return analysis.TextEdit{Pos: u.name.Pos(), End: u.name.End(), NewText: []byte(other.Name())}, true
}

// reportHelpers reports functions of old packages of the conventions that make several
// attributes at once, and among them old ones.
func (c *checker) reportHelpers() {
	old := func(p *types.Package) bool { return strings.HasPrefix(p.Path(), semconv.Base) }
	if !slices.ContainsFunc(c.pass.Pkg.Imports(), old) {
		return
	}
	for _, f := range c.pass.Files {
		seen := map[*types.Func]bool{}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			fn := code.Callee(c.pass.TypesInfo, call)
			if fn == nil || seen[fn] || !isHelper(fn) {
				return true
			}
			seen[fn] = true
			c.p.Report(c.pass, &renamed, rule.High, analysis.Diagnostic{
				Pos: call.Fun.Pos(), End: call.Fun.End(),
				Message: fmt.Sprintf("%s.%s sets keys that were renamed since (%s), and has no successor; instrument with otelhttp or set the attributes", fn.Pkg().Path()[len(semconv.Base)-1:], fn.Name(), helperKeys(fn)),
			})
			return true
		})
	}
}

// isHelper reports whether a function is one of those that packages up to 1.20.0 have, for
// HTTP and the network: they return a list of attributes.
func isHelper(fn *types.Func) bool {
	if fn.Pkg() == nil || fn.Signature().Recv() != nil {
		return false
	}
	version := strings.TrimSuffix(strings.TrimSuffix(fn.Pkg().Path(), "/httpconv"), "/netconv")
	v, ok := semconv.Version(version)
	if !ok || semconv.Compare(v, "1.20.0") > 0 || fn.Signature().Results().Len() != 1 {
		return false
	}
	list, ok := fn.Signature().Results().At(0).Type().(*types.Slice)
	return ok && isKeyValue(list.Elem()) && helperKeys(fn) != ""
}

// helperKeys names a key or two that a helper sets and that are no more.
func helperKeys(fn *types.Func) string {
	name, path := fn.Name(), fn.Pkg().Path()
	switch {
	case strings.HasPrefix(name, "NetAttributes"), strings.HasSuffix(path, "/netconv"):
		return `"net.peer.name", "net.transport"`
	case strings.HasPrefix(name, "HTTPAttributesFromHTTPStatusCode"):
		return `"http.status_code"`
	case strings.HasPrefix(name, "HTTP"), name == "ClientRequest", name == "ServerRequest":
		return `"http.method", "http.scheme"`
	case name == "ClientResponse":
		return `"http.status_code"`
	}
	return ""
}
