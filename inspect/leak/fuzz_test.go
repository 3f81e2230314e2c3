package leak

import (
	"slices"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/inspect/leak/credential"
	"github.com/stagedive/stagedive/inspect/leak/token"
	"github.com/stagedive/stagedive/model/secretname"
)

// FuzzContent feeds one content to everything that reads files or instructions:
// nothing may panic, lines must lie in the text, and what is redacted stays so.
func FuzzContent(f *testing.F) {
	for _, seed := range []string{
		"-----BEGIN PRIVATE KEY-----\n" + strings.Repeat("MIIB", 20) + "\n-----END PRIVATE KEY-----\n",
		"-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA/////w==\n-----END OPENSSH PRIVATE KEY-----\n",
		"-----BEGIN PGP PRIVATE KEY BLOCK-----\n-----END PGP PRIVATE KEY BLOCK-----",
		`{"auths":{"r":{"auth":"Zm9vOmJhcg"}},"type":"service_account","private_key":"PRIVATE KEY-----"}`,
		"RUN |1 API_KEY='a b' x=://u:pass@h ghp_0123456789abcdefghijABCDEFGHIJ012345 ",
		"machine h password\npassword x\n<password></password>\n//r/:_authToken=abcd\n",
	} {
		f.Add([]byte(seed))
	}
	paths := [][2]string{
		{"/root", ".npmrc"},
		{"/root", ".pypirc"},
		{"/root", ".netrc"},
		{"/root/.docker", "config.json"},
		{"/root/.kube", "config"},
		{"/root", ".git-credentials"},
		{"/a/.git", "config"},
		{"/root/.m2", "settings.xml"},
		{"/root", ".pgpass"},
		{"/a", ".env"},
		{"/a", "k.json"},
		{"/root/.composer", "auth.json"},
		{"/a", "nuget.config"},
		{"/a", "x.tfstate"},
		{"/a", "secret.yaml"},
		{"/root/.bundle", "config"},
		{"/a", "wp-config.php"},
		{"/a", "appsettings.json"},
		{"/etc", "shadow"},
		{"/etc/postfix", "sasl_passwd"},
		{"/root/.pulumi", "credentials.json"},
		{"/root", ".vault-token"},
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, k := range parseKeys(data) {
			if k.from < 0 || k.to > len(data) || k.to <= k.from {
				t.Errorf("key %+v in %d bytes", k, len(data))
			}
		}
		judgeKeystore(data)
		for _, p := range paths {
			file := credential.At(p[0], p[1])
			if file == nil {
				t.Fatalf("%v is no credential file", p)
			}
			for _, c := range file.Find(data) {
				if c.At < 0 || c.At > len(data) {
					t.Errorf("%v: %+v in %d bytes", p, c, len(data))
				}
			}
		}
		historySecrets(string(data))
		text := Redact(string(data))
		if left := token.Find([]byte(text)); len(left) > 0 {
			t.Errorf("a %s is left in %q", left[0].What, text)
		}
		if _, _, ok := secretname.URLPassword(text); ok {
			t.Errorf("a password is left in %q", text)
		}
	})
}

// FuzzNotes: whatever is read as notes, nothing panics, and what comes of it is written
// and read again as it is.
func FuzzNotes(f *testing.F) {
	var w writer
	w.mark(mark{kind: ruleHit, path: "/usr/bin/go", detail: "it says so", name: "go", size: 5, line: 7, weak: true})
	w.mark(mark{kind: tokenMark, path: "/usr/x"})
	f.Add(w.buf)
	f.Fuzz(func(t *testing.T, data []byte) {
		first := readNotes(data)
		var w writer
		for _, m := range first.marks {
			w.mark(m)
		}
		again := readNotes(w.buf)
		if !slices.Equal(first.marks, again.marks) {
			t.Errorf("read %+v, again %+v", first.marks, again.marks)
		}
	})
}
