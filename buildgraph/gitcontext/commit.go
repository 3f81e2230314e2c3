package gitcontext

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/stagedive/stagedive/model/nearest"
	"github.com/stagedive/stagedive/model/sanitize"
)

// Commit is a commit of a repository.
type Commit struct {
	Ref     string // what was asked for, sanitised
	ID      string // its whole name
	Subject string // the first line of its message, sanitised
	Time    time.Time
	// Base says that it is what Ref and HEAD have in common, not what Ref names.
	Base bool
}

// Short is the beginning of the commit's name, as people write it.
func (c Commit) Short() string { return c.ID[:min(len(c.ID), 10)] }

// Name is what the commit is called in a sentence: "main (1a2b3c4d5e)".
func (c Commit) Name() string {
	if strings.HasPrefix(c.ID, c.Ref) {
		return c.Short()
	}
	return c.Ref + " (" + c.Short() + ")"
}

// Commit finds the commit that a name means: whatever git rev-parse takes for one. A name
// that ends in "..." means the newest commit that it and HEAD have in common, as in git
// diff NAME...: where the work of this branch began. Errors are *Error, or the context's.
func (r *Repository) Commit(ctx context.Context, ref string) (Commit, error) {
	c := Commit{Ref: sanitize.Text(ref)}
	name, common := strings.CutSuffix(ref, "...")
	switch {
	case strings.HasPrefix(name, "-"), strings.TrimSpace(name) == "", strings.ContainsAny(name, "\x00\n"):
		return c, &Error{quote(ref) + " names no commit", "name a commit, a branch or a tag", nil}
	case strings.Contains(name, ".."):
		return c, &Error{
			quote(ref) + " names several commits",
			"name one, or write NAME... for what it and HEAD have in common", nil,
		}
	}
	id, err := r.parse(ctx, name)
	if err != nil {
		return c, err
	}
	if c.ID = id; common {
		c.Base = true
		if c.ID, err = r.meeting(ctx, name, id); err != nil {
			return c, err
		}
	}
	out, err := r.ask(ctx, r.Top, "log", "-1", "--no-show-signature", "--format=%ct %s", c.ID)
	if err != nil {
		return c, r.unreadable(ctx, c, err)
	}
	seconds, subject, _ := strings.Cut(strings.TrimSuffix(out, "\n"), " ")
	if n, err := strconv.ParseInt(seconds, 10, 64); err == nil {
		c.Time = time.Unix(n, 0)
	}
	c.Subject = sanitize.Text(subject)
	return c, nil
}

// parse finds what a name means.
func (r *Repository) parse(ctx context.Context, name string) (string, error) {
	out, err := r.ask(ctx, r.Top, "rev-parse", "--verify", "--quiet", name+"^{commit}")
	if id := strings.TrimSpace(out); err == nil && id != "" {
		return id, nil
	}
	var failed *gitError
	if err != nil && !errors.As(err, &failed) {
		return "", err
	}
	if _, err := r.ask(ctx, r.Top, "rev-parse", "--verify", "--quiet", name); err == nil {
		return "", &Error{quote(name) + " is no commit", "name a commit, a branch or a tag", failed}
	}
	return "", r.unknown(ctx, name, failed)
}

// maxAway is how many letters away a name may be that is proposed for another.
const maxAway = 3

// unknown says that there is no such commit, and which name may have been meant.
func (r *Repository) unknown(ctx context.Context, name string, reason error) error {
	if name == "HEAD" {
		return &Error{"this repository has no commit yet", "commit something first", reason}
	}
	e := &Error{What: "there is no commit " + quote(name) + " in this repository", Err: reason}
	out, _ := r.ask(ctx, r.Top, "for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags", "refs/remotes")
	names := strings.Fields(out)
	for _, n := range names {
		if strings.HasSuffix(n, "/"+name) {
			e.Next = "there is " + quote(n)
			return e
		}
	}
	if near := nearest.Word(name, names, min(maxAway, len(name)/2)); near != "" {
		e.Next = "did you mean " + quote(near) + "?"
		return e
	}
	if e.Next = "name a commit, a branch or a tag"; r.shallow(ctx) {
		e.Next = "this clone holds the newest commits only: fetch it with git fetch origin, or the whole history with git fetch --unshallow"
	}
	return e
}

// meeting is the newest commit that another and HEAD have in common.
func (r *Repository) meeting(ctx context.Context, name, id string) (string, error) {
	head, err := r.parse(ctx, "HEAD")
	if err != nil {
		return "", err
	}
	out, err := r.ask(ctx, r.Top, "merge-base", id, head)
	if base := strings.TrimSpace(out); err == nil && base != "" {
		return base, nil
	}
	var failed *gitError
	if err != nil && !errors.As(err, &failed) {
		return "", err
	}
	e := &Error{quote(name) + " and HEAD have no commit in common", "name the commit itself, without the dots", failed}
	if r.shallow(ctx) {
		e.What += " in this clone, which holds the newest commits only"
		e.Next = "fetch the others with git fetch --unshallow"
	}
	return "", e
}

// shallow says whether a part of the history has not been fetched.
func (r *Repository) shallow(ctx context.Context) bool {
	out, err := r.ask(ctx, r.Top, "rev-parse", "--is-shallow-repository")
	return err == nil && strings.TrimSpace(out) == "true"
}

// unreadable says that git can't give what a commit holds.
func (r *Repository) unreadable(ctx context.Context, c Commit, err error) error {
	var failed *gitError
	if !errors.As(err, &failed) {
		return err
	}
	next := "see what git fsck says"
	if failed.what == "checkout-index" {
		next = "see that git can check it out elsewhere, with git worktree add, and that the filters it needs are installed"
	}
	if out, e := r.ask(ctx, r.Top, "config", "--get-regexp", `^remote\..*\.promisor$`); e == nil && strings.Contains(out, "true") {
		next = "this is a partial clone, and nothing is fetched here: git archive " + c.Short() + " > /dev/null fetches what is missing"
	}
	return &Error{"git can't read " + c.Name() + ": " + failed.said, next, failed}
}
