package redact_test

import (
	"testing"

	"github.com/stagedive/stagedive/inspect/leak/redact"
	"github.com/stagedive/stagedive/inspect/leak/token"
	"github.com/stagedive/stagedive/model/secretname"
)

// FuzzText: whatever an instruction holds, nothing panics, and what is redacted stays so.
func FuzzText(f *testing.F) {
	for _, seed := range []string{
		"RUN |1 API_KEY='a b' x=://u:pass@h ghp_0123456789abcdefghijABCDEFGHIJ012345 ",
		"machine h password\npassword x\n<password></password>\n//r/:_authToken=abcd\n",
		"-----BEGIN PGP PRIVATE KEY BLOCK-----\n-----END PGP PRIVATE KEY BLOCK-----",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		redact.Secrets(in)
		text := redact.Text(in)
		if left := token.Find([]byte(text)); len(left) > 0 {
			t.Errorf("a %s is left in %q", left[0].What, text)
		}
		if _, _, ok := secretname.URLPassword(text); ok {
			t.Errorf("a password is left in %q", text)
		}
	})
}
