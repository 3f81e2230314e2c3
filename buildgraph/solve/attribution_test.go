package solve

import (
	"slices"
	"testing"

	"github.com/stagedive/stagedive/buildgraph"
	"github.com/stagedive/stagedive/model/build"
)

// Names alone find the step, for engines and definitions that tell no lines.
func TestAttributionByName(t *testing.T) {
	a := newAttribution(buildgraph.Parse([]byte(`FROM image AS base
ENV A=b
WORKDIR /w
ONBUILD RUN trigger
FROM base AS twice
RUN one
FROM image AS twice
COPY a b
RUN two
FROM image
RUN unnamed
FROM ctx AS onctx
RUN first
RUN second
FROM base
RUN last
`), buildgraph.Options{NamedContexts: []string{"ctx"}}))
	for name, want := range map[string][]build.StepRef{
		"[base 1/2] FROM docker.io/library/image:latest": {{Stage: 0, Step: 0}},
		"[base 2/2] WORKDIR /w":                          {{Stage: 0, Step: 2}},
		"[twice 1/3] FROM docker.io/library/image":       {{Stage: 2, Step: 0}}, // the last of that name
		"[twice 2/3] COPY a b":                           {{Stage: 2, Step: 1}},
		"[twice 3/3] RUN two":                            {{Stage: 2, Step: 2}},
		"[stage-3 2/2] RUN unnamed":                      {{Stage: 3, Step: 1}},
		"[linux/arm64 stage-3 2/2] RUN unnamed":          {{Stage: 3, Step: 1}},
		"[onctx 1/3] RUN first":                          {{Stage: 4, Step: 1}}, // FROM counts in m but has no number
		"[onctx 2/3] RUN second":                         {{Stage: 4, Step: 2}},
		"[context ctx] OCI load from client":             {{Stage: 4, Step: 0}},
		"[stage-5 1/2] ONBUILD RUN trigger":              {{Stage: 5, Step: 1}},
		"[stage-5 2/2] RUN last":                         {{Stage: 5, Step: 2}},
		"[stage-0 1/2] FROM x":                           nil, // it has a name
		"[nobody 1/2] RUN x":                             nil,
		"[base 2/2] RUN something else":                  nil,
		"[internal] load build context":                  nil,
	} {
		if got, _ := a.of("sha256:unknown", name); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", name, got, want)
		}
	}
	if _, platform := a.of("", "[linux/arm64 stage-3 2/2] RUN unnamed"); platform != "linux/arm64" {
		t.Errorf("platform %q", platform)
	}
}

// A base that turned out empty is counted but has no number.
func TestAttributionBehindAnEmptyBase(t *testing.T) {
	a := newAttribution(buildgraph.Parse([]byte("FROM empty AS a\nCOPY x /\nCOPY y /\nFROM a\nCOPY z /\n"), buildgraph.Options{}))
	for name, step := range map[string]int{"[a 1/3] COPY x /": 1, "[a 2/3] COPY y /": 2} {
		if got, _ := a.of("", name); len(got) != 1 || got[0].Step != step {
			t.Errorf("%q: %v, want step %d", name, got, step)
		}
	}
}

func TestAttributionWithoutAGraph(t *testing.T) {
	a := newAttribution(nil)
	for _, name := range []string{"[a 1/3] COPY x /", "[1/3] COPY x /", "[context x] load from client"} {
		if got, _ := a.of("", name); got != nil {
			t.Errorf("%q: %v", name, got)
		}
	}
}
