package ladder

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/crossing"
	"github.com/stagedive/stagedive/model/measure"
)

// Separate is the same build as it was done before a Dockerfile had stages: a Dockerfile
// for each image that something is taken from, and a script that builds one after the
// other and carries files from containers to the build context of the next.
type Separate struct {
	Files []Dockerfile `json:"files"` // in the order of building; the last is the target's
	// Script are the lines of the script, for a POSIX shell in the build context.
	Script []string `json:"script"`
	// Replaces says what the one file with its stages does instead, a sentence each.
	Replaces []string `json:"replaces"`
}

// Dockerfile is one of several that stand for one with stages.
type Dockerfile struct {
	Name    string   `json:"name"`   // of the file: Dockerfile.build
	Tag     string   `json:"tag"`    // of the image that it makes: stage/build
	Stages  []string `json:"stages"` // what of the one file is in it, the lowest first
	Lines   []string `json:"lines"`
	Changed []Change `json:"changed,omitempty"` // instructions that had to be written in another way
}

// Change is an instruction that reads otherwise in a Dockerfile without stages.
type Change struct {
	Line    int      `json:"line"` // in the one file, 1-based
	Was     string   `json:"was"`
	Becomes []string `json:"becomes"`
}

// carried is the directory of the build context that files are carried through.
const carried = "carried"

// separator makes a Separate.
type separator struct {
	g       *model.Graph
	in      crossing.Input
	r       *crossing.Report
	plan    model.Plan
	own     map[int]bool    // stages that need an image of their own
	here    map[string]bool // what lies in the build context already
	fetches []fetch         // what the image at hand needs of others
	out     *Separate
}

// separate takes a Dockerfile apart; nil where it would be a single one all the same.
func separate(in crossing.Input, r *crossing.Report) *Separate {
	s := &separator{g: in.Graph, in: in, r: r, plan: in.Graph.PlanFor(in.Target), own: map[int]bool{in.Target: true}, here: map[string]bool{}, out: &Separate{}}
	uses := map[model.NodeID]int{}
	for _, e := range s.g.Edges {
		switch {
		case !s.plan.Needs(e.To) || !s.g.IsStage(e.From):
		case e.Kind != model.EdgeBase:
			s.own[int(e.From)] = true
		default:
			if uses[e.From]++; uses[e.From] > 1 {
				s.own[int(e.From)] = true
			}
		}
	}
	if len(s.own) == 1 {
		return nil
	}
	s.say("#!/bin/sh", "set -e")
	for _, i := range s.plan.Runs() {
		if s.own[i] {
			s.unit(i)
		}
	}
	s.say("rm -r " + carried)
	s.replaces()
	return s.out
}

func (s *separator) say(lines ...string) { s.out.Script = append(s.out.Script, lines...) }

// unit makes the Dockerfile of one image and what the script does for it.
func (s *separator) unit(stage int) {
	label := s.g.Stages[stage].Label()
	d := Dockerfile{Name: "Dockerfile." + label, Tag: "stage/" + label}
	if stage == s.in.Target {
		d.Name = "Dockerfile"
	}
	var line []int // the stages that are one here, the lowest first
	for _, at := range s.g.Lineage(stage) {
		if at != stage && s.own[at] {
			break
		}
		line = append([]int{at}, line...)
	}
	s.say("")
	for i, at := range line {
		d.Stages = append(d.Stages, s.g.Stages[at].Label())
		for _, step := range s.g.Stages[at].Steps {
			switch {
			case step.OnBuild:
			case step.Command == "FROM":
				if i == 0 {
					d.Lines = append(d.Lines, s.from(at))
				}
			default:
				d.Lines = append(d.Lines, s.step(&d, at, step)...)
			}
		}
	}
	d.Lines = append(s.args(d.Lines), d.Lines...)
	s.carry()
	if stage == s.in.Target {
		s.say("docker build -t " + d.Tag + " .")
	} else {
		s.say("docker build -t " + d.Tag + " -f " + d.Name + " .")
	}
	s.out.Files = append(s.out.Files, d)
}

// args are the ARGs before the first FROM that lines speak of.
func (s *separator) args(lines []string) []string {
	var out []string
	text := strings.Join(lines, "\n")
	for _, a := range s.g.Args {
		line := "ARG " + a.Name
		if a.Line > 0 && a.Line <= len(s.g.Lines) {
			line = strings.TrimSpace(s.g.Lines[a.Line-1])
		}
		if !slices.Contains(out, line) && (strings.Contains(text, "$"+a.Name) || strings.Contains(text, "${"+a.Name) || strings.Contains(text, "ARG "+a.Name)) {
			out = append(out, line)
		}
	}
	return out
}

