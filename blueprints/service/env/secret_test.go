package env

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSecret(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, []byte("from the file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		vars        vars
		want, fault string
	}{
		{vars{}, "", ""},
		{vars{"KEY": "from the variable"}, "from the variable", ""},
		{vars{"KEY_FILE": file}, "from the file", ""},
		{vars{"KEY": "from the variable", "KEY_FILE": file}, "from the file", ""},
		{vars{"KEY_FILE": file + ".missing"}, "", "KEY_FILE: "},
	}
	for _, test := range tests {
		r := NewReader(test.vars.get)
		if got := r.Secret("KEY", "a key"); got != test.want {
			t.Errorf("%v: got %q, want %q", test.vars, got, test.want)
		}
		if fault := fmt.Sprint(r.Err()); test.fault != "" && !strings.HasPrefix(fault, test.fault) || test.fault == "" && r.Err() != nil {
			t.Errorf("%v: got fault %s, want %q", test.vars, fault, test.fault)
		}
		if printed := fmt.Sprint(r.Settings()); strings.Contains(printed, "from the") {
			t.Errorf("%v: the settings tell the secret: %s", test.vars, printed)
		}
	}
}
