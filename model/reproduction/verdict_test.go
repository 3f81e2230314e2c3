package reproduction_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/reproduction"
)

// dockerfile is this one, as the graph has it:
//
//	FROM one AS gen
//	RUN make version
//	RUN make log
//	FROM one AS build
//	WORKDIR /src
//	COPY --from=gen /version /src/
//	RUN make all
//	RUN make docs
//	FROM one AS other
//	RUN make nothing
//	FROM scratch
//	COPY --from=build /out /
func dockerfile() *model.Graph {
	g := &model.Graph{File: "Dockerfile", Externals: []model.External{{Kind: model.ExternalImage, Ref: "one"}}}
	line := 0
	for i, s := range []struct {
		name  string
		steps []string
	}{
		{"gen", []string{"FROM one AS gen", "RUN make version", "RUN make log"}},
		{"build", []string{"FROM one AS build", "WORKDIR /src", "COPY --from=gen /version /src/", "RUN make all", "RUN make docs"}},
		{"other", []string{"FROM one AS other", "RUN make nothing"}},
		{"", []string{"FROM scratch", "COPY --from=build /out /"}},
	} {
		st := model.Stage{Index: i, Name: s.name, Line: line + 1}
		for k, text := range s.steps {
			line++
			command, _, _ := strings.Cut(text, " ")
			st.Steps = append(st.Steps, model.Step{Index: k, Command: command, Text: text, Line: line, EndLine: line})
		}
		g.Stages = append(g.Stages, st)
	}
	for i := range final {
		g.Edges = append(g.Edges, model.Edge{From: 4, To: model.NodeID(i), Kind: model.EdgeBase})
	}
	g.Edges = append(g.Edges, model.Edge{From: gen, To: build, Kind: model.EdgeCopy, Step: take}, model.Edge{From: build, To: final, Kind: model.EdgeCopy, Step: copies})
	return g
}

// The stages and steps of it.
const (
	gen, build, other, final    = 0, 1, 2, 3
	version, log                = 1, 2
	workdir, take, makes, docs  = 1, 2, 3, 4
	nothing, copies             = 1, 1
	content, mtime              = reproduction.Content, reproduction.MTime
	layer, copied, read, noways = reproduction.InLayer, reproduction.Copied, reproduction.Read, reproduction.Nowhere
)

func d(f reproduction.Field, path, cause string, from ...int) reproduction.Difference {
	out := reproduction.Difference{Field: f, Path: path, Cause: cause, At: -1, Stays: !f.Time()}
	if len(from) > 0 {
		out.From = &reproduction.Place{Stage: from[0], Step: from[1], Path: "/out" + path}
	}
	return out
}

func made(stage, step int, list ...reproduction.Difference) reproduction.Step {
	s := reproduction.Made(stage, step, list)
	if stage == final {
		s.Reach = reproduction.InLayer
	}
	return s
}

// told is a verdict in short: where its root is, and each group.
func told(v *reproduction.Verdict) string {
	var b strings.Builder
	if v.Root != nil {
		fmt.Fprintf(&b, "root %d/%d %s\n", v.Root.Stage, v.Root.Step, v.Root.Group.Words())
	}
	if f := v.Foresight; f != nil {
		fmt.Fprintf(&b, "%d of %d remain", f.Remain, v.Differences)
		if f.Root != nil {
			fmt.Fprintf(&b, ", first %d/%d %s", f.Root.Stage, f.Root.Step, f.Root.Group.Words())
		}
		fmt.Fprintln(&b)
	}
	for _, s := range v.Steps {
		for _, g := range s.Groups {
			fmt.Fprintf(&b, "%d/%d %s (%s)\n", s.Stage, s.Step, g.Words(), g.Reach)
		}
	}
	return b.String()
}

