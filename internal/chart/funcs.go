package chart

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/adler32"
	"maps"
	"math"
	"math/big"
	"net/url"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"unicode"
)

// functions returns what templates may call, but for include, tpl, required and fail, which
// belong to a rendering. Names, order of arguments and meaning are sprig's and Helm's.
func functions() template.FuncMap {
	all := template.FuncMap{}
	for _, m := range []template.FuncMap{defaults(), texts(), numbers(), dicts(), lists(), encodings(), patterns()} {
		maps.Copy(all, m)
	}
	return all
}

func defaults() template.FuncMap {
	return template.FuncMap{
		"default": func(d any, given ...any) any {
			if len(given) == 0 || empty(given[0]) {
				return d
			}
			return given[0]
		},
		"empty": empty,
		"coalesce": func(v ...any) any {
			for _, x := range v {
				if !empty(x) {
					return x
				}
			}
			return nil
		},
		"all":     func(v ...any) bool { return !slices.ContainsFunc(v, empty) },
		"any":     func(v ...any) bool { return slices.ContainsFunc(v, func(x any) bool { return !empty(x) }) },
		"ternary": func(yes, no any, which bool) any { return choose(which, yes, no) },
		"typeOf":  func(v any) string { return fmt.Sprintf("%T", v) },
		"typeIs":  func(want string, v any) bool { return want == fmt.Sprintf("%T", v) },
		"typeIsLike": func(want string, v any) bool {
			t := fmt.Sprintf("%T", v)
			return want == t || "*"+want == t
		},
		"kindOf":        kindOf,
		"kindIs":        func(want string, v any) bool { return want == kindOf(v) },
		"deepEqual":     reflect.DeepEqual,
		"lookup":        func(_, _, _, _ string) map[string]any { return map[string]any{} },
		"getHostByName": func(string) string { return "" },
	}
}

func choose(which bool, yes, no any) any {
	if which {
		return yes
	}
	return no
}

func kindOf(v any) string { return reflect.ValueOf(v).Kind().String() }

// empty is sprig's: nil, false, 0, and what has no length. A struct never is.
func empty(v any) bool {
	r := reflect.ValueOf(v)
	if !r.IsValid() {
		return true
	}
	switch r.Kind() {
	case reflect.Struct:
		return false
	case reflect.Array, reflect.Slice, reflect.Map, reflect.String:
		return r.Len() == 0
	}
	return r.IsZero()
}

func texts() template.FuncMap {
	return template.FuncMap{
		"trim": strings.TrimSpace, "upper": strings.ToUpper, "lower": strings.ToLower,
		"title":   title,
		"untitle": func(s string) string { return firstLetters(s, unicode.ToLower) },
		"nospace": func(s string) string { return strings.Join(strings.Fields(s), "") },
		"trunc": func(n int, s string) string {
			switch {
			case n < 0 && len(s)+n > 0:
				return s[len(s)+n:]
			case n >= 0 && len(s) > n:
				return s[:n]
			}
			return s
		},
		"substr": func(start, end int, s string) string {
			switch {
			case start < 0:
				return s[:end]
			case end < 0 || end > len(s):
				return s[start:]
			}
			return s[start:end]
		},
		"repeat":     repeat,
		"trimAll":    func(cut, s string) string { return strings.Trim(s, cut) },
		"trimall":    func(cut, s string) string { return strings.Trim(s, cut) },
		"trimSuffix": func(cut, s string) string { return strings.TrimSuffix(s, cut) },
		"trimPrefix": func(cut, s string) string { return strings.TrimPrefix(s, cut) },
		"contains":   func(part, s string) bool { return strings.Contains(s, part) },
		"hasPrefix":  func(part, s string) bool { return strings.HasPrefix(s, part) },
		"hasSuffix":  func(part, s string) bool { return strings.HasSuffix(s, part) },
		"quote":      func(v ...any) string { return each(v, func(x any) string { return strconv.Quote(strval(x)) }) },
		"squote":     func(v ...any) string { return each(v, func(x any) string { return fmt.Sprintf("'%v'", x) }) },
		"cat":        func(v ...any) string { return strings.TrimSpace(each(v, func(x any) string { return fmt.Sprint(x) })) },
		"indent":     indent,
		"nindent": func(n int, s string) (string, error) {
			s, err := indent(n, s)
			return "\n" + s, err
		},
		"replace": replace,
		"plural": func(one, many string, n int) string {
			if n == 1 {
				return one
			}
			return many
		},
		"toString": strval,
		"join":     func(sep string, v any) (string, error) { return join(sep, strslice(v)) },
		"split":    func(sep, s string) map[string]string { return numbered(strings.Split(s, sep)) },
		"splitn":   func(sep string, n int, s string) map[string]string { return numbered(strings.SplitN(s, sep, n)) },
		"splitList": func(sep, s string) []string {
			return strings.Split(s, sep)
		},
		"toStrings": strslice,
		"sortAlpha": func(v any) []string {
			switch reflect.Indirect(reflect.ValueOf(v)).Kind() {
			case reflect.Slice, reflect.Array:
				return slices.Sorted(slices.Values(strslice(v)))
			}
			return []string{strval(v)}
		},
		"base": path.Base, "dir": path.Dir, "clean": path.Clean, "ext": path.Ext, "isAbs": path.IsAbs,
		"print": fmt.Sprint, "println": fmt.Sprintln, "printf": fmt.Sprintf,
		"html": template.HTMLEscaper, "js": template.JSEscaper, "urlquery": template.URLQueryEscaper,
		"urlParse": urlParse, "urlJoin": urlJoin,
		"semver": ParseVersion, "semverCompare": Satisfies,
	}
}

