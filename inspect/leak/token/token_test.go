package token

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/zricethezav/gitleaks/v8/config"
)

// Whoever updates gitleaks decides on what is new in it.
func TestEveryRuleOfGitleaksIsDecidedOn(t *testing.T) {
	c := chosen()
	kept := map[string]bool{}
	for _, r := range c.rules {
		if kept[r.id] || c.dropped[r.id] != "" {
			t.Errorf("%s is named twice", r.id)
		}
		kept[r.id] = true
		if r.what == "" || len(r.words) == 0 {
			t.Errorf("%s has no name or no words", r.id)
		}
		for _, w := range r.words {
			if len(w) < gram {
				t.Errorf("%s: the word %q is too short to look for", r.id, w)
			}
		}
	}
	lib := c.data()
	if len(lib.raw.Rules) < 200 || len(lib.global) == 0 {
		t.Fatalf("%d rules, %d global lists", len(lib.raw.Rules), len(lib.global))
	}
	theirs := map[string]bool{}
	for _, r := range lib.raw.Rules {
		theirs[r.ID] = true
		if !kept[r.ID] && c.dropped[r.ID] == "" {
			t.Errorf("choice.txt says nothing of gitleaks' rule %s", r.ID)
		}
	}
	for id, reason := range c.dropped {
		if !theirs[id] || c.reasons[reason] == "" {
			t.Errorf("drop %s | %s: no such rule, or no such reason", id, reason)
		}
	}
	for _, r := range c.rules {
		if (r.own == "") != theirs[r.id] {
			t.Errorf("%s: gitleaks has it: %v, it has an expression of ours: %v", r.id, theirs[r.id], r.own != "")
		}
		for _, a := range r.compiled().allow {
			if a.MatchCondition == config.AllowlistMatchAnd && r.own == "" {
				t.Errorf("%s has a list whose conditions must all hold, which nothing here does", r.id)
			}
		}
	}
}

// What a rule's expression matches is found, wherever it stands, unless it is weak.
func TestWhatRulesMatchIsFound(t *testing.T) {
	lib := chosen().data()
	rng := rand.New(rand.NewPCG(6, 1))
	for _, r := range chosen().rules {
		if r.id == "jwt" {
			continue // its content must be right, see TestJSONWebTokens
		}
		t.Run(r.id, func(t *testing.T) {
			source := r.own
			for _, raw := range lib.raw.Rules {
				if raw.ID == r.id {
					source = withoutEnding(raw.Regex)
				}
			}
			strong := 0
			for range 400 {
				match := generate(t, rng, source, r.words)
				m := r.compiled().expression.FindStringSubmatchIndex(match)
				if m == nil || !r.hasWord([]byte(match)) || strings.Contains(match, "\n") {
					continue // an end that the generator does not know, a word in other letters
				}
				from, to := r.compiled().secret(m)
				secret := match[from:to]
				if !looksRandom([]byte(secret)) || !r.compiled().accepts(secret, match) {
					continue
				}
				if strong++; strong > 12 {
					break
				}
				for _, around := range [][2]string{{"", ""}, {"a\n  b: \"", "\"\n"}, {"export X=", "\n"}, {"https://me:", "@host/x"}, {`{"a":"b\n`, `\n"}`}} {
					if r.line && (around[0] == "https://me:" || strings.HasPrefix(around[0], "{")) {
						continue
					}
					text := around[0] + match + around[1]
					hits := Find([]byte(text))
					if !slices.ContainsFunc(hits, func(h Hit) bool {
						return strings.Contains(text[h.From:h.To], secret) || strings.Contains(secret, text[h.From:h.To])
					}) {
						t.Fatalf("nothing found in %q, whose secret is %q; hits %v", text, secret, hits)
					}
				}
			}
			if strong == 0 {
				t.Error("no strong match was generated")
			}
		})
	}
}

