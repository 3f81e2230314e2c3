// Package advice judges the order of a Dockerfile's instructions: whether a copy
// that changed made steps run again which do not read what changed.
//
// It says something only where it can be shown. A command is understood whole or
// not at all, and what a package manager reads is looked up in its own files: one
// with install scripts, local paths or workspaces may read anything.
package advice

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/sanitize"
)

// Files are those that a copy takes, by their slash-separated paths in the build
// context.
type Files interface {
	Has(path string) bool
	// Read returns a file's content; false for one that is too large or gone.
	Read(path string) ([]byte, bool)
}

// Order judges a COPY or ADD of which some files changed. It returns what to move
// where, nil when nothing below needs less than all that is copied.
func Order(g *model.Graph, at build.StepRef, changed []string, files Files) *build.Advice {
	steps := g.Stages[at.Stage].Steps
	root, ok := broad(steps, at.Step)
	if !ok || workdir(steps[:at.Step]) == "" && system(files, root) {
		return nil
	}
	a := &build.Advice{Move: at}
	for _, s := range steps[at.Step+1:] {
		if passive(s.Command) {
			continue
		}
		if s.Command != "RUN" {
			break
		}
		needs, understood := reads(s, within{files, root})
		if !understood || touched(needs, changed) {
			break
		}
		a.Spare = append(a.Spare, build.StepRef{Stage: at.Stage, Step: s.Index})
		for _, n := range needs {
			if !slices.Contains(a.Needs, n) {
				a.Needs = append(a.Needs, n)
			}
		}
	}
	if len(a.Spare) == 0 {
		return nil
	}
	a.Text = sentence(a, steps)
	return a
}

// broad says whether a step copies one directory of the context, whole, to where
// the commands below it work, and which directory that is.
func broad(steps []model.Step, at int) (root string, ok bool) {
	s := steps[at]
	if s.OnBuild || s.Command != "COPY" && s.Command != "ADD" {
		return "", false
	}
	words := strings.Fields(s.Text)[1:]
	for len(words) > 0 && strings.HasPrefix(words[0], "--") {
		if strings.HasPrefix(words[0], "--from") || strings.HasPrefix(words[0], "--parents") {
			return "", false
		}
		words = words[1:]
	}
	if len(words) != 2 || strings.ContainsAny(words[0], "$*?[\"'<") || strings.ContainsAny(words[1], "$\"'[") {
		return "", false
	}
	dest := path.Clean(words[1])
	if dest != "." && dest != workdir(steps[:at]) {
		return "", false
	}
	return strings.TrimPrefix(path.Clean("/"+words[0]), "/"), true
}

// workdir is the directory that the last WORKDIR names; "" where that is not
// known.
func workdir(above []model.Step) string {
	for _, s := range slices.Backward(above) {
		if s.Command == "WORKDIR" {
			_, dir, _ := strings.Cut(s.Text, " ")
			if dir = path.Clean(strings.TrimSpace(dir)); path.IsAbs(dir) && dir != "/" && !strings.Contains(dir, "$") {
				return dir
			}
			return ""
		}
	}
	return ""
}

// system says that a directory has what changes how programs work when it lands in
// the root of the file system, where a stage without WORKDIR copies to.
func system(files Files, root string) bool {
	return slices.ContainsFunc([]string{"etc", "usr", "root", "home", "opt", "bin", "lib", "var"}, func(name string) bool {
		return files.Has(path.Join(root, name))
	})
}

// passive says that an instruction does not mind on which side of a copy it
// stands. WORKDIR does: it says where the copy goes.
func passive(command string) bool {
	switch command {
	case "ENV", "ARG", "LABEL", "EXPOSE", "USER", "STOPSIGNAL", "HEALTHCHECK", "VOLUME", "CMD", "ENTRYPOINT":
		return true
	}
	return false
}

func touched(needs, changed []string) bool {
	return slices.ContainsFunc(needs, func(n string) bool { return slices.Contains(changed, n) })
}

func sentence(a *build.Advice, steps []model.Step) string {
	move, below := steps[a.Move.Step], steps[a.Spare[len(a.Spare)-1].Step]
	const most = 48 // of an instruction
	text := fmt.Sprintf("move %s (line %d) below %s (line %d)", sanitize.Shorten(move.Text, most), move.Line, sanitize.Shorten(below.Text, most), below.Line)
	if n := len(a.Spare); n > 1 {
		text += fmt.Sprintf(": the %d steps up to there need ", n)
	} else {
		text += ", which needs "
	}
	if len(a.Needs) == 0 {
		return text + "no file of it"
	}
	return text + "only " + enumerate(a.Needs) + ", copied before"
}

func enumerate(names []string) string {
	if len(names) == 1 {
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
