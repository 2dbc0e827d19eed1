package trace

import (
	"go/token"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/mintwright/mintwright/generators/source"
)

// FuzzComments reads comments that may be anything: what is accepted can be printed, and what is
// refused says where and what to do.
func FuzzComments(f *testing.F) {
	for _, seed := range [][2]string{
		{"attr", "user.id=id"},
		{"attr", "a=b=c"},
		{"attr!", "="},
		{"attr", "..=x"},
		{"attr", "ä ö=x"},
		{"span", `name="a b" kind=client until=recv skip=x`},
		{"span", `name="\x00"`},
		{"span", `skip="\xff"`},
		{"span", `skip="\ufeff"`},
		{"span", `name="`},
		{"span", "name=="},
		{"span", "{=\""},
		{"ignore", "io.EOF, ErrGone"},
		{"ignore", " , "},
		{"atr", ""},
		{"http", "GET /"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, verb, text string) {
		for _, param := range []int{-1, 0} {
			var c comments
			d := source.Directive{Verb: verb, Text: text, Pos: token.Position{Filename: "in.go", Line: 3, Column: 2}}
			if problem := c.add(d, param); problem != nil {
				if problem.Problem == "" || problem.Remedy == "" || problem.Line != 3 || problem.Column != 2 {
					t.Errorf("%s %q: %+v", verb, text, problem)
				}
				continue
			}
			for _, a := range c.attributes {
				if a.key == "" || strings.ContainsFunc(a.key, func(r rune) bool { return !isKeyLetter(r) && r != '.' }) {
					t.Errorf("%s %q: key %q", verb, text, a.key)
				}
				if a.expr == "" && param < 0 {
					t.Errorf("%s %q: nothing is recorded", verb, text)
				}
			}
			for _, s := range []string{c.span.name, c.span.skip} {
				if !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) {
					t.Errorf("%s %q: %q cannot stand in a comment", verb, text, s)
				}
			}
		}
	})
}

func TestSecretWord(t *testing.T) {
	for name, want := range map[string]bool{
		"password": true, "userPassword": true, "APIKey": true, "api_key": true, "accessToken": true, "TOKEN": true, "clientSecret": true,
		"pin": true, "userPIN": true, "pwd": true, "jwt": true, "otpCode": true, "privateKey": true, "Authorization": true, "sessionCookie": true,
		"sessionID": true, "session_id": true, "session.id": true, "sessionIDs": true, "authHeader": true, "dsn": true, "databaseDSN": true,
		"connString": true, "connectionString": true, "privKey": true, "cardNumber": true, "order.Card.Number": true, "o.Card().Number()": true, "api.key": true, "apiKeys": true, "myapiKey": true,
		"spin": false, "pinned": false, "id": false, "author": false, "key": false, "primaryKey": false, "option": false, "auth.method": false, "sessions": false, "card.brand": false, "api.keynote": false, "photo.kent": false, "name": false, "": false,
	} {
		if have := secretWord(name) != ""; have != want {
			t.Errorf("%s: %t, want %t", name, have, want)
		}
	}
}

func TestNameTags(t *testing.T) {
	for name, want := range map[string]string{
		"store.go": "", "store_linux.go": "linux", "store_linux_amd64.go": "linux amd64", "store_amd64_test.go": "amd64",
		"linux.go": "", "linux_amd64.go": "amd64", "store_trace.go": "", "store_linux_trace.go": "", "store_unix.go": "",
	} {
		if have := strings.Join(nameTags("/a/b_windows/"+name), " "); have != want {
			t.Errorf("%s: %q, want %q", name, have, want)
		}
	}
}
