package baseline

import (
	"strings"
	"testing"

	"github.com/moby/buildkit/solver/pb"
)

// How a step is described decides what two records can be compared for: who
// changes the fields below makes header grow, and writes it here.
func TestFieldsBelongToTheVersion(t *testing.T) {
	const want = "stagedive baseline 3\n" +
		"exec: command shell directory user arg:A mount:/c variables options platform\n" +
		"file: sources destination options\n" +
		"merge: kind\n"
	d := describer{key: Key("key"), memo: map[string]Field{}, scope: func(string) string { return "arg" }}
	got := header
	for _, op := range []struct {
		name string
		op   *pb.Op
	}{
		{"exec", &pb.Op{
			Op: &pb.Op_Exec{Exec: &pb.ExecOp{
				Meta:   &pb.Meta{Args: []string{"sh", "-c", "x"}, Env: []string{"A=b"}},
				Mounts: []*pb.Mount{{Dest: "/"}, {Dest: "/c", MountType: pb.MountType_CACHE, CacheOpt: &pb.CacheOpt{ID: "/c"}}},
			}},
			Platform: &pb.Platform{OS: "linux"},
		}},
		{"file", &pb.Op{Op: &pb.Op_File{File: &pb.FileOp{Actions: []*pb.FileAction{{Action: &pb.FileAction_Copy{Copy: &pb.FileActionCopy{Src: "/a", Dest: "/b"}}}}}}}},
		{"merge", &pb.Op{Op: &pb.Op_Merge{Merge: &pb.MergeOp{}}}},
	} {
		var names []string
		for _, f := range d.own(op.op) {
			names = append(names, f.Name)
		}
		got += op.name + ": " + strings.Join(names, " ") + "\n"
	}
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// Which cache is mounted counts as little as the engine lets it count.
func TestCacheMounts(t *testing.T) {
	d := describer{key: Key("key"), memo: map[string]Field{}}
	sum := func(id string, sharing pb.CacheSharingOpt) Sum {
		op := &pb.Op{Op: &pb.Op_Exec{Exec: &pb.ExecOp{Meta: &pb.Meta{}, Mounts: []*pb.Mount{
			{Dest: "/c", MountType: pb.MountType_CACHE, CacheOpt: &pb.CacheOpt{ID: id, Sharing: sharing}},
		}}}}
		for _, f := range d.own(op) {
			if f.Name == "mount:/c" {
				return f.Sum
			}
		}
		t.Fatal("no field for the mount")
		return ""
	}
	usual, own := sum("/c", pb.CacheSharingOpt_SHARED), sum("mine", pb.CacheSharingOpt_SHARED)
	if usual == own {
		t.Error("an ID of one's own is another key than the usual one")
	}
	if own != sum("other", pb.CacheSharingOpt_LOCKED) {
		t.Error("which ID it is counts")
	}
}
