package docs

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/mintwright/mintwright/analyzers"
	"github.com/mintwright/mintwright/internal/vetconfig"
)

// The example of mintwright-vet.yaml in vet.md is one, and has every key.
func TestVetExample(t *testing.T) {
	page, err := os.ReadFile("vet.md")
	if err != nil {
		t.Fatal(err)
	}
	example := regexp.MustCompile("(?m)^<!-- example: mintwright-vet.yaml -->\n```yaml\n((?s:.*?))^```$").FindSubmatch(page)
	if example == nil {
		t.Fatal("vet.md has no example")
	}
	var ids []string
	for _, r := range analyzers.Rules() {
		ids = append(ids, r.ID)
	}
	c, err := vetconfig.Read("the example", strings.NewReader(string(example[1])), ids, vetconfig.Defaults())
	if err != nil {
		t.Fatal(err)
	}
	if c.FailOn == "" || c.Confidence == "" || !c.Strict || c.Rules == nil || c.Exclude == nil || c.Require == nil || c.Registries == nil {
		t.Errorf("a key is missing: %+v", c)
	}
	// What it says of rules elsewhere holds too.
	for _, m := range regexp.MustCompile(`(?:--explain|--only|--enable|--disable|lint:ignore) ([a-z]+\.[a-z]+)`).FindAllSubmatch(page, -1) {
		if !strings.Contains(strings.Join(ids, "\n")+"\n", string(m[1])+"\n") {
			t.Errorf("vet.md names the rule %s, which there is not", m[1])
		}
	}
}
