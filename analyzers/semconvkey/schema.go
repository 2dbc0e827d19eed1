package semconvkey

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/analyzers/rule"
	"github.com/mintwright/mintwright/internal/knowledge"
	"github.com/mintwright/mintwright/internal/knowledge/semconv"
)

// sdkResource is the package whose own resources have a schema URL.
const sdkResource = knowledge.OTel + "/sdk/resource"

// resourceSchema is the fact, about the package sdk/resource, of which version its schema URL is.
type resourceSchema struct{ Version string }

// AFact marks it as a fact.
func (*resourceSchema) AFact() {}

// String is for reports.
func (s *resourceSchema) String() string { return "schema " + s.Version }

// exportSchema tells importers of sdk/resource which conventions it follows.
func exportSchema(pass *analysis.Pass) {
	if pass.Pkg.Path() != sdkResource {
		return
	}
	for _, i := range pass.Pkg.Imports() {
		if v, ok := semconv.Version(i.Path()); ok {
			pass.ExportPackageFact(&resourceSchema{v})
			return
		}
	}
}

// reportSchema reports schema URLs that the attributes beside them are not of.
func (c *checker) reportSchema() {
	if !c.p.IsOn(&schema) {
		return
	}
	root := c.pass.ResultOf[inspect.Analyzer].(*inspector.Inspector).Root()
	for cur := range root.Preorder((*ast.CallExpr)(nil)) {
		call := cur.Node().(*ast.CallExpr)
		fn := code.Callee(c.pass.TypesInfo, call)
		if fn == nil || fn.Pkg() == nil || len(call.Args) == 0 || !strings.HasPrefix(fn.Pkg().Path(), knowledge.OTel+"/") {
			continue
		}
		switch {
		case code.IsFunc(fn, sdkResource, "Merge"):
			c.reportMerge(call, fn.Pkg())
		case code.IsFunc(fn, sdkResource, "New"):
			c.reportDetectors(call, fn.Pkg())
		case code.IsFunc(fn, sdkResource, "NewWithAttributes"):
			if v, ok := c.schemaVersion(call.Args[0]); ok {
				c.reportMismatch(call.Args[0], v, c.within(call))
			}
		case fn.Name() == "WithSchemaURL" && fn.Signature().Recv() == nil:
			if v, ok := c.schemaVersion(call.Args[0]); ok {
				c.reportMismatch(call.Args[0], v, c.uses)
			}
		}
	}
	c.reportVersions()
}

// schemaVersion returns the version of a constant schema URL.
func (c *checker) schemaVersion(e ast.Expr) (string, bool) {
	url, ok := code.ConstString(c.pass.TypesInfo, e)
	if !ok {
		return "", false
	}
	return semconv.SchemaVersion(url)
}

// within returns the uses in a node.
func (c *checker) within(n ast.Node) []use {
	var list []use
	for _, u := range c.uses {
		if u.elem != nil && n.Pos() <= u.elem.Pos() && u.elem.End() <= n.End() {
			list = append(list, u)
		}
	}
	return list
}

// reportMismatch reports a schema URL of one version for names of another, and names one that
// the URL's version does not have.
func (c *checker) reportMismatch(url ast.Expr, version string, uses []use) {
	var other, missing *use
	for i := range uses {
		u := &uses[i]
		switch {
		case u.version == "" || u.elem == nil:
		case u.version == version:
			return // of two versions; reportVersions tells
		default:
			if other == nil {
				other = u
			}
			if k, ok := semconv.Lookup(u.key); ok && missing == nil && !k.In(version) && k.In(u.version) {
				missing = u
			}
		}
	}
	if other == nil {
		return
	}
	d := analysis.Diagnostic{
		Pos: url.Pos(), End: url.End(),
		Message: fmt.Sprintf("the schema URL is that of %s, but the attributes are those of semconv v%s", version, other.version),
	}
	if missing != nil {
		d.Message += fmt.Sprintf("; %s has no %q", version, missing.key)
		d.Related = []analysis.RelatedInformation{{Pos: missing.at.Pos(), End: missing.at.End(), Message: "set here"}}
	}
	c.p.Report(c.pass, &schema, rule.High, d)
}

// sdkVersion returns the version of the schema URL that the SDK's own resources have.
func (c *checker) sdkVersion(sdk *types.Package) (string, bool) {
	var s resourceSchema
	ok := c.pass.ImportPackageFact(sdk, &s)
	return s.Version, ok
}

// reportMerge reports resource.Merge(resource.Default(), resource.NewWithAttributes(url, ...))
// with the URL of another version than the SDK's: it returns an error, and a resource without
// a schema URL.
func (c *checker) reportMerge(call *ast.CallExpr, resource *types.Package) {
	if len(call.Args) != 2 {
		return
	}
	for i, arg := range call.Args {
		if !c.isDefault(call.Args[1-i]) {
			continue
		}
		url, version, ok := c.ownSchema(arg)
		if !ok {
			continue
		}
		if sdk, known := c.sdkVersion(resource); known && sdk != version {
			c.p.Report(c.pass, &schema, rule.High, analysis.Diagnostic{
				Pos: url.Pos(), End: url.End(),
				Message: fmt.Sprintf("resource.Merge fails: this schema URL is that of %s, and that of resource.Default of %s; use resource.NewSchemaless", version, sdk),
				Related: []analysis.RelatedInformation{{Pos: call.Pos(), End: call.End(), Message: "merged here"}},
			})
		}
	}
}

