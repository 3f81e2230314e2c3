package token

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
)

// looksRandom tells a token from what stands for one in a document: it has many
// different characters, no long run of one, few that count up, and does not say that it
// is an example.
func looksRandom(token []byte) bool {
	var seen [256]bool
	distinct, run, steps := 0, 1, 0
	for i, c := range token {
		if !seen[c] {
			seen[c] = true
			distinct++
		}
		if i == 0 {
			continue
		}
		if c == token[i-1]+1 {
			steps++
		}
		if c == token[i-1] {
			if run++; run > 5 {
				return false
			}
			continue
		}
		run = 1
	}
	if distinct < 8 || steps > len(token)/3 {
		return false
	}
	upper := bytes.ToUpper(token)
	for _, word := range [...]string{"EXAMPLE", "XXXX", "YOUR", "PLACEHOLDER", "REDACTED", "DUMMY", "FAKE", "CHANGEME"} {
		if bytes.Contains(upper, []byte(word)) {
			return false
		}
	}
	return true
}

// longest is for how long a JSON Web Token may be valid that is of no use to whoever
// pulls the image: a day, in seconds.
const longest = 24 * 60 * 60

// lasting judges a JSON Web Token (RFC 7519) by what it claims: one that ends a day after it was
// issued has ended, and some are made to be public: Supabase's anonymous role, the one
// on everybody's introduction to the format.
func lasting(token []byte) bool {
	parts := bytes.Split(token, []byte("."))
	if len(parts) != 3 || len(parts[2]) == 0 {
		return false
	}
	var head struct {
		Alg string `json:"alg"`
	}
	var claims struct {
		Exp  float64 `json:"exp"`
		Iat  float64 `json:"iat"`
		Role string  `json:"role"`
		Sub  any     `json:"sub"`
		Name any     `json:"name"`
	}
	if !decode(parts[0], &head) || head.Alg == "" || head.Alg == "none" || !decode(parts[1], &claims) {
		return false
	}
	switch {
	case claims.Exp > 0 && claims.Iat > 0 && claims.Exp-claims.Iat <= longest:
		return false
	case claims.Role == "anon", claims.Sub == "1234567890", claims.Name == "John Doe":
		return false
	}
	return true
}

func decode(part []byte, to any) bool {
	raw, err := base64.RawURLEncoding.DecodeString(string(bytes.TrimRight(part, "=")))
	return err == nil && json.Unmarshal(raw, to) == nil
}
