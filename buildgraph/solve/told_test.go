package solve

import (
	"slices"
	"testing"

	"github.com/stagedive/stagedive/buildgraph"
)

func TestTold(t *testing.T) {
	g := buildgraph.Parse([]byte("ARG NPM_TOKEN=glob4l-Value\nFROM scratch\nENV DB_PASSWORD='s3cret-Value' PORT=8080 A=b\nENV API_KEY leg4cy-Value\nARG SESSION_SECRET=${X}\nENV POSTGRES_PASSWORD=postgres\n"), buildgraph.Options{})
	var got []string
	for _, v := range told(g, map[string]string{"GITHUB_TOKEN": "giv3n-Value", "VERSION": "1.2.3-verylong"}) {
		got = append(got, string(v))
	}
	slices.Sort(got)
	if want := []string{"giv3n-Value", "glob4l-Value", "leg4cy-Value", "s3cret-Value"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	r := newRedactor([][]byte{[]byte("h4nded-over")}).with(told(g, nil))
	if text := r.text("x s3cret-Value y"); text != "x "+stars+" y" || r.found.Load() {
		t.Errorf("%q, found %v", text, r.found.Load())
	}
	if text := r.text("h4nded-over"); text != stars || !r.found.Load() {
		t.Errorf("%q, found %v", text, r.found.Load())
	}
}
