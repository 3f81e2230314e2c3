package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/stagedive/stagedive/inspect"
	"github.com/stagedive/stagedive/inspect/policyfile"
	"github.com/stagedive/stagedive/model/policy"
	"github.com/stagedive/stagedive/model/sanitize"
)

// policyFlags say which policy holds.
type policyFlags struct {
	file string
	dir  string // of the policy that was loaded
}

func (f *policyFlags) add(fs *pflag.FlagSet) {
	fs.StringVar(&f.file, "policy", "", `the project's policy (default the nearest `+policyfile.Name+`), "none" for none`)
}

// load reads the policy that is named, else the one that holds for a directory, and adds
// the rules that it names to those to judge by; nil where there is none.
func (f *policyFlags) load(dir string, by *ruleFlags) (*policy.Policy, error) {
	path := f.file
	switch path {
	case "none":
		return nil, nil
	case "":
		var err error
		if path, err = policyfile.Find(dir); err != nil || path == "" {
			return nil, err
		}
	}
	p, err := policyfile.Load(path, display(path))
	if err != nil {
		return nil, usage(err)
	}
	f.dir = filepath.Dir(path)
	own, err := named(p, f.dir, p.Rules)
	if err != nil || len(own) == 0 {
		return &p, err
	}
	by.files = append(by.files, own...)
	return &p, by.load()
}

// named are the files that a policy names, by paths or patterns relative to itself.
func named(p policy.Policy, dir string, files []policy.File) ([]string, error) {
	var out []string
	for _, f := range files {
		path := f.Path
		if !filepath.IsAbs(path) {
			path = filepath.Join(dir, path)
		}
		some, err := filepath.Glob(path)
		if _, there := os.Lstat(path); there == nil {
			some = []string{path}
		}
		if err != nil || len(some) == 0 {
			return nil, usagef("%s:%d: there is no file %s; paths are relative to the policy", p.File, f.Line, sanitize.Text(f.Path))
		}
		for _, s := range some {
			if d := display(s); !strings.HasPrefix(d, "~") { // which only people read
				s = d
			}
			out = append(out, s)
		}
	}
	return out, nil
}

// dirOf is the directory whose policy holds for a path: of a context, itself.
func dirOf(path string) string {
	if info, err := os.Stat(path); err == nil && !info.IsDir() {
		return filepath.Dir(path)
	}
	return path
}

// under are the options for an image that a policy holds for.
func under(p *policy.Policy, opt inspect.Options) inspect.Options {
	opt.Policy, opt.Now = p, time.Now()
	return opt
}

// inRepository is a path relative to the repository it lies in, with slashes, as code
// scanners and forges want it; relative to root where it lies in none. They know no
// links, so it is where those lead to.
func inRepository(path, root string) string {
	if path == "" {
		return ""
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return filepath.ToSlash(path)
	}
	if repo := policyfile.Root(filepath.Dir(abs)); repo != "" {
		root = repo
	}
	if real, err := filepath.EvalSymlinks(root); err == nil {
		root = real
	}
	if root, err = filepath.Abs(root); err == nil {
		if rel, err := filepath.Rel(root, abs); err == nil && filepath.IsLocal(rel) {
			return filepath.ToSlash(rel)
		}
	}
	return filepath.Base(abs)
}

// isPath says whether an argument means a project to build, rather than an image: a
// directory that is no OCI layout, or a Dockerfile.
func isPath(arg string) bool {
	info, err := os.Stat(arg)
	if err != nil {
		return false
	}
	if !info.IsDir() {
		switch filepath.Ext(arg) {
		case ".tar", ".gz", ".tgz", ".zst", ".bz2", ".xz":
			return false
		}
		return info.Mode().IsRegular() && isText(arg)
	}
	_, err = os.Stat(filepath.Join(arg, "oci-layout"))
	return errors.Is(err, os.ErrNotExist)
}

// isText says whether a file begins like one that people write: without a zero byte.
func isText(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close() // only read
	head := make([]byte, 512)
	n, err := f.Read(head)
	for _, c := range head[:n] {
		if c == 0 {
			return false
		}
	}
	return err == nil && n > 0
}
