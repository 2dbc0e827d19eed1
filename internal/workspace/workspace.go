// Package workspace finds the go.mod and the go.work that hold in a folder, as the go command
// looks for them (https://go.dev/ref/mod#workspaces), and the folders that they name.
package workspace

import (
	"os"
	"path/filepath"

	"golang.org/x/mod/modfile"
)

// Above returns the nearest regular file of a name in dir or above it, "" when there is none.
func Above(dir, name string) string {
	for {
		file := filepath.Join(dir, name)
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() {
			return file
		}
		up := filepath.Dir(dir)
		if up == dir {
			return ""
		}
		dir = up
	}
}

// Read returns the nearest file of a name in dir or above it that can be read, and its content;
// "" when there is none.
func Read(dir, name string) (file string, content []byte) {
	for {
		file = filepath.Join(dir, name)
		if content, err := os.ReadFile(file); err == nil {
			return file, content
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", nil
		}
		dir = up
	}
}

// Module returns the folder of the go.mod that holds in dir, "" when there is none.
func Module(dir string) string {
	if file := Above(dir, "go.mod"); file != "" {
		return filepath.Dir(file)
	}
	return ""
}

// File returns the go.work that holds in dir where gowork is what GOWORK says; "" when there is
// none.
func File(gowork, dir string) string {
	switch gowork {
	case "off":
		return ""
	case "":
		return Above(dir, "go.work")
	}
	return gowork
}

// Folders returns the folders of the modules that a go.work uses, in its order. name is its path.
func Folders(name string, work *modfile.WorkFile) []string {
	var list []string
	for _, use := range work.Use {
		list = append(list, Path(filepath.Dir(name), use.Path))
	}
	return list
}

// Path is a path of a go.mod or go.work that lies in dir.
func Path(dir, name string) string {
	name = filepath.FromSlash(name)
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(dir, name)
}
