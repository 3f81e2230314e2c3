package cause

import "bytes"

// keys are keys and certificates, as programs write them (RFC 7468, PKCS #12, JKS).
func keys(e Evidence) (Finding, bool) {
	return Finding{Cause: "certificate"}, isKey(e.A) && isKey(e.B)
}

func isKey(s Sample) bool {
	data := bytes.TrimLeft(s.head(), " \t\r\n")
	switch {
	case bytes.HasPrefix(data, []byte("\xfe\xed\xfe\xed")): // JKS
		return true
	case bytes.HasPrefix(data, []byte("0\x82")) && bytes.Contains(data[:min(len(data), 64)], []byte("\x2a\x86\x48\x86\xf7\x0d\x01\x07")): // PKCS #12
		return true
	}
	return hasLabel(s.head()) || hasLabel(s.Data)
}

// hasLabel says whether a text holds the first line of a key or a certificate.
func hasLabel(data []byte) bool {
	for _, label := range []string{"PRIVATE KEY-----", "CERTIFICATE-----", "PUBLIC KEY-----", "DH PARAMETERS-----", "CERTIFICATE REQUEST-----", "X509 CRL-----"} {
		if i := bytes.Index(data, []byte(label)); i >= 0 && bytes.Contains(data[max(0, i-40):i], []byte("-----BEGIN ")) {
			return true
		}
	}
	return bytes.HasPrefix(data, []byte("ssh-rsa AAAA")) || bytes.HasPrefix(data, []byte("ssh-ed25519 AAAA")) || bytes.HasPrefix(data, []byte("ecdsa-sha2-"))
}

// Secret says whether a file may hold what is nobody's business: of such a one nothing is
// shown.
func Secret(e Evidence) bool {
	return isKey(e.A) || isKey(e.B) || pathCause(e.Path) == "host-keys" || pathCause(e.Path) == "shadow-day"
}
