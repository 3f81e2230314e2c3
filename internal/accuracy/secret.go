package accuracy

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// madeUp is what stands for something that the test makes up: <<base62 40>>. Tokens and
// keys are made, and not kept in the corpus, because whoever looks through repositories
// for secrets would rightly find them.
var madeUp = regexp.MustCompile(`<<([a-z0-9]+)(?: (\d+))?(?: (\w+))?>>`)

const (
	lower    = "abcdefghijklmnopqrstuvwxyz"
	upper    = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits   = "0123456789"
	base62   = upper + lower + digits
	base64ed = base62 + "+/"
)

// expand writes what is made up into a text. The same words, a third one to tell two
// apart among them, mean the same in all of a case.
func (c *Case) expand(text string) string {
	return madeUp.ReplaceAllStringFunc(text, func(match string) string {
		parts := madeUp.FindStringSubmatch(match)
		n, _ := strconv.Atoi(parts[2])
		value, secret, err := makeUp(parts[1], n, c.Name+match)
		if err != nil {
			panic(fmt.Sprintf("%s: %s: %v", c.Name, match, err))
		}
		if secret {
			c.secrets = append(c.secrets, telling(value))
		}
		return value
	})
}

// makeUp makes one value, and says whether it is one that must not be shown.
func makeUp(form string, n int, seed string) (value string, secret bool, err error) {
	rng := randomOf(seed)
	pick := func(alphabet string, n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = alphabet[rng.IntN(len(alphabet))]
		}
		return string(b)
	}
	switch form {
	case "hex": // a digest or an id
		return hex.EncodeToString(noise(rng, (n+1)/2))[:n], false, nil
	case "base62":
		return pick(base62, n), true, nil
	case "base64":
		return pick(base64ed, n), true, nil
	case "lower":
		return pick(lower+digits, n), true, nil
	case "upper":
		return pick(upper+"234567", n), true, nil
	case "digits":
		return pick(digits, n), false, nil
	case "hexsecret":
		return hex.EncodeToString(noise(rng, (n+1)/2))[:n], true, nil
	case "integrity": // of a lock file
		return "sha512-" + base64.StdEncoding.EncodeToString(noise(rng, 64)), false, nil
	case "uuid":
		h := hex.EncodeToString(noise(rng, 16))
		return fmt.Sprintf("%s-%s-4%s-a%s-%s", h[:8], h[8:12], h[13:16], h[17:20], h[20:]), false, nil
	case "basic": // user:password as logins to registries are kept
		return base64.StdEncoding.EncodeToString([]byte("builder:" + pick(base62, 24))), true, nil
	case "jwt":
		part := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
		return part(`{"alg":"HS256","typ":"JWT"}`) + "." + part(`{"sub":"`+pick(digits, 10)+`","name":"shop","iat":1716239022}`) + "." + pick(base62, 43), true, nil
	}
	k, err := keyOf(form)
	return k, form != "publickey", err
}

// telling is the part of a secret to look for: of a key, one of its lines.
func telling(value string) string {
	list := strings.FieldsFunc(value, func(r rune) bool { return r == '\n' || r == '\\' })
	return list[min(1, len(list)-1)]
}

// keyOf is a private key of a kind in PEM, on the lines that follow, or its public half.
func keyOf(form string) (string, error) {
	keys, err := theKeys()
	if err != nil {
		return "", err
	}
	k, ok := keys[form]
	if !ok {
		return "", fmt.Errorf("nothing of that name is made")
	}
	return strings.TrimSuffix(k, "\n"), nil
}

// theKeys are made once.
var theKeys = sync.OnceValues(func() (map[string]string, error) {
	r, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	e, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	ec, err := x509.MarshalECPrivateKey(e)
	if err != nil {
		return nil, err
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(r)
	if err != nil {
		return nil, err
	}
	spki, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return nil, err
	}
	block := func(kind string, data []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: data}))
	}
	return map[string]string{
		"rsakey": block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(r)), "eckey": block("EC PRIVATE KEY", ec), "key": block("PRIVATE KEY", pkcs8),
		"sshkey": block("OPENSSH PRIVATE KEY", openSSH(public, private)), "publickey": block("PUBLIC KEY", spki),
		"jsonkey": strings.ReplaceAll(block("PRIVATE KEY", pkcs8), "\n", `\n`),
	}, nil
})

// openSSH is ssh-keygen's form of a key without a passphrase (OpenSSH, PROTOCOL.key).
func openSSH(public ed25519.PublicKey, private ed25519.PrivateKey) []byte {
	str := func(b, s []byte) []byte {
		return append(append(b, byte(len(s)>>24), byte(len(s)>>16), byte(len(s)>>8), byte(len(s))), s...)
	}
	id := str(str(nil, []byte("ssh-ed25519")), public)
	secret := append([]byte{1, 2, 3, 4, 1, 2, 3, 4}, id...)
	secret = str(str(secret, private), []byte("me@laptop"))
	for i := byte(1); len(secret)%8 != 0; i++ {
		secret = append(secret, i)
	}
	b := []byte("openssh-key-v1\x00")
	b = str(str(str(b, []byte("none")), []byte("none")), nil)
	b = append(b, 0, 0, 0, 1)
	return str(str(b, id), secret)
}
