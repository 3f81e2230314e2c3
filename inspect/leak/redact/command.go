package redact

import (
	"slices"
	"strings"

	"github.com/stagedive/stagedive/inspect/leak/privatekey"
	"github.com/stagedive/stagedive/model/secretname"
)

// commandSecret is a secret that a command line hands over, and where.
type commandSecret struct {
	what string
	span
}

// commandSecrets finds what a command line hands over in plain text: values of flags
// with telling names, logins of curl and wget, authorization headers, what it writes into a netrc
// file, and private keys.
func commandSecrets(text string) []commandSecret {
	var found []commandSecret
	add := func(what string, spans []span) {
		for _, s := range spans {
			found = append(found, commandSecret{what, s})
		}
	}
	add("a password or a token behind a flag", flagValues(text))
	add("a login behind a flag", loginFlags(text))
	add("an authorization header", authorizations(text))
	add("a netrc password", netrcWords(text))
	for _, k := range privatekey.Find([]byte(text)) {
		found = append(found, commandSecret{k.What, span{k.From, k.To}})
	}
	slices.SortStableFunc(found, func(a, b commandSecret) int { return a.from - b.from })
	return found
}

// loginFlags finds the passwords of -u USER:PASSWORD and --user USER:PASSWORD, of curl
// and others.
func loginFlags(text string) []span {
	if !strings.Contains(text, "curl") && !strings.Contains(text, "wget") && !strings.Contains(text, "http") {
		return nil
	}
	var found []span
	for _, flag := range [...]string{" -u ", " -u", " --user ", " --user=", "\"-u\" \"", "\"--user\" \""} {
		for at := 0; ; {
			i := strings.Index(text[at:], flag)
			if i < 0 {
				break
			}
			from := at + i + len(flag)
			at = from
			to := valueEnd(text, from)
			colon := strings.IndexByte(text[from:to], ':')
			if colon < 1 {
				continue
			}
			value := strings.TrimRight(text[from+colon+1:to], `"'`)
			if !secretname.Placeholder(value) && !strings.HasPrefix(value, "//") {
				found = append(found, span{from + colon + 1, from + colon + 1 + len(value)})
			}
		}
	}
	return found
}