// title is what strings.Title does: the first letter of each word.
func title(s string) string {
	before := ' '
	return strings.Map(func(r rune) rune {
		defer func() { before = r }()
		if unicode.IsLetter(before) || unicode.IsDigit(before) || before == '_' || before == '\'' {
			return r
		}
		return unicode.ToTitle(r)
	}, s)
}

// firstLetters changes the first letter of each word.
func firstLetters(s string, change func(rune) rune) string {
	first := true
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			first = true
			return r
		}
		if first {
			first = false
			return change(r)
		}
		return r
	}, s)
}

func repeat(n int, s string) (string, error) {
	if n > 0 && len(s) > maxValue/n {
		return "", errLarge
	}
	return strings.Repeat(s, n), nil
}

func indent(n int, s string) (string, error) {
	if n > maxValue || n > 0 && n*(strings.Count(s, "\n")+1) > maxValue {
		return "", errLarge
	}
	pad := strings.Repeat(" ", n)
	return pad + strings.ReplaceAll(s, "\n", "\n"+pad), nil
}

func replace(old, with, s string) (string, error) {
	if n := strings.Count(s, old); len(with) > 0 && n > maxValue/len(with) {
		return "", errLarge
	}
	return strings.ReplaceAll(s, old, with), nil
}

func join(sep string, list []string) (string, error) {
	if len(sep) > 0 && len(list) > maxValue/len(sep) {
		return "", errLarge
	}
	return strings.Join(list, sep), nil
}

// each writes all values but nil, a space between them.
func each(v []any, write func(any) string) string {
	out := make([]string, 0, len(v))
	for _, x := range v {
		if x != nil {
			out = append(out, write(x))
		}
	}
	return strings.Join(out, " ")
}

func numbered(parts []string) map[string]string {
	m := make(map[string]string, len(parts))
	for i, p := range parts {
		m["_"+strconv.Itoa(i)] = p
	}
	return m
}

func strval(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []byte:
		return string(v)
	case error:
		return v.Error()
	case fmt.Stringer:
		return v.String()
	}
	return fmt.Sprint(v)
}

func strslice(v any) []string {
	switch v := v.(type) {
	case nil:
		return []string{}
	case []string:
		return v
	}
	r := reflect.ValueOf(v)
	if r.Kind() != reflect.Slice && r.Kind() != reflect.Array {
		return []string{strval(v)}
	}
	out := make([]string, 0, r.Len())
	for i := range r.Len() {
		if x := r.Index(i).Interface(); x != nil {
			out = append(out, strval(x))
		}
	}
	return out
}

