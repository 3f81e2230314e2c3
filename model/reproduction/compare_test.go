package reproduction

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/stagedive/stagedive/model/reproduction/cause"
)

var began = time.Date(2026, 11, 22, 1, 0, 0, 0, time.UTC)

func at(seconds int) int64 { return began.Add(time.Duration(seconds) * time.Second).UnixNano() }

// base is an entry that a build wrote.
func base(path string) Entry {
	return Entry{Path: path, Type: File, Mode: 0o644, Size: 4, Blocks: []uint64{1}, ModTime: at(1)}
}

func with(e Entry, change func(*Entry)) Entry {
	e.Attrs = maps.Clone(e.Attrs)
	change(&e)
	return e
}

func TestFields(t *testing.T) {
	type want struct {
		Field         Field
		First, Second string
		Stays         bool
	}
	for name, c := range map[string]struct {
		change func(*Entry)
		want   []want
	}{
		"nothing": {func(*Entry) {}, nil},
		"mode":    {func(e *Entry) { e.Mode = 0o755 }, []want{{Mode, "0644", "0755", true}}},
		"owner":   {func(e *Entry) { e.UID, e.User = 7, "app" }, []want{{Owner, "0:0", "7:0 (app:)", true}}},
		"size":    {func(e *Entry) { e.Size, e.Blocks = 5, []uint64{2} }, []want{{Content, "", "", true}}},
		"content": {func(e *Entry) { e.Blocks = []uint64{2} }, []want{{Content, "", "", true}}},
		"type":    {func(e *Entry) { e.Type, e.Link, e.Size, e.Blocks = Symlink, "x", 0, nil }, []want{{FieldType, "file", "symbolic link", true}}},
		"xattrs": {func(e *Entry) { e.Attrs = map[string]string{"user.x": "abc"} }, []want{
			{Attributes, "none", "user.x (3 B)", true},
		}},
		"mtime":     {func(e *Entry) { e.ModTime = at(9) }, []want{{MTime, "2026-11-22 01:00:01", "2026-11-22 01:00:09", false}}},
		"old mtime": {func(e *Entry) { e.ModTime = at(-9) }, []want{{MTime, "2026-11-22 01:00:01", "2026-11-22 00:59:51", true}}},
		"device":    {func(e *Entry) { e.Minor = 3 }, []want{{DeviceNo, "0, 0", "0, 3", true}}},
		"headers":   {func(e *Entry) { e.Header = 9 }, []want{{Headers, "", "", true}}},
		"two": {func(e *Entry) { e.Mode, e.ModTime = 0o600, at(2) }, []want{
			{Mode, "0644", "0600", true}, {MTime, "2026-11-22 01:00:01", "2026-11-22 01:00:02", false},
		}},
	} {
		var got []want
		for _, d := range Compare([]Entry{base("/a")}, []Entry{with(base("/a"), c.change)}, began) {
			got = append(got, want{d.Field, d.First, d.Second, d.Stays})
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

func TestOrder(t *testing.T) {
	list := func(names ...string) (out []Entry) {
		for _, n := range names {
			out = append(out, base(n))
		}
		return out
	}
	got := Compare(list("/a", "/b", "/c", "/d"), list("/a", "/d", "/b", "/c"), began)
	want := []Difference{{Field: Order, Path: "/d", First: "after /c", Second: "after /a", At: -1, Stays: true}}
	if d := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Difference{})); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	// One more moves nothing.
	got = Compare(list("/a", "/b"), list("/0", "/a", "/b"), began)
	if len(got) != 1 || got[0].Field != OnlySecond || got[0].Path != "/0" {
		t.Errorf("%+v", got)
	}
	// A path twice: the first goes with the first.
	if got = Compare(list("/a", "/a"), list("/a", "/a"), began); len(got) != 0 {
		t.Errorf("%+v", got)
	}
}

// entries draws an archive.
func entries(t *rapid.T) []Entry {
	n := rapid.IntRange(0, 12).Draw(t, "n")
	var out []Entry
	for i := range n {
		e := base(fmt.Sprintf("/%d", i))
		e.Mode = rapid.Int64Range(0, 3).Draw(t, "mode")
		e.ModTime = at(rapid.IntRange(-5, 20).Draw(t, "mtime"))
		e.Blocks = []uint64{rapid.Uint64Range(0, 3).Draw(t, "content")}
		out = append(out, e)
	}
	return out
}

func TestAnArchiveIsLikeItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := entries(t)
		if got := Compare(a, slices.Clone(a), began); len(got) != 0 {
			t.Fatalf("%+v", got)
		}
	})
}

