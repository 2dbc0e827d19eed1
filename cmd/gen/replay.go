package main

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/mintwright/mintwright/generators/answers"
)

// replay returns the shortest line that makes the same service again, anywhere: it names
// what differs from the defaults, and asks nothing.
func (n *newCommand) replay(ctx context.Context, a answers.Answers) (string, error) {
	words := []string{"gen", "new", a.Name}
	d := answers.NewDraft()
	if n.defaults != "" {
		data, err := n.file(ctx, n.defaults)
		if err != nil {
			return "", err
		}
		if err := d.ReadDefaults(n.defaults, data); err != nil {
			return "", err
		}
		words = append(words, "--defaults", n.defaults)
	}
	flags, err := differences(d, a)
	if err != nil {
		return "", err
	}
	words = append(words, flags...)
	switch {
	case n.dir != "":
		words = append(words, "--dir", n.dir)
	case n.target(a.Name) == n.env.Dir:
		words = append(words, "--dir", ".")
	}
	if n.force {
		words = append(words, "--force")
	}
	if n.noGit {
		words = append(words, "--no-git")
	}
	words = append(words, "--no-input")
	for i, w := range words {
		words[i] = quote(w)
	}
	return strings.Join(words, " "), nil
}

// differences returns the flags that make d hold a, in the order of the table.
func differences(d *answers.Draft, a answers.Answers) ([]string, error) {
	want := answers.NewDraft()
	if err := want.Read("answers", answers.Format(a)); err != nil {
		return nil, err
	}
	if err := d.Set("name", a.Name, answers.Option); err != nil {
		return nil, err
	}
	// What is derived follows from the rest, so the rest comes first.
	fields := slices.DeleteFunc(answers.Fields(), func(f answers.Field) bool { return strings.Contains(f.Path, "*") })
	slices.SortStableFunc(fields, func(f, g answers.Field) int {
		return cmp.Compare(strconv.FormatBool(f.Derived != ""), strconv.FormatBool(g.Derived != ""))
	})
	flags := map[string][]string{}
	for _, f := range fields {
		var err error
		switch {
		case f.Kind == answers.Section, f.Kind == answers.Integer:
		case f.Kind == answers.Items:
			flags[f.Path], err = itemDifferences(d, want, f.Path)
		case d.Value(f.Path) != want.Value(f.Path):
			flags[f.Path], err = setting(d, f, f.Path, want.Value(f.Path))
		}
		if err != nil {
			return nil, err
		}
	}
	var list []string
	for _, f := range answers.Fields() {
		list = append(list, flags[f.Path]...)
	}
	return list, nil
}

// itemDifferences compares a list of groups: it is given whole, or not at all.
func itemDifferences(d, want *answers.Draft, list string) ([]string, error) {
	have, wanted := d.Current(), want.Current()
	if sameItems(have, wanted, list) {
		return nil, nil
	}
	var flags []string
	if countItems(have, list) > 0 {
		flags = append(flags, "--set", list+"=")
		if err := d.Set(list, "", answers.SetFlag); err != nil {
			return nil, err
		}
	}
	for i := range countItems(wanted, list) {
		for _, f := range answers.Fields() {
			key, found := strings.CutPrefix(f.Path, list+".*.")
			path := fmt.Sprintf("%s.%d.%s", list, i, key)
			if !found || d.Value(path) == want.Value(path) {
				continue
			}
			more, err := setting(d, f, path, want.Value(path))
			if err != nil {
				return nil, err
			}
			flags = append(flags, more...)
		}
	}
	return flags, nil
}

func sameItems(a, b answers.Answers, list string) bool {
	if list == "calls" {
		return slices.Equal(a.Calls, b.Calls)
	}
	return slices.Equal(a.Unsafe, b.Unsafe)
}

func countItems(a answers.Answers, list string) int {
	if list == "calls" {
		return len(a.Calls)
	}
	return len(a.Unsafe)
}

// setting returns the flag for a value, and sets it.
func setting(d *answers.Draft, f answers.Field, path, value string) ([]string, error) {
	name := flagName(f)
	if name == "" {
		return []string{"--set", path + "=" + value}, d.Set(path, value, answers.SetFlag)
	}
	err := d.Set(path, value, answers.Option)
	if f.Kind == answers.Flag || value == "" || strings.HasPrefix(value, "-") {
		return []string{"--" + name + "=" + value}, err
	}
	return []string{"--" + name, value}, err
}

// quote writes a word for a POSIX shell.
func quote(word string) string {
	if regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`).MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
