package leak

import (
	"bytes"
	"encoding/binary"
	"encoding/pem"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/inspect/scan"
)

// keyProbe knows files that may hold a private key: those that begin with one,
// and those named as keys are, where one may follow a certificate.
func keyProbe(f scan.File, base string) *probe {
	if bytes.Contains(f.Head, []byte("PRIVATE KEY")) && bytes.Contains(f.Head, []byte("-----BEGIN ")) ||
		bytes.HasPrefix(f.Head, []byte("PuTTY-User-Key-File-")) {
		return &probe{limit: maxManifest, look: lookKey}
	}
	if f.Size > maxManifest {
		return nil
	}
	switch extension(base) {
	case ".pem", ".key", ".p8":
		return &probe{limit: maxManifest, look: lookKey}
	}
	return nil
}

func lookKey(s *sink, f scan.File, r io.Reader) error {
	data, err := s.read(r, maxManifest)
	if err != nil {
		return err
	}
	for _, k := range parseKeys(data) {
		s.mark(mark{
			kind: privateKey, path: f.Path, name: k.what, size: f.Size, line: k.line, weak: k.locked,
			detail: fmt.Sprintf("line %d begins %s of %d bytes", k.line, k.what, k.bytes),
		})
	}
	return nil
}

// key is a private key in a text; its bytes are not kept.
type key struct {
	what   string
	line   int
	bytes  int
	locked bool // by a passphrase
}

// minKey is less than the shortest private key has: Ed25519 in PKCS #8, 48 bytes.
// What is shorter is a placeholder in a document.
const minKey = 40

// parseKeys finds the private keys in a text: PEM (RFC 7468) with a body that
// decodes to a key's structure, OpenSSH's, PGP's armour and PuTTY's.
func parseKeys(data []byte) []key {
	var keys []key
	for rest, at := data, 0; ; {
		block, after := pem.Decode(rest)
		if block == nil {
			break
		}
		begin := bytes.Index(rest, []byte("-----BEGIN "+block.Type))
		if k, ok := judgeBlock(block); ok && begin >= 0 {
			k.line = 1 + bytes.Count(data[:at+begin], []byte("\n"))
			keys = append(keys, k)
		}
		at = len(data) - len(after)
		rest = after
	}
	const armour = "-----BEGIN PGP PRIVATE KEY BLOCK-----"
	if i := bytes.Index(data, []byte(armour)); i >= 0 && bytes.Contains(data[i:], []byte("-----END PGP PRIVATE KEY BLOCK-----")) {
		if body := bytes.Index(data[i:], []byte("-----END")) - len(armour); body > 200 {
			keys = append(keys, key{what: "a PGP private key block", line: 1 + bytes.Count(data[:i], []byte("\n")), bytes: body})
		}
	}
	if bytes.HasPrefix(data, []byte("PuTTY-User-Key-File-")) && bytes.Contains(data, []byte("\nPrivate-Lines:")) {
		keys = append(keys, key{what: "a PuTTY private key", line: 1, bytes: len(data), locked: !bytes.Contains(data, []byte("Encryption: none"))})
	}
	return keys
}

func judgeBlock(b *pem.Block) (key, bool) {
	if !strings.HasSuffix(b.Type, "PRIVATE KEY") || len(b.Bytes) < minKey {
		return key{}, false
	}
	k := key{what: "a PEM " + shown(b.Type), bytes: len(b.Bytes)}
	const magic = "openssh-key-v1\x00"
	switch {
	case strings.Contains(b.Headers["Proc-Type"], "ENCRYPTED"):
		k.locked = true
	case bytes.HasPrefix(b.Bytes, []byte(magic)): // OpenSSH, PROTOCOL.key
		rest := b.Bytes[len(magic):]
		if len(rest) < 4 {
			return key{}, false
		}
		n := binary.BigEndian.Uint32(rest)
		if uint64(n) > uint64(len(rest)-4) {
			return key{}, false
		}
		k.locked = string(rest[4:4+n]) != "none"
	case b.Bytes[0] == 0x30: // a DER sequence
		k.locked = b.Type == "ENCRYPTED PRIVATE KEY"
	default:
		return key{}, false
	}
	return k, true
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
			if exampleDir(m.path) != "" {
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

func keyLeak(l *layer, index int, m mark) leak {
	found := leak{rule: "SD-K001", layer: index, path: m.path, size: m.size, sum: l.content(m.path), gone: -1, evidence: []string{m.detail}}
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
	found.evidence = []string{fmt.Sprintf("%s: %s", p, exampleDir(p))}
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

// publishedWith says with what everybody's package a key at p came, or "".
func publishedWith(p string) string {
	if p == "/etc/ssl/private/ssl-cert-snakeoil.key" {
		return "Debian's ssl-cert made it for a self-signed certificate; nothing should trust it"
	}
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
		case "doc", "docs", "man", "test", "tests", "testdata", "__tests__", "fixtures", "example", "examples", "demos", "samples", "testing":
			return "it lies in a directory named " + base + ", so it is taken for an example"
		}
	}
	return ""
}
