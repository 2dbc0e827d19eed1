package tlsconfig

import (
	_ "embed"
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/mintwright/mintwright/analyzers/internal/fields"
	"github.com/mintwright/mintwright/analyzers/policy"
	"github.com/mintwright/mintwright/analyzers/rule"
	"github.com/mintwright/mintwright/internal/knowledge"
)

//go:embed doc.go
var doc string

// Analyzer finds unsafe TLS configurations.
var Analyzer = &analysis.Analyzer{
	Name:     "tlsconfig",
	Doc:      rule.Doc(doc),
	URL:      rule.URL("tlsconfig"),
	Requires: []*analysis.Analyzer{policy.Analyzer, fields.Analyzer},
	Run:      run,
}

var (
	acceptall = rule.Rule{
		ID: "tlsconfig.acceptall", Severity: rule.Error,
		Summary: "a verification callback accepts every peer",
	}
	clientauth = rule.Rule{
		ID: "tlsconfig.clientauth", Severity: rule.Error,
		Summary: "client certificates are expected but not verified",
	}
	obsolete = rule.Rule{
		ID: "tlsconfig.obsolete", Severity: rule.Info,
		Summary: "a field that crypto/tls ignores is set",
	}
	resumption = rule.Rule{
		ID: "tlsconfig.resumption", Severity: rule.Warning,
		Summary: "resumed sessions go round VerifyPeerCertificate",
	}
	skipverify = rule.Rule{
		ID: "tlsconfig.skipverify", Severity: rule.Error,
		Summary: "the peer's certificate is not verified",
	}
	suites = rule.Rule{
		ID: "tlsconfig.suites", Severity: rule.Error,
		Summary: "an insecure cipher suite is offered",
	}
	version = rule.Rule{
		ID: "tlsconfig.version", Severity: rule.Error,
		Summary: "a version of TLS below 1.2 is allowed",
	}
)

// Rules returns the rules of the analyzer, sorted by ID.
func Rules() []rule.Rule {
	return []rule.Rule{acceptall, clientauth, obsolete, resumption, skipverify, suites, version}
}

// checker is a package while it is looked at.
type checker struct {
	*analysis.Pass
	policy     *policy.Package
	fields     *fields.Package
	verifies   bool                             // the package verifies certificates by hand
	told       map[told]bool                    // what has been reported
	byMaker    map[*types.Func][]*fields.Object // the objects that come from a function's result
	byName     map[string][]*fields.Object      // and by the names of what holds them
	handshakes map[ast.Node]handshake           // by function
}

// told is a place at which a rule has had its say.
type told struct {
	rule *rule.Rule
	pos  token.Pos
}

func run(pass *analysis.Pass) (any, error) {
	p := policy.Of(pass)
	if !p.AnyOn(&acceptall, &clientauth, &obsolete, &resumption, &skipverify, &suites, &version) {
		return nil, nil
	}
	c := &checker{Pass: pass, policy: p, fields: fields.Of(pass), told: map[told]bool{}, handshakes: map[ast.Node]handshake{}}
	if len(c.fields.Objects) == 0 {
		return nil, nil
	}
	c.verifies = c.verifiesByHand()
	c.index()
	// Whoever writes to a field himself comes before those who have it done.
	for _, called := range []bool{false, true} {
		for _, o := range c.fields.Objects {
			if c.policy.IsGenerated(o.Pos) {
				continue
			}
			c.versions(o, called)
			c.cipherSuites(o, called)
			if !called {
				c.obsolete(o)
			}
			if o.Comes(isSpiffe) {
				continue // spiffeauthz knows better
			}
			c.skipVerify(o, called)
			c.clientAuth(o, called)
			c.resumption(o, called)
			if !called {
				c.acceptAll(o)
			}
		}
	}
	return nil, nil
}

// index sorts the objects by where they come from and what holds them.
func (c *checker) index() {
	c.byMaker = map[*types.Func][]*fields.Object{}
	c.byName = map[string][]*fields.Object{}
	for _, o := range c.fields.Objects {
		for _, s := range o.Sources {
			if s.Func != nil && s.Func.Pkg() == c.Pkg {
				c.byMaker[s.Func] = append(c.byMaker[s.Func], o)
			}
		}
		for _, name := range o.Names {
			c.byName[name] = append(c.byName[name], o)
		}
	}
}

// isSpiffe reports whether a function is one of go-spiffe's that make configurations.
func isSpiffe(name string) bool { return strings.HasPrefix(name, knowledge.SPIFFETLSConfig+".") }

// report reports a finding at a write, once.
func (c *checker) report(r *rule.Rule, conf rule.Confidence, v *fields.Value, message string, fixes ...analysis.SuggestedFix) {
	at := v.Pos
	if v.Via != nil && v.Origin.IsValid() && v.Origin != v.Via.Pos() && c.isHere(v.Origin) {
		if c.told[told{r, v.Origin}] {
			return
		}
		c.told[told{r, v.Origin}] = true
	}
	if !at.IsValid() || c.told[told{r, at}] {
		return
	}
	c.told[told{r, at}] = true
	d := analysis.Diagnostic{Pos: at, End: v.End, Message: message, SuggestedFixes: fixes}
	if v.Origin.IsValid() && v.Origin != at {
		text := "the value comes from here"
		if v.Via != nil {
			text = "set here by " + v.Via.Name()
		}
		d.Related = append(d.Related, analysis.RelatedInformation{Pos: v.Origin, End: v.Origin, Message: text})
	}
	c.policy.Report(c.Pass, r, conf, d)
}

