//go:build linux

package solve_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/stagedive/stagedive/buildgraph/solve"
	"github.com/stagedive/stagedive/model/build"
)

// Without cache, a WORKDIR comes from it all the same; anew, it does not. Nothing else of
// the image is another for that.
func TestAnew(t *testing.T) {
	c := dial(t)
	p := newProject(t, map[string]string{"Dockerfile": "FROM shell\nWORKDIR /made\nRUN echo x > /x\nUSER 7\n"})
	p.run(t.Context(), t, c).must(t, build.OutcomeSucceeded)
	for _, anew := range []bool{false, true} {
		p.NoCache, p.Anew = true, anew
		o := p.run(t.Context(), t, c).must(t, build.OutcomeSucceeded)
		want := build.Cached
		if anew {
			want = build.Done
		}
		if got := o.Step(o.step(t, 0, "WORKDIR")).State; got != want {
			t.Errorf("anew %v: the WORKDIR is %s, want %s\n%s", anew, got, want, o.describe())
		}
		if got := o.Step(o.step(t, 0, "RUN")).State; got != build.Done {
			t.Errorf("anew %v: the RUN is %s", anew, got)
		}
	}
	p.Export.Dir = t.TempDir()
	o := p.run(t.Context(), t, c).must(t, build.OutcomeSucceeded)
	if _, config := exportedImage(t, p.Export.Dir, digest.Digest(o.end.Result.Digest)); config.Config.User != "7" || config.Config.WorkingDir != "/made" {
		t.Errorf("%+v", config.Config)
	}
}

// Several images that are exported together have the times that SOURCE_DATE_EPOCH says, in
// their configurations and, rewritten, in their files: built again they are the same.
func TestTheEpochOfSeveralImages(t *testing.T) {
	c := dial(t)
	p := newProject(t, map[string]string{"Dockerfile": "FROM shell AS a\nWORKDIR /made\nRUN echo x > /x\nFROM scratch\nCOPY --from=a /x /y\n"})
	p.Targets, p.ExportAll, p.Anew = []int{1, 0}, true, true
	p.BuildArgs = map[string]string{"SOURCE_DATE_EPOCH": "1700000000"}
	p.Export = solve.Export{Dir: t.TempDir(), RewriteTimestamp: true}
	first := p.run(t.Context(), t, c).must(t, build.OutcomeSucceeded).end.Result.Images
	began := time.Now() // times in archives are whole seconds
	for time.Now().Unix() == began.Unix() {
		p.run(t.Context(), t, c).must(t, build.OutcomeSucceeded)
	}
	second := p.run(t.Context(), t, c).must(t, build.OutcomeSucceeded).end.Result.Images
	for i, im := range first {
		if im.Digest != second[i].Digest {
			t.Errorf("image %d is %s and %s", i, im.Digest, second[i].Digest)
		}
		_, config := exportedImage(t, p.Export.Dir, digest.Digest(im.Digest))
		if config.Created == nil || config.Created.Unix() != 1700000000 {
			t.Errorf("image %d was created at %v", i, config.Created)
		}
	}
}

// exportedImage reads the manifest and the configuration of an image in a store.
func exportedImage(t *testing.T, dir string, d digest.Digest) (m ocispecs.Manifest, config ocispecs.Image) {
	t.Helper()
	if err := json.Unmarshal(blob(t, dir, d), &m); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(blob(t, dir, m.Config.Digest), &config); err != nil {
		t.Fatal(err)
	}
	return m, config
}