// isDefault reports whether e is resource.Default().
func (c *checker) isDefault(e ast.Expr) bool {
	call, ok := ast.Unparen(c.definition(e)).(*ast.CallExpr)
	return ok && code.IsFunc(code.Callee(c.pass.TypesInfo, call), sdkResource, "Default")
}

// ownSchema returns the schema URL that e, a resource.NewWithAttributes, has.
func (c *checker) ownSchema(e ast.Expr) (ast.Expr, string, bool) {
	call, ok := ast.Unparen(c.definition(e)).(*ast.CallExpr)
	if !ok || !code.IsFunc(code.Callee(c.pass.TypesInfo, call), sdkResource, "NewWithAttributes") || len(call.Args) == 0 {
		return nil, "", false
	}
	v, ok := c.schemaVersion(call.Args[0])
	return call.Args[0], v, ok
}

// definition returns what a local variable that is assigned once is defined as, and else e.
func (c *checker) definition(e ast.Expr) ast.Expr {
	v := code.Var(c.pass.TypesInfo, e)
	if v == nil {
		return e
	}
	f := code.File(c.pass, e.Pos())
	if f == nil {
		return e
	}
	var found []ast.Expr
	ast.Inspect(f, func(n ast.Node) bool {
		a, ok := n.(*ast.AssignStmt)
		if !ok {
			return true
		}
		for i, left := range a.Lhs {
			if code.Var(c.pass.TypesInfo, left) == v {
				if len(a.Lhs) != len(a.Rhs) {
					found = append(found, e)
				} else {
					found = append(found, a.Rhs[i])
				}
			}
		}
		return true
	})
	if len(found) != 1 {
		return e
	}
	return found[0]
}

// reportDetectors reports resource.New with WithSchemaURL of another version than the SDK's
// and one of the SDK's own detectors, which all have its schema URL.
func (c *checker) reportDetectors(call *ast.CallExpr, resource *types.Package) {
	var url ast.Expr
	version, detector := "", ""
	for _, arg := range call.Args[1:] {
		option, ok := ast.Unparen(arg).(*ast.CallExpr)
		if !ok {
			continue
		}
		fn := code.Callee(c.pass.TypesInfo, option)
		if fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != sdkResource {
			continue
		}
		switch name := fn.Name(); {
		case name == "WithSchemaURL" && len(option.Args) == 1:
			if v, ok := c.schemaVersion(option.Args[0]); ok {
				url, version = option.Args[0], v
			}
		case name == "WithTelemetrySDK", name == "WithHost", name == "WithOS", name == "WithProcess", name == "WithProcessPID", name == "WithProcessRuntimeName", name == "WithProcessRuntimeVersion":
			detector = name
		}
	}
	if url == nil || detector == "" {
		return
	}
	if sdk, known := c.sdkVersion(resource); known && sdk != version {
		c.p.Report(c.pass, &schema, rule.High, analysis.Diagnostic{
			Pos: url.Pos(), End: url.End(),
			Message: fmt.Sprintf("resource.New fails: this schema URL is that of %s, and that of resource.%s of %s", version, detector, sdk),
		})
	}
}

// reportVersions reports that the files of a package use the names of several versions.
func (c *checker) reportVersions() {
	if c.both {
		return
	}
	type file struct {
		spec    *ast.ImportSpec
		version string
	}
	var files []file
	var versions []string
	for _, f := range c.pass.Files {
		if c.p.IsTest(f.Pos()) || c.p.IsGenerated(f.Pos()) {
			continue
		}
		for _, spec := range f.Imports {
			path, _ := strconv.Unquote(spec.Path.Value)
			v, ok := semconv.Version(path)
			if !ok || !c.usedIn(f, v) {
				continue
			}
			files = append(files, file{spec, v})
			if !slices.Contains(versions, v) {
				versions = append(versions, v)
			}
		}
	}
	if len(versions) < 2 {
		return
	}
	slices.SortFunc(versions, semconv.Compare)
	newest := versions[len(versions)-1]
	for _, f := range files {
		if f.version == newest {
			continue
		}
		c.p.Report(c.pass, &schema, rule.Medium, analysis.Diagnostic{
			Pos: f.spec.Pos(), End: f.spec.End(),
			Message: fmt.Sprintf("attributes of semconv v%s here and of v%s elsewhere in the package", f.version, newest),
		})
	}
}

// usedIn reports whether a file uses names of that version for attributes.
func (c *checker) usedIn(f *ast.File, version string) bool {
	return slices.ContainsFunc(c.uses, func(u use) bool {
		return u.version == version && f.FileStart <= u.at.Pos() && u.at.Pos() <= f.FileEnd
	})
}
