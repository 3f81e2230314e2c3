package leak_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
)

// testKey makes a private key of its own for each run.
func testKey(t *testing.T, locked bool) string {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	b := &pem.Block{Type: "PRIVATE KEY", Bytes: der}
	if locked {
		b.Type = "ENCRYPTED PRIVATE KEY"
	}
	return string(pem.EncodeToMemory(b))
}

func opensshKey(cipher string) string {
	body := append([]byte("openssh-key-v1\x00\x00\x00\x00"), byte(len(cipher)))
	body = append(body, cipher...)
	body = append(body, bytes.Repeat([]byte{7}, 120)...)
	return string(pem.EncodeToMemory(&pem.Block{Type: "OPENSSH PRIVATE KEY", Bytes: body}))
}

// javaStore is a store with one entry of a tag.
func javaStore(tag byte) string {
	head := "\xfe\xed\xfe\xed\x00\x00\x00\x02\x00\x00\x00\x01\x00\x00\x00" + string(tag) + "\x00\x01a" + strings.Repeat("\x00", 8)
	return head + "\x00\x05X.509\x00\x00\x00\x04abcd" + canary
}

// canary is in every secret of these tests; it must never come out again.
const canary = "c4n4ryQ7zP2mK9xW"

func TestSecrets(t *testing.T) {
	const tail = "aB3dE5fG7hJ9kL1mN2" // with the canary 34 characters
	tests := []struct {
		name     string
		path     string
		content  string
		rule     string
		severity finding.Severity
		evidence string
	}{
		{"key", "/app/tls/server.key", testKey(t, false), "SD-K001", finding.Critical, "line 1, column 1 begins a PEM PRIVATE KEY of 138 bytes"},
		{"key of any name", "/srv/data", testKey(t, false), "SD-K001", finding.Critical, "PEM PRIVATE KEY"},
		{"key after a certificate", "/app/both.pem", "-----BEGIN CERTIFICATE-----\n" + strings.Repeat("TUlJ\n", 300) + "-----END CERTIFICATE-----\n" + testKey(t, false), "SD-K001", finding.Critical, "line 303, column 1 begins"},
		{"locked key", "/app/k.pem", testKey(t, true), "SD-K001", finding.High, "passphrase"},
		{"ssh key", "/root/.ssh/id_ed25519", opensshKey("none"), "SD-K001", finding.Critical, "OPENSSH PRIVATE KEY"},
		{"locked ssh key", "/root/.ssh/id_rsa", opensshKey("aes256-ctr"), "SD-K001", finding.High, "passphrase"},
		{"example key", "/app/testdata/k.pem", testKey(t, false), "SD-K006", finding.Info, "testdata"},
		{"example key in a test", "/srv/shop/internal/tls_test.go", "package tls\n\nconst key = `" + testKey(t, false) + "`\n", "SD-K006", finding.Info, "tls_test.go is a test"},
		{"ssh host key", "/etc/ssh/ssh_host_ed25519_key", opensshKey("none"), "SD-K007", finding.High, "OPENSSH PRIVATE KEY"},
		{"key in another format", "/app/config.json", `{"a": 1,` + "\n" + `"tls": "` + strings.ReplaceAll(testKey(t, false), "\n", `\n`) + `"}`, "SD-K001", finding.Critical, "line 2, column 9 begins a PEM PRIVATE KEY of 138 bytes"},
		{"indented key", "/app/deploy/values.txt", "tls:\n  key: |\n    " + strings.ReplaceAll(testKey(t, false), "\n", "\n    "), "SD-K001", finding.Critical, "line 3, column 5 begins"},
		{"snake oil", "/etc/ssl/private/ssl-cert-snakeoil.key", testKey(t, false), "SD-K006", finding.Info, "Debian's ssl-cert"},
		{"java key store", "/app/tls/server.jks", javaStore(1), "SD-K001", finding.High, "a Java key store with a private key"},
		{"PKCS #12", "/app/tls/client.p12", "\x30\x82\x0a\x00" + strings.Repeat("\x00", 90) + "\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x02" + canary, "SD-K001", finding.High, "a PKCS #12 store"},
		{"gnupg", "/root/.gnupg/private-keys-v1.d/AB12.key", "(21:protected-private-key(3:rsa" + canary, "SD-K001", finding.High, "a GnuPG private key"},
		{"age key", "/root/age.txt", "# created\nAGE-SECRET-KEY-1QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7LQPZRY9X8GF2TVDW0S3JN54KHCE\n", "SD-K001", finding.Critical, "age-secret-key"},
		{"hashes", "/etc/shadow", "root:$6$abcd$" + canary + canary + ":19000:0:99999:7:::\n", "SD-K008", finding.Medium, "line 1, column 6 sets a password hash of root"},
		{"npmrc", "/root/.npmrc", "registry=https://r\n//r.example.org/:_authToken=" + canary + "\n", "SD-K002", finding.Critical, "line 2, column 29 sets //r.example.org/:_authToken"},
		{"netrc", "/root/.netrc", "machine h login me password " + canary, "SD-K002", finding.Critical, "line 1, column 29 sets a password"},
		{"pypirc", "/root/.pypirc", "[pypi]\nusername = me\npassword = " + canary + "\n", "SD-K002", finding.Critical, "line 3, column 12 sets password"},
		{"docker", "/root/.docker/config.json", "{\n \"auths\": {\n  \"ghcr.io\": {\"auth\": \"" + canary + "\"}}}", "SD-K002", finding.Critical, "line 3, column 3 sets a login for ghcr.io"},
		{"kube", "/root/.kube/config", "kind: Config\nusers:\n- user:\n    token: " + canary + "\n", "SD-K002", finding.Critical, "line 4, column 12 sets token"},
		{"aws", "/root/.aws/credentials", "[default]\naws_access_key_id = x\naws_secret_access_key = " + canary + "\n", "SD-K002", finding.Critical, "line 3, column 25 sets aws_secret_access_key"},
		{"git", "/root/.git-credentials", "https://me:" + canary + "@git.example.org\n", "SD-K002", finding.Critical, "a URL with a password"},
		{"cargo", "/root/.cargo/credentials.toml", "[registry]\ntoken = \"" + canary + "\"\n", "SD-K002", finding.Critical, "line 2, column 10 sets token"},
		{"maven", "/root/.m2/settings.xml", "<server>\n<password>" + canary + "</password>\n", "SD-K002", finding.Critical, "line 2"},
		{"dotenv", "/app/.env", "PORT=80\nexport STRIPE_SECRET=" + canary + "\n", "SD-K002", finding.Critical, "line 2, column 22 sets STRIPE_SECRET"},
		{"dotenv of production", "/app/.env.production", "DATABASE_URL=postgres://u:" + canary + "@db/x\n", "SD-K002", finding.Critical, "DATABASE_URL to a URL with a password"},
		{"service account", "/app/gcp.json", "{\"type\": \"service_account\",\n\"private_key\": \"-----BEGIN PRIVATE KEY-----\\n" + canary + "\"}", "SD-K002", finding.Critical, "line 2, column 1 sets the private key of a service account"},
		{"pgpass", "/root/.pgpass", "db:5432:*:me:" + canary, "SD-K002", finding.Critical, "line 1"},
		{"token in a script", "/app/run.js", "x\nconst t = 'ghp_" + canary + tail + "12'\n", "SD-K003", finding.High, "line 2, column 12 has the form of a GitHub token"},
		{"token in a source file", "/app/main.go", "package main\nvar t = \"npm_" + canary + tail + "12\"\n", "SD-K003", finding.High, "npm token"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found := find(t, &image.Image{}, nil, []entry{text(tt.path, tt.content)}, []entry{gone(tt.path)})
			f := one(t, found, tt.rule)
			if f.Severity != tt.severity {
				t.Errorf("severity %v, want %v", f.Severity, tt.severity)
			}
			if f.Path != tt.path || f.Deleted != 1 || f.Layer != 0 {
				t.Errorf("path %s, layer %d, deleted %d", f.Path, f.Layer, f.Deleted)
			}
			if all := strings.Join(f.Evidence, "\n"); !strings.Contains(all, tt.evidence) {
				t.Errorf("evidence %q lacks %q", all, tt.evidence)
			}
			noCanary(t, found)
		})
	}
}

