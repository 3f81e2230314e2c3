package credential_test

import (
	"testing"

	"github.com/stagedive/stagedive/inspect/leak/credential"
)

// FuzzFind: whatever a credential file holds, nothing panics, and what is found lies in it.
func FuzzFind(f *testing.F) {
	for _, seed := range []string{
		`{"auths":{"r":{"auth":"Zm9vOmJhcg"}},"type":"service_account","private_key":"PRIVATE KEY-----"}`,
		"machine h login me\npassword x\n<password></password>\n//r/:_authToken=abcd\n",
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
	})
}