func TestLookAlikesStaySilent(t *testing.T) {
	for _, text := range []string{
		"ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "ghp_000000000000000000000000000000000000", "AKIAIOSFODNN7EXAMPLE", "AKIAABCDEFGHIJKLMNOP",
		"ghp_abcdefghijklmnopqrstuvwxyz0123456789", "npm_YOUR_TOKEN_HERE_PLEASE_AND_THANKS_A1b2C3", "glpat-${TOKEN}", "sk_live_...", "xoxb-your-token-here",
		"sk_test_4eC39HqLyjWDarjtT1zdp7dc", "dapi", "s.abcdefghijklmnopqrstuvwx", "hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
		"var SKIP = SK1", "the path of spat.com", "sha256~", "SG.a.b",
		"data:font/woff2;base64,d09GMgABAAAAAghp_+ghp_Zk3cWdGZr8sLq2mT9vYxB1nH5jK7pQ4aE6uI/AKIA", "ghp_Zk3cWdGZr8sLq2mT9vYxB1nH5jK7pQ4aE6uIZZZZ", "xghp_Zk3cWdGZr8sLq2mT9vYxB1nH5jK7pQ4aE6uI",
		"heroku_app_id = 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0", "secret_access_key = ${AWS_SECRET_ACCESS_KEY}", "SecretAccessKey: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
	} {
		if hits := Find([]byte(text)); len(hits) > 0 {
			t.Errorf("%q: %v", text, hits)
		}
	}
}

func TestJSONWebTokens(t *testing.T) {
	make := func(head, claims string) string {
		enc := base64.RawURLEncoding.EncodeToString
		return enc([]byte(head)) + "." + enc([]byte(claims)) + ".q3Zk3cWdGZr8sLq2mT9vYxB1nH5jK7pQ4aE6uIabcd0"
	}
	const hs = `{"alg":"HS256","typ":"JWT"}`
	for token, want := range map[string]bool{
		make(hs, `{"sub":"svc-build","role":"service_role"}`):                true,
		make(hs, `{"sub":"svc-build","iat":1700000000,"exp":2000000000}`):    true,
		make(hs, `{"sub":"svc-build","iat":1700000000,"exp":1700003600}`):    false,
		make(hs, `{"sub":"1234567890","name":"John Doe","iat":1516239022}`):  false,
		make(hs, `{"iss":"supabase","role":"anon","exp":2000000000}`):        false,
		make(`{"alg":"none"}`, `{"sub":"svc-build","role":"service_role"}`):  false,
		make(`{"typ":"something"}`, `{"sub":"svc-build","role":"x","a":""}`): false,
		make(hs, `not json, but long enough`):                                false,
	} {
		if got := len(Find([]byte("token: "+token+"\n"))) == 1; got != want {
			t.Errorf("%s: found %v, want %v", token, got, want)
		}
	}
}

func TestLineAndColumn(t *testing.T) {
	const token = "ghp_Zk3cWdGZr8sLq2mT9vYxB1nH5jK7pQ4aE6uI"
	text := "first\n\n  x = " + token + " " + token + "\nnpm_Zk3cWdGZr8sLq2mT9vYxB1nH5jK7pQ4aE6uI"
	var got []string
	for _, h := range Find([]byte(text)) {
		got = append(got, fmt.Sprintf("%s %d:%d %d", h.What, h.Line, h.Column, h.To-h.From))
	}
	want := []string{"GitHub token 3:7 40", "GitHub token 3:48 40", "npm token 4:1 40"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func FuzzFind(f *testing.F) {
	f.Add([]byte("a\nghp_Zk3cWdGZr8sLq2mT9vYxB1nH5jK7pQ4aE6uI okta=00Zk3cWdGZr8sLq2mT9vYxB1nH5jK7pQ4aE6uI12"))
	f.Add([]byte("hooks.slack.com/services/T0/B0/x eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.Zk3cWdGZr8sLq2"))
	f.Add([]byte(strings.Repeat("SK0AKIA", 30)))
	f.Fuzz(func(t *testing.T, text []byte) {
		last, kept := 0, bytes.Clone(text)
		for _, h := range Find(text) {
			if h.From < last || h.To <= h.From || h.To > len(text) {
				t.Fatalf("%+v after %d in %d bytes", h, last, len(text))
			}
			last = h.To
			before := text[:h.From]
			if h.Line != 1+bytes.Count(before, []byte("\n")) || h.Column != h.From-bytes.LastIndexByte(before, '\n') {
				t.Fatalf("%+v is on another line", h)
			}
		}
		if !bytes.Equal(text, kept) {
			t.Error("the text was changed")
		}
	})
}

// What a text that holds none costs: the aim is far below what it costs to unpack it.
func BenchmarkFind(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	words := strings.Fields("function return const pathname export default module token password skip SKU api.key location this.state = { } => // the of and in 0x1f 1234 path.join(__dirname) 'utf8' import from")
	var text bytes.Buffer
	for text.Len() < 4<<20 {
		text.WriteString(words[rng.IntN(len(words))])
		text.WriteString(" \n"[rng.IntN(12)/11:][:1])
	}
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		if len(Find(text.Bytes())) > 0 {
			b.Fatal("found something")
		}
	}
}
