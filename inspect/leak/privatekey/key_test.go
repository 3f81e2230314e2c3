package privatekey_test

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/inspect/leak/privatekey"
)

func TestFind(t *testing.T) {
	der, err := x509.MarshalPKCS8PrivateKey(ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)))
	if err != nil {
		t.Fatal(err)
	}
	armour := func(label string, body []byte) string {
		return strings.TrimSpace(string(pem.EncodeToMemory(&pem.Block{Type: label, Bytes: body})))
	}
	key := armour("PRIVATE KEY", der)
	for _, c := range []struct {
		name, text string
		what       string // "" for none
		from       int
		locked     bool
	}{
		{"PEM", key, "a PEM PRIVATE KEY", 0, false},
		{"behind other text", "first\n" + key + "\nlast", "a PEM PRIVATE KEY", 6, false},
		{"indented", "  " + strings.ReplaceAll(key, "\n", "\n  "), "a PEM PRIVATE KEY", 2, false},
		{"quoted", `"` + strings.ReplaceAll(key, "\n", `\n`) + `"`, "a PEM PRIVATE KEY", 1, false},
		{"with a passphrase", armour("ENCRYPTED PRIVATE KEY", der), "a PEM ENCRYPTED PRIVATE KEY", 0, true},
		{"PuTTY's", "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nPrivate-Lines: 1\nAAAA\n", "a PuTTY private key", 0, false},
		{"a placeholder", armour("PRIVATE KEY", der[:8]), "", 0, false},
		{"no key's structure", armour("PRIVATE KEY", make([]byte, 64)), "", 0, false},
		{"a certificate", armour("CERTIFICATE", der), "", 0, false},
		{"no end", strings.Split(key, "-----END")[0], "", 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := privatekey.Find([]byte(c.text))
			if c.what == "" {
				if len(found) > 0 {
					t.Errorf("found %+v", found)
				}
				return
			}
			if len(found) != 1 || found[0].What != c.what || found[0].From != c.from || found[0].Locked != c.locked {
				t.Errorf("found %+v, want %s at %d, locked: %t", found, c.what, c.from, c.locked)
			}
		})
	}
}
