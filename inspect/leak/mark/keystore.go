package mark

import (
	"fmt"
	"io"
	"path"

	"github.com/stagedive/stagedive/inspect/leak/privatekey"
	"github.com/stagedive/stagedive/inspect/scan"
)

// maxKeystore is how much of a key store is read: those of a few keys have some kilobytes.
const maxKeystore = 1 << 20

// keystoreProbe knows binary files that hold private keys: PKCS #12, Java's key stores,
// and GnuPG's keys.
func keystoreProbe(f scan.File, dirPath, base string) *probe {
	switch extension(base) {
	case ".p12", ".pfx", ".jks", ".keystore", ".ks", ".jceks":
	case ".key":
		if path.Base(dirPath) != "private-keys-v1.d" {
			return nil
		}
	default:
		return nil
	}
	return &probe{limit: maxKeystore, look: lookKeystore}
}

func lookKeystore(s *sink, f scan.File, r io.Reader) error {
	data, err := s.read(r, maxKeystore)
	if err != nil {
		return err
	}
	what, locked, ok := privatekey.Store(data)
	if !ok {
		return nil
	}
	s.mark(Mark{Kind: PrivateKey, Path: f.Path, Name: what, Size: f.Size, Line: 1, Weak: locked, Detail: fmt.Sprintf("it is %s", what)})
	return nil
}