func TestVerdict(t *testing.T) {
	for name, c := range map[string]struct {
		steps []reproduction.Step
		want  string
	}{
		"a copy is not where it comes from": {
			[]reproduction.Step{
				made(final, copies, d(content, "/a", "", build, makes), d(mtime, "/a", "timestamps", build, makes)),
				made(build, makes, d(content, "/out/a", "date"), d(mtime, "/out/a", "timestamps"), d(mtime, "/out/b", "timestamps")),
			},
			"root 1/3 content of /out/a\n1 of 2 remain, first 1/3 content of /out/a\n" +
				"1/3 content of /out/a (copied)\n1/3 mtime of /out/a (copied)\n1/3 mtime of /out/b ()\n" +
				"3/1 content of /a (layer)\n3/1 mtime of /a (layer)\n",
		},
		"what is not explained may follow from what it could read": {
			[]reproduction.Step{
				made(gen, version, d(content, "/version", "uuid")),
				made(gen, log, d(content, "/var/log/x", "log")),
				made(build, workdir, d(mtime, "/src", "timestamps")),
				made(build, take, reproduction.Difference{Field: content, Path: "/src/version", At: -1, Stays: true, From: &reproduction.Place{Stage: gen, Step: version, Path: "/version"}}),
				made(build, makes, d(content, "/out/a", "")),
				made(final, copies, d(content, "/a", "", build, makes)),
			},
			"root 0/1 content of /version\n1 of 1 remain, first 0/1 content of /version\n" +
				"0/1 content of /version (copied)\n0/2 content of /var/log/x ()\n1/1 mtime of /src ()\n" +
				"1/2 content of /src/version (read)\n1/3 content of /out/a (copied)\n3/1 content of /a (layer)\n",
		},
		"what explains itself follows from nothing": {
			[]reproduction.Step{
				made(build, makes, d(content, "/obj/x.o", "")),
				made(build, docs, d(content, "/out/a", "date")),
				made(final, copies, d(content, "/a", "", build, docs)),
			},
			"root 1/4 content of /out/a\n1 of 1 remain, first 1/4 content of /out/a\n" +
				"1/3 content of /obj/x.o ()\n1/4 content of /out/a (copied)\n3/1 content of /a (layer)\n",
		},
		"what gets nowhere is no root": {
			[]reproduction.Step{
				made(other, nothing, d(content, "/x", "")),
				made(final, copies, d(mtime, "/a", "timestamps"), d(mtime, "/b", "timestamps")),
			},
			"root 3/1 mtime of 2 files, first /a\n0 of 2 remain\n2/1 content of /x ()\n3/1 mtime of 2 files, first /a (layer)\n",
		},
	} {
		v := &reproduction.Verdict{First: reproduction.Image{Digest: "a"}, Second: reproduction.Image{Digest: "b"}, Steps: c.steps}
		v.Judge(dockerfile(), final)
		if diff := cmp.Diff(c.want, told(v)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// The same image in spite of stages that differ is reproducible.
func TestTheImageCounts(t *testing.T) {
	v := &reproduction.Verdict{First: reproduction.Image{Digest: "a"}, Second: reproduction.Image{Digest: "a"}, Steps: []reproduction.Step{made(build, makes, d(content, "/x", ""))}}
	v.Judge(dockerfile(), final)
	if !v.Reproducible || v.Root != nil || v.Foresight != nil || v.Differences != 0 || len(v.Steps) != 1 {
		t.Errorf("%+v", v)
	}
}

// The configuration alone may differ.
func TestConfigurationAlone(t *testing.T) {
	v := &reproduction.Verdict{
		First: reproduction.Image{Digest: "a"}, Second: reproduction.Image{Digest: "b"},
		Config: []reproduction.ConfigField{{Field: "created"}, {Field: "config.Env[0]", Stays: true}},
	}
	v.Judge(dockerfile(), final)
	if v.Reproducible || v.Root != nil || v.Differences != 2 || v.Foresight.Remain != 1 {
		t.Errorf("%+v", v)
	}
}
