package leak

import (
	"bytes"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/inspect/scan"
)

// goToolOf says whether the main package at path is a tool for building Go, and
// how to call it. Programs that run in production never have these paths.
func goToolOf(mainPath string) (string, bool) {
	switch mainPath {
	case "cmd/go":
		return "go command", true
	case "cmd/compile":
		return "Go compiler", true
	case "cmd/link":
		return "Go linker", true
	case "cmd/asm":
		return "Go assembler", true
	case "cmd/gofmt", "cmd/vet", "cmd/cgo", "cmd/cover", "cmd/fix", "cmd/preprofile", "cmd/covdata",
		"cmd/pprof", "cmd/trace", "cmd/nm", "cmd/objdump", "cmd/pack", "cmd/addr2line", "cmd/buildid",
		"cmd/doc", "cmd/dist", "cmd/api", "cmd/test2json":
		return "Go tool " + strings.TrimPrefix(mainPath, "cmd/"), true
	case "golang.org/x/tools/gopls", "github.com/go-delve/delve/cmd/dlv",
		"github.com/golangci/golangci-lint/cmd/golangci-lint", "github.com/golangci/golangci-lint/v2/cmd/golangci-lint",
		"honnef.co/go/tools/cmd/staticcheck", "google.golang.org/protobuf/cmd/protoc-gen-go",
		"github.com/air-verse/air", "gotest.tools/gotestsum":
		return "Go tool " + path.Base(mainPath), true
	}
	return "", false
}

// goToolchains reports Go distributions, each as one with everything below its
// root, and Go tools that lie alone.
func goToolchains(v *view) []leak {
	var leaks []leak
	for i, l := range v.layers {
		roots := map[string]*leak{}
		var order []string
		var alone []mark
		for _, m := range l.marks {
			root := ""
			switch m.kind {
			case goRoot:
				root = path.Dir(m.path)
				if !l.holds(root+"/src/runtime") && !l.holds(root+"/pkg/tool") {
					continue
				}
			case goTool:
				if root = gorootOf(m.path); root == "" {
					alone = append(alone, m)
					continue
				}
			default:
				continue
			}
			g := roots[root]
			if g == nil {
				g = &leak{
					rule: "SD-T001", title: "Go toolchain", layer: i, path: root,
					gone: -1, root: true, swallows: "TSCK",
				}
				g.count, g.size = l.sum(root)
				roots[root] = g
				order = append(order, root)
			}
			if m.kind == goRoot {
				g.title = "Go toolchain " + m.name
			}
			g.evidence = append(g.evidence, m.detail)
		}
		for _, root := range order {
			g := roots[root]
			slices.SortFunc(g.evidence, func(a, b string) int { return evidenceRank(a) - evidenceRank(b) })
			g.evidence = limit(g.evidence, 4)
			leaks = append(leaks, *g)
		}
		alone = slices.DeleteFunc(alone, func(m mark) bool {
			return slices.ContainsFunc(order, func(root string) bool { return below(m.path, root) })
		})
		for _, m := range alone {
			leaks = append(leaks, leak{
				rule: "SD-T001", title: strings.ToUpper(m.name[:1]) + m.name[1:], layer: i, path: m.path, size: m.size,
				gone: -1, evidence: []string{m.detail},
			})
		}
	}
	return leaks
}

// evidenceRank puts what convinces most first: the compiler, the linker, the rest.
func evidenceRank(e string) int {
	for i, word := range [...]string{"VERSION", "path cmd/compile", "path cmd/link", "path cmd/go,"} {
		if strings.Contains(e, word) {
			return i
		}
	}
	return 9
}

// gorootOf is the root of the Go distribution that a tool lies in, or "".
func gorootOf(p string) string {
	if i := strings.Index(p, "/pkg/tool/"); i > 0 {
		return p[:i]
	}
	if root, ok := strings.CutSuffix(path.Dir(p), "/bin"); ok && strings.HasSuffix(root, "/go") {
		return root
	}
	return ""
}

// lookGoVersion proves that a file named VERSION is that of a Go distribution.
func lookGoVersion(s *sink, f scan.File, _ io.Reader) error {
	first, _, _ := bytes.Cut(f.Head, []byte("\n"))
	version := strings.TrimSpace(string(first))
	s.mark(mark{
		kind: goRoot, path: f.Path, name: version,
		detail: fmt.Sprintf("%s says %s", f.Path, version),
	})
	return nil
}

// jdks reports Java development kits. A runtime has no javac.
func jdks(v *view) []leak {
	releases := map[string]string{} // version by root, of any layer
	for _, l := range v.layers {
		for _, m := range l.marks {
			if m.kind == jdkRelease {
				releases[path.Dir(m.path)] = m.name
			}
		}
	}
	var leaks []leak
	for i, l := range v.layers {
		for _, m := range l.marks {
			if m.kind != javac {
				continue
			}
			root := path.Dir(path.Dir(m.path))
			found := leak{
				rule: "SD-T004", title: strings.TrimSpace("Java development kit " + releases[root]), layer: i, path: root,
				evidence: []string{m.detail}, gone: -1, root: true, swallows: "TSK",
			}
			if version := releases[root]; version != "" {
				found.evidence = append(found.evidence, fmt.Sprintf("%s/release says JAVA_VERSION %s", root, version))
			}
			if isSystemDir(root) {
				found.path, found.size, found.root = m.path, m.size, false
			} else {
				found.count, found.size = l.sum(root)
			}
			if l.holds(root + "/jmods") {
				found.evidence = append(found.evidence, root+"/jmods holds the modules that jlink builds runtimes from")
			}
			leaks = append(leaks, found)
		}
	}
	return leaks
}

// lookJavac proves that a program named javac is the JDK's launcher.
func lookJavac(s *sink, f scan.File, r io.Reader) error {
	proof, err := search(r, []string{"com.sun.tools.javac"})
	if err == nil && proof != "" {
		s.mark(mark{kind: javac, path: f.Path, size: f.Size, detail: fmt.Sprintf("%s: ELF program, launcher of %s", f.Path, proof)})
	}
	return err
}

// lookRelease reads the version from a Java runtime's release file.
func lookRelease(s *sink, f scan.File, _ io.Reader) error {
	for line := range strings.Lines(string(f.Head)) {
		if value, ok := strings.CutPrefix(strings.TrimSpace(line), "JAVA_VERSION="); ok {
			s.mark(mark{kind: jdkRelease, path: f.Path, name: strings.Trim(value, `"`)})
		}
	}
	return nil
}

// isSystemDir says whether a directory holds all sorts of things, so that it
// can't stand for one.
func isSystemDir(d string) bool {
	switch d {
	case "/", "/usr", "/usr/local", "/usr/lib", "/usr/share", "/opt", "/usr/libexec", "/usr/local/lib", "/root", "/home":
		return true
	}
	return false
}

// limit cuts evidence to the first n and says how much more there is.
func limit(evidence []string, n int) []string {
	if len(evidence) <= n {
		return evidence
	}
	return append(evidence[:n:n], fmt.Sprintf("and %d more of the kind", len(evidence)-n))
}
