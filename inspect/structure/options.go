package structure

import (
	"fmt"
	"slices"
	"strings"
)

// runOptions are a suite's containerRunOptions, as far as they can be had.
type runOptions struct {
	user    string
	tty     bool
	env     []string
	refused []string // why no command can be run, a sentence each
}

// runOptions works a suite's options out. Values that come from the environment or a
// file are secrets for all that is known.
func (r *run) runOptions() runOptions {
	s := r.suite.Options
	o := runOptions{user: s.User, tty: s.TTY}
	if s.Privileged {
		o.refused = append(o.refused, "containerRunOptions.privileged is not supported: BuildKit runs commands as RUN does, confined; leave it out, or run this suite with Docker")
	}
	if more := beyond(s.Capabilities); len(more) > 0 {
		o.refused = append(o.refused, fmt.Sprintf("containerRunOptions.capabilities: %s can't be given, BuildKit's commands have Docker's default ones only; run this suite with Docker", strings.Join(more, ", ")))
	}
	if len(s.BindMounts) > 0 {
		o.refused = append(o.refused, fmt.Sprintf("containerRunOptions.bindMounts is not supported: %s would have to lie on the engine's machine; put what the test needs there with setup, or run this suite with Docker", s.BindMounts[0]))
	}
	if s.EnvFile != "" {
		data, err := r.opt.ReadFile(s.EnvFile)
		if err != nil {
			o.refused = append(o.refused, fmt.Sprintf("containerRunOptions.envFile can't be read: %v; its path counts from the working directory", err))
		}
		o.env = parseEnvFile(data)
	}
	for _, name := range s.Env {
		if value, ok := r.opt.Lookup(name); ok && value != "" {
			o.env = append(o.env, name+"="+value)
		}
	}
	for _, e := range o.env {
		_, value, _ := strings.Cut(e, "=")
		r.hide.secret(value)
	}
	return o
}

// beyond are those capabilities that a command does not have anyway (the default ones
// of Docker and BuildKit).
func beyond(asked []string) []string {
	var out []string
	for _, c := range asked {
		name := strings.TrimPrefix(strings.ToUpper(c), "CAP_")
		if !slices.Contains([]string{
			"AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "NET_RAW",
			"SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
		}, name) {
			out = append(out, c)
		}
	}
	return out
}
