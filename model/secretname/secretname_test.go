package secretname_test

import (
	"testing"

	"github.com/stagedive/stagedive/model/secretname"
)

func TestIs(t *testing.T) {
	for name, want := range map[string]bool{
		"NPM_TOKEN": true, "dbPassword": true, "AWS_SECRET_ACCESS_KEY": true, "API_KEY": true, "APIKEY": true, "DB_PWD": true, "client.secret": true,
		"GPG_KEY": false, "PUBLIC_KEY": false, "NEXT_PUBLIC_API_KEY": false, "TOKEN_FILE": false, "PWD": false, "OLD_PWD": false, "MAX_TOKENS": false,
		"AWS_ACCESS_KEY_ID": false, "TOKEN_URL": false, "PASSWORD_MIN": false, "SSH_AUTH_SOCK": false, "KEY": false, "": false, "PATH": false,
	} {
		if got := secretname.Is(name); got != want {
			t.Errorf("secretname.Is(%q) = %v, want %v", name, got, want)
		}
	}
}

func TestPlaceholder(t *testing.T) {
	for value, want := range map[string]bool{
		"": true, "changeme": true, "${TOKEN}": true, "/run/secrets/token": true, "xxxxxxxx": true, "your-token": true, "aaaaaaaa": true,
		"correct-horse-battery": false, "Zx81ULAq2": false,
	} {
		if got := secretname.Placeholder(value); got != want {
			t.Errorf("Placeholder(%q) = %v, want %v", value, got, want)
		}
	}
}

func TestURLPassword(t *testing.T) {
	for text, want := range map[string]string{
		"git clone https://bob:Tr0ub4dor@host/x": "Tr0ub4dor", "https://host/x": "", "https://bob@host": "", "https://bob:$PASS@host": "",
		"a://b c://bob:secretvalue1@h": "secretvalue1",
	} {
		from, to, ok := secretname.URLPassword(text)
		if got := text[from:to]; ok != (want != "") || got != want {
			t.Errorf("URLPassword(%q) = %q, %v, want %q", text, got, ok, want)
		}
	}
}
