package check

import (
	"bytes"
	"errors"
	"io"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// maxDocuments is the number of YAML documents that a file may have.
const maxDocuments = 1000

// Parse returns the roots of the documents of a YAML file, without those that are empty. Nodes
// know their lines. Aliases are left as they are: nothing grows.
func Parse(content []byte) ([]*yaml.Node, error) {
	var roots []*yaml.Node
	d := yaml.NewDecoder(bytes.NewReader(content))
	for range maxDocuments {
		var doc yaml.Node
		err := d.Decode(&doc)
		if errors.Is(err, io.EOF) {
			return roots, nil
		}
		if err != nil {
			return roots, err
		}
		if doc.Kind == yaml.DocumentNode && len(doc.Content) == 1 && doc.Content[0].Tag != "!!null" {
			roots = append(roots, doc.Content[0])
		}
	}
	return roots, ErrTooLarge
}

// Lookup follows keys of mappings and numbers of items from a node, through aliases. It returns
// nil where there is no such thing, also for a nil node.
func Lookup(n *yaml.Node, path ...string) *yaml.Node {
	for _, key := range path {
		n = child(resolved(n), key)
	}
	return resolved(n)
}

// LookupString returns the text of the scalar at a path, and its line; "" and the line of what
// is nearest to it where there is none.
func LookupString(n *yaml.Node, path ...string) (value string, line int) {
	for _, key := range path {
		n = resolved(n)
		if n == nil {
			return "", line
		}
		line = n.Line
		n = child(n, key)
	}
	n = resolved(n)
	if n == nil {
		return "", line
	}
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		return "", n.Line
	}
	return n.Value, n.Line
}

func child(n *yaml.Node, key string) *yaml.Node {
	switch {
	case n == nil:
		return nil
	case n.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == key {
				return n.Content[i+1]
			}
		}
	case n.Kind == yaml.SequenceNode:
		if i, err := strconv.Atoi(key); err == nil && 0 <= i && i < len(n.Content) {
			return n.Content[i]
		}
	}
	return nil
}

// resolved follows an alias to what it stands for; one of an alias is none.
func resolved(n *yaml.Node) *yaml.Node {
	if n != nil && n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}
