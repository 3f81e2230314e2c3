package privatekey

import (
	"bytes"
	"encoding/binary"
)

// Store says what a store is that holds a private key; one that holds
// certificates only, as those of trusted authorities do, is none.
func Store(data []byte) (what string, locked, ok bool) {
	switch {
	case len(data) > 12 && (binary.BigEndian.Uint32(data) == 0xfeedfeed || binary.BigEndian.Uint32(data) == 0xcececece):
		return "a Java key store with a private key", true, javaStoreHasKey(data)
	case bytes.HasPrefix(data, []byte("(")) && bytes.Contains(data[:min(len(data), 64)], []byte("private-key")),
		bytes.HasPrefix(data, []byte("Created:")) && bytes.Contains(data, []byte("private-key")), bytes.HasPrefix(data, []byte("Key: (")):
		return "a GnuPG private key", bytes.Contains(data, []byte("protected-private-key")), true
	case len(data) > 2 && data[0] == 0x30: // a DER sequence
		// The object identifiers of bags (RFC 7292, 4.2): keyBag, and
		// pkcs8ShroudedKeyBag, which a passphrase locks.
		bag := []byte{0x06, 0x0b, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x0a, 0x01}
		if bytes.Contains(data, append(bag[:len(bag):len(bag)], 1)) {
			return "a PKCS #12 store with a private key", false, true
		}
		if bytes.Contains(data, append(bag[:len(bag):len(bag)], 2)) {
			return "a PKCS #12 store with a private key", true, true
		}
	}
	return "", false, false
}

// javaStoreHasKey walks a store's entries (JavaKeyStore.engineLoad): tag 1 is a private
// Key with its chain, 2 a trusted certificate, 3 a secret key.
func javaStoreHasKey(data []byte) bool {
	at := 4
	number := func() (n int) {
		if at+4 <= len(data) {
			n = int(binary.BigEndian.Uint32(data[at:]))
		}
		at += 4
		return n
	}
	text := func() {
		if at+2 <= len(data) {
			at += int(binary.BigEndian.Uint16(data[at:]))
		}
		at += 2
	}
	version := number()
	for range min(number(), 10000) {
		tag := number()
		text() // the alias
		at += 8
		if tag == 1 || tag == 3 {
			return at < len(data)
		}
		if version == 2 {
			text() // the certificate's type
		}
		if n := number(); n < 0 || at+n > len(data) {
			return false
		} else {
			at += n
		}
	}
	return false
}
