package leak

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/stagedive/stagedive/inspect/scan"
	"github.com/stagedive/stagedive/model/secretname"
)

// clue is a credential in a file: what it is and on which line, never its value.
type clue struct {
	what string
	line int
}

// credentialFile is a file that tools keep credentials in.
type credentialFile struct {
	what string
	find func(data []byte) []clue
}

// credentialFileAt knows such files by their path. Content decides.
func credentialFileAt(dirPath, base string) (credentialFile, bool) {
	parent := path.Base(dirPath)
	switch {
	case base == ".npmrc" || base == "npmrc" && parent == "etc":
		return credentialFile{"npm credentials", settingsNamed("_authToken", "_auth", "_password")}, true
	case base == ".yarnrc.yml":
		return credentialFile{"Yarn credentials", settingsNamed("npmAuthToken", "npmAuthIdent")}, true
	case base == ".pypirc":
		return credentialFile{"PyPI credentials", settingsNamed("password", "token")}, true
	case base == "pip.conf" || base == "pip.ini":
		return credentialFile{"pip index credentials", urlsWithPasswords}, true
	case base == ".netrc" || base == "_netrc":
		return credentialFile{"netrc credentials", netrcPasswords}, true
	case base == "config.json" && parent == ".docker", base == ".dockercfg", base == ".dockerconfigjson":
		return credentialFile{"registry credentials", dockerAuths}, true
	case base == "config" && parent == ".kube", base == "kubeconfig", strings.HasSuffix(base, ".kubeconfig"):
		return credentialFile{"Kubernetes credentials", settingsNamed("client-key-data", "token", "password")}, true
	case base == "credentials" && parent == ".aws":
		return credentialFile{"AWS credentials", settingsNamed("aws_secret_access_key", "aws_session_token")}, true
	case base == ".git-credentials" || base == "credentials" && parent == "git":
		return credentialFile{"Git credentials", urlsWithPasswords}, true
	case base == "config" && parent == ".git":
		return credentialFile{"Git remote with a password", gitConfigSecrets}, true
	case parent == ".cargo" && (base == "credentials" || base == "credentials.toml"):
		return credentialFile{"Cargo registry token", settingsNamed("token", "secret-key")}, true
	case base == "settings.xml" && parent == ".m2":
		return credentialFile{"Maven server password", mavenPasswords}, true
	case base == "gradle.properties":
		return credentialFile{"Gradle credentials", secretSettings}, true
	case base == "hosts.yml" && parent == "gh":
		return credentialFile{"GitHub CLI token", settingsNamed("oauth_token")}, true
	case base == "credentials" && parent == ".gem":
		return credentialFile{"RubyGems key", settingsNamed("rubygems_api_key")}, true
	case base == ".my.cnf":
		return credentialFile{"MySQL password", settingsNamed("password")}, true
	case base == ".pgpass":
		return credentialFile{"PostgreSQL password", pgpassLines}, true
	case isDotenv(base):
		return credentialFile{"Secrets in an environment file", secretSettings}, true
	case strings.HasSuffix(base, ".json"):
		return credentialFile{"Google Cloud credentials", googleCredentials}, true
	}
	return credentialFile{}, false
}

// isDotenv says whether a file is an environment file, not an example of one.
func isDotenv(base string) bool {
	if base != ".env" && !strings.HasPrefix(base, ".env.") {
		return false
	}
	switch path.Ext(base) {
	case ".example", ".sample", ".template", ".dist", ".defaults", ".schema":
		return false
	}
	return true
}

func credentialProbe(f scan.File, dirPath, base string) *probe {
	if f.Size > maxText {
		return nil
	}
	if _, ok := credentialFileAt(dirPath, base); !ok {
		return nil
	}
	if strings.HasSuffix(base, ".json") && path.Base(dirPath) != ".docker" && !isGoogleJSON(f.Head) {
		return nil
	}
	return &probe{limit: maxText, look: lookCredential}
}

func lookCredential(s *sink, f scan.File, r io.Reader) error {
	data, err := s.read(r, maxText)
	if err != nil {
		return err
	}
	dirPath, base := path.Split(f.Path)
	file, ok := credentialFileAt(clip(dirPath), base)
	if !ok {
		return nil
	}
	for _, c := range file.find(data) {
		s.mark(mark{
			kind: credential, path: f.Path, name: file.what, size: f.Size, line: c.line,
			detail: fmt.Sprintf("line %d sets %s", c.line, shorten(shown(c.what), 60)),
		})
	}
	return nil
}

// credentials reports files that hold credentials, each file once.
func credentials(v *view) []leak {
	return secretFiles(v, credential, "SD-K002", func(m mark) string { return m.name })
}

// eachLine calls f for the lines of data, counted from 1, until one is no text.
func eachLine(data []byte, f func(line string, n int)) {
	n := 0
	for line := range bytes.Lines(data) {
		n++
		f(strings.TrimSpace(string(line)), n)
	}
}

// setting parts "name = value", "name: value" and "export NAME=value".
func setting(line string) (name, value string, ok bool) {
	if line == "" || line[0] == '#' || line[0] == ';' {
		return "", "", false
	}
	line = strings.TrimPrefix(line, "export ")
	i := strings.IndexByte(line, '=')
	if i < 0 {
		if i = strings.Index(line, ": "); i < 0 {
			return "", "", false
		}
	}
	return strings.Trim(strings.TrimSpace(line[:i]), `:"'-`), strings.Trim(strings.TrimSpace(line[i+1:]), `"',`), true
}

