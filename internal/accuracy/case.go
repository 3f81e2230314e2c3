// Package accuracy builds the labelled images of inspect/leak/testdata/leaks and counts
// how much of what was seeded in them is found, and how much of what is found is true.
// For tests only. It lies outside the wings because it needs two of them: a case is a
// Dockerfile, and what the image holds in the end.
package accuracy

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"
)

// Case is one image: what it is made of, and what a fair expert would say of it. The
// form of its file is told in testdata/leaks/README.md.
type Case struct {
	Name    string
	Labels  []Label
	Unknown bool              // whoever inspects has no Dockerfile
	Args    map[string]string // --build-arg
	Images  []string          // a base image: the references that mean it
	Env     []string          // of a base image, as are the next two
	Cmd     []string
	User    string

	dockerfile string
	layers     []layerText
	strings    string   // the directory with the strings of real tools
	secrets    []string // what was made up for the case and nobody may ever see
}

// layerText is a layer as a case tells of it.
type layerText struct {
	instruction string     // the beginning of the instruction that makes it
	list        string     // its files, one a line
	files       []fileText // those whose content matters
}

type fileText struct {
	head string // path and attributes
	body string
}

// Read reads the cases of a directory, with all below it, in order of their names.
func Read(dir string) ([]*Case, error) {
	var cases []*Case
	err := filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".txtar" {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		c, err := parse(dir, strings.TrimSuffix(filepath.ToSlash(rel), ".txtar"), data)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		cases = append(cases, c)
		return nil
	})
	return cases, err
}

func parse(dir, name string, data []byte) (*Case, error) {
	c := &Case{Name: name, Args: map[string]string{}, strings: filepath.Join(dir, "strings")}
	archive := txtar.Parse(data)
	for line := range strings.Lines(string(archive.Comment)) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		if err := c.directive(line); err != nil {
			return nil, err
		}
	}
	for _, f := range archive.Files {
		body := string(f.Data)
		if f.Name == "Dockerfile" {
			c.dockerfile = body
			continue
		}
		if instruction, ok := strings.CutPrefix(f.Name, "layer "); ok {
			c.layers = append(c.layers, layerText{instruction: instruction, list: body})
			continue
		}
		if len(c.layers) == 0 || f.Name[0] != '/' {
			return nil, fmt.Errorf("section %q: want Dockerfile, layer INSTRUCTION, or a file of a layer", f.Name)
		}
		l := &c.layers[len(c.layers)-1]
		l.files = append(l.files, fileText{f.Name, body})
	}
	if (c.dockerfile == "") == (c.Images == nil) {
		return nil, fmt.Errorf("want a Dockerfile, or, for a base, the image that it stands for")
	}
	return c, nil
}

// directive reads a line of the case's head.
func (c *Case) directive(line string) error {
	word, rest, _ := strings.Cut(line, " ")
	switch word {
	case "leak", "clean", "allow":
		l, err := parseLabel(line)
		if err != nil {
			return err
		}
		c.Labels = append(c.Labels, l)
	case "unknown":
		c.Unknown = true
	case "arg":
		name, value, _ := strings.Cut(rest, "=")
		c.Args[name] = value
	case "image":
		c.Images = strings.Fields(rest)
	case "env":
		c.Env = append(c.Env, rest)
	case "cmd":
		c.Cmd = strings.Fields(rest)
	case "user":
		c.User = rest
	default:
		return fmt.Errorf("%q: no such line", line)
	}
	return nil
}

// Count counts the labels of a kind.
func Count(cases []*Case, kind Kind) int {
	n := 0
	for _, c := range cases {
		for _, l := range c.Labels {
			if l.Kind == kind {
				n++
			}
		}
	}
	return n
}

// base finds the base image that a FROM names.
func base(bases []*Case, ref string) (*Case, error) {
	i := slices.IndexFunc(bases, func(c *Case) bool { return slices.Contains(c.Images, ref) })
	if i < 0 {
		return nil, fmt.Errorf("no file in bases stands for %s", ref)
	}
	return bases[i], nil
}
