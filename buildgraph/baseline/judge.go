package baseline

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
)

// Judge compares a running build with the record of the last one.
type Judge struct {
	Graph      *model.Graph
	Definition *Definition
	Trees      map[string]*Tree // by the name of the local context
	Was        *Record
	Engine     string // which BuildKit builds now
	Args       []Field
	NoCache    string         // how the user asked for no cache: a flag
	Ran        func(Ref) bool // whether a step has run in this build

	steps    alignment
	verdicts map[Ref]*verdict
}

// reason is one difference that made a step run.
type reason struct {
	kind  build.CauseKind
	text  string
	root  *Ref // of a consequence: the step that began it
	entry Ref  // of CauseEarlier: the first step of the stage that ran
	files []build.PathChange
}

// verdict is all that was found out about a step.
type verdict struct {
	reasons []reason
	unknown string // why the reasons need not be all
	entry   Ref    // of the steps of its stage, the one with which it began
}

func (v *verdict) add(r reason) {
	if !slices.ContainsFunc(v.reasons, func(x reason) bool { return x.text == r.text }) {
		v.reasons = append(v.reasons, r)
	}
}

// rank puts a step's own differences before those of others.
func rank(r reason) int {
	if r.kind.Follows() {
		return 1
	}
	return 0
}

func (v *verdict) differs() bool { return len(v.reasons) > 0 }

// Prepare must be called once before the first question.
func (j *Judge) Prepare() {
	d := j.Definition
	j.steps = align(j.Was.Stages, stagesOf(j.Graph, d.key, d.privacy))
	j.verdicts = map[Ref]*verdict{}
}

// Cause says why a step runs, false where no earlier build can tell.
func (j *Judge) Cause(ctx context.Context, ref Ref) (build.Cause, bool) {
	u := j.Definition.unit(ref)
	if u == nil {
		return build.Cause{}, false
	}
	v := j.verdict(ctx, u, true)
	if ctx.Err() != nil {
		return build.Cause{}, false // it was not compared to the end
	}
	c := build.Cause{Step: build.StepRef{Stage: ref.Stage, Step: ref.Step}, Platform: ref.Platform}
	switch {
	case v.differs():
		first := v.reasons[0]
		c.Kind, c.Text = first.kind, first.text
		for _, r := range v.reasons[1:] {
			c.Also = append(c.Also, r.text)
		}
		for _, r := range v.reasons {
			if r.root != nil && c.Earlier == nil {
				c.Earlier = &build.StepRef{Stage: r.root.Stage, Step: r.root.Step}
			}
			c.Paths = append(c.Paths, r.files...)
		}
	case v.unknown != "":
		c.Kind, c.Text = build.CauseUnknown, "no change was found, but "+v.unknown
	case j.Was.Engine != j.Engine:
		c.Kind, c.Text = build.CauseEngine, "another engine built it last time; this one's cache does not have it"
	default:
		c.Kind, c.Text = build.CausePruned, "nothing changed: its result is gone from the cache"
	}
	return c, true
}

// verdict compares a step with what it was. asked says that the step ran; a step
// that is only looked at on the way may have come from the cache.
func (j *Judge) verdict(ctx context.Context, u *unit, asked bool) *verdict {
	if v := j.verdicts[u.ref]; v != nil && !asked {
		return v
	}
	v := &verdict{entry: u.ref}
	j.verdicts[u.ref] = v
	old := j.was(u.ref)
	if old == nil {
		v.add(j.isNew(u.ref))
	}
	if u.ignored && j.NoCache != "" {
		v.reasons = slices.Insert(v.reasons, 0, reason{kind: build.CauseNoCache, text: "no cache: " + j.NoCache})
	}
	if old == nil {
		return v
	}
	moved := false
	var inputs verdict
	for _, in := range u.Inputs {
		before, role := inputOf(old, in.Role), in.Role
		switch {
		case in.Kind == InputStep:
			j.step(ctx, &inputs, u, in, asked)
		case before == nil:
			inputs.unknown = "what it takes as " + role + " is not known of the last build"
		case in.Kind == InputImage:
			moved = j.image(&inputs, u, in, *before) || moved
		case in.Kind == InputContext:
			j.files(ctx, &inputs, u, old, in, *before)
		default:
			j.remote(&inputs, in, *before)
		}
	}
	j.fields(v, u, old, moved || j.baseMoved(u))
	slices.SortStableFunc(inputs.reasons, func(a, b reason) int { return rank(a) - rank(b) })
	for _, r := range inputs.reasons {
		v.add(r)
	}
	v.unknown = inputs.unknown
	if v.differs() && v.reasons[0].kind == build.CauseEarlier {
		v.entry = v.reasons[0].entry
	}
	if !v.differs() && v.unknown == "" && u.Sum != old.Sum {
		j.inputs(v, u, old)
	}
	switch old.Outcome {
	case Failed:
		v.add(reason{kind: build.CauseRetry, text: "it failed last time"})
	case Stopped:
		v.add(reason{kind: build.CauseRetry, text: "it was stopped last time"})
	}
	return v
}

