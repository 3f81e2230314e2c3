package model

// NodeID names a node of a Graph: 0 … len(Stages)-1 are the stages in file
// order, the numbers after them the externals in order of first use.
type NodeID int

// None stands where no node is meant.
const None NodeID = -1

// Graph is a Dockerfile seen as stages and what flows between them.
//
// Invariants: Edges are sorted by (To, Step, Line); every edge ends at a stage;
// an edge's From is an earlier stage or an external, so the graph has no cycle.
// References that BuildKit would refuse have no edge but a Problem.
type Graph struct {
	File      string     `json:"file"`             // as shown to the user
	Lines     []string   `json:"lines"`            // source lines, sanitised, without line ends
	Syntax    string     `json:"syntax,omitempty"` // the image named by # syntax, if any
	Args      []Arg      `json:"args,omitempty"`   // global ARGs, in file order
	Stages    []Stage    `json:"stages"`
	Externals []External `json:"externals,omitempty"`
	Edges     []Edge     `json:"edges,omitempty"`
	Problems  []Problem  `json:"problems,omitempty"` // sorted by Line
}

// Stage is one FROM and the instructions below it.
type Stage struct {
	Index    int    `json:"index"`
	Name     string `json:"name,omitempty"`     // lower-cased as BuildKit does; "" when the FROM has no AS
	Base     string `json:"base"`               // the FROM's image or stage with variables expanded
	BaseRaw  string `json:"baseRaw,omitempty"`  // as written, when that differs from Base
	Platform string `json:"platform,omitempty"` // of --platform=, expanded; "" when there is none
	Doc      string `json:"doc,omitempty"`      // the comment right above FROM that starts with the stage's name
	Line     int    `json:"line"`               // 1-based line of FROM
	EndLine  int    `json:"endLine"`            // last line of the last step
	Steps    []Step `json:"steps"`              // Steps[0] is the FROM itself
}

// Step is one instruction of a stage.
type Step struct {
	Index   int     `json:"index"`   // position in Stage.Steps
	Command string  `json:"command"` // upper case: FROM, RUN, COPY, …
	Text    string  `json:"text"`    // the instruction on one line, as written
	Line    int     `json:"line"`    // 1-based
	EndLine int     `json:"endLine"` // inclusive; heredocs and continuations included
	Vertex  bool    `json:"vertex"`  // BuildKit makes a vertex for it (counts in "n/m")
	OnBuild bool    `json:"onBuild"` // came from the base stage's ONBUILD; Line is this stage's FROM
	Mounts  []Mount `json:"mounts,omitempty"`
	Copy    *Copy   `json:"copy,omitempty"` // of COPY and ADD; nil when its words can't be read
}

// MakesLayer says whether the step adds a layer to the image (its history entry
// is not marked empty_layer). WORKDIR makes one when it creates the directory,
// so for WORKDIR the image's history decides.
func (s Step) MakesLayer() bool {
	switch s.Command {
	case "RUN", "COPY", "ADD", "WORKDIR":
		return true
	}
	return false
}

// Mount is one --mount of a RUN.
type Mount struct {
	Type   string `json:"type"` // bind, cache, tmpfs, secret, ssh
	From   string `json:"from,omitempty"`
	Source string `json:"source,omitempty"`
	Target string `json:"target,omitempty"`
	ID     string `json:"id,omitempty"`
}

// ExternalKind says where an external node's files come from.
type ExternalKind string

// The kinds of external nodes.
const (
	ExternalImage   ExternalKind = "image"   // an image from a registry or the engine's store
	ExternalContext ExternalKind = "context" // a named context: --build-context NAME=…
)

// External is a node that the Dockerfile uses but does not build.
type External struct {
	Kind ExternalKind `json:"kind"`
	Ref  string       `json:"ref"` // image reference as written after expansion, or context name
}

// EdgeKind says how one node uses another.
type EdgeKind string

// The kinds of edges.
const (
	EdgeBase  EdgeKind = "base"  // FROM
	EdgeCopy  EdgeKind = "copy"  // COPY --from, ADD --from
	EdgeMount EdgeKind = "mount" // RUN --mount=from=
)

// Edge says that stage To uses From.
type Edge struct {
	From  NodeID   `json:"from"`
	To    NodeID   `json:"to"`
	Kind  EdgeKind `json:"kind"`
	Step  int      `json:"step"` // the step of To that uses it
	Line  int      `json:"line"`
	Paths []string `json:"paths,omitempty"` // what a copy takes or a mount's source; empty for base
}

// Arg is a global ARG, one before the first FROM.
type Arg struct {
	Name    string `json:"name"`
	Value   string `json:"value"` // after --build-arg and expansion
	Default string `json:"default,omitempty"`
	Given   bool   `json:"given,omitempty"` // the value came from --build-arg
	Line    int    `json:"line"`
}

// Level of a Problem.
type Level string

// The levels of a Problem.
const (
	LevelError   Level = "error"   // BuildKit refuses the build
	LevelWarning Level = "warning" // BuildKit builds but its linter objects
)

// Problem is something wrong with the Dockerfile, on its line.
//
// BuildKit meets an error in a stage only when it dispatches that stage, so
// such a Dockerfile still builds for the targets that skip it; an error with
// Always set refuses every target.
type Problem struct {
	Level   Level  `json:"level"`
	Line    int    `json:"line"` // 1-based; 0 when it concerns the whole file
	EndLine int    `json:"endLine"`
	Stage   int    `json:"stage"`          // -1 when outside every stage
	Message string `json:"message"`        // in BuildKit's words
	Rule    string `json:"rule,omitempty"` // of BuildKit's linter, with which a warning's Message begins
	Always  bool   `json:"always,omitempty"`
}
