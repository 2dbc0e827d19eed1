package env

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReloaded(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	r := NewReader(vars{"TOKEN_FILE": file, "TOKEN": "of the variable"}.get)
	token := r.Reloaded("TOKEN", "")
	if err := r.Err(); err != nil {
		t.Fatalf("a file that is not there yet: %v", err)
	}
	if _, err := token(); err == nil || !strings.Contains(err.Error(), "TOKEN_FILE: ") || !strings.Contains(err.Error(), file) {
		t.Errorf("got %v, want what is missing", err)
	}
	for _, want := range []string{"first", "second"} {
		if err := os.WriteFile(file, []byte(want+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := token(); got != want || err != nil {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
	}
	if err := os.Truncate(file, 0); err != nil {
		t.Fatal(err)
	}
	if got, err := token(); err == nil {
		t.Errorf("an empty file: got %q, want an error", got)
	}
	if got := r.Settings()[0]; got.Name != "TOKEN_FILE" || got.Value != file {
		t.Errorf("got the setting %v, want where the secret comes from", got)
	}
}

func TestReloadedWithoutFile(t *testing.T) {
	r := NewReader(vars{"TOKEN": "secret"}.get)
	if got, err := r.Reloaded("TOKEN", "")(); got != "secret" || err != nil {
		t.Errorf("got %q, %v, want that of the variable", got, err)
	}
	if got := r.Settings()[0].Value; got != "(set)" {
		t.Errorf("the settings show %q", got)
	}
	if _, err := r.Reloaded("OTHER", "")(); err == nil || !strings.Contains(err.Error(), "OTHER_FILE is not set") {
		t.Errorf("got %v, want the variable that is missing", err)
	}
}