// was is the unit that a step descends from, nil for a new step.
func (j *Judge) was(ref Ref) *Unit {
	was, ok := j.steps.of(ref)
	if !ok {
		return nil
	}
	if u, ok := j.Was.Units[was]; ok {
		return &u
	}
	return nil
}

func (j *Judge) isNew(ref Ref) reason {
	stage := j.Graph.Stages[ref.Stage]
	if j.steps.stages[ref.Stage] < 0 {
		return reason{kind: build.CauseFirst, text: "stage " + stage.Label() + " is new"}
	}
	if _, known := j.steps.of(ref); known {
		return reason{kind: build.CauseFirst, text: "it has never been built for this target"}
	}
	was := j.Was.Stages[j.steps.stages[ref.Stage]]
	line := lineOf(j.Graph, stage.Steps[ref.Step], j.Definition.key, j.Definition.privacy)
	if slices.ContainsFunc(was.Steps, func(l Line) bool { return l.Key == line.Key }) {
		return reason{kind: build.CauseInstruction, text: "this instruction was moved"}
	}
	return reason{kind: build.CauseInstruction, text: "this instruction is new"}
}

func inputOf(u *Unit, role string) *Input {
	for i, in := range u.Inputs {
		if in.Role == role {
			return &u.Inputs[i]
		}
	}
	return nil
}

// step looks at an input that another step makes.
func (j *Judge) step(ctx context.Context, v *verdict, u *unit, in Input, asked bool) {
	by := j.Definition.unit(in.By)
	if by == nil {
		return
	}
	above := j.verdict(ctx, by, false)
	switch {
	case !above.differs():
		if above.unknown != "" {
			v.unknown = above.unknown
		}
		return
	case in.Content && !asked:
		// It came from the cache by its content, of whichever build that was.
		v.unknown = fmt.Sprintf("what line %d takes from stage %s may differ", j.lineOf(u.ref), in.StageName)
		return
	}
	root := in.By
	if r := above.reasons[0]; r.root != nil {
		root = *r.root
	}
	v.add(j.consequence(u, in, root, above.entry))
}

// consequence says in words that a step ran because another did.
func (j *Judge) consequence(u *unit, in Input, root, entry Ref) reason {
	r := reason{kind: build.CauseStage, root: &root, entry: entry}
	if in.By.Stage == u.ref.Stage {
		r.kind = build.CauseEarlier
		r.text = fmt.Sprintf("an earlier step of this stage %s (line %d)", j.ran(entry), j.lineOf(entry))
		return r
	}
	r.text = fmt.Sprintf("stage %s %s", in.StageName, j.ran(in.By))
	if root.Stage == in.By.Stage {
		r.text += fmt.Sprintf(" (line %d)", j.lineOf(root))
	} else {
		r.text += fmt.Sprintf(", after stage %s (line %d)", j.Graph.Stages[root.Stage].Label(), j.lineOf(root))
	}
	if in.Content {
		verb := "copies "
		if in.Role != "copy" {
			verb = "mounts "
		}
		r.text += ", from which it " + verb + paths(in.Selected)
	}
	return r
}

// ran tells a step that ran from one that is another than it was and came from
// the cache all the same, where an older build had left it.
func (j *Judge) ran(ref Ref) string {
	if j.Ran(ref) {
		return "ran"
	}
	return "is not what it was last time"
}

func paths(selected []Selector) string {
	var out []string
	for _, s := range selected {
		out = append(out, s.Path)
	}
	if len(out) > 3 {
		out = append(out[:3], "…")
	}
	return strings.Join(out, ", ")
}

func (j *Judge) lineOf(ref Ref) int { return j.Graph.Stages[ref.Stage].Steps[ref.Step].Line }

