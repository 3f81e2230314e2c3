package buildgraph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stagedive/stagedive/buildgraph"
)

const reading = `FROM base AS one
ARG WHAT=src/*.go
COPY $WHAT a/b /x/
COPY $FROM_THE_IMAGE plain /y/
ADD https://example.invalid/f.tgz git@example.invalid:r.git local.tar /z/
COPY --parents --exclude=*.md lib/./a/*.c /p/
COPY <<EOF /inline
text
EOF
RUN --mount=type=bind,source=conf,target=/c --mount=type=cache,target=/k --mount=target=/all \
    --mount=type=secret,id=s --mount=type=tmpfs,target=/t --mount=type=cache,from=named,source=warm,target=/w true
FROM one AS two
COPY --from=one /x /x
COPY --from=named in /in
COPY --from=placed /etc/f /f
ONBUILD COPY late /late
FROM placed AS last
FROM two
FROM replaced-base AS placed
COPY never /never
`

func TestReads(t *testing.T) {
	opts := buildgraph.Options{NamedContexts: []string{"named", "placed"}}
	g := buildgraph.Parse([]byte(reading), opts)
	for target, want := range map[string]string{
		"one": `
			one 2 :src/*.go*
			one 2 :a/b
			one 3 :
			one 3 :plain
			one 4 :local.tar
			one 5 :lib below a/*.c but [*.md]
			one 7 :conf
			one 7 :
			one 7 named:warm`,
		"two": `
			two 2 named:in
			two 3 placed:etc/f`,
		"2":      "\n\t\t\tlast 0 placed:",
		"3":      "\n\t\t\tstage-3 1 :late",
		"placed": "\n\t\t\tplaced 0 placed:",
	} {
		t.Run(target, func(t *testing.T) {
			i, ok := g.FindStage(target)
			if !ok {
				t.Fatal("no such stage")
			}
			var got strings.Builder
			for _, r := range buildgraph.Reads([]byte(reading), opts, i) {
				if r.Stage != i {
					continue
				}
				fmt.Fprintf(&got, "\n\t\t\t%s %d %s:%s", g.Stages[r.Stage].Label(), r.Step, r.Context, r.Path)
				if r.Pattern {
					got.WriteString("*")
				}
				if r.Below != "" {
					got.WriteString(" below " + r.Below)
				}
				if len(r.Exclude) > 0 {
					fmt.Fprintf(&got, " but %v", r.Exclude)
				}
			}
			if diff := cmp.Diff(want, got.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
	if got := buildgraph.Reads([]byte(reading), opts, 1); len(got) != 11 {
		t.Errorf("two needs %d takes, of itself and of one: %v", len(got), got)
	}
}
