package remote

import (
	"errors"
	"net"
	"syscall"
)

// lastWords is the connection through a helper command. Writing to a command
// that has ended gives "broken pipe"; reading from it gives what it said, which
// is what the user needs.
type lastWords struct{ net.Conn }

func (c lastWords) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	if errors.Is(err, syscall.EPIPE) {
		if _, said := c.Conn.Read(make([]byte, 1)); said != nil {
			err = said
		}
	}
	return n, err
}

// helper is the command that BuildKit's client reaches a scheme through.
func helper(scheme string) string {
	switch scheme {
	case "docker-container":
		return "docker"
	case "podman-container":
		return "podman"
	case "kube-pod":
		return "kubectl"
	case "ssh":
		return "ssh"
	}
	return ""
}
