package vet

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/mintwright/mintwright/analyzers/policy"
	"github.com/mintwright/mintwright/internal/registry"
	"github.com/mintwright/mintwright/internal/vetconfig"
)

// Configuration is what holds for a module.
type Configuration struct {
	vetconfig.Config
	File string // the file that it was read from, or ""

	attributes []policy.Attribute
	woven      bool
}

// Configure reads what is configured for a module: by the given file, or else by the one beside
// its go.mod or beside the go.work. rules are the IDs of all rules.
func (p Place) Configure(module, file string, rules []string, getenv func(string) string) (Configuration, error) {
	c := Configuration{Config: vetconfig.Defaults(), File: file}
	// A service that gen made has no use for less, unless its configuration says so.
	c.Strict = isService(module)
	if file == "" {
		c.File = p.file(module)
	}
	if c.File != "" {
		if err := c.read(rules); err != nil {
			return c, err
		}
	}
	if isService(module) {
		if err := c.readGenerated(module); err != nil {
			return c, err
		}
	}
	var err error
	c.woven, err = isWoven(module, getenv)
	return c, err
}

// isService reports whether a module is a service that gen made.
func isService(module string) bool {
	_, err := os.Lstat(filepath.Join(module, "mintwright.yaml"))
	return err == nil
}

// file returns the configuration file of a module, or "".
func (p Place) file(module string) string {
	for _, dir := range []string{module, p.Workspace} {
		if dir == "" {
			continue
		}
		name := filepath.Join(dir, vetconfig.FileName)
		if _, err := os.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
			return name // what is wrong with it, reading tells
		}
	}
	return ""
}

func (c *Configuration) read(rules []string) error {
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	if c.Config, err = vetconfig.Read(c.File, f, rules, c.Config); err != nil || len(c.Registries) == 0 {
		return err
	}
	root, err := os.OpenRoot(filepath.Dir(c.File))
	if err != nil {
		return err
	}
	defer root.Close()
	attributes, err := registry.Read(root.FS(), c.Registries...)
	for _, a := range attributes {
		c.attributes = append(c.attributes, known(a))
	}
	return err
}

// readGenerated reads the registries that a service has helpers of. What is listed already counts
// as it is.
func (c *Configuration) readGenerated(module string) error {
	root, err := os.OpenRoot(module)
	if err != nil {
		return err
	}
	defer root.Close()
	list := generated(root.FS())
	if len(list) == 0 {
		return nil
	}
	attributes, err := registry.Read(root.FS(), list...)
	if err != nil {
		return err
	}
	has := map[string]bool{}
	for _, a := range c.attributes {
		has[a.Key] = true
	}
	for _, a := range attributes {
		if !has[a.Key] {
			c.attributes = append(c.attributes, known(a))
		}
	}
	return nil
}

// known is what the analyzers know of an attribute.
func known(a registry.Attribute) policy.Attribute {
	p := policy.Attribute{Key: a.Key, Type: a.Type}
	for _, m := range a.Members {
		p.Members = append(p.Members, m.Value)
	}
	if a.Deprecated != nil {
		p.RenamedTo, p.Deprecated = a.Deprecated.RenamedTo, a.Deprecated.String()
	}
	return p
}

// JSON returns the configuration as the flag of the tool has it.
func (c *Configuration) JSON() (string, error) {
	text, err := vetconfig.Effective(c.Config, c.attributes, c.woven)
	return string(text), err
}

// Identity returns all configurations that a tool started by go vet in this place may read,
// for its version, and is no configuration itself.
func (p Place) Identity(rules []string, getenv func(string) string) (string, error) {
	var all strings.Builder
	for _, m := range p.Modules {
		c, err := p.Configure(m, "", rules, getenv)
		if err != nil {
			return "", err
		}
		text, err := c.JSON()
		if err != nil {
			return "", err
		}
		all.WriteString(m + "\x00" + text + "\x00")
	}
	return all.String(), nil
}