func noCanary(t *testing.T, found []finding.Finding) {
	t.Helper()
	data, err := json.Marshal(found)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(data, []byte(canary)) {
		t.Errorf("a secret's value is in the findings: %s", data)
	}
}

func TestSecretsInConfigurationAndHistory(t *testing.T) {
	im := &image.Image{
		Config: image.Config{Env: []string{"PATH=/bin", "NPM_TOKEN=" + canary, "DATABASE_URL=mysql://root:" + canary + "@db/app"}},
		History: []image.History{
			{CreatedBy: "ENV NPM_TOKEN=" + canary, Empty: true, Layer: -1, Origin: image.Origin{Stage: 1, Step: 2, Line: 7}},
			{CreatedBy: "RUN |2 VERSION=1 API_KEY=" + canary + " /bin/sh -c make # buildkit", Layer: -1, Origin: image.Origin{Stage: 1, Step: 3, Line: 8}},
			{CreatedBy: "RUN /bin/sh -c git clone https://me:" + canary + "@git.example.org/x # buildkit", Layer: -1, Origin: image.Origin{Stage: 1, Step: 4, Line: 9}},
		},
	}
	found := find(t, im, nil)
	if len(found) != 4 {
		t.Fatalf("%d findings: %s", len(found), summary(found))
	}
	lines := map[string]int{"ENV NPM_TOKEN": 7, "ENV DATABASE_URL": 0, "history entry 2": 8, "history entry 3": 9}
	for _, f := range found {
		want, ok := lines[f.Subject()]
		if !ok || f.Line != want || f.Layer != -1 || f.Severity != finding.High {
			t.Errorf("%s: line %d, layer %d, %v", f.Subject(), f.Line, f.Layer, f.Severity)
		}
	}
	noCanary(t, found)
}

// A chmod or chown copies the file to its layer: one leak, of the line that
// brought it.
func TestCopiedSecretIsToldOnce(t *testing.T) {
	key := text("/key", testKey(t, false))
	f := one(t, find(t, &image.Image{}, nil, []entry{key}, []entry{key}), "SD-K001")
	if f.Layer != 0 || f.Deleted != 0 {
		t.Errorf("layer %d, deleted %d, want 0 and 0", f.Layer, f.Deleted)
	}
	f = one(t, find(t, &image.Image{}, nil, []entry{key}, []entry{key}, []entry{gone("/key")}), "SD-K001")
	if f.Layer != 0 || f.Deleted != 2 {
		t.Errorf("layer %d, deleted %d, want 0 and 2", f.Layer, f.Deleted)
	}
	found := find(t, &image.Image{}, nil, []entry{key}, []entry{text("/key", testKey(t, false))})
	if len(found) != 2 {
		t.Errorf("two different keys: %s", summary(found))
	}
}
