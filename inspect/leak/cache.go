package leak

import (
	"fmt"
	"path"
	"strings"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
)

// store is a cache that a package manager or compiler keeps.
type store struct {
	rule string
	at   string // absolute, or with * before it a path that may lie anywhere
	what string
	has  string // part of the name of a file or directory that a real one has; "" for any
	min  int64  // bytes; smaller ones are not worth a finding
}

const (
	minCache = 64 << 10
	bigCache = 10 << 20 // from here on a cache is one step worse
)

// stores lists the caches. Those of the distributions come first.
func stores() []store {
	return []store{
		{"SD-C001", "/var/lib/apt/lists", "APT package lists", "", 256 << 10},
		{"SD-C001", "/var/cache/apt", "APT package cache", "", 256 << 10},
		{"SD-C002", "/var/cache/apk", "apk cache", "", minCache},
		{"SD-C002", "/etc/apk/cache", "apk cache", "", minCache},
		{"SD-C003", "/var/cache/dnf", "DNF cache", "", minCache},
		{"SD-C003", "/var/cache/libdnf5", "DNF cache", "", minCache},
		{"SD-C003", "/var/cache/yum", "YUM cache", "", minCache},
		{"SD-C003", "/var/cache/zypp", "Zypper cache", "", minCache},
		{"SD-C003", "/var/cache/pacman/pkg", "pacman cache", "", minCache},
		{"SD-C004", "*/.cache/pip", "pip cache", "", minCache},
		{"SD-C004", "*/.cache/uv", "uv cache", "", minCache},
		{"SD-C004", "*/.cache/pypoetry", "Poetry cache", "", minCache},
		{"SD-C004", "*/conda/pkgs", "conda package cache", ".conda", minCache},
		{"SD-C005", "*/_cacache", "npm cache", "content-v2", minCache},
		{"SD-C005", "*/.cache/yarn", "Yarn cache", "", minCache},
		{"SD-C005", "*/.yarn/berry/cache", "Yarn cache", ".zip", minCache},
		{"SD-C005", "*/.pnpm-store", "pnpm store", "", minCache},
		{"SD-C005", "*/.local/share/pnpm/store", "pnpm store", "", minCache},
		{"SD-C005", "*/pnpm/store", "pnpm store", "", minCache},
		{"SD-C005", "*/.bun/install/cache", "Bun cache", "", minCache},
		{"SD-C006", "*/.cache/go-build", "Go build cache", "-", minCache},
		{"SD-C006", "*/pkg/mod", "Go module cache", "@v", minCache},
		{"SD-C007", "*/.cargo/registry", "Cargo registry cache", "", minCache},
		{"SD-C007", "*/cargo/registry", "Cargo registry cache", "", minCache},
		{"SD-C007", "*/.cargo/git", "Cargo git cache", "", minCache},
		{"SD-C008", "*/.m2/repository", "Maven repository", ".pom", minCache},
		{"SD-C008", "*/.gradle/caches", "Gradle cache", "", minCache},
		{"SD-C008", "*/.gradle/wrapper/dists", "Gradle distributions", "", minCache},
		{"SD-C008", "*/.ivy2/cache", "Ivy cache", "", minCache},
		{"SD-C008", "*/.cache/coursier", "Coursier cache", "", minCache},
		{"SD-C009", "*/.composer/cache", "Composer cache", "", minCache},
		{"SD-C009", "*/.cache/composer", "Composer cache", "", minCache},
		{"SD-C009", "*/.nuget/packages", "NuGet package cache", ".nupkg", minCache},
		{"SD-C010", "*/.ccache", "ccache", "", minCache},
		{"SD-C010", "*/.cache/ccache", "ccache", "", minCache},
		{"SD-C010", "*/.cache/sccache", "sccache", "", minCache},
		{"SD-C010", "*/.cache/bazel", "Bazel cache", "", minCache},
	}
}

// is says whether a directory is where such a store lies.
func (c store) is(d string) bool {
	if anywhere, ok := strings.CutPrefix(c.at, "*"); ok {
		return strings.HasSuffix(d, anywhere)
	}
	return d == c.at
}

// caches reports the stores that a layer fills, each as one with its size.
func caches(v *view) []leak {
	byName := map[string][]store{} // by the last part of their path
	for _, c := range stores() {
		name := path.Base(c.at)
		byName[name] = append(byName[name], c)
	}
	var leaks []leak
	for i, l := range v.layers {
		done := ""
		for id := range l.tree.Walk(image.Root) {
			named := byName[l.tree.RawName(id)]
			if named == nil || !l.tree.IsDir(id) {
				continue
			}
			root := l.tree.RawPath(id)
			if done != "" && below(root, done) {
				continue
			}
			for _, c := range named {
				if !c.is(root) {
					continue
				}
				done = root
				if found, ok := cacheLeak(l, i, c, id); ok {
					leaks = append(leaks, found)
				}
				break
			}
		}
	}
	return leaks
}

func cacheLeak(l *layer, index int, c store, at image.NodeID) (leak, bool) {
	count, size := l.tree.Files(at), l.tree.Size(at)
	if size < c.min {
		return leak{}, false
	}
	largest, most, proof := at, int64(-1), c.has == ""
	for id := range l.tree.Walk(at) {
		if id == at || l.tree.Type(id) == image.Whiteout {
			continue
		}
		proof = proof || strings.Contains(l.tree.RawName(id), c.has)
		if n := l.tree.Size(id); !l.tree.IsDir(id) && n > most {
			largest, most = id, n
		}
	}
	root := l.tree.RawPath(at)
	found := leak{
		rule: c.rule, title: c.what, layer: index, path: root, count: count, size: size, gone: -1, root: true, swallows: "CSKVT",
		evidence: []string{fmt.Sprintf("%s below %s", plural(count, "file"), root), fmt.Sprintf("the largest is %s, %s", l.tree.RawPath(largest), measure.Bytes(most))},
	}
	if size >= bigCache {
		found.worse = 1
	}
	return found, proof
}
