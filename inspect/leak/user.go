package leak

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/inspect/leak/mark"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/sanitize"
)

// rootUser reports an image whose program runs as root. One that starts nothing is none.
func rootUser(v *view) []leak {
	c := v.im.Config
	if len(c.Entrypoint)+len(c.Cmd) == 0 || !isRootUser(c.User) {
		return nil
	}
	said := "the configuration names no user, so it is root"
	if c.User != "" {
		said = "the configuration says USER " + c.User
	}
	found := leak{rule: "SD-H001", layer: -1, name: "USER", evidence: []string{said}}
	at, before := v.userStep()
	found.origin = &at
	user := v.ordinaryUser()
	switch {
	case at.Line > 0 && before:
		found.fix = fmt.Sprintf("line %d: before it, write %s", at.Line, user)
	case at.Line > 0:
		found.fix = fmt.Sprintf("line %d: write %s in place of this USER", at.Line, user)
	default:
		found.fix = fmt.Sprintf("before the CMD, write %s", user)
	}
	if tool := v.dropsRights(); tool != "" {
		found.milder = 1
		found.evidence = append(found.evidence, tool+" lies ready, with which a start script may give the rights up")
	}
	if v.graph == nil && startsShell(c) {
		found.milder = 1
		found.evidence = append(found.evidence, "it starts a shell or an interpreter, so it is one to build upon")
	}
	return []leak{found}
}

func isRootUser(user string) bool {
	name, _, _ := strings.Cut(user, ":")
	return name == "" || name == "root" || strings.Trim(name, "0") == ""
}

// userStep is the instruction that decides on the user: the last USER of the stage and of
// those that it starts FROM. before is true where there is none: then it is the one that
// a USER belongs before.
func (v *view) userStep() (at image.Origin, before bool) {
	at = image.Unknown
	if v.graph == nil || v.target < 0 || v.target >= len(v.graph.Stages) {
		return at, true
	}
	for _, stage := range v.graph.Lineage(v.target) {
		steps := v.graph.Stages[stage].Steps
		for i, step := range slices.Backward(steps) {
			if step.Command == "USER" {
				return image.Origin{Stage: stage, Step: i, Line: step.Line, EndLine: step.EndLine}, false
			}
		}
	}
	steps := v.graph.Stages[v.target].Steps
	first := -1 // of the words that say what is started
	for i, step := range steps {
		if step.Command == "CMD" || step.Command == "ENTRYPOINT" {
			first = i
			break
		}
	}
	if first < 0 {
		return at, true
	}
	return image.Origin{Stage: v.target, Step: first, Line: steps[first].Line, EndLine: steps[first].EndLine}, true
}

// ordinaryUser is a USER for this image: one that it has an account for, or a number.
func (v *view) ordinaryUser() string {
	for i := len(v.layers) - 1; i >= 0; i-- {
		for _, m := range v.layers[i].marks {
			if m.Kind == mark.Account && m.Name != "" {
				return "USER " + sanitize.Text(m.Name)
			}
		}
		if _, ok := v.layers[i].tree.Find("/etc/passwd"); ok {
			break // this one counts
		}
	}
	return "USER 65532:65532"
}

// dropsRights is a program that start scripts give their rights up with, or "".
func (v *view) dropsRights() string {
	for _, p := range [...]string{"/usr/local/bin/gosu", "/usr/sbin/gosu", "/usr/bin/gosu", "/sbin/su-exec", "/usr/bin/su-exec", "/usr/local/bin/su-exec"} {
		if v.final.Exists(p) {
			return p
		}
	}
	return ""
}

// startsShell says whether all that the image starts is a shell or an interpreter with
// nothing to run, as images do that others are built from.
func startsShell(c image.Config) bool {
	words := slices.Concat(c.Entrypoint, c.Cmd)
	last := words[len(words)-1]
	switch path.Base(last) {
	case "sh", "bash", "ash", "zsh", "python", "python3", "node", "irb", "jshell", "php", "-a", "iex", "erl", "lua", "julia", "R", "ghci", "swift":
		return true
	}
	return false
}