// image compares the image that a step starts or copies from.
func (j *Judge) image(v *verdict, u *unit, in, was Input) (moved bool) {
	use := "base image "
	if in.Role != "base" {
		use = "image "
	}
	switch {
	case was.Kind == InputStep:
		v.add(reason{kind: build.CauseBase, text: use + "is " + in.Name + " now, and was stage " + was.StageName})
	case was.Kind != InputImage:
		v.add(reason{kind: build.CauseBase, text: use + "is " + in.Name + " now, and was " + was.Name})
	case in.Identity == "" || was.Identity == "":
		v.unknown = "the digest of " + use + in.Name + " is not known"
		return false
	case in.Identity == was.Identity:
		return false
	case in.Name != was.Name:
		v.add(reason{kind: build.CauseBase, text: use + "is " + in.Name + " now, and was " + was.Name + j.because(u, in.Role)})
	default:
		v.add(reason{kind: build.CauseBase, text: use + in.Name + " moved (" + short(was.Identity) + " " + arrow + " " + short(in.Identity) + ")"})
	}
	return true
}

// baseMoved says whether the image at the bottom of a step is another than it was.
func (j *Judge) baseMoved(u *unit) bool {
	for range len(j.Graph.Stages) * maxAligned {
		in := inputOf(&u.Unit, "base")
		if in == nil {
			return false
		}
		if in.Kind == InputStep {
			if u = j.Definition.unit(in.By); u == nil {
				return false
			}
			continue
		}
		old := j.was(u.ref)
		if in.Kind != InputImage || old == nil {
			return in.Kind == InputImage // the step on the image is new: nothing is known of the one before
		}
		was := inputOf(old, "base")
		return was == nil || was.Identity != in.Identity
	}
	return false
}

// because names the build arguments that a FROM mentions and that changed.
func (j *Judge) because(u *unit, role string) string {
	if role != "base" {
		return ""
	}
	from := j.Graph.Stages[u.ref.Stage]
	for base := baseOf(j.Graph, u.ref.Stage); base >= 0; base = baseOf(j.Graph, base) {
		from = j.Graph.Stages[base]
	}
	if text := j.mentioned(from.BaseRaw); text != "" {
		return " (" + text + ")"
	}
	return ""
}

const arrow = "→"

func short(digest string) string {
	_, hex, _ := strings.Cut(digest, ":")
	if len(hex) > 12 {
		hex = hex[:12]
	}
	return hex
}

// remote compares what comes from a URL: only its name can be seen.
func (j *Judge) remote(v *verdict, in, was Input) {
	if in.Identity != was.Identity {
		v.add(reason{kind: build.CauseRemote, text: "it takes " + j.Definition.privacy.text(in.Name) + " now"})
		return
	}
	if !in.Pinned {
		v.unknown = "what " + j.Definition.privacy.text(in.Name) + " serves cannot be compared from here"
	}
}

// inputs is for a step whose parts are all the same and whose whole is not: what
// it is made on top of changed its order.
func (j *Judge) inputs(v *verdict, u *unit, old *Unit) {
	for _, in := range u.Inputs {
		was := inputOf(old, in.Role)
		switch {
		case was == nil:
			v.add(reason{kind: build.CauseInstruction, text: "it takes something as " + in.Role + " that it did not"})
		case was.Kind != InputStep && in.Kind == InputStep:
			v.add(reason{kind: build.CauseBase, text: "it starts from stage " + in.StageName + " now, and did from " + was.Name})
		case in.Kind == InputStep && (in.StageName != was.StageName) && in.By.Stage != u.ref.Stage:
			v.add(reason{kind: build.CauseBase, text: "it starts from stage " + in.StageName + " now, and did from " + was.StageName})
		case in.Kind == InputStep && in.Line.Key != was.Line.Key && !j.written(was.Line):
			v.add(reason{kind: build.CauseInstruction, text: was.Line.Text + " above it was removed"})
		case in.Kind == InputStep && in.Line.Key != was.Line.Key:
			v.add(reason{kind: build.CauseInstruction, text: "the order of the instructions above it changed"})
		}
	}
	if !v.differs() {
		v.unknown = "something above it is not what it was"
	}
}

// written says whether a line of the last build is still in the Dockerfile.
func (j *Judge) written(l Line) bool {
	for _, s := range j.Graph.Stages {
		for _, step := range s.Steps {
			if lineOf(j.Graph, step, j.Definition.key, j.Definition.privacy).Key == l.Key {
				return true
			}
		}
	}
	return false
}
