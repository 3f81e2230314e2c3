package leak

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/inspect/leak/mark"
	"github.com/stagedive/stagedive/inspect/leak/paths"
)

// keys reports files with private keys. Those among documentation, examples and
// test data are known to everybody and secure nothing: a layer's are one finding.
func keys(v *view) []leak {
	var leaks []leak
	for i, l := range v.layers {
		var own, examples []leak
		for _, m := range l.marks {
			if m.Kind != mark.PrivateKey || v.swallowed(m.Path, 'K', false) {
				continue
			}
			list := &own
			example := exampleDir(m.Path) != ""
			if example && !mark.HoldsOwnTexts(path.Dir(m.Path)) {
				continue // everybody who has the package knows it
			}
			if example || m.Path == snakeoil {
				list = &examples
			}
			if n := len(*list); n > 0 && (*list)[n-1].path == m.Path {
				(*list)[n-1].evidence = append((*list)[n-1].evidence, m.Detail)
				continue
			}
			*list = append(*list, keyLeak(l, i, m))
		}
		leaks = append(leaks, own...)
		if len(examples) > 0 {
			leaks = append(leaks, exampleKeys(i, examples))
		}
	}
	return leaks
}

// isHostKey says whether a path is that of a key which an SSH server shows its clients
// (sshd_config(5), HostKey).
func isHostKey(p string) bool {
	return strings.HasPrefix(p, "/etc/ssh/ssh_host_") && strings.HasSuffix(p, "_key")
}

func keyLeak(l *layer, index int, m mark.Mark) leak {
	rule := "SD-K001"
	if isHostKey(m.Path) {
		rule = "SD-K007"
	}
	found := leak{rule: rule, layer: index, path: m.Path, size: m.Size, sum: l.content(m.Path), gone: -1, evidence: []string{m.Detail}}
	if m.Weak {
		found.milder = 1
		found.evidence = append(found.evidence, "it is locked with a passphrase")
	}
	if why := publishedWith(m.Path); why != "" {
		found.milder = 3
		found.evidence = append(found.evidence, why)
	}
	return found
}

// exampleKeys makes one finding of a layer's keys that are examples.
func exampleKeys(index int, list []leak) leak {
	found := leak{rule: "SD-K006", layer: index, gone: -1}
	for _, l := range list {
		found.files = append(found.files, l.path)
		found.size += l.size
	}
	slices.SortFunc(found.files, paths.Compare)
	p := found.files[0]
	why := exampleDir(p)
	if p == snakeoil {
		why = "Debian's ssl-cert made it for a self-signed certificate; nothing should trust it"
	}
	found.evidence = []string{fmt.Sprintf("%s: %s", p, why)}
	if found.path = p; len(found.files) == 1 {
		return found
	}
	found.count = len(found.files)
	found.path = path.Dir(p)
	for _, f := range found.files {
		found.path = paths.Common(found.path, path.Dir(f))
	}
	found.evidence = append(found.evidence, fmt.Sprintf("and %d more of the kind", found.count-1))
	return found
}

// snakeoil is where Debian's ssl-cert puts the key that it makes.
const snakeoil = "/etc/ssl/private/ssl-cert-snakeoil.key"

// publishedWith says with what everybody's package a key at p came, or "".
func publishedWith(p string) string {
	for _, dir := range [...]string{"/site-packages/", "/dist-packages/", "/node_modules/", "/gems/", "/third_party/", "/vendor/"} {
		if strings.Contains(p, dir) {
			return "it lies in " + strings.Trim(dir, "/") + ", so it was published with a package"
		}
	}
	return ""
}

// exampleDir says why what lies at p is meant for documentation or tests, or "".
func exampleDir(p string) string {
	for d := path.Dir(p); d != "/"; d = path.Dir(d) {
		switch base := path.Base(d); base {
		case "doc", "docs", "man", "test", "tests", "testdata", "__tests__", "fixtures", "example", "examples", "demos", "samples", "testing",
			"test_vectors", "test-vectors", "testvectors", "SelfTest", "selftest":
			return "it lies in a directory named " + base + ", so it is taken for an example"
		}
	}
	if base := path.Base(p); mark.IsTestName(base) {
		return base + " is a test, so it is taken for an example"
	}
	return ""
}
