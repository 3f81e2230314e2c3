package origin_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/inspect/origin"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/image"
)

// TestSources: what a COPY took what lies at a path from, by BuildKit's rules for
// directories, files, globs and --parents.
func TestSources(t *testing.T) {
	const stage, none = model.NodeID(0), model.None
	for _, tt := range []struct {
		name  string
		copy  model.Copy
		layer string // paths, parted by blanks
		path  string
		want  string
	}{
		{"a directory's content", model.Copy{From: stage, Sources: []string{"/app"}, Dest: "/srv"}, "srv/src/server.ts srv/dist/x.js", "/srv/src/server.ts", "builder:/app/src/server.ts"},
		{"the directory itself", model.Copy{From: stage, Sources: []string{"/app/"}, Dest: "/srv", Into: true}, "srv/src/server.ts srv/x", "/srv", "builder:/app"},
		{"of the context", model.Copy{From: none, Sources: []string{"."}, Dest: "/app", Into: true}, "app/src/a.ts app/b", "/app/src/a.ts", "context:src/a.ts"},
		{"the whole context", model.Copy{From: none, Sources: []string{"."}, Dest: "/app"}, "app/a app/b", "/app", "context:."},
		{"a directory below itself", model.Copy{From: none, Sources: []string{"./src"}, Dest: "/app/src"}, "app/src/a.ts app/src/b", "/app/src/a.ts", "context:src/a.ts"},
		{"a file under another name", model.Copy{From: stage, Sources: []string{"/out/server"}, Dest: "/bin/app"}, "bin/app", "/bin/app", "builder:/out/server"},
		{"a file into a directory", model.Copy{From: stage, Sources: []string{"/out/server"}, Dest: "/bin", Into: true}, "bin/server", "/bin/server", "builder:/out/server"},
		{"a file into a directory that is there", model.Copy{From: stage, Sources: []string{"/out/server"}, Dest: "/bin"}, "bin/server", "/bin/server", "builder:/out/server"},
		{"a directory with a file of its name", model.Copy{From: stage, Sources: []string{"/app"}, Dest: "/x"}, "x/app x/other", "/x/app", "builder:/app/app builder:/app"},
		{"several files", model.Copy{From: none, Sources: []string{"go.mod", "go.sum"}, Dest: "/src", Into: true}, "src/go.mod src/go.sum", "/src/go.sum", "context:go.sum"},
		{"a file beside a directory", model.Copy{From: none, Sources: []string{"tsconfig.json", "src"}, Dest: "/app", Into: true}, "app/tsconfig.json app/a.ts", "/app/a.ts", "context:src/a.ts"},
		{"two directories", model.Copy{From: none, Sources: []string{"src", "test"}, Dest: "/app", Into: true}, "app/a.ts app/b.ts", "/app/a.ts", "context:src/a.ts context:test/a.ts"},
		{"a glob of files", model.Copy{From: none, Sources: []string{"src/*.go"}, Dest: "/src", Into: true}, "src/a.go src/b.go", "/src/a.go", "context:src/a.go"},
		{"a glob of directories", model.Copy{From: stage, Sources: []string{"/app/*"}, Dest: "/x", Into: true}, "x/deep/a.go", "/x/deep/a.go", "builder:/app/*"},
		{"with parents", model.Copy{From: none, Sources: []string{"cmd/*/main.go", "go.mod"}, Dest: "/src", Into: true, Parents: true}, "src/cmd/a/main.go src/go.mod", "/src/cmd/a/main.go", "context:cmd/a/main.go"},
		{"with parents from a point", model.Copy{From: stage, Sources: []string{"/work/./cmd"}, Dest: "/src", Into: true, Parents: true}, "src/cmd/a/main.go", "/src/cmd/a/main.go", "builder:/work/cmd/a/main.go"},
		{"the directory above with parents", model.Copy{From: none, Sources: []string{"cmd/*/main.go"}, Dest: "/src", Into: true, Parents: true}, "src/cmd/a/main.go", "/src/cmd", "context:cmd"},
		{"an image", model.Copy{From: 2, Sources: []string{"/usr/local/go"}, Dest: "/usr/local/go"}, "usr/local/go/VERSION usr/local/go/x", "/usr/local/go", "golang:1:/usr/local/go"},
		{"a named context", model.Copy{From: 3, Sources: []string{"/web"}, Dest: "/web"}, "web/a.ts web/b", "/web/a.ts", "assets:web/a.ts"},
		{"below the base's working directory", model.Copy{From: none, Sources: []string{"."}, Below: "."}, "usr/src/app/a.ts", "/usr/src/app/a.ts", "context:a.ts"},
		{"an archive", model.Copy{From: none, Sources: []string{"src.tar.gz"}, Dest: "/src", Into: true, Unpacks: true}, "src/a.go", "/src/a.go", ""},
		{"a variable of the image's", model.Copy{From: stage, Sources: []string{"$X/a"}, Dest: "/src"}, "src/a.go", "/src/a.go", ""},
		{"elsewhere", model.Copy{From: none, Sources: []string{"."}, Dest: "/app"}, "app/a", "/application/a", ""},
		{"at the root", model.Copy{From: stage, Sources: []string{"/"}, Dest: "/"}, "usr/bin/gcc etc/x", "/usr/bin/gcc", "builder:/usr/bin/gcc"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := &model.Graph{
				Stages: []model.Stage{
					{Index: 0, Name: "builder", Steps: []model.Step{{Command: "FROM"}}},
					{Index: 1, Steps: []model.Step{{Command: "FROM"}, {Command: "COPY", Index: 1, Line: 9, Copy: &tt.copy}}},
				},
				Externals: []model.External{{Kind: model.ExternalImage, Ref: "golang:1"}, {Kind: model.ExternalContext, Ref: "assets"}},
			}
			b := image.NewBuilder()
			for p := range strings.FieldsSeq(tt.layer) {
				b.Add(image.Entry{Path: p, Size: 1})
			}
			im := &image.Image{Config: image.Config{WorkingDir: "/usr/src/app"}, Layers: []image.Layer{{Tree: b.Tree(), Origin: image.Origin{Stage: 1, Step: 1, Line: 9}}}}
			var got []string
			for _, s := range origin.Sources(im, g, 0, tt.path) {
				got = append(got, s.In(g))
			}
			if want := strings.Fields(tt.want); !slices.Equal(got, want) {
				t.Errorf("%s is of %q, want %q", tt.path, got, want)
			}
		})
	}
	if origin.Sources(&image.Image{Layers: []image.Layer{{Origin: image.Unknown}}}, &model.Graph{}, 0, "/a") != nil {
		t.Error("a layer that nobody knows has sources")
	}
}

