package report_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/inspect/report"
	"github.com/stagedive/stagedive/model/image"
)

func TestPaths(t *testing.T) {
	b := image.NewBuilder()
	for _, p := range []string{"usr/lib/a.so", "usr/lib/deep/er/b.so", "usr/doc/x", "app/a.so.1", "app/[id].js", "odd\x1b/x", "so"} {
		b.Add(image.Entry{Path: p, Size: 1, Sum: 1})
	}
	im := &image.Image{Layers: []image.Layer{{Tree: b.Tree()}}}
	for _, tt := range []struct{ patterns, want string }{
		{"", "/app/[id].js /app/a.so.1 /odd␛/x /so /usr/doc/x /usr/lib/a.so /usr/lib/deep/er/b.so"},
		{"*.so", "/usr/lib/a.so /usr/lib/deep/er/b.so"},
		{"/usr/lib/*.so", "/usr/lib/a.so"},
		{"usr/lib/*.so", "/usr/lib/a.so"},
		{"/usr/**/*.so", "/usr/lib/a.so /usr/lib/deep/er/b.so"},
		{"/usr", "/usr/doc/x /usr/lib/a.so /usr/lib/deep/er/b.so"},
		{"deep", "/usr/lib/deep/er/b.so"},
		{"/usr !*.so", "/usr/doc/x"},
		{"!/usr", "/app/[id].js /app/a.so.1 /odd␛/x /so"},
		{"/usr !deep b.so", "/usr/doc/x /usr/lib/a.so /usr/lib/deep/er/b.so"},
		{`\[id\].js`, "/app/[id].js"},
		{"?o", "/so"},
		{"/", "/app/[id].js /app/a.so.1 /odd␛/x /so /usr/doc/x /usr/lib/a.so /usr/lib/deep/er/b.so"},
		{"nothing", ""},
	} {
		paths, err := report.NewPaths(strings.Fields(tt.patterns))
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := report.Text(&out, report.Report{Image: im, Show: report.Show{Files: true, Paths: paths}}); err != nil {
			t.Fatal(err)
		}
		var got []string
		for line := range strings.Lines(out.String()) {
			got = append(got, line[strings.Index(line, "/"):len(line)-1])
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: %s", tt.patterns, strings.Join(got, " "))
		}
	}
	for _, bad := range []string{"[", "a[b", `\`} {
		if _, err := report.NewPaths([]string{bad}); err == nil {
			t.Errorf("%q is taken for a pattern", bad)
		}
	}
}
