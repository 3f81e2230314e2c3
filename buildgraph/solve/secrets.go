package solve

import (
	"fmt"
	"os"
	"strings"

	"github.com/moby/buildkit/session/secrets/secretsprovider"
	"github.com/tonistiigi/go-csvvalue"
)

// addSecrets reads the values now: a missing file is better told before the
// build than in its middle, and we must know what to keep out of the logs.
func (r *Request) addSecrets(in *inputs) error {
	values := map[string][]byte{}
	for _, flag := range r.Secrets {
		id, value, err := r.secret(flag)
		if err != nil {
			return inputErrorf("write --secret id=NAME,src=FILE or --secret id=NAME,env=VARIABLE", "reading --secret: %w", err)
		}
		values[id] = value
		in.secrets = append(in.secrets, value)
	}
	if len(values) > 0 {
		in.session = append(in.session, secretsprovider.FromMap(values))
	}
	return nil
}

// secret reads one --secret. Its messages name the id and where the value should
// have come from, never the value. The forms are docker build's: with neither
// src nor env, the variable called like the id is tried, then the file.
func (r *Request) secret(flag string) (id string, value []byte, err error) {
	fields, err := csvvalue.Fields(flag, nil)
	if err != nil {
		return "", nil, fmt.Errorf("%q is not a comma-separated list of key=value pairs", flag)
	}
	var kind, src, env string
	for _, f := range fields {
		key, v, ok := strings.Cut(f, "=")
		if !ok {
			return "", nil, fmt.Errorf("%q is not a key=value pair", f)
		}
		switch strings.ToLower(key) {
		case "id":
			id = v
		case "src", "source":
			src = v
		case "env":
			env = v
		case "type":
			if kind = v; kind != "file" && kind != "env" {
				return "", nil, fmt.Errorf("type %q is neither file nor env", v)
			}
		default:
			return "", nil, fmt.Errorf("unknown key %q", key)
		}
	}
	if id == "" {
		return "", nil, fmt.Errorf("%q has no id", flag)
	}
	if kind == "env" && env == "" {
		env, src = src, ""
	}
	if env == "" && src == "" {
		src = id
		if _, ok := r.lookupEnv(id); ok {
			env = id
		}
	}
	if env != "" {
		v, ok := r.lookupEnv(env)
		if !ok {
			return "", nil, fmt.Errorf("secret %s: the variable %s is not set", id, env)
		}
		return id, []byte(v), nil
	}
	fi, err := os.Stat(src)
	if err != nil {
		return "", nil, fmt.Errorf("secret %s: %w", id, err)
	}
	if fi.Size() > secretsprovider.MaxSecretSize {
		return "", nil, fmt.Errorf("secret %s: %s has %d bytes, BuildKit takes %d at most", id, src, fi.Size(), secretsprovider.MaxSecretSize)
	}
	value, err = os.ReadFile(src)
	if err != nil {
		return "", nil, fmt.Errorf("secret %s: %w", id, err)
	}
	return id, value, nil
}
