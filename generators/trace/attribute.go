package trace

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"unicode"

	"github.com/mintwright/mintwright/internal/fault"
	"github.com/mintwright/mintwright/internal/names"
)

// attribute is one that is recorded.
type attribute struct {
	key   string
	value value
}

const (
	errorType    = "error.type"
	functionName = "code.function.name"
)

// attributes resolves the attributes of a method: those of the interface that it has and does not
// name itself, then its own. What it has of the interface's is marked as used.
func (f *file) attributes(m *method, own, all comments, used []bool) []*fault.Fault {
	var list []attrComment
	for i, c := range all.attributes {
		isOwn := slices.ContainsFunc(own.attributes, func(o attrComment) bool { return o.key == c.key })
		has := (&resolver{file: f, method: m, comment: c}).has()
		used[i] = used[i] || isOwn || has
		if has && !isOwn {
			list = append(list, c)
		}
	}
	var faults []*fault.Fault
	seen := map[string]token.Position{}
	for _, c := range append(list, own.attributes...) {
		a, isResult, problem := (&resolver{file: f, method: m, comment: c}).attribute()
		if have, ok := seen[c.key]; ok && problem == nil {
			problem = at(c.pos, fmt.Sprintf("%s has the attribute %q twice, here and in line %d", m.Name, c.key, have.Line), "leave one of the two out")
		}
		seen[c.key] = c.pos
		switch {
		case problem != nil:
			faults = append(faults, problem)
		case isResult:
			m.after = append(m.after, a)
		default:
			m.before = append(m.before, a)
		}
	}
	return faults
}

// has says whether the method has the parameter or result that the expression begins with.
func (r *resolver) has() bool {
	e, err := parse(r.comment.expr)
	if err != nil {
		return true // attribute says what is wrong
	}
	root := rootOf(e)
	if root == nil || root.Name == "true" || root.Name == "false" {
		return true
	}
	if _, _, ok := r.param(root.Name); ok {
		return true
	}
	_, isConst := r.constant(e).(*types.Const)
	return isConst
}

// attribute resolves the comment.
func (r *resolver) attribute() (a *attribute, isResult bool, problem *fault.Fault) {
	op, problem := r.operand()
	if problem != nil {
		return nil, false, problem
	}
	if !r.comment.force {
		if problem := r.secret(op); problem != nil {
			return nil, false, problem
		}
	}
	v, problem := r.value(op)
	if problem != nil {
		return nil, false, problem
	}
	if op.isResult && r.method.way == iterate {
		return nil, false, at(r.comment.pos, fmt.Sprintf("%s has no result before it is iterated over", r.method.Name), "record a parameter, or write //gen:span until=return")
	}
	return &attribute{r.comment.key, v}, op.isResult, nil
}

// secretWords are parts of names of what must not be recorded by accident; secretNames are such
// names, or one or several words in one.
var (
	secretWords = []string{"password", "passwd", "passphrase", "secret", "token", "credential", "authorization", "apikey", "privatekey", "privkey", "accesskey", "signingkey", "encryptionkey", "connstring", "connectionstring", "cookie", "bearer"}
	secretNames = []string{"pwd", "jwt", "otp", "pin", "creds", "cvv", "cvc", "dsn", "sessionid", "cardnumber", "connstr", "authheader", "authcode"}
)

// secret refuses what looks like a secret by a name on the way to it, by a type, or by its key.
func (r *resolver) secret(op *operand) *fault.Fault {
	shown := r.comment.shown(r.method)
	whole := []string{r.comment.key}
	if len(op.names) > 0 { // it is no text in quotes
		whole = append(whole, shown)
	}
	name := secretName(op.typ, op.names, whole...)
	if name == "" {
		return nil
	}
	return at(r.comment.pos, fmt.Sprintf("%q is not recorded: %s says that it is a secret", shown, name),
		fmt.Sprintf("record something else, or write //gen:attr! %s if it is none", r.comment.text()))
}

// secretName returns what says that a value of a type is a secret, "" when nothing does: a name on
// the path to it, the path, in which Card and Number are harmless but not Card.Number, or one of
// the names of the whole.
func secretName(t types.Type, path []string, whole ...string) string {
	if isFlag(t) {
		return ""
	}
	isSecret := func(name string) bool {
		word := secretWord(name)
		return word != "" && (word != "token" || !isNumber(t))
	}
	for _, name := range path {
		if isSecret(name) {
			return name
		}
	}
	whole = append(whole, strings.Join(slices.Compact(slices.Clone(path)), "."))
	for _, name := range whole {
		if all := words(name); isSecret(name) || len(all) > 0 && all[len(all)-1] == "auth" { // auth.method is none
			return name
		}
	}
	return ""
}

// secretWord returns what of a name, a path or a key says that it is a secret, "" when nothing does.
func secretWord(name string) string {
	for part := range strings.FieldsFuncSeq(strings.ToLower(strings.ReplaceAll(name, "_", "")), isNoLetter) {
		for _, w := range secretWords {
			if strings.Contains(part, w) {
				return w
			}
		}
	}
	all := words(name)
	for i := range all {
		for end := i + 1; end <= len(all); end++ {
			run := strings.Join(all[i:end], "")
			for _, w := range []string{run, strings.TrimSuffix(run, "s")} {
				if slices.Contains(secretNames, w) || slices.Contains(secretWords, w) {
					return w
				}
			}
		}
	}
	return ""
}

// words parts a name at its capitals and at what is no letter.
func words(name string) []string { return strings.FieldsFunc(names.Snake(name), isNoLetter) }

func isNoLetter(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// isFlag and isNumber tell values that are too small for most secrets.
func isFlag(t types.Type) bool { return isKind(t, types.IsBoolean) }

func isNumber(t types.Type) bool { return isKind(t, types.IsNumeric) }

func isKind(t types.Type, info types.BasicInfo) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&info != 0
}

// text is the comment as it would be written again.
func (c attrComment) text() string {
	if c.expr == "" {
		return c.key
	}
	return c.key + "=" + c.expr
}

// shown is what is recorded, as the reader knows it.
func (c attrComment) shown(m *method) string {
	if c.expr != "" {
		return c.expr
	}
	return m.Params[c.param].Name
}

// rootOf is the first name of an expression, nil when it begins with none.
func rootOf(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x
		case *ast.SelectorExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.CallExpr:
			if id, ok := x.Fun.(*ast.Ident); ok && id.Name == "len" && len(x.Args) == 1 {
				e = x.Args[0]
				continue
			}
			e = x.Fun
		default:
			return nil
		}
	}
}
