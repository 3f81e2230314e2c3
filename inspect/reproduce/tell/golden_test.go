package tell

import (
	"bytes"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/internal/goldens"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/reproduction"
	"github.com/stagedive/stagedive/model/reproduction/cause"
)

// verdict is one of each kind of difference.
func verdict(same, epoch bool) *reproduction.Verdict {
	g := &model.Graph{File: "Dockerfile", Stages: []model.Stage{
		{Index: 0, Name: "build", Steps: []model.Step{{Command: "FROM"}, {Index: 1, Command: "RUN", Line: 2}, {Index: 2, Command: "RUN", Line: 3}}},
		{Index: 1, Name: "app", Steps: []model.Step{{Command: "FROM"}, {Index: 1, Command: "COPY", Line: 5}}},
	}}
	from := &reproduction.Place{Stage: 0, Name: "build", Step: 1, Line: 2, Path: "/out/stamp"}
	made := reproduction.Made(0, 1, []reproduction.Difference{
		{Field: reproduction.Content, Path: "/out/stamp", First: `"01:31:51"`, Second: `"01:31:53"`, At: 7, Cause: "date", Stays: true},
		{Field: reproduction.MTime, Path: "/out/stamp", First: "2026-11-22 01:31:51", Second: "2026-11-22 01:31:53", At: -1, Cause: cause.Timestamps},
		{Field: reproduction.OnlySecond, Path: "/tmp/tmp.x", Second: "file of 1 B", At: -1, Cause: "temporary-name", Stays: true},
	})
	made.Name, made.Line, made.Text, made.State = "build", 2, "RUN date > /out/stamp # | <b>*all*</b>", reproduction.Contents
	other := reproduction.Made(0, 2, []reproduction.Difference{{Field: reproduction.MTime, Path: "/var/x", At: -1, Cause: cause.Timestamps}})
	other.Name, other.Line, other.Text, other.State = "build", 3, "RUN touch /var/x", reproduction.Metadata
	copied := reproduction.Made(1, 1, []reproduction.Difference{
		{Field: reproduction.Content, Path: "/stamp", First: `"01:31:51"`, Second: `"01:31:53"`, At: 7, Cause: "date", Stays: true, From: from},
		{Field: reproduction.MTime, Path: "/stamp", At: -1, Cause: cause.Timestamps, From: from},
		{Field: reproduction.Mode, Path: "/a", First: "0644", Second: "0600", At: -1, Stays: true},
		{Field: reproduction.Mode, Path: "/b", First: "0644", Second: "0600", At: -1, Stays: true},
	})
	copied.Name, copied.Line, copied.Text, copied.State, copied.Reach = "app", 5, "COPY --from=build /out /", reproduction.Contents, reproduction.InLayer
	v := &reproduction.Verdict{
		File: "Dockerfile", First: reproduction.Image{Digest: "sha256:1"}, Second: reproduction.Image{Digest: "sha256:2", Kept: "oci:/kept@sha256:2"},
		Config: []reproduction.ConfigField{{Field: "config.Env[1]", First: "A=1", Second: "A=2", Stays: true}, {Field: "created", First: "x", Second: "y", Cause: cause.Created}},
		Layers: []reproduction.Layer{{Text: "stagedive: shell", First: "sha256:a", Second: "sha256:a", State: reproduction.Same}, {Index: 1, Stage: "app", Line: 5, Text: "COPY --from=build /out /", First: "sha256:b", Second: "sha256:c", State: reproduction.Contents}},
		Steps:  []reproduction.Step{made, other, copied},
	}
	if same {
		v.Second, v.Config, v.Steps, v.Layers = v.First, nil, []reproduction.Step{other}, v.Layers[:1]
	}
	if epoch {
		at := int64(1700000000)
		v.Epoch, v.Rewritten = &at, true
	}
	v.Judge(g, 1)
	return v
}

func TestForms(t *testing.T) {
	for name, v := range map[string]*reproduction.Verdict{"differs": verdict(false, false), "epoch": verdict(false, true), "same": verdict(true, true)} {
		for end, write := range map[string]func(io.Writer, Report) error{"txt": Text, "md": Markdown, "json": JSON} {
			var b bytes.Buffer
			if err := write(&b, Report{Verdict: v, Again: "--source-date-epoch git --rewrite-timestamp"}); err != nil {
				t.Fatal(err)
			}
			goldens.Check(t, filepath.Join("testdata", name+"."+end+".golden"), b.String())
			if end == "md" && strings.Contains(b.String(), "<b>") {
				t.Errorf("%s: what stands in a Dockerfile is taken for HTML", name)
			}
		}
	}
}