// from is the FROM of a Dockerfile.
func (s *separator) from(stage int) string {
	st := s.g.Stages[stage]
	base := cmp.Or(st.BaseRaw, st.Base)
	if len(s.g.Lineage(stage)) > 1 {
		base = "stage/" + fromOf(s.g, stage)
	}
	words := []string{"FROM"}
	for _, w := range strings.Fields(st.Steps[0].Text) {
		if strings.HasPrefix(w, "--") {
			words = append(words, w)
		}
	}
	return strings.Join(append(words, base), " ")
}

// step is an instruction in a Dockerfile without stages: as it is written, but for those
// that take something from another image.
func (s *separator) step(d *Dockerfile, stage int, step model.Step) []string {
	lines := s.source(step)
	var before []string
	changed := false
	for _, e := range s.g.Into(model.NodeID(stage)) {
		switch {
		case e.Step != step.Index || e.Kind == model.EdgeBase:
		case e.Kind == model.EdgeCopy && step.Copy != nil:
			lines, changed = s.copy(e, step), true
		case e.Kind == model.EdgeMount:
			for _, m := range step.Mounts {
				if m.Type == "bind" && strings.EqualFold(m.From, s.g.Label(e.From)) {
					before = append(before, "COPY "+s.fetch(e.From, m.Source, step.Line, false)+" "+m.Target)
					lines = withoutMount(lines, m)
					changed = true
				}
			}
		}
	}
	lines = append(before, lines...)
	if changed {
		d.Changed = append(d.Changed, Change{Line: step.Line, Was: step.Text, Becomes: slices.Clone(lines)})
	}
	return lines
}

// source are the lines of an instruction as they are written.
func (s *separator) source(step model.Step) []string {
	if step.Line < 1 || step.EndLine > len(s.g.Lines) || step.EndLine < step.Line {
		return []string{step.Text}
	}
	return slices.Clone(s.g.Lines[step.Line-1 : step.EndLine])
}

// withoutMount takes a mount out of the lines of a RUN.
func withoutMount(lines []string, m model.Mount) []string {
	out := slices.Clone(lines)
	for i, l := range out {
		at := strings.Index(l, "--mount=")
		for at >= 0 {
			end := at + strings.IndexAny(l[at:]+" ", " \t")
			if flag := l[at:end]; strings.Contains(flag, "from="+m.From) && (m.Target == "" || strings.Contains(flag, m.Target)) {
				l = l[:at] + strings.TrimLeft(l[end:], " \t")
				break
			}
			next := strings.Index(l[end:], "--mount=")
			if next < 0 {
				break
			}
			at = end + next
		}
		out[i] = l
	}
	return out
}

// replaces says what is gained by having one file.
func (s *separator) replaces() {
	commands, builds := 0, 0
	for _, l := range s.out.Script {
		if l != "" && !strings.HasPrefix(l, "#") && l != "set -e" {
			commands++
		}
		if strings.HasPrefix(l, "docker build") {
			builds++
		}
	}
	say := func(format string, args ...any) {
		s.out.Replaces = append(s.out.Replaces, fmt.Sprintf(format, args...))
	}
	say("One Dockerfile and one command stand for %s and a script of %s that somebody keeps in order.", measure.Plural(len(s.out.Files), "Dockerfile"), measure.Plural(commands, "command"))
	var bytes int64
	mounts := 0
	for _, e := range s.r.Edges {
		switch e.Kind {
		case model.EdgeCopy:
			bytes += e.Carried.Bytes
		case model.EdgeMount:
			bytes += e.Shown.Bytes
			mounts++
		}
	}
	if bytes > 0 {
		say("%s go from stage to stage inside the engine, and not by way of %s/ on this disk and back with the build context.", measure.Bytes(bytes), carried)
	}
	say("The build context is sent once, and not %d times; %s/ must not be in .dockerignore for that, and every COPY . . takes it along.", builds, carried)
	if mounts > 0 {
		say("What a mount lends to a command is there while it runs; copied in, as here, it stays in the image (%s).", measure.Plural(mounts, "time"))
	}
	say("Stages that do not wait for each other are built side by side, and no image or container is left over: here somebody has to remove %s.", measure.Plural(len(s.out.Files)-1, "image"))
}
