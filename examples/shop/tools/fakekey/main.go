// Fakekey prints a private key that opens nothing: it is made of a sentence that
// stands right here, so that anyone can make it. It exists for the leaky target.
package main

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"log"
	"os"
)

// sentence is the whole secret, and as long as a key of this kind has to be.
const sentence = "this key opens no door anywhere!"

func main() {
	der, err := x509.MarshalPKCS8PrivateKey(ed25519.NewKeyFromSeed([]byte(sentence)))
	if err != nil {
		log.Fatal(err)
	}
	if err := pem.Encode(os.Stdout, &pem.Block{Type: "PRIVATE KEY", Bytes: der}); err != nil {
		log.Fatal(err)
	}
}
