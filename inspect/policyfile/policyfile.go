// Package policyfile reads a project's policy from a .stagedive.yaml, finds the one that
// holds for a directory, and writes a first one. What is wrong with a file is told all
// at once, each with its line and with what to write.
package policyfile

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/stagedive/stagedive/model/policy"
	"github.com/stagedive/stagedive/model/sanitize"
)

// Name is what a policy is called.
const Name = ".stagedive.yaml"

// maxSize bounds a policy, in bytes: a larger one is something else.
const maxSize = 1 << 20

// Problem is what is wrong with a line of a policy.
type Problem struct {
	Line int // 1-based; 0 for the file
	Text string
}

// Error is all that is wrong with a policy.
type Error struct {
	File     string
	Problems []Problem // by line
}

// Error is a line for each problem: file:line: sentence.
func (e *Error) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = fmt.Sprintf("%s:%d: %s", e.File, p.Line, p.Text)
		if p.Line == 0 {
			lines[i] = e.File + ": " + p.Text
		}
	}
	return strings.Join(lines, "\n")
}

// Find returns the policy that holds for a directory: its own, else that of the nearest
// directory above it, as far as the repository goes; "" where there is none.
func Find(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("looking for a %s: %w", Name, err)
	}
	root := Root(dir)
	for {
		path := filepath.Join(dir, Name)
		switch _, err := os.Stat(path); {
		case err == nil:
			return path, nil
		case !errors.Is(err, os.ErrNotExist) && !errors.Is(err, os.ErrPermission):
			return "", fmt.Errorf("looking for a %s: %w", Name, err)
		}
		up := filepath.Dir(dir)
		if dir == root || root == "" || up == dir {
			return "", nil
		}
		dir = up
	}
}

// Root is the repository that a directory lies in: the nearest one at or above it that
// has a .git; "" where there is none.
func Root(dir string) string {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	for {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			return ""
		}
		dir = up
	}
}

// Load reads the policy at a path; shown is what it is called to users. An *Error says
// what is wrong in it.
func Load(path, shown string) (policy.Policy, error) {
	f, err := os.Open(path)
	if err != nil {
		return policy.Policy{}, fmt.Errorf("reading the policy: %w", err)
	}
	defer f.Close() // only read
	data, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if err != nil {
		return policy.Policy{}, fmt.Errorf("reading the policy %s: %w", shown, err)
	}
	return Parse(shown, data)
}

// Parse reads a policy; name is what the file is called to users.
func Parse(name string, data []byte) (policy.Policy, error) {
	r := &reader{}
	p := r.document(data)
	p.File = sanitize.Text(name)
	if len(r.problems) > 0 {
		return policy.Policy{}, &Error{p.File, r.sorted()}
	}
	return p, nil
}

// document reads the whole file.
func (r *reader) document(data []byte) (p policy.Policy) {
	if len(data) > maxSize {
		r.problem(0, "it has more than 1 MB: is this a policy?")
		return p
	}
	dec := yaml.NewDecoder(strings.NewReader(string(data)))
	var doc yaml.Node
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF): // nothing but comments
		return p
	case err != nil:
		r.syntax(err)
		return p
	}
	if len(doc.Content) == 1 {
		p = r.policy(doc.Content[0], true)
	}
	if err := dec.Decode(new(yaml.Node)); err == nil {
		r.problem(0, "it holds several documents; a policy is one, without --- in between")
	}
	return p
}
