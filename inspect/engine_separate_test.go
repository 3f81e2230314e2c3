//go:build engines

package inspect_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/crossing"
	"github.com/stagedive/stagedive/model/ladder"
)

// oneFile is a Dockerfile with stages, of instructions that need no program in the image.
const oneFile = `FROM scratch AS files
COPY out /out
FROM scratch AS more
COPY --from=files /out/lib/*.so /lib/
COPY app /app
FROM scratch AS final
COPY --from=more / /all/
COPY --from=files /out/link /linked
COPY --from=files --parents /out/./deep/er /parents/
COPY --from=files /out/lib /out/app /both/
`

// TestEngineSeparateFiles has a real Docker, with the builder that knows no BuildKit, do
// what model/ladder says was done before Dockerfiles had stages. It is here, and not beside
// that, because the Docker is.
func TestEngineSeparateFiles(t *testing.T) {
	alone(t)
	copies := func(text string, c model.Copy) model.Step {
		return model.Step{Command: "COPY", Text: text, Copy: &c}
	}
	g := &model.Graph{Lines: strings.Split(strings.TrimSpace(oneFile), "\n")}
	line := 0
	for i, name := range []string{"files", "more", "final"} {
		steps := [][]model.Step{
			{copies("COPY out /out", model.Copy{From: model.None, Sources: []string{"out"}, Dest: "/out"})},
			{
				copies("COPY --from=files /out/lib/*.so /lib/", model.Copy{From: 0, Sources: []string{"/out/lib/*.so"}, Dest: "/lib", Into: true}),
				copies("COPY app /app", model.Copy{From: model.None, Sources: []string{"app"}, Dest: "/app"}),
			},
			{
				copies("COPY --from=more / /all/", model.Copy{From: 1, Sources: []string{"/"}, Dest: "/all", Into: true}),
				copies("COPY --from=files /out/link /linked", model.Copy{From: 0, Sources: []string{"/out/link"}, Dest: "/linked"}),
				copies("COPY --from=files --parents /out/./deep/er /parents/", model.Copy{From: 0, Sources: []string{"/out/./deep/er"}, Dest: "/parents", Into: true, Parents: true}),
				copies("COPY --from=files /out/lib /out/app /both/", model.Copy{From: 0, Sources: []string{"/out/lib", "/out/app"}, Dest: "/both", Into: true}),
			},
		}[i]
		st := model.Stage{Index: i, Name: name, Base: "scratch", Steps: append([]model.Step{{Command: "FROM", Text: "FROM scratch AS " + name}}, steps...)}
		for k := range st.Steps {
			line++
			st.Steps[k].Index, st.Steps[k].Line, st.Steps[k].EndLine = k, line, line
			if c := st.Steps[k].Copy; c != nil && c.From != model.None {
				g.Edges = append(g.Edges, model.Edge{From: c.From, To: model.NodeID(i), Kind: model.EdgeCopy, Step: k, Line: line, Paths: c.Sources})
			}
		}
		g.Stages = append(g.Stages, st)
	}
	in := crossing.Input{Graph: g, Target: 2}
	separate := ladder.Of(in, crossing.Of(in)).Separate

	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range map[string]string{"out/lib/a.so": "a", "out/lib/b.so": "b", "out/lib/c.txt": "c", "out/deep/er/z": "z", "out/deep/y": "y", "out/app": "program", "app": "another"} {
		write(name, text)
	}
	if err := os.Symlink("lib/a.so", filepath.Join(dir, "out/link")); err != nil {
		t.Fatal(err)
	}
	for _, f := range separate.Files {
		write(f.Name, strings.Join(f.Lines, "\n")+"\n")
	}
	write("build.sh", strings.Join(separate.Script, "\n")+"\n")

	host := dockerd(t)
	cmd := exec.CommandContext(t.Context(), "sh", "build.sh")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "DOCKER_HOST="+host, "DOCKER_BUILDKIT=0")
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	run(t, nil, "docker", "-H", host, "create", "--name", "made", "stage/final", "-")
	export := exec.CommandContext(t.Context(), "docker", "-H", host, "export", "made")
	archive, err := export.Output()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for file := range strings.Lines(run(t, bytes.NewReader(archive), "tar", "-t")) {
		file = strings.TrimSpace(file)
		if top, _, _ := strings.Cut(file, "/"); !strings.HasSuffix(file, "/") && slices.Contains([]string{"all", "linked", "parents", "both"}, top) {
			got = append(got, file+" "+run(t, bytes.NewReader(archive), "tar", "-xO", file))
		}
	}
	slices.Sort(got)
	// What BuildKit makes of the file with stages.
	want := []string{
		"all/app another", "all/lib/a.so a", "all/lib/b.so b",
		"both/a.so a", "both/app program", "both/b.so b", "both/c.txt c",
		"linked a", "parents/deep/er/z z",
	}
	// A container has a few empty places of Docker's own below its root: those came along
	// with all of it.
	got = slices.DeleteFunc(got, func(f string) bool {
		return strings.HasPrefix(f, "all/etc/") || strings.HasPrefix(f, "all/dev/") || f == "all/.dockerenv "
	})
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
