package buildgraph_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"github.com/stagedive/stagedive/buildgraph"
)

// sixty is a Dockerfile of 60 stages as large projects have them: some bases,
// a fan of builds, tests on top, and a release that gathers.
func sixty() []byte {
	var b strings.Builder
	b.WriteString("# syntax=docker/dockerfile:1\nARG GO=1.26\nFROM golang:${GO} AS base\nWORKDIR /src\nENV CGO_ENABLED=0\n")
	for i := range 29 {
		fmt.Fprintf(&b, `
# build%[1]d makes the binary %[1]d
FROM base AS build%[1]d
ARG TARGETOS TARGETARCH
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=bind,from=base,source=/usr/local/go,target=/sdk \
    go mod download \
 && go vet ./...
COPY . .
RUN --mount=type=cache,target=/root/.cache/go-build GOOS=$TARGETOS GOARCH=$TARGETARCH go build -o /out/%[1]d ./cmd/%[1]d
FROM build%[1]d AS test%[1]d
RUN go test ./cmd/%[1]d/...
`, i)
	}
	b.WriteString("FROM scratch AS release\n")
	for i := range 29 {
		fmt.Fprintf(&b, "COPY --from=build%d /out/ /bin/\n", i)
	}
	b.WriteString("ENTRYPOINT [\"/bin/0\"]\n")
	return []byte(b.String())
}

// BenchmarkParse reports how much longer a graph takes than BuildKit's parser
// alone, which makes the syntax tree that it starts from.
func BenchmarkParse(b *testing.B) {
	src := sixty()
	if g := buildgraph.Parse(src, buildgraph.Options{}); len(g.Stages) != 60 || len(g.Problems) != 0 {
		b.Fatalf("%d stages, problems %v", len(g.Stages), g.Problems)
	}
	var graph, tree time.Duration
	for b.Loop() {
		start := time.Now()
		buildgraph.Parse(src, buildgraph.Options{})
		middle := time.Now()
		if _, err := parser.Parse(bytes.NewReader(src)); err != nil {
			b.Fatal(err)
		}
		graph += middle.Sub(start)
		tree += time.Since(middle)
	}
	b.ReportMetric(float64(graph)/float64(tree), "×parser")
	b.ReportMetric(float64(graph.Microseconds())/float64(b.N), "µs/graph")
}
