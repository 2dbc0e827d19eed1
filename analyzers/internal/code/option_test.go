package code

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"testing"

	"golang.org/x/tools/go/analysis"
)

func TestIsChosenIn(t *testing.T) {
	fset := token.NewFileSet()
	config := types.Config{Importer: importer.ForCompiler(fset, "source", nil)}
	for text, want := range map[string]bool{
		`if skipVerify { mark() }`:                                              true,
		`if !skipVerify { mark() }`:                                             false,
		`if !skipVerify { return }; mark()`:                                     true,
		`if skipVerify { return }; mark()`:                                      false,
		`if verify { return }; mark()`:                                          true,
		`if verify { mark() } `:                                                 false,
		`if verify { } else { mark() } `:                                        true,
		`if count > 1 { mark() }`:                                               false,
		`x := os.Getenv("ALLOW_ANY"); if x != "" { mark() }`:                    true,
		`x := os.Getenv("ALLOW_ANY"); if x == "" { mark() }`:                    false,
		`x := os.Getenv("TIMEOUT"); if x != "" { mark() }`:                      false,
		`_, ok := os.LookupEnv("INSECURE"); if ok { mark() }`:                   true,
		`_, ok := os.LookupEnv("INSECURE"); if !ok { mark() }`:                  false,
		`x := strings.TrimSpace(os.Getenv("INSECURE")); if x=="1" { mark() }`:   true,
		`x := skipVerify; y := x && count > 1; if y { mark() }`:                 true,
		`x := os.Getenv("INSECURE"); x = "1"; if x == "1" { mark() }`:           false,
		`x := os.Getenv("https://insecure.example.com/"); if x == "1"{ mark()}`: false,
		`var a, b = b0, a0; _ = a; if b { mark() }`:                             false,
		`switch mode { case "any": mark() }`:                                    true,
		`switch mode { case "member": mark() }`:                                 false,
		`switch mode { case "member": default: mark() }`:                        false,
		`if self.on { mark() }`:                                                 false,
		`if self.selfSigned { mark() }`:                                         true,
		`if trustDomain.IsZero() { mark() }`:                                    false,
		`if !trustDomain.IsZero() {} else { mark() }`:                           false,
		`if allowAny.IsZero() { mark() }`:                                       false,
		`if isLocalhost(mode) { mark() }`:                                       true,
		`if mode == "127.0.0.1" { mark() }`:                                     true,
		`insecureResult := mark(); _ = insecureResult`:                          true,
		`result := mark(); _ = result`:                                          false,
	} {
		source := `package p

import ("os"; "strings")

var _, _, _ = os.Getenv, strings.ToLower, a0

type domain struct{}

func (domain) IsZero() bool { return false }

var a0, b0 = b1, a1
var a1, b1 = count > 0, count > 2
var count int

func isLocalhost(string) bool { return false }

func mark() bool { return true }

type receiver struct{ on, selfSigned bool }

func (self receiver) f(skipVerify, verify bool, mode string, trustDomain, allowAny domain) {
` + text + `
}
`
		f, err := parser.ParseFile(fset, "p.go", source, 0)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		info := &types.Info{
			Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{},
			Selections: map[*ast.SelectorExpr]*types.Selection{},
		}
		pkg, err := config.Check("p", fset, []*ast.File{f}, info)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		c := NewChoices(&analysis.Pass{Pkg: pkg, TypesInfo: info, Files: []*ast.File{f}, Fset: fset})
		if got := c.IsChosenIn(pathToMark(f)); got != want {
			t.Errorf("%s: want %v, have %v", text, want, got)
		}
	}
}

// pathToMark returns the call of mark and what it stands in.
func pathToMark(f *ast.File) []ast.Node {
	var stack, path []ast.Node
	ast.Inspect(f, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		stack = append(stack, n)
		if call, ok := n.(*ast.CallExpr); ok {
			if id, ok := call.Fun.(*ast.Ident); ok && id.Name == "mark" {
				for i := len(stack) - 1; i >= 0; i-- {
					path = append(path, stack[i])
				}
			}
		}
		return true
	})
	return path
}
