package leak

import (
	"fmt"
	"path"
	"strings"

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

// root is where this store lies, if d is in it.
func (c store) root(d string) (string, bool) {
	anywhere, relative := strings.CutPrefix(c.at, "*")
	if !relative {
		return c.at, below(d, c.at)
	}
	i := strings.Index(d, anywhere)
	if i < 0 {
		return "", false
	}
	root := d[:i+len(anywhere)]
	return root, below(d, root)
}

// caches reports the stores that a layer fills, each as one with its size.
func caches(v *view) []leak {
	all := stores()
	var leaks []leak
	for i, l := range v.layers {
		done := ""
		for _, d := range l.under("/") {
			if done != "" && below(d, done) {
				continue
			}
			for _, c := range all {
				root, ok := c.root(d)
				if !ok {
					continue
				}
				done = root
				if found, ok := cacheLeak(l, i, c, root); ok {
					leaks = append(leaks, found)
				}
				break
			}
		}
	}
	return leaks
}

func cacheLeak(l *layer, index int, c store, root string) (leak, bool) {
	count, size := l.sum(root)
	if size < c.min {
		return leak{}, false
	}
	largest, most, proof := "", int64(-1), c.has == ""
	for _, d := range l.under(root) {
		proof = proof || strings.Contains(d[len(root):], c.has)
		for _, f := range l.dirs[d].files {
			proof = proof || strings.Contains(f.name, c.has)
			if f.size > most {
				largest, most = path.Join(d, f.name), f.size
			}
		}
	}
	found := leak{
		rule: c.rule, title: c.what, layer: index, path: root, count: count, size: size, gone: -1, root: true, swallows: "CSKVT",
		evidence: []string{fmt.Sprintf("%s below %s", plural(count, "file"), root), fmt.Sprintf("the largest is %s, %s", largest, measure.Bytes(most))},
	}
	if size >= bigCache {
		found.worse = 1
	}
	return found, proof
}
