package solve

import (
	"fmt"
	"strings"
	"testing"

	"github.com/moby/buildkit/client"
	"github.com/opencontainers/go-digest"

	"github.com/stagedive/stagedive/buildgraph"
)

// reported is a status of vertices: "name < input, input", inputs by their names.
func reported(lines ...string) *client.SolveStatus {
	s := &client.SolveStatus{}
	for _, l := range lines {
		name, inputs, _ := strings.Cut(l, " < ")
		v := &client.Vertex{Digest: digest.FromString(name), Name: name}
		for in := range strings.SplitSeq(inputs, ", ") {
			if in != "" {
				v.Inputs = append(v.Inputs, digest.FromString(in))
			}
		}
		s.Vertexes = append(s.Vertexes, v)
	}
	return s
}

func TestGraphOfNames(t *testing.T) {
	for name, tt := range map[string]struct {
		lines []string
		want  string
		edges string
	}{
		"one stage has no name": {
			[]string{"[2/2] RUN a < [1/2] FROM docker.io/library/x", "[1/2] FROM docker.io/library/x", "[internal] load build context"},
			"FROM docker.io/library/x|RUN a", "docker.io/library/x base stage-0 0",
		},
		"a base that is a stage has no vertex": {
			[]string{"[b 1/1] RUN b < [a 1/1] RUN a", "[a 1/1] RUN a < x", "x"},
			"FROM AS a|RUN a||FROM a AS b|RUN b", "a base b 0",
		},
		"a copy and a mount": {
			[]string{
				"[last 1/2] COPY --from=a /x / < [a 1/1] RUN a", "[last 2/2] RUN --mount=from=b use < [last 1/2] COPY --from=a /x /, [b 1/1] RUN b",
				"[a 1/1] RUN a", "[b 1/1] RUN b",
			},
			"FROM AS a|RUN a||FROM AS b|RUN b||FROM AS last|COPY --from=a /x /|RUN --mount=from=b use", "a copy last 1, b mount last 2",
		},
		"a vertex of two stages has one name": {
			[]string{
				"[base 1/1] WORKDIR /w", "[b 1/2] COPY x . < [base 1/1] WORKDIR /w",
				"[a 2/2] RUN a < [b 1/2] COPY x .", "[b 2/2] RUN b < [b 1/2] COPY x .",
			},
			"FROM AS base|WORKDIR /w||FROM base AS a|COPY x .|RUN a||FROM base AS b|COPY x .|RUN b", "base base a 0, base base b 0",
		},
		"what was not reported": {
			[]string{"[a 3/4] RUN three"}, "FROM AS a|RUN three", "",
		},
		"control sequences": {
			[]string{"[a 1/1] RUN \x1b[2Jx"}, "FROM AS a|RUN ␛[2Jx", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			n := NewNames()
			if !n.Add(reported(tt.lines...)) || n.Add(reported(tt.lines...)) {
				t.Error("the same report is news twice, or not once")
			}
			g, places := n.graph("Dockerfile")
			if got := strings.Join(g.Lines[2:], "|"); got != tt.want {
				t.Errorf("lines %q, want %q", got, tt.want)
			}
			var edges []string
			for _, e := range g.Edges {
				if e.From >= e.To && g.IsStage(e.From) {
					t.Errorf("an edge goes backwards: %+v", e)
				}
				edges = append(edges, fmt.Sprintf("%s %s %s %d", g.Label(e.From), e.Kind, g.Label(e.To), e.Step))
			}
			if got := strings.Join(edges, ", "); got != tt.edges {
				t.Errorf("edges %q, want %q", got, tt.edges)
			}
			for d, refs := range places {
				for _, r := range refs {
					if step := g.Stages[r.Stage].Steps[r.Step]; step.Index != r.Step || g.Lines[step.Line-1] == "" {
						t.Errorf("%s: no step at %v", d, r)
					}
				}
			}
		})
	}
}

// In a graph that is known, a shared vertex is found in both stages, too.
func TestPlacesOfNames(t *testing.T) {
	n := NewNames()
	n.Add(reported("[b 1/2] COPY x .", "[a 2/2] RUN a < [b 1/2] COPY x .", "[b 2/2] RUN b < [b 1/2] COPY x ."))
	a := newAttribution(buildgraph.Parse([]byte("FROM scratch AS a\nCOPY x .\nRUN a\nFROM scratch AS b\nCOPY x .\nRUN b\n"), buildgraph.Options{}))
	got := n.places(a)[digest.FromString("[b 1/2] COPY x .").String()]
	if len(got) != 2 || got[0].Stage == got[1].Stage || got[0].Step != 1 || got[1].Step != 1 {
		t.Errorf("%+v", got)
	}
}
