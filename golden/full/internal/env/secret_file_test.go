package env

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSecretFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "url")
	r := NewReader(vars{"URL_FILE": file, "URL": "from the variable"}.get)
	read := r.SecretFile("URL", "a URL")
	if err := r.Err(); err != nil {
		t.Errorf("a file that is not there yet is a fault: %v", err)
	}
	if _, err := read(); err == nil || !strings.HasPrefix(err.Error(), "URL_FILE: ") {
		t.Errorf("without a file: got %v", err)
	}
	for _, want := range []string{"from the file", "rotated"} {
		if err := os.WriteFile(file, []byte(want+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := read(); got != want || err != nil {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
	}
	if err := os.WriteFile(file, []byte("\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := read(); err == nil {
		t.Errorf("of an empty file: got %q", got)
	}

	r = NewReader(vars{"URL": "from the variable"}.get)
	if got, err := r.SecretFile("URL", "a URL")(); got != "from the variable" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	if printed := fmt.Sprint(r.Settings()); strings.Contains(printed, "from the") {
		t.Errorf("the settings tell the secret: %s", printed)
	}
	if _, err := NewReader(vars{}.get).SecretFile("URL", "a URL")(); err == nil || !strings.Contains(err.Error(), "neither URL_FILE nor URL is set") {
		t.Errorf("of nothing: got %v", err)
	}
}