// settingsNamed finds settings whose name is, or ends with a colon and, one of the
// names: .npmrc writes //registry.example/:_authToken=….
func settingsNamed(names ...string) func([]byte) []clue {
	return func(data []byte) []clue {
		var clues []clue
		eachLine(data, func(line string, n int) {
			name, value, ok := setting(line)
			if !ok || secretname.Placeholder(value) {
				return
			}
			for _, want := range names {
				plain := strings.TrimSpace(strings.TrimPrefix(name, "- "))
				if plain == want || strings.HasSuffix(plain, ":"+want) {
					clues = append(clues, clue{plain, n})
				}
			}
		})
		return clues
	}
}

// secretSettings finds settings whose names say that they are secrets.
func secretSettings(data []byte) []clue {
	var clues []clue
	eachLine(data, func(line string, n int) {
		name, value, ok := setting(line)
		if !ok || secretname.Placeholder(value) {
			return
		}
		if secretname.Is(name) {
			clues = append(clues, clue{name, n})
		} else if _, _, ok := secretname.URLPassword(value); ok {
			clues = append(clues, clue{name + " to a URL with a password", n})
		}
	})
	return clues
}

func urlsWithPasswords(data []byte) []clue {
	var clues []clue
	eachLine(data, func(line string, n int) {
		if _, _, ok := secretname.URLPassword(line); ok && !strings.HasPrefix(line, "#") {
			clues = append(clues, clue{"a URL with a password", n})
		}
	})
	return clues
}

func gitConfigSecrets(data []byte) []clue {
	clues := urlsWithPasswords(data)
	eachLine(data, func(line string, n int) {
		if name, value, ok := setting(line); ok && strings.EqualFold(name, "extraheader") && strings.Contains(strings.ToLower(value), "authorization") {
			clues = append(clues, clue{"an Authorization header", n})
		}
	})
	return clues
}

func netrcPasswords(data []byte) []clue {
	var clues []clue
	eachLine(data, func(line string, n int) {
		words := strings.Fields(line)
		for i, w := range words {
			if w == "password" && i+1 < len(words) && !secretname.Placeholder(words[i+1]) {
				clues = append(clues, clue{"a password", n})
			}
		}
	})
	return clues
}

func pgpassLines(data []byte) []clue {
	var clues []clue
	eachLine(data, func(line string, n int) {
		if parts := strings.Split(line, ":"); len(parts) == 5 && !secretname.Placeholder(parts[4]) && !strings.HasPrefix(line, "#") {
			clues = append(clues, clue{"a password", n})
		}
	})
	return clues
}

func mavenPasswords(data []byte) []clue {
	var clues []clue
	eachLine(data, func(line string, n int) {
		_, rest, ok := strings.Cut(line, "<password>")
		if value, _, closed := strings.Cut(rest, "</password>"); ok && closed && !secretname.Placeholder(value) {
			clues = append(clues, clue{"a server password", n})
		}
	})
	return clues
}

// dockerAuths finds the registries that a Docker configuration has a login for.
func dockerAuths(data []byte) []clue {
	var config struct {
		Auths map[string]struct {
			Auth          string `json:"auth"`
			Password      string `json:"password"`
			IdentityToken string `json:"identitytoken"`
		} `json:"auths"`
	}
	if json.Unmarshal(data, &config) != nil {
		return nil
	}
	var clues []clue
	for _, registry := range sortedKeys(config.Auths) {
		a := config.Auths[registry]
		if secretname.Placeholder(a.Auth) && secretname.Placeholder(a.Password) && secretname.Placeholder(a.IdentityToken) {
			continue
		}
		at := bytes.Index(data, []byte(`"`+registry+`"`))
		clues = append(clues, clue{"a login for " + registry, 1 + bytes.Count(data[:max(at, 0)], []byte("\n"))})
	}
	return clues
}

func isGoogleJSON(head []byte) bool {
	return bytes.Contains(head, []byte(`"service_account"`)) || bytes.Contains(head, []byte(`"authorized_user"`))
}

// googleCredentials finds the key of a service account or a user's refresh token.
func googleCredentials(data []byte) []clue {
	var account struct {
		Type         string `json:"type"`
		PrivateKey   string `json:"private_key"`
		RefreshToken string `json:"refresh_token"`
	}
	if json.Unmarshal(data, &account) != nil {
		return nil
	}
	lineOf := func(name string) int {
		return 1 + bytes.Count(data[:max(bytes.Index(data, []byte(`"`+name+`"`)), 0)], []byte("\n"))
	}
	switch {
	case account.Type == "service_account" && strings.Contains(account.PrivateKey, "PRIVATE KEY-----"):
		return []clue{{"the private key of a service account", lineOf("private_key")}}
	case account.Type == "authorized_user" && !secretname.Placeholder(account.RefreshToken):
		return []clue{{"a user's refresh token", lineOf("refresh_token")}}
	}
	return nil
}

// shorten cuts a text to n characters.
func shorten(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}
