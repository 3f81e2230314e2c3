package buildgraph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/buildgraph"
	"github.com/stagedive/stagedive/model"
)

// TestCopies: what a COPY takes and where it puts it is known after variables and
// working directories, and said to be unknown where only the base image knows.
func TestCopies(t *testing.T) {
	const file = `ARG TOP=/srv
FROM scratch AS builder
FROM scratch AS out
ARG NAME=web
ENV DIR=/opt/${NAME}
WORKDIR /app
%s
FROM debian AS based
%s
`
	for _, tt := range []struct{ scratch, debian, want string }{
		{"COPY a b", "", "context [a] /app/b"},
		{"COPY a .", "", "context [a] /app into"},
		{"COPY a b $DIR/", "", "context [a b] /opt/web into"},
		{"COPY --from=builder /app/$NAME/ ./", "", "builder [/app/web/] /app into"},
		{"COPY --from=0 --exclude=*.ts --link --chown=1:1 /a ../x", "", "builder [/a] /x without *.ts"},
		{"COPY --from=nginx:1 /etc /e", "", "nginx:1 [/etc] /e"},
		{"COPY --parents src/./a/*.go /x", "", "context [src/./a/*.go] /x into parents"},
		{"ADD a.tar https://example.org/b /x/", "", "context [a.tar] /x into unpacks"},
		{"ADD --unpack=false a.tar /x", "", "context [a.tar] /x"},
		{"COPY <<A <<B /x/\nA\nB\n", "", "context [] /x into"},
		{"", "COPY a b", "context [a] below b"},
		{"", "COPY a .", "context [a] below . into"},
		{"", "WORKDIR x\nCOPY a /b", "context [a] /b"},
		{"", "WORKDIR /w\nCOPY a b", "context [a] /w/b"},
		{"", "COPY a $OF_THE_IMAGE/b", "context [a]"},
		{"", "COPY $OF_THE_IMAGE/a /b", "context [$OF_THE_IMAGE/a] /b"},
	} {
		g := buildgraph.Parse(fmt.Appendf(nil, file, tt.scratch, tt.debian), buildgraph.Options{BuildPlatform: "linux/amd64"})
		got := ""
		for _, st := range g.Stages {
			for _, s := range st.Steps {
				if s.Copy != nil {
					got += describeCopy(g, s.Copy)
				}
			}
		}
		if got != tt.want {
			t.Errorf("%s%s: %s, want %s", tt.scratch, tt.debian, got, tt.want)
		}
	}
}

func describeCopy(g *model.Graph, c *model.Copy) string {
	from := "context"
	if c.From != model.None {
		from = g.Label(c.From)
	}
	out := []string{from, fmt.Sprint(c.Sources)}
	if c.Dest != "" {
		out = append(out, c.Dest)
	}
	if c.Below != "" {
		out = append(out, "below", c.Below)
	}
	if c.Into {
		out = append(out, "into")
	}
	if c.Parents {
		out = append(out, "parents")
	}
	if c.Unpacks {
		out = append(out, "unpacks")
	}
	if len(c.Exclude) > 0 {
		out = append(out, "without "+strings.Join(c.Exclude, " "))
	}
	return strings.Join(out, " ")
}