// What has moved are as few entries as can have: without them, the rest is in one order.
func TestAsFewAsCanHaveMoved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := entries(t)
		b := rapid.Permutation(a).Draw(t, "b")
		moved := map[string]bool{}
		for _, d := range Compare(a, b, began) {
			if d.Field != Order {
				t.Fatalf("%+v", d)
			}
			moved[d.Path] = true
		}
		rest := func(list []Entry) (out []string) {
			for _, e := range list {
				if !moved[e.Path] {
					out = append(out, e.Path)
				}
			}
			return out
		}
		if !slices.Equal(rest(a), rest(b)) {
			t.Fatalf("%v and %v without %v", rest(a), rest(b), moved)
		}
		longest := 0 // by trying all subsets of so few
		for set := range 1 << len(a) {
			var x, y []string
			for i, e := range a {
				if set>>i&1 == 1 {
					x = append(x, e.Path)
				}
			}
			for _, e := range b {
				if slices.Contains(x, e.Path) {
					y = append(y, e.Path)
				}
			}
			if slices.Equal(x, y) {
				longest = max(longest, len(x))
			}
			if len(a) > 8 {
				return
			}
		}
		if len(a)-len(moved) != longest {
			t.Fatalf("%d moved of %d, and %d could stay", len(moved), len(a), longest)
		}
	})
}

// The other way round, the same differs.
func TestBothWays(t *testing.T) {
	other := map[Field]Field{OnlyFirst: OnlySecond, OnlySecond: OnlyFirst}
	rapid.Check(t, func(t *rapid.T) {
		a, b := entries(t), entries(t)
		count := func(list []Difference, turn bool) map[string]int {
			out := map[string]int{}
			for _, d := range list {
				if d.Field == Order {
					continue // which of two has moved is a matter of view
				}
				f := d.Field
				if o, ok := other[f]; ok && turn {
					f = o
				}
				x, y := d.First, d.Second
				if turn {
					x, y = y, x
				}
				out[fmt.Sprint(d.Path, f, x, y, d.Stays)]++
			}
			return out
		}
		if d := cmp.Diff(count(Compare(a, b, began), false), count(Compare(b, a, began), true)); d != "" {
			t.Fatal(d)
		}
	})
}

// What is said to stay is what stays when all times later than an epoch before the builds
// are set to that, as rewrite-timestamp does.
func TestForesightIsWhatRewritingDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := entries(t), entries(t)
		clamp := func(list []Entry) []Entry {
			out := slices.Clone(list)
			epoch := began.Add(-2 * time.Second).UnixNano()
			for i := range out {
				if out[i].ModTime > epoch {
					out[i].ModTime = epoch
				}
			}
			return out
		}
		stays := map[string]bool{}
		for _, d := range Compare(a, b, began) {
			if d.Stays {
				stays[d.Path+string(d.Field)] = true
			}
		}
		left := map[string]bool{}
		for _, d := range Compare(clamp(a), clamp(b), began) {
			left[d.Path+string(d.Field)] = true
		}
		for k := range left {
			if !stays[k] {
				t.Fatalf("%s stays, and was said not to", k)
			}
		}
		for k := range stays {
			if !left[k] && !slices.ContainsFunc(a, func(e Entry) bool { return e.ModTime <= at(-1) }) && !slices.ContainsFunc(b, func(e Entry) bool { return e.ModTime <= at(-1) }) {
				t.Fatalf("%s was said to stay, and does not", k)
			}
		}
	})
}

func TestConfig(t *testing.T) {
	conf := func(created, entry, env string) any {
		return map[string]any{
			"created": created, "config": map[string]any{"Env": []any{"A=1", env}},
			"history": []any{map[string]any{"created": "x"}, map[string]any{"created": entry}},
			"rootfs":  map[string]any{"diff_ids": []any{created}},
		}
	}
	got := CompareConfig(conf("t1", "t1", "B=1"), conf("t2", "t2", "B=2"))
	want := []ConfigField{
		{Field: "config.Env[1]", First: "B=1", Second: "B=2", Stays: true},
		{Field: "created", First: "t1", Second: "t2", Cause: cause.Created},
		{Field: "history[1].created", First: "t1", Second: "t2", Cause: cause.Created},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if n, ok := got[2].History(); n != 1 || !ok {
		t.Errorf("entry %d, %v", n, ok)
	}
}
