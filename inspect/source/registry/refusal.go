package registry

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// refusal makes a sentence of what a registry answered, or did not.
type refusal struct {
	repo   name.Repository
	ref    name.Reference // what was asked for; nil for something below it
	locked error          // what kept the credentials from being had
}

// failure is a sentence for people, and what kind of failure it is for programs.
type failure struct {
	text string
	kind error
}

func (f *failure) Error() string { return f.text }
func (f *failure) Unwrap() error { return f.kind }

func failed(kind error, format string, args ...any) error {
	return &failure{fmt.Sprintf(format, args...), kind}
}

// of says what err means and what to do next. What the context ended stays as it is.
func (r refusal) of(err error) error {
	host := hostName(r.repo)
	var asked *url.Error
	if errors.As(err, &asked) { // the address may be a signed one
		err = asked.Err
	}
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, fs.ErrNotExist):
		return err
	case answered(err, http.StatusUnauthorized), answered(err, http.StatusForbidden):
		why := fmt.Sprintf("log in with `%s`, or check the name: registries say the same of images that do not exist", login(r.repo))
		if r.locked != nil {
			why = fmt.Sprintf("the credentials in the Docker configuration could not be read (%v)", r.locked)
		}
		return failed(errRefused, "%s does not let us read %s: %s", host, r.repo.RepositoryStr(), why)
	case answered(err, http.StatusNotFound) && r.ref != nil:
		return failed(fs.ErrNotExist, "%s has no %s: check the name, and the tag or digest", host, strings.TrimPrefix(r.ref.Name(), r.repo.RegistryStr()+"/"))
	case answered(err, http.StatusTooManyRequests):
		return failed(errRefused, "%s allows no more downloads for now: wait some minutes, or log in with `%s`", host, login(r.repo))
	}
	if why, ok := untrusted(err); ok {
		return failed(errRefused, "%s shows a certificate that this machine does not trust (%s): add its CA to the system's, or name a file with it in SSL_CERT_FILE", host, why)
	}
	if speaksPlain(err) {
		return failed(errRefused, "%s speaks plain HTTP, which is used with this machine only: give it a certificate, or copy the image into an archive (skopeo copy --src-tls-verify=false docker://… oci-archive:FILE)", host)
	}
	if why, ok := unreachable(err); ok {
		return failed(errUnreachable, "%s cannot be reached (%s): check the name, the network, and HTTPS_PROXY", host, why)
	}
	return fmt.Errorf("%s answers: %w", host, err)
}

// Kinds of failures, beside fs.ErrNotExist.
var (
	errRefused     = errors.New("refused")
	errUnreachable = errors.New("unreachable")
)

// hostName is what people call the registry.
func hostName(r name.Repository) string {
	if r.RegistryStr() == name.DefaultRegistry {
		return "Docker Hub"
	}
	return r.RegistryStr()
}

// login is the command that makes credentials known.
func login(r name.Repository) string {
	if r.RegistryStr() == name.DefaultRegistry {
		return "docker login"
	}
	return "docker login " + r.RegistryStr()
}

func answered(err error, status int) bool {
	var answer *transport.Error
	return errors.As(err, &answer) && answer.StatusCode == status
}

func untrusted(err error) (string, bool) {
	var verify *tls.CertificateVerificationError
	if !errors.As(err, &verify) {
		return "", false
	}
	var authority x509.UnknownAuthorityError
	var hostname x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &authority):
		return "nobody known has signed it", true
	case errors.As(err, &hostname):
		return "it is for another name", true
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "it has expired or is not valid yet", true
	}
	return verify.Err.Error(), true
}

func speaksPlain(err error) bool {
	return errors.Is(err, errPlain) || strings.Contains(err.Error(), "server gave HTTP response to HTTPS client")
}

func unreachable(err error) (string, bool) {
	var dns *net.DNSError
	var network net.Error
	var op *net.OpError
	switch {
	case errors.As(err, &dns):
		return "its name is not known", true
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing listens there", true
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return "it does not answer", true
	case errors.As(err, &op):
		return op.Err.Error(), true
	}
	return "", false
}

// loopback says whether a host is this machine.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}