func urlParse(s string) (map[string]any, error) {
	u, err := url.Parse(s)
	if err != nil {
		return nil, fmt.Errorf("unable to parse url: %w", err)
	}
	m := map[string]any{
		"scheme": u.Scheme, "host": u.Host, "hostname": u.Hostname(), "path": u.Path,
		"query": u.RawQuery, "opaque": u.Opaque, "fragment": u.Fragment, "userinfo": "",
	}
	if u.User != nil {
		m["userinfo"] = u.User.String()
	}
	return m, nil
}

func urlJoin(m map[string]any) (string, error) {
	part := func(key string) string { s, _ := m[key].(string); return s }
	u := url.URL{
		Scheme: part("scheme"), Host: part("host"), Path: part("path"),
		RawQuery: part("query"), Opaque: part("opaque"), Fragment: part("fragment"),
	}
	if info := part("userinfo"); info != "" {
		with, err := url.Parse("proto://" + info + "@host")
		if err != nil {
			return "", fmt.Errorf("unable to parse userinfo in dict: %w", err)
		}
		u.User = with.User
	}
	return u.String(), nil
}

func numbers() template.FuncMap {
	return template.FuncMap{
		"int": toInt, "int64": toInt64, "float64": toFloat,
		"atoi": func(s string) int { i, _ := strconv.Atoi(s); return i },
		"toDecimal": func(v any) int64 {
			i, err := strconv.ParseInt(fmt.Sprint(v), 8, 64)
			if err != nil {
				return 0
			}
			return i
		},
		"add1": func(v any) int64 { return toInt64(v) + 1 },
		"add": func(v ...any) int64 {
			var sum int64
			for _, x := range v {
				sum += toInt64(x)
			}
			return sum
		},
		"sub": func(a, b any) int64 { return toInt64(a) - toInt64(b) },
		"div": func(a, b any) int64 { return toInt64(a) / toInt64(b) },
		"mod": func(a, b any) int64 { return toInt64(a) % toInt64(b) },
		"mul": func(a any, v ...any) int64 {
			product := toInt64(a)
			for _, x := range v {
				product *= toInt64(x)
			}
			return product
		},
		"max":     func(a any, v ...any) int64 { return fold(toInt64, a, v, func(x, y int64) int64 { return max(x, y) }) },
		"biggest": func(a any, v ...any) int64 { return fold(toInt64, a, v, func(x, y int64) int64 { return max(x, y) }) },
		"min":     func(a any, v ...any) int64 { return fold(toInt64, a, v, func(x, y int64) int64 { return min(x, y) }) },
		"maxf":    func(a any, v ...any) float64 { return fold(toFloat, a, v, math.Max) },
		"minf":    func(a any, v ...any) float64 { return fold(toFloat, a, v, math.Min) },
		"ceil":    func(v any) float64 { return math.Ceil(toFloat(v)) },
		"floor":   func(v any) float64 { return math.Floor(toFloat(v)) },
		"round":   round,
		"addf":    func(v ...any) float64 { return decimal(0.0, v, (*big.Rat).Add) },
		"add1f":   func(v any) float64 { return decimal(v, []any{1}, (*big.Rat).Add) },
		"subf":    func(a any, v ...any) float64 { return decimal(a, v, (*big.Rat).Sub) },
		"mulf":    func(a any, v ...any) float64 { return decimal(a, v, (*big.Rat).Mul) },
		"divf":    func(a any, v ...any) float64 { return decimal(a, v, (*big.Rat).Quo) },
		"until": func(n int) ([]int, error) {
			if n < 0 {
				return untilStep(0, n, -1)
			}
			return untilStep(0, n, 1)
		},
		"untilStep": untilStep,
		"seq":       seq,
	}
}

func fold[T any](convert func(any) T, first any, rest []any, combine func(T, T) T) T {
	out := convert(first)
	for _, x := range rest {
		out = combine(out, convert(x))
	}
	return out
}

// decimal calculates with the decimal fractions that floats are written as: 0.1 + 0.2 is 0.3.
func decimal(a any, rest []any, op func(z, x, y *big.Rat) *big.Rat) float64 {
	out := rational(a)
	for _, x := range rest {
		out = op(new(big.Rat), out, rational(x))
	}
	f, _ := out.Float64()
	return f
}

