// Package privatekey finds private keys in texts and in key stores, and says whether a
// passphrase locks them.
package privatekey

import (
	"bytes"
	"encoding/binary"
	"encoding/pem"
	"strings"

	"github.com/stagedive/stagedive/model/sanitize"
)

// Key is a private key in a text; its bytes are not kept.
type Key struct {
	What     string // "a PEM RSA PRIVATE KEY"
	From, To int    // where it begins and ends
	Bytes    int
	Locked   bool // by a passphrase
}

// minKey is less than the shortest private key has: Ed25519 in PKCS #8, 48 bytes.
// What is shorter is a placeholder in a document.
const minKey = 40

// maxKey is more than the longest key's armour has, in bytes.
const maxKey = 64 << 10

// Find finds the private keys in a text: PEM (RFC 7468) with a body that decodes to
// a key's structure, OpenSSH's, PGP's armour and PuTTY's; also where they are indented,
// or quoted in another format with \n for the ends of lines.
func Find(data []byte) []Key {
	var keys []Key
	for at := 0; ; {
		i := bytes.Index(data[at:], []byte("-----BEGIN "))
		if i < 0 {
			break
		}
		from := at + i
		at = from + len("-----BEGIN ")
		rest := data[from:min(len(data), from+maxKey)]
		end := bytes.Index(rest, []byte("-----END "))
		if label := bytes.Index(rest[len("-----BEGIN "):], []byte("-----")); end < 0 || label < 0 || !bytes.Contains(rest[:label+len("-----BEGIN ")], []byte("PRIVATE KEY")) {
			continue
		}
		close := bytes.Index(rest[end+len("-----END "):], []byte("-----"))
		if close < 0 {
			continue
		}
		end += len("-----END ") + close + len("-----")
		if k, ok := judgeArmour(rest[:end]); ok {
			k.From, k.To = from, from+end
			keys = append(keys, k)
			at = from + end
		}
	}
	if bytes.HasPrefix(data, []byte("PuTTY-User-Key-File-")) && bytes.Contains(data, []byte("\nPrivate-Lines:")) {
		keys = append(keys, Key{What: "a PuTTY private key", To: len(data), Bytes: len(data), Locked: !bytes.Contains(data, []byte("Encryption: none"))})
	}
	return keys
}

// judgeArmour judges what stands between a BEGIN and an END.
func judgeArmour(armour []byte) (Key, bool) {
	if bytes.HasPrefix(armour, []byte("-----BEGIN PGP PRIVATE KEY BLOCK-----")) {
		const frame = len("-----BEGIN PGP PRIVATE KEY BLOCK-----") + len("-----END PGP PRIVATE KEY BLOCK-----")
		body := len(armour) - frame
		return Key{What: "a PGP private key block", Bytes: body}, body > 200
	}
	var plain bytes.Buffer
	for line := range bytes.SplitSeq(bytes.ReplaceAll(armour, []byte(`\n`), []byte("\n")), []byte("\n")) {
		plain.Write(bytes.Trim(line, " \t\r\"'\\,#*|"))
		plain.WriteByte('\n')
	}
	block, _ := pem.Decode(plain.Bytes())
	if block == nil {
		return Key{}, false
	}
	return judgeBlock(block)
}

func judgeBlock(b *pem.Block) (Key, bool) {
	if !strings.HasSuffix(b.Type, "PRIVATE KEY") || len(b.Bytes) < minKey {
		return Key{}, false
	}
	k := Key{What: "a PEM " + sanitize.Text(b.Type), Bytes: len(b.Bytes)}
	const magic = "openssh-key-v1\x00"
	switch {
	case strings.Contains(b.Headers["Proc-Type"], "ENCRYPTED"):
		k.Locked = true
	case bytes.HasPrefix(b.Bytes, []byte(magic)): // OpenSSH, PROTOCOL.key
		rest := b.Bytes[len(magic):]
		if len(rest) < 4 {
			return Key{}, false
		}
		n := binary.BigEndian.Uint32(rest)
		if uint64(n) > uint64(len(rest)-4) {
			return Key{}, false
		}
		k.Locked = string(rest[4:4+n]) != "none"
	case b.Bytes[0] == 0x30: // a DER sequence
		k.Locked = b.Type == "ENCRYPTED PRIVATE KEY"
	default:
		return Key{}, false
	}
	return k, true
}
