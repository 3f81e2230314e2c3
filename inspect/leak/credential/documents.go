package credential

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"maps"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/secretname"
)

// eachMember calls f for every member of a JSON document that is a text, at any depth,
// with where its value begins. At an error it stops: what it has read stands.
func eachMember(data []byte, f func(name, value string, at int)) {
	type level struct {
		object bool
		name   string
		value  bool // the next token is a member's value
	}
	var open []level
	d := json.NewDecoder(bytes.NewReader(data))
	for {
		before := int(d.InputOffset())
		t, err := d.Token()
		if err != nil {
			return
		}
		switch t := t.(type) {
		case json.Delim:
			if t == '{' || t == '[' {
				open = append(open, level{object: t == '{'})
				continue
			}
			open = open[:len(open)-1]
		case string:
			if n := len(open); n > 0 && open[n-1].object && !open[n-1].value {
				open[n-1].name, open[n-1].value = t, true
				continue
			}
			if n := len(open); n > 0 && open[n-1].object {
				f(open[n-1].name, t, before+max(0, bytes.IndexByte(data[before:], '"'))+1)
			}
		}
		if n := len(open); n > 0 {
			open[n-1].value = false
		}
	}
}

// membersNamed finds members of a JSON document by their names.
func membersNamed(names []string) reader {
	return func(data []byte) []Clue {
		var clues []Clue
		eachMember(data, func(name, value string, at int) {
			if slices.Contains(names, name) && !secretname.Placeholder(value) {
				clues = append(clues, Clue{name, at})
			}
		})
		return clues
	}
}

// connections finds members whose names say secret, and connection strings with a
// password.
func connections(data []byte) []Clue {
	var clues []Clue
	eachMember(data, func(name, value string, at int) {
		if secretname.Is(name) && !secretname.Placeholder(value) {
			clues = append(clues, Clue{name, at})
			return
		}
		for part := range strings.SplitSeq(value, ";") {
			key, password, ok := strings.Cut(strings.TrimSpace(part), "=")
			if ok && (strings.EqualFold(key, "password") || strings.EqualFold(key, "pwd")) && !secretname.Placeholder(password) {
				clues = append(clues, Clue{name + " to a connection with a password", at})
				return
			}
		}
	})
	return clues
}

// placeOf is where a quoted name stands in a document.
func placeOf(data []byte, name string) int {
	return max(0, bytes.Index(data, []byte(`"`+name+`"`)))
}

// login is what a Docker configuration has of a registry.
type login struct {
	Auth          string `json:"auth"`
	Password      string `json:"password"`
	IdentityToken string `json:"identitytoken"`
}

// dockerLogins finds the registries that a Docker configuration has a login for, in the
// form that it has and in the one that it had before 1.7.
func dockerLogins(data []byte) []Clue {
	var config struct {
		Auths map[string]login `json:"auths"`
	}
	var old map[string]login
	if json.Unmarshal(data, &config) != nil || len(config.Auths) == 0 {
		if json.Unmarshal(data, &old) != nil {
			return nil
		}
		config.Auths = old
	}
	var clues []Clue
	for _, registry := range slices.Sorted(maps.Keys(config.Auths)) {
		a := config.Auths[registry]
		if !secretname.Placeholder(a.Auth) || !secretname.Placeholder(a.Password) || !secretname.Placeholder(a.IdentityToken) {
			clues = append(clues, Clue{"a login for " + registry, placeOf(data, registry)})
		}
	}
	return clues
}

// composerLogins reads Composer's auth.json.
func composerLogins(data []byte) []Clue {
	var config map[string]map[string]json.RawMessage
	if json.Unmarshal(data, &config) != nil {
		return nil
	}
	var clues []Clue
	for _, kind := range [...]string{"http-basic", "github-oauth", "gitlab-oauth", "gitlab-token", "bitbucket-oauth", "bearer"} {
		for _, host := range slices.Sorted(maps.Keys(config[kind])) {
			var text string
			var parts map[string]string
			raw := config[kind][host]
			if json.Unmarshal(raw, &text) != nil && json.Unmarshal(raw, &parts) == nil {
				text = parts["password"] + parts["token"] + parts["consumer-secret"]
			}
			if !secretname.Placeholder(text) {
				clues = append(clues, Clue{kind + " for " + host, placeOf(data, host)})
			}
		}
	}
	return clues
}

// googleKeys finds the key of a service account or a user's refresh token.
func googleKeys(data []byte) []Clue {
	var account struct {
		Type         string `json:"type"`
		PrivateKey   string `json:"private_key"`
		RefreshToken string `json:"refresh_token"`
	}
	if json.Unmarshal(data, &account) != nil {
		return nil
	}
	switch {
	case account.Type == "service_account" && hasBody(account.PrivateKey):
		return []Clue{{"the private key of a service account", placeOf(data, "private_key")}}
	case account.Type == "authorized_user" && !secretname.Placeholder(account.RefreshToken):
		return []Clue{{"a user's refresh token", placeOf(data, "refresh_token")}}
	}
	return nil
}

// hasBody says whether something stands in a key's armour.
func hasBody(key string) bool {
	_, body, ok := strings.Cut(key, "PRIVATE KEY-----")
	body, _, _ = strings.Cut(body, "-----END")
	return ok && !secretname.Placeholder(body)
}

func pulumiTokens(data []byte) []Clue {
	var config struct {
		AccessTokens map[string]string `json:"accessTokens"`
	}
	if json.Unmarshal(data, &config) != nil {
		return nil
	}
	var clues []Clue
	for _, url := range slices.Sorted(maps.Keys(config.AccessTokens)) {
		if !secretname.Placeholder(config.AccessTokens[url]) {
			clues = append(clues, Clue{"a token for " + url, placeOf(data, url)})
		}
	}
	return clues
}

// elementsNamed finds elements of an XML document by their names, and the values that
// <add key="NAME" value="…"/> gives. Comments are none. A value in braces is one that
// Maven's master password locks.
func elementsNamed(names []string) reader {
	return func(data []byte) []Clue {
		var clues []Clue
		d := xml.NewDecoder(bytes.NewReader(data))
		d.Strict = false
		open := ""
		for {
			at := int(d.InputOffset())
			t, err := d.Token()
			if err != nil {
				return clues
			}
			switch t := t.(type) {
			case xml.StartElement:
				open = t.Name.Local
				key, value := "", ""
				for _, a := range t.Attr {
					switch a.Name.Local {
					case "key":
						key = a.Value
					case "value":
						value = a.Value
					}
				}
				if open == "add" && slices.Contains(names, key) && !secretname.Placeholder(value) && !strings.HasPrefix(value, "%") {
					clues = append(clues, Clue{key, at})
				}
			case xml.EndElement:
				open = ""
			case xml.CharData:
				value := strings.TrimSpace(string(t))
				if slices.Contains(names, open) && !secretname.Placeholder(value) && !strings.HasPrefix(value, "{") {
					clues = append(clues, Clue{open, at})
				}
			}
		}
	}
}
