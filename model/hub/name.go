package hub

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strings"
)

// A Name is a model on the hub, at a branch, a tag or a commit.
type Name struct {
	Repo     string // "org/name", or "name" alone for some old ones
	Revision string // "main" where nothing else is asked for
}

var (
	// what the hub allows, and what is a name of a folder on any system
	repoPart   = regexp.MustCompile(`^[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?$`)
	revisions  = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._/+-]*$`)
	commitHash = regexp.MustCompile(`^[0-9a-f]{40}$`)
)

var errName = errors.New("no name of a model, which is org/name or org/name@revision")

// ParseName reads "org/name" or "org/name@revision".
func ParseName(s string) (Name, error) {
	repo, revision, named := strings.Cut(s, "@")
	if !named {
		revision = "main"
	}
	parts := strings.Split(repo, "/")
	valid := len(parts) <= 2 && len(repo) <= 96 && !strings.HasSuffix(repo, ".git")
	for _, part := range parts {
		valid = valid && repoPart.MatchString(part) && !strings.Contains(part, "--") && !strings.Contains(part, "..")
	}
	if !valid {
		return Name{}, fmt.Errorf("hub: %q is %w", s, errName)
	}
	if !revisions.MatchString(revision) || !fs.ValidPath(revision) || strings.Contains(revision, "..") || len(revision) > 255 {
		return Name{}, fmt.Errorf("hub: %q is no revision, which is a branch, a tag or a commit", revision)
	}
	return Name{repo, revision}, nil
}

// String returns the name as [ParseName] reads it.
func (n Name) String() string {
	if n.Revision == "main" {
		return n.Repo
	}
	return n.Repo + "@" + n.Revision
}

// folder returns the name of the model's folder in the cache.
// The slash becomes "--", which is why no name may have it.
func (n Name) folder() string { return prefix + strings.ReplaceAll(n.Repo, "/", "--") }

// prefix is how the folders of models begin, as those of datasets do not.
const prefix = "models--"

// repoOf returns the model whose folder has that name.
func repoOf(folder string) (string, bool) {
	rest, ok := strings.CutPrefix(folder, prefix)
	// no name has "--" in it, so that the first one is the slash
	repo := strings.Replace(rest, "--", "/", 1)
	n, err := ParseName(repo)
	return repo, ok && err == nil && n.Revision == "main"
}
