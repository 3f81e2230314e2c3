package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/stagedive/stagedive/buildgraph/gitcontext"
)

// epochArg is the build argument that BuildKit takes for the time of the build
// (reproducible-builds.org/docs/source-date-epoch).
const epochArg = "SOURCE_DATE_EPOCH"

// job reads the Dockerfile with SOURCE_DATE_EPOCH as the flags want it.
func (f *reproduceFlags) job(ctx context.Context, env environment, args []string) (*job, error) {
	switch n, err := strconv.ParseInt(f.epoch, 10, 64); {
	case f.epoch == "", f.epoch == "dockerfile":
	case f.epoch == "git":
		dir := "."
		if len(args) > 0 {
			dir = dirOf(args[0])
		}
		at, err := committed(ctx, dir)
		if err != nil {
			return nil, usage(fmt.Errorf("--source-date-epoch git: %w", err))
		}
		f.buildArgs = append(f.buildArgs, epochArg+"="+strconv.FormatInt(at.Unix(), 10))
	case err != nil || n < 0:
		return nil, usagef("--source-date-epoch %q is not known; use seconds since 1970, git or dockerfile", f.epoch)
	default:
		f.buildArgs = append(f.buildArgs, epochArg+"="+f.epoch)
	}
	j, err := newJob(env, &f.buildFlags, args)
	if err != nil {
		return nil, err
	}
	_, graph := j.now()
	switch _, ok := f.given(graph); {
	case ok:
	case f.epoch == "dockerfile":
		return nil, usagef("%s has no ARG %s=SECONDS before its first FROM; write one, or give --source-date-epoch a number or git", graph.File, epochArg)
	case f.rewrite:
		return nil, usagef("--rewrite-timestamp needs a time; add --source-date-epoch git, or a number")
	}
	return j, nil
}

// committed is when the commit was made that a directory is at.
func committed(ctx context.Context, dir string) (time.Time, error) {
	repo, err := gitcontext.Open(ctx, dir, os.Environ())
	if err != nil {
		return time.Time{}, err
	}
	head, err := repo.Commit(ctx, "HEAD")
	return head.Time, err
}

// store is where both builds leave their images: --keep, or a place that done removes.
func (f *reproduceFlags) store(getenv func(string) string) (dir string, done func(), err error) {
	if f.keep != "" {
		// A layout that holds more would lose it: a store keeps the newest builds only.
		if entries, err := os.ReadDir(f.keep); err == nil && len(entries) > 0 {
			return "", nil, usagef("--keep %s: there is something in it already; name a new directory", f.keep)
		}
		if err := os.MkdirAll(f.keep, 0o755); err != nil {
			return "", nil, fmt.Errorf("making --keep %s: %w", f.keep, err)
		}
		return f.keep, func() {}, nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", nil, fmt.Errorf("finding a place for the images of both builds: %w; set XDG_CACHE_HOME or HOME", err)
	}
	parent := filepath.Join(cache, "stagedive", "reproduce")
	err = os.MkdirAll(parent, 0o700)
	if err == nil {
		sweep(parent, time.Now().Add(-24*time.Hour))
		dir, err = os.MkdirTemp(parent, "")
	}
	if err != nil {
		return "", nil, fmt.Errorf("making a place for the images of both builds: %w", err)
	}
	return dir, func() { _ = os.RemoveAll(dir) }, nil
}

// sweep removes what was left behind by processes that could not tidy up.
func sweep(dir string, before time.Time) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.ModTime().Before(before) || errors.Is(err, os.ErrNotExist) {
			_ = os.RemoveAll(filepath.Join(dir, e.Name()))
		}
	}
}
