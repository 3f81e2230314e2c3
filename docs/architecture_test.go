// Package docs holds the manual, and here the test that architecture.md is true.
package docs

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/stagedive/stagedive"

// goPackage is what `go list` says about one package.
type goPackage struct {
	ImportPath                string
	Imports, Deps             []string
	TestImports, XTestImports []string
}

// wall is one line of "Who knows whom".
type wall struct {
	// within are the packages behind the wall: their import paths, without the
	// module's, start with one of these.
	within []string
	// but are exceptions from within.
	but []string
	// barred tells which import paths may not be there.
	barred func(path string) bool
	// how far to look: the imports written in a file, those of the tests as well,
	// or everything that gets linked.
	reach reach
	why   string
}

type reach int

const (
	written reach = iota
	writtenInTestsToo
	linked
)

// anyOf matches packages at or below the paths.
func anyOf(paths ...string) func(string) bool {
	return func(path string) bool {
		return slices.ContainsFunc(paths, func(root string) bool {
			return path == root || strings.HasPrefix(path, strings.TrimSuffix(root, "/")+"/")
		})
	}
}

// wing gives the import paths of the project's own directories.
func wing(dirs ...string) func(string) bool {
	paths := make([]string, len(dirs))
	for i, dir := range dirs {
		paths[i] = module + "/" + dir
	}
	return anyOf(paths...)
}

// outsideStandardLibrary holds for every path that starts with a domain, except
// for those of the model itself.
func outsideStandardLibrary(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return strings.Contains(first, ".") && !wing("model")(path)
}

func walls() []wall {
	return []wall{
		{
			within: []string{"model"}, barred: outsideStandardLibrary, reach: linked,
			why: "the model says what a build is; it stays testable, replayable and free of anyone's types only while it needs nothing but the standard library",
		},
		{
			within: []string{"model"}, barred: wing("buildgraph", "inspect", "tui", "cmd", "examples"), reach: writtenInTestsToo,
			why: "everything knows the model and the model knows nobody, its tests included",
		},
		{
			within: []string{"buildgraph"}, barred: wing("inspect", "tui", "cmd"), reach: writtenInTestsToo,
			why: "building must work without looking into images or drawing; cmd joins them",
		},
		{
			within: []string{"inspect"}, barred: wing("buildgraph", "tui", "cmd"), reach: writtenInTestsToo,
			why: "an image from disk is inspected with no BuildKit anywhere; cmd joins the two",
		},
		{
			within: []string{"tui"}, barred: wing("buildgraph", "inspect", "cmd"), reach: writtenInTestsToo,
			why: "the screens are drawn from the model, so that a recorded build looks like a live one; the TUI declares the interfaces it needs and cmd hands in what fulfils them",
		},
		{
			within: []string{"examples"}, barred: wing("buildgraph", "inspect", "tui", "cmd"), reach: writtenInTestsToo,
			why: "examples and base images are input: every wing's tests may use them only while they use no wing",
		},
		{
			within: []string{"buildgraph", "inspect", "tui", "examples"}, barred: wing("cmd"), reach: writtenInTestsToo,
			why: "cmd wires; what others need from it belongs into a wing",
		},
		{
			within: []string{"model", "inspect", "tui", "examples"}, barred: anyOf("github.com/moby/buildkit"), reach: linked,
			why: "BuildKit lives behind buildgraph: its types would tie every screen to one version of it, and its weight would be linked into everything",
		},
		{
			within: []string{"model", "buildgraph", "inspect", "examples"},
			barred: anyOf("charm.land", "github.com/charmbracelet"), reach: linked,
			why: "only the TUI knows that there is a terminal; whoever draws elsewhere could not be tested without one, nor used in CI",
		},
		{
			within: []string{"model", "buildgraph", "inspect", "tui", "examples"}, but: []string{"buildgraph/engine", "inspect/source"},
			barred: anyOf(
				"github.com/google/go-containerregistry/pkg/v1/remote",
				"github.com/google/go-containerregistry/pkg/v1/daemon",
				"github.com/google/go-containerregistry/pkg/crane",
				"github.com/docker/docker", "github.com/moby/moby", "github.com/docker/buildx",
				"github.com/docker/cli/cli/command", "github.com/containers",
			),
			reach: written,
			why:   "what talks to a registry or to Docker sits where a connection is the subject, so that the rest provably works offline",
		},
	}
}