// TestBaseDirectoryIsUnknownBelowAWorkdir: the image tells its last working directory,
// which need not be the one of the base.
func TestBaseDirectoryIsUnknownBelowAWorkdir(t *testing.T) {
	g := &model.Graph{Stages: []model.Stage{{Steps: []model.Step{
		{Command: "FROM"}, {Command: "COPY", Copy: &model.Copy{From: model.None, Sources: []string{"a"}, Below: "b"}}, {Command: "WORKDIR"},
	}}}}
	im := &image.Image{Config: image.Config{WorkingDir: "/later"}, Layers: []image.Layer{{Origin: image.Origin{Step: 1, Line: 2}}}}
	if _, ok := origin.CopyOf(im, g, 0); ok {
		t.Error("the destination is said to be known")
	}
	g.Stages[0].Steps = g.Stages[0].Steps[:2]
	if c, ok := origin.CopyOf(im, g, 0); !ok || c.Dest != "/later/b" {
		t.Errorf("it goes to %q, %v", c.Dest, ok)
	}
}

// TestMounted: what a RUN may have copied from what it mounts.
func TestMounted(t *testing.T) {
	g := &model.Graph{
		Stages: []model.Stage{
			{Index: 0, Name: "builder", Steps: []model.Step{{Command: "FROM"}}},
			{Index: 1, Steps: []model.Step{{Command: "FROM"}, {Command: "RUN", Index: 1, Mounts: []model.Mount{
				{Type: "bind", From: "builder", Source: "/app", Target: "/mnt"}, {Type: "bind", Source: "conf/key.pem", Target: "/key.pem"}, {Type: "cache", Target: "/c"}, {Type: "bind", From: "gone"},
			}}}},
		},
		Edges: []model.Edge{{From: 0, To: 1, Kind: model.EdgeMount, Step: 1, Paths: []string{"/app"}}},
	}
	im := &image.Image{Layers: []image.Layer{{Origin: image.Origin{Stage: 1, Step: 1, Line: 2}}, {Origin: image.Unknown}}}
	for path, want := range map[string]string{
		"/srv/src/a.ts": "builder:/app/srv/src/a.ts builder:/app/src/a.ts builder:/app/a.ts context:conf/key.pem/srv/src/a.ts context:conf/key.pem/src/a.ts context:conf/key.pem/a.ts",
		"/key.pem":      "builder:/app/key.pem context:conf/key.pem/key.pem context:conf/key.pem",
	} {
		var got []string
		for _, s := range origin.Mounted(im, g, 0, path) {
			got = append(got, s.In(g))
		}
		if all := strings.Join(got, " "); all != want {
			t.Errorf("%s: %s, want %s", path, all, want)
		}
	}
	if origin.Mounted(im, g, 1, "/x") != nil || origin.Mounted(im, nil, 0, "/x") != nil {
		t.Error("something is mounted where nobody knows what ran")
	}
}