func rational(v any) *big.Rat {
	r, ok := new(big.Rat).SetString(strconv.FormatFloat(toFloat(v), 'g', -1, 64))
	if !ok {
		return new(big.Rat)
	}
	return r
}

func toInt(v any) int { return int(toInt64(v)) }

// toInt64 converts as cast.ToInt64 does: what is no number is 0.
func toInt64(v any) int64 {
	switch v := v.(type) {
	case string:
		return textToInt(v)
	case json.Number:
		return textToInt(string(v))
	case bool:
		if v {
			return 1
		}
		return 0
	}
	r := reflect.Indirect(reflect.ValueOf(v))
	switch {
	case r.IsValid() && r.CanInt():
		return r.Int()
	case r.IsValid() && r.CanUint():
		return int64(r.Uint())
	case r.IsValid() && r.CanFloat():
		return int64(r.Float())
	}
	return 0
}

// textToInt reads "0x1f" as 31 and "5.0" as 5, as cast does.
func textToInt(s string) int64 {
	if whole, fraction, ok := strings.Cut(s, "."); ok && strings.Trim(fraction, "0") == "" {
		s = whole
	}
	i, err := strconv.ParseInt(s, 0, 0)
	if err != nil {
		return 0
	}
	return i
}

func toFloat(v any) float64 {
	switch v := v.(type) {
	case string:
		f, _ := strconv.ParseFloat(v, 64)
		return f
	case json.Number:
		f, _ := v.Float64()
		return f
	}
	if r := reflect.Indirect(reflect.ValueOf(v)); r.IsValid() && r.CanFloat() {
		return r.Float()
	}
	return float64(toInt64(v))
}

func round(v any, places int, on ...float64) float64 {
	half := .5
	if len(on) > 0 {
		half = on[0]
	}
	pow := math.Pow(10, float64(places))
	digit := pow * toFloat(v)
	if _, rest := math.Modf(digit); rest >= half {
		return math.Ceil(digit) / pow
	}
	return math.Floor(digit) / pow
}

func untilStep(start, stop, step int) ([]int, error) {
	list := []int{}
	if step == 0 || stop < start && step >= 0 || stop > start && step <= 0 {
		return list, nil
	}
	if span := math.Abs(float64(stop)-float64(start)) / math.Abs(float64(step)); span > maxItems {
		return nil, errLarge
	}
	for i := start; step > 0 && i < stop || step < 0 && i > stop; i += step {
		list = append(list, i)
	}
	return list, nil
}

func seq(p ...int) (string, error) {
	var start, end, step int
	switch len(p) {
	case 1:
		start, end, step = 1, p[0], 1
	case 2:
		start, end, step = p[0], p[1], 1
	case 3:
		start, step, end = p[0], p[1], p[2]
		if end < start && step > 0 {
			return "", nil
		}
	default:
		return "", nil
	}
	beyond := 1
	if end < start {
		beyond = -1
		if len(p) < 3 {
			step = -1
		}
	}
	list, err := untilStep(start, end+beyond, step)
	if err != nil {
		return "", err
	}
	return strings.Trim(fmt.Sprint(list), "[]"), nil
}

func encodings() template.FuncMap {
	return template.FuncMap{
		"b64enc": func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
		"b64dec": func(s string) string { return decoded(base64.StdEncoding.DecodeString(s)) },
		"b32enc": func(s string) string { return base32.StdEncoding.EncodeToString([]byte(s)) },
		"b32dec": func(s string) string { return decoded(base32.StdEncoding.DecodeString(s)) },
		"sha1sum": func(s string) string {
			h := sha1.Sum([]byte(s))
			return hex.EncodeToString(h[:])
		},
		"sha256sum": func(s string) string {
			h := sha256.Sum256([]byte(s))
			return hex.EncodeToString(h[:])
		},
		"sha512sum": func(s string) string {
			h := sha512.Sum512([]byte(s))
			return hex.EncodeToString(h[:])
		},
		"adler32sum":       func(s string) string { return strconv.FormatUint(uint64(adler32.Checksum([]byte(s))), 10) },
		"toYaml":           toYAML,
		"mustToYaml":       toYAML,
		"toYamlPretty":     toYAML,
		"fromYaml":         fromYAML,
		"fromYamlArray":    fromYAMLArray,
		"toJson":           func(v any) string { b, _ := json.Marshal(v); return string(b) },
		"mustToJson":       func(v any) (string, error) { b, err := json.Marshal(v); return string(b), err },
		"toPrettyJson":     func(v any) string { b, _ := json.MarshalIndent(v, "", "  "); return string(b) },
		"mustToPrettyJson": func(v any) (string, error) { b, err := json.MarshalIndent(v, "", "  "); return string(b), err },
		"toRawJson":        rawJSON,
		"mustToRawJson":    rawJSON,
		"fromJson": func(s string) map[string]any {
			m := map[string]any{}
			if err := json.Unmarshal([]byte(s), &m); err != nil {
				m = map[string]any{"Error": err.Error()}
			}
			return m
		},
		"mustFromJson": func(s string) (any, error) { var v any; err := json.Unmarshal([]byte(s), &v); return v, err },
		"fromJsonArray": func(s string) []any {
			list := []any{}
			if err := json.Unmarshal([]byte(s), &list); err != nil {
				list = []any{err.Error()}
			}
			return list
		},
	}
}

