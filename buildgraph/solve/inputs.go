package solve

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/containerd/containerd/v2/core/content"
	"github.com/docker/cli/cli/config"
	bcbuild "github.com/moby/buildkit/cmd/buildctl/build"
	"github.com/moby/buildkit/session"
	"github.com/moby/buildkit/session/auth/authprovider"
	"github.com/moby/buildkit/session/sshforward/sshprovider"
	"github.com/tonistiigi/fsutil"
)

// inputs is all that the engine may ask this machine for during a build.
type inputs struct {
	locals    map[string]fsutil.FS     // directories by the name the frontend uses
	dirs      map[string]string        // where on this machine those that are contexts lie
	stores    map[string]content.Store // OCI layouts by store ID
	session   []session.Attachable
	secrets   [][]byte          // values that must never be shown
	attrs     map[string]string // frontend attributes that name the above
	sharedKey string            // lets the engine reuse what it has of the same context
}

// close ends what the session kept open, such as connections to an SSH agent.
func (in *inputs) close() {
	for _, a := range in.session {
		if c, ok := a.(io.Closer); ok {
			c.Close()
		}
	}
}

// inputError says that something the build needs from this machine isn't there.
type inputError struct {
	err  error
	hint string
}

func (e *inputError) Error() string { return e.err.Error() }
func (e *inputError) Unwrap() error { return e.err }

func inputErrorf(hint, format string, args ...any) error {
	return &inputError{err: fmt.Errorf(format, args...), hint: hint}
}

// inputs collects them. Even with an error it returns as much as is known, so
// that secrets are kept out of whatever is said about the error.
func (r *Request) inputs() (*inputs, error) {
	in := &inputs{
		locals: map[string]fsutil.FS{},
		dirs:   map[string]string{},
		stores: map[string]content.Store{},
		attrs:  map[string]string{},
	}
	for _, add := range []func(*inputs) error{
		r.addSecrets, r.addContext, r.addDockerfile, r.addNamedContexts, r.addSSH, r.addCredentials,
	} {
		if err := add(in); err != nil {
			return in, err
		}
	}
	return in, nil
}

func (r *Request) addContext(in *inputs) error {
	if r.ContextDir == "" {
		in.locals["context"] = memoryDir{}
		return nil
	}
	dir, err := openDir(r.ContextDir)
	if err != nil {
		return inputErrorf("name an existing directory as the build context", "opening the build context: %w", err)
	}
	in.locals["context"], in.dirs["context"] = dir, r.ContextDir
	in.sharedKey = pathKey(r.ContextDir)
	if r.ContextOf.Key != "" {
		in.sharedKey = hashKey(r.ContextOf.Key)
	}
	return nil
}

func (r *Request) addSSH(in *inputs) error {
	if len(r.SSH) == 0 {
		return nil
	}
	const hint = "start ssh-agent and add a key with ssh-add, or name a key file: --ssh default=FILE"
	agents, err := bcbuild.ParseSSH(r.SSH)
	if err == nil {
		var a session.Attachable
		if a, err = sshprovider.NewSSHAgentProvider(agents); err == nil {
			in.session = append(in.session, a)
			return nil
		}
	}
	for cause := errors.Unwrap(err); cause != nil; cause = errors.Unwrap(cause) {
		err = cause // each layer above it says only that it failed
	}
	return inputErrorf(hint, "preparing --ssh: %w", err)
}

// addCredentials lets the engine log in to registries as the user's docker does.
func (r *Request) addCredentials(in *inputs) error {
	cfg, err := config.Load(cmp.Or(r.DockerConfigDir, config.Dir()))
	if err != nil {
		return inputErrorf("repair the file, or point DOCKER_CONFIG elsewhere", "reading registry credentials: %w", err)
	}
	in.session = append(in.session, authprovider.NewDockerAuthProvider(authprovider.DockerAuthProviderConfig{
		AuthConfigProvider: authprovider.LoadAuthConfig(cfg),
	}))
	return nil
}

func openDir(dir string) (fsutil.FS, error) {
	fi, err := os.Stat(dir)
	if err != nil {
		return nil, err
	}
	if !fi.IsDir() {
		return nil, fmt.Errorf("%s is not a directory", dir)
	}
	return fsutil.NewFS(dir)
}

// pathKey names a directory of this machine without telling its path.
func pathKey(dir string) string {
	abs, err := filepath.Abs(dir)
	if err != nil {
		abs = dir
	}
	return hashKey(abs)
}

// hashKey names something of this machine without telling it.
func hashKey(text string) string {
	host, _ := os.Hostname()
	sum := sha256.Sum256([]byte(host + "\x00" + text))
	return hex.EncodeToString(sum[:16])
}
