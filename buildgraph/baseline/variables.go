package baseline

import (
	"strings"

	"github.com/stagedive/stagedive/model"
)

// variables knows which instruction brings a variable into a step.
type variables struct {
	graph *model.Graph
	set   []map[string][]assignment // by stage, then name; in the order of the file
}

type assignment struct {
	step, line int
	command    string // ENV or ARG
}

func newVariables(g *model.Graph) *variables {
	v := &variables{graph: g, set: make([]map[string][]assignment, len(g.Stages))}
	for i, stage := range g.Stages {
		v.set[i] = map[string][]assignment{}
		for _, s := range stage.Steps {
			if s.Command != "ENV" && s.Command != "ARG" {
				continue
			}
			for _, name := range assigned(s.Text) {
				v.set[i][name] = append(v.set[i][name], assignment{s.Index, s.Line, s.Command})
			}
		}
	}
	return v
}

// setter finds the nearest ENV of a name above a step, in its stage or in those
// that it is made from, or else the nearest ARG: ENV wins wherever they stand. ""
// is for the base image's own variables.
func (v *variables) setter(ref Ref, name string) (command string, line int) {
	stage, below := ref.Stage, ref.Step
	for range len(v.graph.Stages) {
		all := v.set[stage][name]
		for i := len(all) - 1; i >= 0; i-- {
			a := all[i]
			if a.step >= below || command != "" && a.command == "ARG" {
				continue
			}
			if command, line = a.command, a.line; command == "ENV" {
				return command, line
			}
		}
		if stage, below = baseOf(v.graph, stage), int(^uint(0)>>1); stage < 0 {
			break
		}
	}
	return command, line
}

// scope is setter's command as fields are named.
func (v *variables) scope(ref Ref, name string) string {
	command, _ := v.setter(ref, name)
	return strings.ToLower(command)
}

// assigned lists the names that an ENV or ARG sets. ENV also has the old form
// without an equals sign.
func assigned(text string) []string {
	_, rest, _ := strings.Cut(text, " ")
	words := split(rest)
	if len(words) > 1 && strings.HasPrefix(strings.ToUpper(text), "ENV") && !strings.Contains(words[0], "=") {
		words = words[:1]
	}
	var out []string
	for _, w := range words {
		name, _, _ := strings.Cut(w, "=")
		out = append(out, name)
	}
	return out
}

// split parts words at blanks outside of quotes.
func split(text string) []string {
	var out []string
	var quote rune
	begin := -1
	for i, c := range text {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == ' ' || c == '\t':
			if begin >= 0 {
				out = append(out, text[begin:i])
			}
			begin = -1
			continue
		case c == '"' || c == '\'':
			quote = c
		}
		if begin < 0 {
			begin = i
		}
	}
	if begin >= 0 {
		out = append(out, text[begin:])
	}
	return out
}
