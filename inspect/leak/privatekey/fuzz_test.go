package privatekey_test

import (
	"strings"
	"testing"

	"github.com/stagedive/stagedive/inspect/leak/privatekey"
)

// FuzzFind: whatever a text or a store holds, nothing panics, and keys lie in the text.
func FuzzFind(f *testing.F) {
	for _, seed := range []string{
		"-----BEGIN PRIVATE KEY-----\n" + strings.Repeat("MIIB", 20) + "\n-----END PRIVATE KEY-----\n",
		"-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA/////w==\n-----END OPENSSH PRIVATE KEY-----\n",
		"-----BEGIN PGP PRIVATE KEY BLOCK-----\n-----END PGP PRIVATE KEY BLOCK-----",
		"\xfe\xed\xfe\xed\x00\x00\x00\x02\x00\x00\x00\x01\x00\x00\x00\x02\x00\x01a",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, k := range privatekey.Find(data) {
			if k.From < 0 || k.To > len(data) || k.To <= k.From {
				t.Errorf("key %+v in %d bytes", k, len(data))
			}
		}
		privatekey.Store(data)
	})
}