// breaches gives one sentence for every import that goes through a wall.
func breaches(packages []goPackage, walls []wall) []string {
	var found []string
	for _, p := range packages {
		for _, w := range walls {
			if !wing(w.within...)(p.ImportPath) || wing(w.but...)(p.ImportPath) {
				continue
			}
			imports := slices.Clone(p.Imports)
			switch w.reach {
			case writtenInTestsToo:
				imports = append(append(imports, p.TestImports...), p.XTestImports...)
			case linked:
				imports = append(imports, p.Deps...)
			}
			slices.Sort(imports)
			for _, path := range slices.Compact(imports) {
				if w.barred(path) {
					found = append(found, fmt.Sprintf("%s knows %s, but %s",
						strings.TrimPrefix(p.ImportPath, module+"/"), strings.TrimPrefix(path, module+"/"), w.why))
				}
			}
		}
	}
	return found
}

// listPackages asks the go command about the whole project.
func listPackages(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-deps", "-json=ImportPath,Imports,Deps,TestImports,XTestImports", "./...")
	cmd.Dir = ".."
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	output, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, complaint.String())
	}
	var own []goPackage
	for decoder := json.NewDecoder(bytes.NewReader(output)); ; {
		var p goPackage
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return own
		} else if err != nil {
			t.Fatal(err)
		}
		if anyOf(module)(p.ImportPath) {
			own = append(own, p)
		}
	}
}

func TestWalls(t *testing.T) {
	packages := listPackages(t)
	for _, dir := range []string{"model", "buildgraph", "inspect", "tui", "cmd"} {
		if !slices.ContainsFunc(packages, func(p goPackage) bool { return wing(dir)(p.ImportPath) }) {
			t.Errorf("there is no package in %s: this test looks at the wrong place", dir)
		}
	}
	for _, breach := range breaches(packages, walls()) {
		t.Error(breach)
	}
}

// Each wall stands: a package made to go through it is caught, and by that wall.
func TestEveryWallIsSeen(t *testing.T) {
	for _, test := range []struct {
		from, to string
		kind     reach
		says     string
	}{
		{"model/image", "golang.org/x/sys/unix", linked, "standard library"},
		{"model/image", module + "/tui", writtenInTestsToo, "knows nobody"},
		{"buildgraph/solve", module + "/inspect/scan", written, "without looking into images"},
		{"inspect", module + "/buildgraph", written, "no BuildKit anywhere"},
		{"tui/pane/graph", module + "/inspect/leak", writtenInTestsToo, "from the model"},
		{"examples/bases", module + "/tui", written, "are input"},
		{"inspect/scan", module + "/cmd/stagedive", written, "cmd wires"},
		{"inspect/scan", "github.com/moby/buildkit/client", linked, "behind buildgraph"},
		{"buildgraph/render", "charm.land/lipgloss/v2", linked, "only the TUI"},
		{"inspect/scan", "github.com/google/go-containerregistry/pkg/v1/remote", written, "works offline"},
	} {
		p := goPackage{ImportPath: module + "/" + test.from}
		switch test.kind {
		case written:
			p.Imports = []string{test.to}
		case writtenInTestsToo:
			p.XTestImports = []string{test.to}
		case linked:
			p.Deps = []string{test.to}
		}
		found := strings.Join(breaches([]goPackage{p}, walls()), "\n")
		if !strings.Contains(found, test.says) {
			t.Errorf("%s knows %s: wanted %q in\n%s", test.from, test.to, test.says, found)
		}
	}
	// And these doors are open.
	for from, to := range map[string]string{
		"model/layout": module + "/model", "tui/pane": "charm.land/bubbletea/v2", "cmd/stagedive": module + "/inspect",
		"buildgraph/solve": "github.com/moby/buildkit/client", "modelling": "github.com/moby/buildkit/client",
		"inspect/source/registry": "github.com/google/go-containerregistry/pkg/v1/remote",
	} {
		p := goPackage{ImportPath: module + "/" + from, Imports: []string{to}, Deps: []string{to}}
		if found := breaches([]goPackage{p}, walls()); len(found) > 0 {
			t.Errorf("a door is shut: %s", found)
		}
	}
}

// The page that newcomers read names every package there is.
func TestThePageNamesEveryPackage(t *testing.T) {
	page, err := os.ReadFile("architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range listPackages(t) {
		dir := strings.TrimPrefix(p.ImportPath, module+"/")
		if !strings.Contains(string(page), "`"+dir+"`") {
			t.Errorf("architecture.md does not say what `%s` is", dir)
		}
	}
}