// decoded gives the error as text, as sprig does.
func decoded(b []byte, err error) string {
	if err != nil {
		return err.Error()
	}
	return string(b)
}

func rawJSON(v any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return strings.TrimSuffix(b.String(), "\n"), err
}

func fromYAML(s string) map[string]any {
	v, err := ReadYAML(s)
	switch m, ok := v.(map[string]any); {
	case err != nil:
		return map[string]any{"Error": err.Error()}
	case ok:
		return m
	case v != nil:
		return map[string]any{"Error": "error unmarshaling JSON: not an object"}
	}
	return map[string]any{}
}

func fromYAMLArray(s string) []any {
	v, err := ReadYAML(s)
	switch list, ok := v.([]any); {
	case err != nil:
		return []any{err.Error()}
	case ok:
		return list
	case v != nil:
		return []any{"error unmarshaling JSON: not an array"}
	}
	return []any{}
}

func patterns() template.FuncMap {
	return template.FuncMap{
		"regexMatch":             func(re, s string) bool { ok, _ := regexp.MatchString(re, s); return ok },
		"mustRegexMatch":         regexp.MatchString,
		"regexFind":              regexFind,
		"mustRegexFind":          regexFind,
		"regexFindAll":           regexFindAll,
		"mustRegexFindAll":       regexFindAll,
		"regexReplaceAll":        regexReplaceAll,
		"mustRegexReplaceAll":    regexReplaceAll,
		"regexReplaceAllLiteral": regexReplaceAllLiteral, "mustRegexReplaceAllLiteral": regexReplaceAllLiteral,
		"regexSplit":     regexSplit,
		"mustRegexSplit": regexSplit,
		"regexQuoteMeta": regexp.QuoteMeta,
	}
}

func regexFind(re, s string) (string, error) {
	r, err := regexp.Compile(re)
	if err != nil {
		return "", err
	}
	return r.FindString(s), nil
}

func regexFindAll(re, s string, n int) ([]string, error) {
	r, err := regexp.Compile(re)
	if err != nil {
		return nil, err
	}
	return r.FindAllString(s, n), nil
}

func regexReplaceAll(re, s, with string) (string, error) {
	r, err := regexp.Compile(re)
	if err != nil {
		return "", err
	}
	if n := len(r.FindAllStringIndex(s, -1)); len(with) > 0 && (n > maxValue/len(with) || strings.Count(with, "$") > maxValue/(len(s)+1)) {
		return "", errLarge
	}
	return r.ReplaceAllString(s, with), nil
}

func regexReplaceAllLiteral(re, s, with string) (string, error) {
	r, err := regexp.Compile(re)
	if err != nil {
		return "", err
	}
	if n := len(r.FindAllStringIndex(s, -1)); len(with) > 0 && n > maxValue/len(with) {
		return "", errLarge
	}
	return r.ReplaceAllLiteralString(s, with), nil
}

func regexSplit(re, s string, n int) ([]string, error) {
	r, err := regexp.Compile(re)
	if err != nil {
		return nil, err
	}
	return r.Split(s, n), nil
}

var errLarge = errors.New("the value would be too large")
