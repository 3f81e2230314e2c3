package compare

import (
	"github.com/stagedive/stagedive/model/build"
)

// SchemaVersion of Document. It grows when a reader of the older form would
// misread the newer one.
const SchemaVersion = 1

// Document is a comparison for other programs (docs/history-json.md). Times are
// milliseconds.
type Document struct {
	Version int            `json:"version"`
	A       DocumentSide   `json:"a"`
	B       DocumentSide   `json:"b"`
	DeltaMS int64          `json:"deltaMs"`
	Broke   *DocumentBroke `json:"broke,omitempty"`
	Stages  []Row          `json:"stages"`
}

// DocumentSide is one of the builds.
type DocumentSide struct {
	Ref        string        `json:"ref"`
	Outcome    build.Outcome `json:"outcome,omitempty"`
	DurationMS int64         `json:"durationMs"`
	Cached     int           `json:"cached"`
	Ran        int           `json:"ran"`
}

// DocumentBroke is the step with which b began to lose the cache.
type DocumentBroke struct {
	Stage string `json:"stage"`
	Line  int    `json:"line,omitempty"`
	Text  string `json:"text"`
}

// Row is a stage.
type Row struct {
	Name    string        `json:"name"`
	A       *DocumentHalf `json:"a,omitempty"`
	B       *DocumentHalf `json:"b,omitempty"`
	DeltaMS int64         `json:"deltaMs"`
	Steps   []StepRow     `json:"steps"`
}

// StepRow is a step.
type StepRow struct {
	A       *DocumentHalf `json:"a,omitempty"`
	B       *DocumentHalf `json:"b,omitempty"`
	DeltaMS int64         `json:"deltaMs"`
	Cache   Change        `json:"cache,omitempty"`
}

// DocumentHalf is a stage or a step in one of the builds.
type DocumentHalf struct {
	State      string `json:"state"`
	DurationMS int64  `json:"durationMs"`
	Line       int    `json:"line,omitempty"`
	Text       string `json:"text,omitempty"`
}

// Document puts the comparison into the form for other programs. redact takes
// secrets out of instructions.
func (c Comparison) Document(refA, refB string, redact func(string) string) Document {
	side := func(s Side, ref string) DocumentSide {
		return DocumentSide{ref, s.Outcome, s.Elapsed.Milliseconds(), s.Cached, s.Ran}
	}
	half := func(h *Half) *DocumentHalf {
		if h == nil {
			return nil
		}
		return &DocumentHalf{h.State.String(), h.Elapsed.Milliseconds(), h.Line, redact(h.Text)}
	}
	d := Document{
		Version: SchemaVersion, A: side(c.A, refA), B: side(c.B, refB),
		DeltaMS: c.Delta.Milliseconds(), Stages: []Row{},
	}
	for _, s := range c.Stages {
		row := Row{Name: s.Name, A: half(s.A), B: half(s.B), DeltaMS: s.Delta.Milliseconds(), Steps: []StepRow{}}
		for _, step := range s.Steps {
			row.Steps = append(row.Steps, StepRow{half(step.A), half(step.B), step.Delta.Milliseconds(), step.Cache})
		}
		d.Stages = append(d.Stages, row)
	}
	if c.Broke != nil {
		h := c.Stages[c.Broke.Stage].Steps[c.Broke.Step].Half()
		d.Broke = &DocumentBroke{c.Stages[c.Broke.Stage].Name, h.Line, redact(h.Text)}
	}
	return d
}
