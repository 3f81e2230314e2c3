package history

import (
	"encoding/json"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stagedive/stagedive/internal/manual"
	"github.com/stagedive/stagedive/model/build"
)

func at(s int) time.Time { return time.Unix(int64(1000+s), 0) }

func records() []Record {
	return []Record{
		{Ref: "abcdefgh1", Name: "shop", Dockerfile: "Dockerfile", Target: "web", Started: at(1), Ended: at(3), Outcome: build.OutcomeSucceeded, Steps: 9, Cached: 4, Completed: 9, Own: true, Project: "p"},
		{Ref: "abcdefgh2", Name: "shop", Dockerfile: "build/Other", Started: at(5), Ended: at(6), Outcome: build.OutcomeFailed, Error: "no", Project: "p", Platforms: []string{"linux/arm64"}},
		{Ref: "xyz", Dockerfile: "Dockerfile", Started: at(2)},
	}
}

func refs(rs []Record) string {
	var out []string
	for _, r := range rs {
		out = append(out, r.Ref)
	}
	return strings.Join(out, " ")
}

func TestSortAndFilter(t *testing.T) {
	all := records()
	Sort(all)
	if got := refs(all); got != "xyz abcdefgh2 abcdefgh1" {
		t.Errorf("sorted: %s", got)
	}
	for _, tt := range []struct {
		f    Filter
		want string
	}{
		{Filter{}, "xyz abcdefgh2 abcdefgh1"},
		{Filter{Limit: 2}, "xyz abcdefgh2"},
		{Filter{Project: "p", Limit: 1}, "abcdefgh2"},
		{Filter{Target: "WEB"}, "abcdefgh1"},
		{Filter{Words: "running"}, "xyz"},
		{Filter{Words: "SHOP other"}, "abcdefgh2"},
		{Filter{Words: "arm64"}, "abcdefgh2"},
		{Filter{Words: "shop nowhere"}, ""},
		{Filter{Words: "abcdefgh2"}, "abcdefgh2"},
		{Filter{Words: "bcdefgh2"}, ""}, // a letter or two are somewhere in every ref
	} {
		if got := refs(tt.f.Of(all)); got != tt.want {
			t.Errorf("%+v: %q, want %q", tt.f, got, tt.want)
		}
	}
}

func TestFindAndShort(t *testing.T) {
	all := records()
	for _, r := range all {
		short := Short(r.Ref, all)
		if found, err := Find(all, short); err != nil || found.Ref != r.Ref {
			t.Errorf("%s, short for %s, finds %q: %v", short, r.Ref, found.Ref, err)
		}
	}
	for prefix, want := range map[string]string{
		"abc": "beginning of 2 builds; add characters: abcdefgh1 or abcdefgh2", "q": "stagedive history lists them", "": "no build",
	} {
		if _, err := Find(all, prefix); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", prefix, err, want)
		}
	}
	if got := Short("abcdef123456", all[2:]); got != "abcdef" {
		t.Errorf("alone: %q", got)
	}
}

func TestRecord(t *testing.T) {
	all := records()
	for i, want := range []string{"shop", "shop/Other", "Dockerfile"} {
		if got := all[i].Title(); got != want {
			t.Errorf("title %q, want %q", got, want)
		}
	}
	if all[0].Elapsed(at(99)) != 2*time.Second || all[2].Elapsed(at(99)) != 97*time.Second || all[2].Elapsed(at(0)) != 0 {
		t.Error("elapsed")
	}
	if all[0].Ran() != 5 || all[2].Ran() != 0 {
		t.Error("ran")
	}
}

func TestDocument(t *testing.T) {
	d := NewDocument(build.Engine{Name: "e"}, records(), at(10))
	if len(d.Builds) != 3 || d.Builds[2].State != StateRunning || d.Builds[2].Steps != nil || d.Builds[2].Ended != nil || d.Builds[2].DurationMS != 8000 {
		t.Errorf("%+v", d)
	}
	if b := d.Builds[0]; b.DurationMS != 2000 || *b.Steps != (Steps{9, 4, 5}) || !b.Ended.Equal(at(3)) {
		t.Errorf("%+v", b)
	}
	raw, err := json.Marshal(NewDocument(build.Engine{}, nil, at(0)))
	if err != nil || !strings.Contains(string(raw), `"builds":[]`) {
		t.Errorf("%s %v", raw, err)
	}
}

// docs/history-json.md explains the keys that there are, and no others.
func TestDocs(t *testing.T) {
	manual.Same(t, manual.Keys(t, filepath.Join("..", "..", "docs", "history-json.md"), "## The list"), manual.KeysOf(reflect.TypeFor[Document]()))
}
