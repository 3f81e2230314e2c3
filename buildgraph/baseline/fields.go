package baseline

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/sanitize"
)

// change is a field that is not what it was.
type change struct {
	name     string
	was, now *Field // nil: it was not there, or is not any more
}

// changes compares two sorted lists of fields. Fields of one name, such as the
// files of several actions, are compared in their order.
func changes(was, now []Field) []change {
	var out []change
	i, k := 0, 0
	for i < len(was) || k < len(now) {
		switch {
		case k == len(now) || i < len(was) && was[i].Name < now[k].Name:
			out = append(out, change{was[i].Name, &was[i], nil})
			i++
		case i == len(was) || now[k].Name < was[i].Name:
			out = append(out, change{now[k].Name, nil, &now[k]})
			k++
		default:
			if was[i].Sum != now[k].Sum {
				out = append(out, change{now[k].Name, &was[i], &now[k]})
			}
			i, k = i+1, k+1
		}
	}
	return out
}

// fields says what is different in the step itself. moved tells that its base
// image is another one, which brings variables of its own.
func (j *Judge) fields(v *verdict, u *unit, old *Unit, moved bool) {
	all := changes(old.Fields, u.Fields)
	edited := u.Text != old.Text
	var text, rest []change
	variables := slices.ContainsFunc(all, func(c change) bool { return strings.Contains(c.name, ":") && !strings.Contains(c.name, "mount:") })
	for _, c := range all {
		name := strings.TrimLeft(c.name, "+")
		kind, variable, _ := strings.Cut(name, ":")
		switch {
		case kind == "arg" || kind == "env":
			r := reason{kind: build.CauseArg, text: "build arg " + j.values(variable, c)}
			if kind == "env" {
				r = reason{kind: build.CauseEnvironment, text: "ENV " + j.values(variable, c)}
			}
			if _, line := j.Definition.vars.setter(u.ref, variable); line > 0 && kind == "env" {
				r.text += fmt.Sprintf(" (line %d)", line)
			}
			v.add(r)
		case name == "variables":
			if !variables && !moved { // else it is only those that are new or gone
				v.add(reason{kind: build.CauseEnvironment, text: "the order of the ENV and ARG above it changed"})
			}
		case kind == "" && moved:
		case kind == "":
			v.add(reason{kind: build.CauseEnvironment, text: "the environment variable " + j.values(variable, c)})
		case name == "user":
			j.above(v, u.ref, "USER", "the user", c, moved)
		case name == "directory":
			j.above(v, u.ref, "WORKDIR", "the working directory", c, moved)
		case name == "shell" && !edited:
			j.above(v, u.ref, "SHELL", "the shell", change{}, moved)
		case name == "platform":
			v.add(reason{kind: build.CauseInstruction, text: "the platform " + j.values("", c)})
		case edited:
			text = append(text, c)
		default:
			rest = append(rest, c)
		}
	}
	if len(text) > 0 {
		v.reasons = slices.Insert(v.reasons, 0, reason{kind: build.CauseInstruction, text: "the instruction's text changed"})
	}
	if len(rest) > 0 {
		j.expanded(v, u, rest)
	}
}

// expanded is for an instruction that reads the same and does something else:
// by variables in it, or by WORKDIR.
func (j *Judge) expanded(v *verdict, u *unit, rest []change) {
	step := j.Graph.Stages[u.ref.Stage].Steps[u.ref.Step]
	if text := j.mentioned(step.Text); text != "" {
		v.add(reason{kind: build.CauseArg, text: text})
		return
	}
	for _, c := range rest {
		switch name := strings.TrimLeft(c.name, "+"); {
		case name == "destination" && !strings.Contains(step.Text, "$"):
			j.above(v, u.ref, "WORKDIR", "where it writes to", c, false)
			return
		case name == "sources" || name == "destination":
			v.add(reason{kind: build.CauseEnvironment, text: "a variable in it " + j.values("", c)})
			return
		}
	}
	if strings.Contains(step.Text, "$") {
		v.add(reason{kind: build.CauseEnvironment, text: "a variable in it changed"})
		return
	}
	v.add(reason{kind: build.CauseInstruction, text: "what it does changed (" + strings.TrimLeft(rest[0].name, "+") + ")"})
}

// above is a change that another instruction made. Where there is none, a base
// image that moved brought it along; else it was taken out.
func (j *Judge) above(v *verdict, ref Ref, command, what string, c change, moved bool) {
	line := lastOf(j.Graph, ref, command)
	if line == 0 && moved {
		return
	}
	r := reason{kind: build.CauseEnvironment, text: what + " " + j.values("", c)}
	if line > 0 {
		r.text += fmt.Sprintf(" (%s, line %d)", command, line)
	} else {
		r.text += " (" + command + " was removed)"
	}
	v.add(r)
}

var variable = regexp.MustCompile(`\$\{?([A-Za-z_][A-Za-z0-9_]*)`)

// mentioned names the build arguments that a text mentions and that changed.
func (j *Judge) mentioned(text string) string {
	var out []string
	all := changes(j.Was.Args, j.Args)
	for _, m := range variable.FindAllStringSubmatch(text, -1) {
		for _, c := range all {
			if word := "build arg " + j.values(m[1], c); c.name == m[1] && !slices.Contains(out, word) {
				out = append(out, word)
			}
		}
	}
	return strings.Join(out, ", ")
}

const maxShown = 40 // bytes of a value in a sentence

// values says how a value changed, without what must not be shown.
func (j *Judge) values(name string, c change) string {
	lead := name
	if lead != "" {
		lead += " "
	}
	was, okWas := j.show(c.was)
	now, okNow := j.show(c.now)
	switch {
	case c.was == nil && c.now == nil:
		return lead + "changed"
	case c.was == nil && okNow && name != "":
		return name + "=" + now + " is new"
	case c.was == nil:
		return lead + "is new"
	case c.now == nil:
		return lead + "is gone"
	case okWas && okNow && name == "":
		return lead + "changed, " + was + " " + arrow + " " + now
	case okWas && okNow:
		return lead + was + " " + arrow + " " + now
	}
	return lead + "changed"
}

// show is a value as it may stand in a sentence.
func (j *Judge) show(f *Field) (string, bool) {
	switch {
	case f == nil || len(f.Value) > maxShown:
		return "", false
	case f.Value == "" && f.Sum == j.Definition.key.sum(""):
		return "nothing", true
	}
	return sanitize.Text(f.Value), f.Value != ""
}
