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

// tools reports compilers and build systems that are native programs or jars: a
// distribution in a directory of its own as one with all that is below, and what
// lies among other programs as one finding for each family in a layer.
func tools(v *view) []leak {
	var leaks []leak
	for i, l := range v.layers {
		groups := map[[2]string][]mark{} // by family and root
		for _, m := range l.marks {
			if m.kind == nativeTool || m.kind == jar {
				k := [2]string{m.name, toolRoot(l, m)}
				groups[k] = append(groups[k], m)
			}
		}
		order := make([][2]string, 0, len(groups))
		for k := range groups {
			order = append(order, k)
		}
		slices.SortFunc(order, func(a, b [2]string) int { return strings.Compare(a[0]+"\x00"+a[1], b[0]+"\x00"+b[1]) })
		for _, k := range order {
			leaks = append(leaks, toolLeak(l, i, k[0], k[1], groups[k]))
		}
	}
	return leaks
}

func toolLeak(l *layer, index int, family, root string, marks []mark) leak {
	slices.SortStableFunc(marks, func(a, b mark) int { return toolRank(a) - toolRank(b) })
	found := leak{rule: ruleOfFamily(family), title: family, layer: index, path: marks[0].path, gone: -1}
	if root != "" {
		found.path, found.root, found.swallows = root, true, "TSK"
		found.count, found.size = l.sum(root)
	} else {
		for _, m := range marks {
			found.files = append(found.files, m.path)
			found.size += m.size
		}
		if len(marks) > 1 {
			found.count = len(marks)
		}
	}
	for _, m := range marks {
		found.evidence = append(found.evidence, m.detail)
	}
	found.evidence = limit(found.evidence, 4)
	return found
}

// toolRank puts what gives a toolchain its name before its helpers.
func toolRank(m mark) int {
	for i, name := range [...]string{"GCC driver", "Clang", "GCC compiler proper", "Rust compiler", "-core-"} {
		if strings.Contains(m.detail, name) {
			return i
		}
	}
	return 9
}

// toolRoot is the directory that the distribution of a tool has for its own, or ""
// for a tool that lies among other programs.
func toolRoot(l *layer, m mark) string {
	root := path.Dir(m.path)
	switch path.Base(root) {
	case "bin", "lib":
		root = path.Dir(root)
	case "bincore": // sdk/VERSION/Roslyn/bincore
		root = path.Dir(path.Dir(root))
	}
	if isSystemDir(root) {
		return ""
	}
	switch m.name {
	case familyRust:
		if l.holds(root + "/lib/rustlib") {
			return root
		}
	case familyJVM, familyDotnet, familyZig:
		return root
	}
	return ""
}

// commonDir is the deepest directory that both are in.
func commonDir(a, b string) string {
	for !below(b, a) {
		a = path.Dir(a)
	}
	return a
}

// layoutProbe knows distributions by the files that each has.
func layoutProbe(f scan.File, dirPath, base string) *probe {
	switch base {
	case "VERSION":
		if f.Size < 512 && (bytes.HasPrefix(f.Head, []byte("go1.")) || bytes.HasPrefix(f.Head, []byte("devel go1."))) {
			return &probe{look: lookGoVersion}
		}
	case "release":
		if bytes.Contains(f.Head, []byte("JAVA_VERSION=")) {
			return &probe{look: lookRelease}
		}
	case "package.json":
		if strings.Contains(dirPath, "/node_modules/") {
			return nodeProbe(dirPath)
		}
	case "HEAD":
		if path.Base(dirPath) == ".git" {
			return &probe{look: lookGitHead}
		}
	case "wc.db", "entries":
		if path.Base(dirPath) == ".svn" {
			return &probe{look: lookSvn}
		}
	case "00changelog.i", "requires":
		if strings.HasSuffix(dirPath, "/.hg/store") || path.Base(dirPath) == ".hg" {
			return &probe{look: lookHg}
		}
	case "csc.dll":
		if strings.HasSuffix(dirPath, "/Roslyn/bincore") && bytes.HasPrefix(f.Head, []byte("MZ")) {
			return &probe{look: lookJar}
		}
	}
	if strings.HasSuffix(base, ".jar") && bytes.HasPrefix(f.Head, []byte("PK\x03\x04")) && jarTool(dirPath, base) != "" {
		return &probe{look: lookJar}
	}
	return nil
}

// jarTool names the build tool that a jar in its lib directory is the heart of.
func jarTool(dirPath, base string) string {
	if path.Base(dirPath) != "lib" && !(base == "sbt-launch.jar" && path.Base(dirPath) == "bin") {
		return ""
	}
	switch {
	case strings.HasPrefix(base, "maven-core-"):
		return "Maven"
	case strings.HasPrefix(base, "gradle-core-"), strings.HasPrefix(base, "gradle-launcher-"), strings.HasPrefix(base, "gradle-cli-main-"):
		return "Gradle"
	case base == "kotlin-compiler.jar":
		return "Kotlin compiler"
	case base == "sbt-launch.jar":
		return "sbt"
	case base == "ant-launcher.jar":
		return "Ant"
	}
	return ""
}

// lookJar notes a tool made of managed code; its head has proved what it is.
func lookJar(s *sink, f scan.File, _ io.Reader) error {
	dirPath, base := path.Split(f.Path)
	m := mark{kind: jar, path: f.Path, name: familyJVM, size: f.Size}
	if base == "csc.dll" {
		m.name, m.detail = familyDotnet, f.Path+": the C# compiler of a .NET SDK"
	} else {
		m.detail = fmt.Sprintf("%s: jar archive, %s", f.Path, jarTool(clip(dirPath), base))
	}
	s.mark(m)
	return nil
}

// minHeaders is how many headers make a finding; fewer come with many things.
const minHeaders = 50

// headers reports C headers that lie in the system's include directories. Those
// that an interpreter brings for its extensions are part of that runtime.
func headers(v *view) []leak {
	var leaks []leak
	for i, l := range v.layers {
		for _, root := range [...]string{"/usr/include", "/usr/local/include"} {
			count, size := 0, int64(0)
			for d, id := range l.dirs(root) {
				if isRuntimeInclude(d) {
					continue
				}
				for f := range l.files(id) {
					if e := path.Ext(l.tree.RawName(f)); e == ".h" || e == ".hpp" {
						count++
						size += l.tree.Size(f)
					}
				}
			}
			if count >= minHeaders {
				leaks = append(leaks, leak{
					rule: "SD-T003", title: "C and C++ headers", layer: i, path: root, isDir: true, count: count, size: size, gone: -1,
					evidence: []string{fmt.Sprintf("%d header files below %s", count, root)},
				})
			}
		}
	}
	return leaks
}

func isRuntimeInclude(d string) bool {
	for _, name := range [...]string{"/include/node", "/include/python", "/include/ruby", "/include/php"} {
		if strings.Contains(d, name) {
			return true
		}
	}
	return false
}
