package leak

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/inspect/scan"
)

// mayHoldKey says whether a text begins with a private key, or is named as those are
// where one may follow a certificate.
func mayHoldKey(f scan.File, base string) bool {
	if bytes.Contains(f.Head, []byte("PRIVATE KEY")) && bytes.Contains(f.Head, []byte("-----BEGIN ")) ||
		bytes.HasPrefix(f.Head, []byte("PuTTY-User-Key-File-")) {
		return true
	}
	switch extension(base) {
	case ".pem", ".key", ".p8", ".crt", ".asc", ".ppk":
		return f.Size <= maxText
	}
	return false
}

// keys reports files with private keys. Those among documentation, examples and
// test data are known to everybody and secure nothing: a layer's are one finding.
func keys(v *view) []leak {
	var leaks []leak
	for i, l := range v.layers {
		var own, examples []leak
		for _, m := range l.marks {
			if m.kind != privateKey || v.swallowed(m.path, 'K', false) {
				continue
			}
			list := &own
			example := exampleDir(m.path) != ""
			if example && !holdsOwnTexts(path.Dir(m.path)) {
				continue // everybody who has the package knows it
			}
			if example || m.path == snakeoil {
				list = &examples
			}
			if n := len(*list); n > 0 && (*list)[n-1].path == m.path {
				(*list)[n-1].evidence = append((*list)[n-1].evidence, m.detail)
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

func keyLeak(l *layer, index int, m mark) leak {
	rule := "SD-K001"
	if isHostKey(m.path) {
		rule = "SD-K007"
	}
	found := leak{rule: rule, layer: index, path: m.path, size: m.size, sum: l.content(m.path), gone: -1, evidence: []string{m.detail}}
	if m.weak {
		found.milder = 1
		found.evidence = append(found.evidence, "it is locked with a passphrase")
	}
	if why := publishedWith(m.path); why != "" {
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
	slices.SortFunc(found.files, comparePaths)
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
		found.path = commonDir(found.path, path.Dir(f))
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
	if base := path.Base(p); testName(base) == surelyTest {
		return base + " is a test, so it is taken for an example"
	}
	return ""
}
