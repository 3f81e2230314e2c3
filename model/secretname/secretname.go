// Package secretname judges names and values of settings: which names promise a secret,
// which values are none, and which URLs carry a password. It looks at nothing but the
// text, so that what is seen in a Dockerfile before a build and in an image after it is
// judged alike.
package secretname

import (
	"slices"
	"strings"
)

// Is says whether a variable's name says that its value is a secret:
// NPM_TOKEN, dbPassword, AWS_SECRET_ACCESS_KEY; but not TOKEN_FILE, PUBLIC_KEY,
// MAX_TOKENS or GPG_KEY (which in official images is a fingerprint).
func Is(name string) bool {
	words := parse(name)
	if len(words) == 0 || slices.Contains(words, "PUBLIC") {
		return false
	}
	switch words[len(words)-1] {
	case "FILE", "PATH", "DIR", "URL", "URI", "NAME", "ID", "TTL", "EXPIRY", "EXPIRES", "LENGTH", "TYPE", "HEADER",
		"COUNT", "LIMIT", "ENABLED", "REQUIRED", "POLICY", "ALGORITHM", "MAX", "MIN", "TIMEOUT", "USER", "HOST",
		"PORT", "VERSION", "SIZE", "ENDPOINT", "PREFIX", "MODE", "PROVIDER", "STORE", "ARN", "COMMAND", "PROMPT",
		"LIFETIME", "DURATION", "EXPIRATION", "AGE", "SCOPE", "SCOPES", "ISSUER", "AUDIENCE", "FORMAT", "PATTERN", "REGEX", "STRENGTH", "HINT", "LABEL":
		return false
	case "PWD":
		return len(words) > 1 && words[0] != "OLD"
	}
	for i, w := range words {
		switch w {
		case "PASSWORD", "PASSWD", "PASSPHRASE", "SECRET", "TOKEN", "CREDENTIAL", "CREDENTIALS", "APIKEY":
			return true
		case "KEY":
			if i > 0 && slices.Contains([]string{"API", "ACCESS", "PRIVATE", "AUTH", "ENCRYPTION", "SIGNING", "MASTER"}, words[i-1]) {
				return true
			}
		}
	}
	return false
}

// parse parts a name at separators and at the humps of camel case.
func parse(name string) []string {
	var words []string
	start := 0
	cut := func(end int) {
		if end > start {
			words = append(words, strings.ToUpper(name[start:end]))
		}
	}
	for i := 0; i < len(name); i++ {
		switch c := name[i]; {
		case c == '_' || c == '-' || c == '.' || c == ':' || c == '/':
			cut(i)
			start = i + 1
		case c >= 'A' && c <= 'Z' && i > start && name[i-1] >= 'a' && name[i-1] <= 'z':
			cut(i)
			start = i
		}
	}
	cut(len(name))
	return words
}

// Placeholder says whether a value stands for a secret rather than being one: a
// reference to a variable or file, an example, a switch, or nothing.
func Placeholder(value string) bool {
	v := strings.ToLower(strings.Trim(strings.TrimSpace(value), `"'`))
	if len(v) < 4 {
		return true
	}
	switch v {
	case "true", "false", "none", "null", "undefined", "changeme", "change-me", "change_me", "password", "secret", "token",
		"test", "testing", "development", "default", "somepassword", "mypassword", "password_here":
		return true
	}
	if strings.HasPrefix(v, "$") || strings.HasPrefix(v, "/") || strings.HasPrefix(v, "file:") || strings.HasPrefix(v, "./") {
		return true
	}
	for _, part := range [...]string{"${", "$(", "{{", "<", "xxxx", "****", "example", "your-", "your_", "placeholder", "dummy", "redacted", "process.env", "os.environ"} {
		if strings.Contains(v, part) {
			return true
		}
	}
	return strings.Trim(v, v[:1]) == "" // one character over and over
}

// URLPassword says whether a text has a URL with a password in it, as
// https://user:password@host, and where the password begins and ends. One that is the
// user's name, as in postgres:postgres@localhost, is none.
func URLPassword(s string) (from, to int, ok bool) {
	for at := 0; ; {
		i := strings.Index(s[at:], "://")
		if i < 0 {
			return 0, 0, false
		}
		start := at + i + len("://")
		end := start
		for end < len(s) && !strings.ContainsRune(" \t\r\n/\"'`\\", rune(s[end])) {
			end++
		}
		authority := s[start:end]
		if host := strings.LastIndexByte(authority, '@'); host > 0 {
			if colon := strings.IndexByte(authority[:host], ':'); colon >= 0 && authority[:colon] != authority[colon+1:host] && !Placeholder(authority[colon+1:host]) {
				return start + colon + 1, start + host, true
			}
		}
		at = start
	}
}
