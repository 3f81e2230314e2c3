//go:build linux

package solve_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stagedive/stagedive/buildgraph/engine/enginetest"
	"github.com/stagedive/stagedive/model/build"
)

// A tag that means another image than it did is told from a FROM that names
// another tag, and from what the image brings along.
func TestCauseTagMoved(t *testing.T) {
	image := enginetest.Registry(t) + "/base"
	push := func(tag, value string) {
		enginetest.Push(t, image+tag, enginetest.Image(t, "OF_THE_IMAGE="+value))
	}
	push(":20", "one")
	push(":22", "three")
	r := newRebuilt(t, map[string]string{"a": fmt.Sprint(time.Now().UnixNano()), "Dockerfile": `ARG TAG=20
FROM ` + image + `:${TAG} AS base
FROM base
COPY --from=shell / /
RUN echo UNIQUE $OF_THE_IMAGE
`})
	r.says(t)
	push(":20", "two")
	got := r.why(t, build.OutcomeSucceeded)
	moved := "stage-1:4 base: base image " + image + ":20 moved ("
	if len(got) != 2 || !strings.HasPrefix(got[0], moved) || got[1] != "stage-1:5 earlier: an earlier step of this stage ran (line 4)" {
		t.Errorf("%q", got)
	}
	r.BuildArgs = map[string]string{"TAG": "22"}
	r.parse(t)
	got = r.why(t, build.OutcomeSucceeded)
	want := "stage-1:4 base: base image is " + image + ":22 now, and was " + image + ":20 (build arg TAG=22 is new)"
	if len(got) != 2 || got[0] != want {
		t.Errorf("%q\nwant %q", got, want)
	}
}

// Each platform of a build is compared for itself.
func TestCauseOfSeveralPlatforms(t *testing.T) {
	r := newRebuilt(t, map[string]string{"a": "a\n", "Dockerfile": `FROM scratch AS one
COPY a /UNIQUE
FROM scratch
ARG TARGETARCH
COPY --from=one / /$TARGETARCH/
`})
	r.Platforms = []string{"linux/amd64", "linux/arm64"}
	r.says(t)
	r.says(t)
	r.write(t, "a", "other\n")
	o := r.run(t.Context(), t, r.c).must(t, build.OutcomeSucceeded)
	var got []string
	for _, c := range o.Causes() {
		got = append(got, fmt.Sprintf("%s %d:%d %s", c.Platform, c.Step.Stage, c.Step.Step, c.Kind))
	}
	for _, want := range []string{" 0:1 files", "linux/amd64 1:2 stage", "linux/arm64 1:2 stage"} {
		if !strings.Contains(strings.Join(got, "\n"), want) {
			t.Errorf("no %q in %q", want, got)
		}
	}
	if all := o.Rebuilds(o.Ended); len(all) != 1 || len(all[0].Then) != 1 {
		t.Errorf("a step counts once, whatever platforms it has: %+v", all)
	}
}
