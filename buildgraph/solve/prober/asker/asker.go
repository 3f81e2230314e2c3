// Package asker asks a server on loopback whether it is there, from within its container,
// or has a check do it that the image brings: it runs as a part of the helper that is brought along, so it needs nothing of the
// image. Each answer that is another than the one before is a line of JSON; it asks until
// it is ended. Whoever started it decides which answer is the one.
package asker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"reflect"
	"strconv"
	"syscall"
	"time"
)

// Command is the word behind which the helper is asked for this.
const Command = "ask"

// Answer is what came of asking.
type Answer struct {
	Came   bool   `json:"came"`             // this is one
	Status int    `json:"status,omitempty"` // of HTTP
	Exit   *int   `json:"exit,omitempty"`   // of a check that was run
	Body   []byte `json:"body,omitempty"`   // its beginning, at most MaxBody bytes; of a check, what it wrote
	Bytes  int64  `json:"bytes,omitempty"`  // of the body, as far as it was read
	// Refused is why there was no answer; "" when there was one.
	Refused string `json:"refused,omitempty"`
	Never   bool   `json:"never,omitempty"` // and there will not be one
}

// Bounds of what is read of a body, in bytes.
const (
	MaxBody = 256 << 10 // that are told
	maxRead = 8 << 20   // that are counted
)

// Pauses between two questions grow, so that a server that is soon there is soon found,
// and one that is late is not kept from coming up.
const (
	firstPause = 10 * time.Millisecond
	mostPause  = 250 * time.Millisecond
)

// HTTP are the arguments for a GET.
func HTTP(port int, path string) []string { return []string{Command, "http", strconv.Itoa(port), path} }

// TCP are the arguments for a connection alone.
func TCP(port int) []string { return []string{Command, "tcp", strconv.Itoa(port)} }

// Run are the arguments for running a check again and again until it succeeds, each time
// for at most limit.
func Run(limit time.Duration, check []string) []string {
	return append([]string{Command, "run", limit.String()}, check...)
}

// Main asks what the arguments behind Command say until ctx ends, or out is gone.
func Main(ctx context.Context, args []string, out io.Writer) error {
	ask, err := question(args)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(out)
	var told *Answer
	for pause := firstPause; ctx.Err() == nil; pause = min(pause*3/2, mostPause) {
		a := ask(ctx)
		a.Came = true
		if told == nil || !reflect.DeepEqual(*told, a) {
			if err := enc.Encode(a); err != nil {
				return err
			}
			told = &a
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
	return nil
}

// question reads the arguments.
func question(args []string) (func(context.Context) Answer, error) {
	switch {
	case len(args) > 2 && args[0] == "run":
		limit, err := time.ParseDuration(args[1])
		if err != nil {
			return nil, err
		}
		return func(ctx context.Context) Answer { return check(ctx, limit, args[2:]) }, nil
	case len(args) == 2 && args[0] == "tcp", len(args) == 3 && args[0] == "http":
	default:
		return nil, fmt.Errorf("there is no question %q", args)
	}
	port, err := strconv.ParseUint(args[1], 10, 16)
	if err != nil {
		return nil, fmt.Errorf("port %q: %w", args[1], err)
	}
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) { return connect(ctx, int(port)) }
	if args[0] == "tcp" {
		return func(ctx context.Context) Answer {
			c, err := dial(ctx, "", "")
			if err != nil {
				return Answer{Refused: why(err)}
			}
			c.Close()
			return Answer{}
		}, nil
	}
	client := &http.Client{
		Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse // it may lead elsewhere; that it is one is the answer
		},
	}
	url := fmt.Sprintf("http://127.0.0.1:%d%s", port, args[2])
	return func(ctx context.Context) Answer { return get(ctx, client, url) }, nil
}

// connect connects to loopback: to that of IPv4, else to that of IPv6, as a server may
// take "localhost" for either.
func connect(ctx context.Context, port int) (net.Conn, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err == nil {
		return c, nil
	}
	if six, other := d.DialContext(ctx, "tcp", net.JoinHostPort("::1", strconv.Itoa(port))); other == nil {
		return six, nil
	}
	return nil, err
}

func get(ctx context.Context, client *http.Client, url string) Answer {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return Answer{Refused: why(err)}
	}
	req.Header.Set("User-Agent", "stagedive-probe")
	res, err := client.Do(req)
	if err != nil {
		return Answer{Refused: why(err)}
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, MaxBody))
	a := Answer{Status: res.StatusCode, Body: body, Bytes: int64(len(body))}
	if err != nil { // the status stands
		return a
	}
	more, _ := io.Copy(io.Discard, io.LimitReader(res.Body, maxRead))
	a.Bytes += more
	return a
}

// why is an error without the addresses in it, which are no news.
func why(err error) string {
	var errno syscall.Errno
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.As(err, &errno):
		return errno.Error()
	case errors.Is(err, io.EOF):
		return "it closed the connection without an answer"
	}
	return err.Error()
}