// isHere reports whether a position lies in a file of the package.
func (c *checker) isHere(pos token.Pos) bool {
	return slices.ContainsFunc(c.Files, func(f *ast.File) bool { return f.FileStart <= pos && pos <= f.FileEnd })
}

// concerns reports whether a value is to be judged in this round: the writes of the function
// itself in the first, those of called ones in the second. What a constructor of another
// package of the module returns has been judged there.
func (c *checker) concerns(v *fields.Value, called bool) bool {
	if !v.Pos.IsValid() || called != (v.Via != nil) {
		return false
	}
	return v.Via == nil || !v.Made || v.In == c.Pkg.Path() || !c.sameModule(v.In)
}

func (c *checker) sameModule(path string) bool {
	if c.Module == nil || c.Module.Path == "" {
		return false
	}
	return path == c.Module.Path || strings.HasPrefix(path, c.Module.Path+"/")
}

// trust returns how sure a finding about a write of an object can be: its own function knows
// all there is to know of it, or somebody else may have had a say.
// none is true when it is for others to judge.
func (c *checker) trust(o *fields.Object, v *fields.Value) (conf rule.Confidence, none bool) {
	conf = rule.High
	for _, s := range o.Sources {
		if s.Kind != fields.Parameter {
			continue
		}
		d, ok := o.Func.(*ast.FuncDecl)
		switch {
		case !ok: // a literal that is handed to somebody: an option
		case s.Param >= 0 && !d.Name.IsExported() && v.Via == nil:
			return conf, true // its callers are told
		case s.Param >= 0:
			conf = rule.Medium
		}
	}
	return conf, false
}

// has tells whether a field of an object is set to something: always, sometimes or never.
// What is unknown counts as set when the package sets that field anywhere.
func (c *checker) has(o *fields.Object, name string) (some, all bool) {
	all = true
	for _, v := range o.Field(name) {
		switch v.Kind {
		case fields.Unset, fields.Nil:
			all = false
		case fields.Unknown:
			all = false
			some = some || c.fields.Mentions[name]
		case fields.Const:
			if v.Const.Kind() == constant.Bool && !constant.BoolVal(v.Const) {
				all = false
			} else {
				some = true
			}
		default:
			some = true
		}
	}
	return some, all && some
}

// finishes reports whether another function sets one of the fields of what this one returns
// or stores.
func (c *checker) finishes(o *fields.Object, names ...string) bool {
	var stored []string
	if o.Func == nil {
		stored = slices.Clone(o.Names) // a variable of the package
	}
	isReturned := false
	for _, use := range o.Uses {
		isReturned = isReturned || use.Return
		if use.Field != nil && use.Field.Pkg() == c.Pkg {
			stored = append(stored, use.Field.Name())
		}
	}
	var self *types.Func
	if d, ok := o.Func.(*ast.FuncDecl); ok && isReturned {
		self, _ = c.TypesInfo.Defs[d.Name].(*types.Func)
	}
	if self != nil && c.sets(o, c.byMaker[self], names) {
		return true
	}
	for _, name := range stored {
		if c.sets(o, c.byName[name], names) {
			return true
		}
	}
	return false
}

// many is how many other objects are asked.
const many = 32

// sets reports whether one of the objects but o has one of the fields set.
func (c *checker) sets(o *fields.Object, others []*fields.Object, names []string) bool {
	for _, other := range others[:min(len(others), many)] {
		if other == o {
			continue
		}
		for _, name := range names {
			for _, v := range other.Field(name) {
				if v.Pos.IsValid() && v.Kind != fields.Nil && !c.isOwn(o, v) {
					return true
				}
			}
		}
	}
	return false
}

// isOwn reports whether a value that another object has is one that o has brought there.
func (c *checker) isOwn(o *fields.Object, v *fields.Value) bool {
	d, ok := o.Func.(*ast.FuncDecl)
	return ok && v.Via != nil && v.Made && c.fields.Decl(v.Via) == d
}

// isTrue reports whether a value is the constant true.
func isTrue(v *fields.Value) bool {
	return v.Kind == fields.Const && v.Const.Kind() == constant.Bool && constant.BoolVal(v.Const)
}

// number returns the value of an integer constant.
func number(v *fields.Value) (uint64, bool) {
	if v.Kind != fields.Const {
		return 0, false
	}
	return constant.Uint64Val(constant.ToInt(v.Const))
}

func by(v *fields.Value) string {
	if v.Via == nil {
		return ""
	}
	return fmt.Sprintf(" by %s", v.Via.Name())
}
