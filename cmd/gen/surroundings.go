package main

import (
	"context"
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/modfile"

	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/internal/names"
	"github.com/mintwright/mintwright/internal/workspace"
)

// surroundings is where gen new was started. It is looked at only to offer defaults to
// somebody who can refuse them.
type surroundings struct {
	env    *Env
	target func(name string) string // the folder of the service, absolute
	here   bool                     // that folder is known before the name
}

// name offers the name of the folder that the service will fill, when that is known already.
func (s surroundings) name(context.Context, answers.Answers) string {
	if !s.here {
		return ""
	}
	return names.Label(filepath.Base(s.target("")))
}

// owner offers who is known to git.
func (s surroundings) owner(ctx context.Context, _ answers.Answers) string {
	return s.git(ctx, "user.email")
}

// module offers a path below the enclosing module or workspace, or below the repository.
func (s surroundings) module(ctx context.Context, a answers.Answers) string {
	target := s.target(a.Name)
	parent := filepath.Dir(target)
	if file, data := workspace.Read(parent, "go.mod"); file != "" {
		return below(modfile.ModulePath(data), filepath.Dir(file), target)
	}
	if file, data := workspace.Read(parent, "go.work"); file != "" {
		if prefix := workspacePrefix(file, data); prefix != "" {
			return below(prefix, filepath.Dir(file), target)
		}
	}
	if top := workTree(target); top != "" {
		if repository := repositoryPath(s.git(ctx, "remote.origin.url")); repository != "" {
			return below(repository, top, target)
		}
	}
	if user := s.git(ctx, "github.user"); user != "" {
		return "github.com/" + user + "/" + a.Name
	}
	return ""
}

// git returns a value of git's configuration, "" when there is none or no git.
func (s surroundings) git(ctx context.Context, key string) string {
	const patience = 2 * time.Second
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, "git", "config", "--get", key)
	cmd.Dir = s.env.Dir
	cmd.Env = s.env.Environ
	cmd.WaitDelay = patience
	out, err := cmd.Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// below is the import path of folder when that of root is prefix.
func below(prefix, root, folder string) string {
	rel, err := filepath.Rel(root, folder)
	if err != nil || prefix == "" || !filepath.IsLocal(rel) {
		return ""
	}
	return path.Join(prefix, filepath.ToSlash(rel))
}

// workspacePrefix is the import path that the folder of a go.work would have, by the first
// of its modules whose path ends as its folder does.
func workspacePrefix(file string, data []byte) string {
	work, err := modfile.ParseWork(file, data, nil)
	if err != nil {
		return ""
	}
	for _, use := range work.Use {
		if filepath.IsAbs(use.Path) {
			continue
		}
		data, err := os.ReadFile(filepath.Join(filepath.Dir(file), filepath.FromSlash(use.Path), "go.mod"))
		if err != nil {
			continue
		}
		if prefix, found := strings.CutSuffix(modfile.ModulePath(data), "/"+path.Clean(use.Path)); found {
			return prefix
		}
	}
	return ""
}

// workTree is the top folder of the git work tree that dir lies in, "" when there is none.
func workTree(dir string) string {
	for {
		if _, err := os.Stat(filepath.Join(dir, ".git")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			return ""
		}
		dir = up
	}
}

// repositoryPath is the import path of a remote: git@github.com:acme/mono.git and
// https://github.com/acme/mono are github.com/acme/mono.
func repositoryPath(remote string) string {
	remote = strings.TrimSuffix(remote, ".git")
	if u, err := url.Parse(remote); err == nil && u.Scheme != "" && u.Scheme != "file" && u.Hostname() != "" {
		return path.Join(u.Hostname(), u.Path)
	}
	host, p, found := strings.Cut(remote, ":")
	if _, after, at := strings.Cut(host, "@"); at {
		host = after
	}
	if !found || !strings.Contains(host, ".") || strings.ContainsAny(host, `/\`) {
		return ""
	}
	return path.Join(host, p)
}
