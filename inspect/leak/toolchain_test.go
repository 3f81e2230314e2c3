package leak_test

import (
	osexec "os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
)

// goroot is the Go distribution that runs this test: a real one.
func goroot(t *testing.T) string {
	t.Helper()
	out, err := osexec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// part keeps what of a GOROOT these tests need: its version, tools and some of
// its sources, those with test keys among them.
func part(rel string) bool {
	for _, p := range []string{"VERSION", "bin/gofmt", "src/runtime/", "src/crypto/tls/"} {
		if strings.HasPrefix(rel, p) {
			return true
		}
	}
	return strings.HasPrefix(rel, "pkg/tool/") && strings.HasSuffix(rel, "/compile")
}

func TestGoDistributionIsOneFinding(t *testing.T) {
	root := goroot(t)
	entries := tree(t, root, "/usr/local/go", part)
	// The same under /opt, where sources count as an application's.
	for _, at := range []string{"/usr/local/go", "/opt/go"} {
		moved := make([]entry, len(entries))
		for i, e := range entries {
			moved[i] = e
			moved[i].path = at + strings.TrimPrefix(e.path, "/usr/local/go")
		}
		found := find(t, &image.Image{}, nil, moved)
		if len(found) != 1 {
			t.Fatalf("%d findings, want 1: %s", len(found), summary(found))
		}
		f := one(t, found, "SD-T001")
		if f.Path != at || f.Files != len(entries) || f.Severity != finding.High || f.Size < 20<<20 {
			t.Errorf("path %s, %d files of %d, %v, %d bytes", f.Path, f.Files, len(entries), f.Severity, f.Size)
		}
		all := strings.Join(f.Evidence, "\n")
		for _, want := range []string{at + "/VERSION says go1.", "Go build info: path cmd/compile, go1."} {
			if !strings.Contains(all, want) {
				t.Errorf("evidence %q lacks %q", all, want)
			}
		}
	}
}

func TestGoToolUnderAnotherName(t *testing.T) {
	root := goroot(t)
	gofmt := filepath.Join(root, "bin", "gofmt")
	found := find(t, &image.Image{}, nil, []entry{{path: "/app/server", host: gofmt, mode: 0o755}})
	f := one(t, found, "SD-T001")
	if f.Path != "/app/server" || !strings.Contains(f.Evidence[0], "path cmd/gofmt") {
		t.Errorf("%+v", f)
	}
}

// A Go program is no toolchain, even one named compile.
func TestGoProgramIsNoLeak(t *testing.T) {
	bin := filepath.Join(t.TempDir(), "compile")
	cmd := osexec.Command("go", "build", "-o", bin, ".")
	cmd.Dir = "testdata/hello"
	cmd.Env = append(cmd.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOFLAGS=-mod=mod", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("building: %v\n%s", err, out)
	}
	if found := find(t, &image.Image{}, nil, []entry{{path: "/app/compile", host: bin, mode: 0o755}}); len(found) > 0 {
		t.Errorf("found %s", summary(found))
	}
}

// native is what makes a small file look like a native program with a string.
func native(proof string) string {
	return "\x7fELF\x02\x01\x01" + strings.Repeat("\x00", 300<<10) + proof + strings.Repeat("\x00", 100)
}

func TestNativeToolchains(t *testing.T) {
	layer := []entry{
		symlink("/usr/bin/gcc", "gcc-12"),
		exec("/usr/bin/x86_64-linux-gnu-gcc-12", native("COLLECT_GCC")),
		exec("/usr/bin/x86_64-linux-gnu-ld.bfd", native("GNU ld")),
		exec("/usr/lib/gcc/x86_64-linux-gnu/12/cc1", native("ggc-min-expand")),
		exec("/usr/bin/make", native("MAKEFLAGS")),
		text("/var/lib/dpkg/status", dpkgStatus("libc6", "gcc-12-base", "gcc-12", "g++", "binutils", "make", "libc6-dev", "libssl-dev")),
	}
	found := find(t, &image.Image{}, nil, []entry{text("/var/lib/dpkg/status", dpkgStatus("libc6", "gcc-12-base"))}, layer)
	if len(found) != 3 {
		t.Fatalf("%d findings, want 3: %s", len(found), summary(found))
	}
	c := one(t, found, "SD-T002")
	if c.Title != "C/C++ compiler: 3 dpkg packages" || c.Path != "/usr/bin/x86_64-linux-gnu-gcc-12" || c.Layer != 1 {
		t.Errorf("%+v", c)
	}
	if c.Subject() != "3 packages (binutils, g++, …)" {
		t.Errorf("the size of all packages is told of %s", c.Subject())
	}
	if all := strings.Join(c.Evidence, "\n"); !strings.Contains(all, "binutils 1.0-1, g++ 1.0-1, gcc-12 1.0-1") || !strings.Contains(all, `GCC compiler proper (holds "ggc-min-expand")`) {
		t.Errorf("evidence: %s", all)
	}
	one(t, found, "SD-T005")
	if h := one(t, found, "SD-T003"); h.Severity != finding.Low || h.Size != 200<<10 {
		t.Errorf("%+v", h)
	}
}

func TestPackagesRemovedLaterStillShip(t *testing.T) {
	base := []entry{text("/lib/apk/db/installed", apkInstalled("musl", "busybox"))}
	with := []entry{text("/lib/apk/db/installed", apkInstalled("musl", "busybox", "gcc", "musl-dev")), exec("/usr/bin/gcc", native("COLLECT_GCC"))}
	without := []entry{text("/lib/apk/db/installed", apkInstalled("musl", "busybox")), gone("/usr/bin/gcc")}
	found := find(t, &image.Image{}, nil, base, with, without)
	f := one(t, found, "SD-T002")
	if f.Layer != 1 || f.Deleted != 2 || f.Severity != finding.High {
		t.Errorf("layer %d, deleted %d, %v", f.Layer, f.Deleted, f.Severity)
	}
	if last := f.Evidence[len(f.Evidence)-1]; !strings.Contains(last, "layer 3 removes or overwrites it, but layer 2 still has it") {
		t.Errorf("evidence: %s", last)
	}
}

func TestJDKButNotJRE(t *testing.T) {
	const root = "/opt/java"
	release := text(root+"/release", "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"21.0.1\"\n")
	java := exec(root+"/bin/java", native("JLI_Launch"))
	if found := find(t, &image.Image{}, nil, []entry{release, java}); len(found) > 0 {
		t.Errorf("a JRE is reported: %s", summary(found))
	}
	found := find(t, &image.Image{}, nil, []entry{release, java, exec(root+"/bin/javac", native("jdk.compiler/com.sun.tools.javac.Main")), blob(root+"/jmods/java.base.jmod", 1<<20)})
	f := one(t, found, "SD-T004")
	if f.Title != "Java development kit 21.0.1" || f.Path != root || f.Files != 4 {
		t.Errorf("%+v", f)
	}
}

func TestNodePackages(t *testing.T) {
	at := "/app/node_modules/"
	found := find(t, &image.Image{}, nil, []entry{
		text(at+"typescript/package.json", `{"name":"typescript","version":"5.4.0"}`), blob(at+"typescript/lib/tsc.js", 9<<20),
		text(at+"jest/package.json", `{"name":"jest","version":"29.0.0"}`), text(at+"@types/node/package.json", `{"name":"@types/node","version":"20.1.0"}`),
		text(at+"mocha/package.json", `{"name":"not-mocha"}`), text(at+"express/package.json", `{"name":"express"}`),
	})
	if len(found) != 2 {
		t.Fatalf("%d findings, want 2: %s", len(found), summary(found))
	}
	if f := one(t, found, "SD-T007"); f.Path != at+"typescript" || f.Files != 2 || f.Evidence[0] != at+"typescript/package.json is typescript 5.4.0, 9.4 MB" {
		t.Errorf("%+v", f)
	}
	if f := one(t, found, "SD-D001"); f.Path != "/app/node_modules" || f.Files != 2 {
		t.Errorf("%+v", f)
	}
}

func TestBaseIsJudgedMilder(t *testing.T) {
	graph := &model.Graph{
		Stages:    []model.Stage{{Index: 0, Base: "golang:1.26", Line: 1, EndLine: 2, Steps: []model.Step{{Command: "FROM", Line: 1}}}},
		Externals: []model.External{{Kind: model.ExternalImage, Ref: "golang:1.26"}},
		Edges:     []model.Edge{{From: 1, To: 0, Kind: model.EdgeBase, Line: 1}},
	}
	if runtime.GOOS != "linux" {
		t.Fatal("the Go distribution of a Linux machine is needed")
	}
	im := &image.Image{Layers: []image.Layer{{Origin: image.Origin{Stage: -1, Step: -1, Base: true}}}}
	f := one(t, find(t, im, graph, tree(t, goroot(t), "/usr/local/go", part)), "SD-T001")
	if !f.Base || f.Stage != -1 || f.Severity != finding.Medium || !strings.HasPrefix(f.Fix, "line 1: FROM golang:1.26 brings this") {
		t.Errorf("%+v", f)
	}
}
