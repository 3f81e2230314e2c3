package build

import "strings"

// Cause says why a step ran that ran before in an earlier build of the same
// target: what is different now. It is what was found out, never a guess: where
// no difference can be shown, Kind is CausePruned or CauseUnknown, and Text says
// how far the look went.
type Cause struct {
	Step     StepRef      `json:"step"`
	Platform string       `json:"platform,omitempty"` // of several
	Kind     CauseKind    `json:"kind"`
	Text     string       `json:"text"`            // one sentence, without its full stop
	Also     []string     `json:"also,omitempty"`  // further differences: each would have been enough
	Paths    []PathChange `json:"paths,omitempty"` // of CauseFiles; at most MaxCausePaths
	More     int          `json:"more,omitempty"`  // how many more paths there were
	Earlier  *StepRef     `json:"earlier,omitempty"`
	Advice   *Advice      `json:"advice,omitempty"`
}

// MaxCausePaths bounds how many paths a Cause lists.
const MaxCausePaths = 50

// CauseKind is the kind of difference.
type CauseKind string

// The kinds of causes. CauseEarlier and CauseStage are consequences: Earlier is
// the step that began it. All others would have made the step run by themselves.
const (
	CauseNoCache     CauseKind = "no-cache"    // the user asked for it
	CauseInstruction CauseKind = "instruction" // its text, or its place among the others
	CauseArg         CauseKind = "arg"         // the value of an ARG that it sees
	CauseEnvironment CauseKind = "environment" // ENV, WORKDIR, USER or SHELL above it
	CauseBase        CauseKind = "base"        // the image that it starts from or copies from
	CauseFiles       CauseKind = "files"       // files of a build context
	CauseRemote      CauseKind = "remote"      // what a URL or a Git repository serves
	CauseEarlier     CauseKind = "earlier"     // a step above it in its stage
	CauseStage       CauseKind = "stage"       // a step of another stage, through FROM, COPY --from or a mount
	CauseRetry       CauseKind = "retry"       // last time it failed or was stopped
	CauseEngine      CauseKind = "engine"      // last time another engine built
	CausePruned      CauseKind = "pruned"      // nothing changed: its result is gone from the cache
	CauseFirst       CauseKind = "first"       // it has never been built here
	CauseUnknown     CauseKind = "unknown"     // something that cannot be seen from here
)

// Follows says whether such a step ran only because another one did.
func (k CauseKind) Follows() bool { return k == CauseEarlier || k == CauseStage }

// PathChange is what happened to a file of a build context.
type PathChange struct {
	Path   string `json:"path"`   // slash-separated, below its context
	Change string `json:"change"` // "changed", "added", "removed", "mode" (also: type, link target)
}

// Advice is a change of the Dockerfile's order that would have kept steps in the
// cache, this time and every time such files change.
type Advice struct {
	Text  string    `json:"text"`  // one sentence that says what to move where
	Move  StepRef   `json:"move"`  // the step that comes too early
	Spare []StepRef `json:"spare"` // the steps that would have stayed in the cache; Move goes below the last
	Needs []string  `json:"needs"` // the files they need, which did not change
}

// ASCII is a cause's text or advice for a terminal that has no other characters.
// What comes from the Dockerfile and file names stays as it is.
func ASCII(text string) string { return strings.NewReplacer("→", "->", "…", "...").Replace(text) }

// Word is a kind in a word or two, for a place beside a step.
func (k CauseKind) Word() string {
	switch k {
	case CauseNoCache:
		return "no cache"
	case CauseInstruction:
		return "edited"
	case CauseEnvironment:
		return "env"
	case CauseRemote:
		return "URL"
	case CauseEngine, CauseFirst:
		return "new here"
	}
	return string(k)
}

// Cause returns why a step ran; false where nothing is known of it. Of several
// platforms it is that of the first.
func (b *Build) Cause(ref StepRef) (Cause, bool) {
	if i, ok := b.causeOf[ref]; ok {
		return b.causes[i], true
	}
	return Cause{}, false
}

// Causes lists all that are known, in the order in which the steps began.
func (b *Build) Causes() []Cause { return b.causes }

func (b *Build) addCause(c Cause) {
	if b.causeOf == nil {
		b.causeOf = map[StepRef]int{}
	}
	if _, known := b.causeOf[c.Step]; !known {
		b.causeOf[c.Step] = len(b.causes)
	}
	b.causes = append(b.causes, c)
}
