package main

import (
	"bytes"
	"context"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/stagedive/stagedive/inspect/hostile"
)

// Names, settings and instructions that try to be more than text are text in every form of
// a comparison: they drive no terminal, and are no part of a page's own structure.
func TestHostileNamesCompared(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	other := emptyImage(t)
	for _, c := range hostile.Cases() {
		if !c.Names || c.Refused || c.Large {
			continue
		}
		t.Run(c.Family+"/"+c.Name, func(t *testing.T) {
			ref, err := c.Write(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			for _, format := range comparisonFormats {
				var stdout, stderr bytes.Buffer
				env := environment{stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr, getenv: os.Getenv, environ: os.Environ()}
				if code := run(context.Background(), []string{"compare", "--all", "--format", format, other, ref}, env); code != exitOK {
					t.Fatalf("%s: exit code %d: %s", format, code, &stderr)
				}
				out := stdout.String()
				if i := strings.IndexFunc(out, drivesTerminal); i >= 0 {
					t.Errorf("%s: %q reaches the reader", format, out[max(0, i-40):min(len(out), i+40)])
				}
				if strings.Contains(out, hostile.Secret) {
					t.Errorf("%s tells a secret", format)
				}
				if format == "html" {
					inert(t, out)
				}
			}
		})
	}
}

// inert fails where a page has anything that loads or runs.
func inert(t *testing.T, page string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if slices.Contains([]string{"script", "link", "img", "iframe", "object", "embed", "a", "base", "form", "video", "audio", "image", "use", "foreignobject"}, strings.ToLower(n.Data)) {
			t.Errorf("the page has a <%s>", n.Data)
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || slices.Contains([]string{"src", "href", "srcset", "action", "background"}, a.Key) {
				t.Errorf("the page has <%s %s=%q>", n.Data, a.Key, a.Val)
			}
		}
	}
}
