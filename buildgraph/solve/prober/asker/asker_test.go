package asker_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stagedive/stagedive/buildgraph/solve/prober/asker"
)

// answers asks until the test has heard enough. args are what an asker's helper is
// called with.
func answers(t *testing.T, args []string, enough func(asker.Answer) bool) (out []asker.Answer) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, w := io.Pipe()
	over := make(chan error, 1)
	go func() {
		err := asker.Main(ctx, args[1:], w)
		w.Close()
		over <- err
	}()
	for dec := json.NewDecoder(bufio.NewReader(r)); ; {
		var a asker.Answer
		if err := dec.Decode(&a); err != nil || !a.Came {
			t.Errorf("%+v: %v", a, err)
			break
		}
		if out = append(out, a); enough(a) {
			break
		}
	}
	cancel()
	r.Close()
	if err := <-over; err != nil && !errors.Is(err, io.ErrClosedPipe) {
		t.Error(err)
	}
	return out
}

func portOf(t *testing.T, address string) int {
	t.Helper()
	_, text, err := net.SplitHostPort(strings.TrimPrefix(address, "http://"))
	port, wrong := strconv.Atoi(text)
	if err != nil || wrong != nil {
		t.Fatal(address, err, wrong)
	}
	return port
}

// It asks until it is ended, and tells of what changes only.
func TestHTTP(t *testing.T) {
	var asked atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch n := asked.Add(1); {
		case r.URL.String() != "/a?b=c":
			http.NotFound(w, r)
		case n < 4:
			http.Error(w, "not yet", http.StatusServiceUnavailable)
		case n < 8:
			http.Redirect(w, r, "/elsewhere", http.StatusFound)
		default:
			fmt.Fprint(w, strings.Repeat("x", asker.MaxBody+10))
		}
	}))
	defer s.Close()
	got := answers(t, asker.HTTP(portOf(t, s.URL), "/a?b=c"), func(a asker.Answer) bool { return a.Status == 200 })
	if len(got) != 3 || got[0].Status != 503 || string(got[0].Body) != "not yet\n" || got[1].Status != 302 ||
		len(got[2].Body) != asker.MaxBody || got[2].Bytes != asker.MaxBody+10 {
		t.Errorf("%d answers, the first: %+v", len(got), got[0])
	}
}

func first(asker.Answer) bool { return true }

func TestTCP(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := portOf(t, l.Addr().String())
	if got := answers(t, asker.TCP(port), first); got[0].Refused != "" {
		t.Errorf("%+v", got)
	}
	l.Close()
	if got := answers(t, asker.TCP(port), first); got[0].Refused == "" {
		t.Errorf("nobody listens: %+v", got)
	}
	if got := answers(t, asker.HTTP(port, "/"), first); got[0].Refused == "" || got[0].Status != 0 {
		t.Errorf("nobody listens: %+v", got)
	}
}

// A check is run until it succeeds; one that can't be run never is.
func TestRun(t *testing.T) {
	mark := filepath.Join(t.TempDir(), "mark")
	got := answers(t, asker.Run(time.Minute, []string{"sh", "-c", `echo said; test -e "$0"`, mark}), func(a asker.Answer) bool {
		if err := os.WriteFile(mark, nil, 0o600); err != nil {
			t.Error(err)
		}
		return a.Exit != nil && *a.Exit == 0
	})
	if len(got) != 2 || *got[0].Exit != 1 || string(got[0].Body) != "said\n" {
		t.Errorf("%+v", got)
	}
	if got := answers(t, asker.Run(time.Minute, []string{"/no/such"}), first); !got[0].Never || got[0].Refused != "/no/such: no such file or directory" {
		t.Errorf("%+v", got)
	}
	if got := answers(t, asker.Run(time.Millisecond, []string{"sleep", "60"}), first); got[0].Never || got[0].Refused != "a check took more than the 1ms that it is given" {
		t.Errorf("%+v", got)
	}
	if got := answers(t, asker.Run(time.Minute, []string{"sh", "-c", "head -c 100000 /dev/zero"}), first); len(got[0].Body) != 4<<10 || got[0].Bytes != 100000 {
		t.Errorf("%d of %d bytes", len(got[0].Body), got[0].Bytes)
	}
}

func TestNoQuestion(t *testing.T) {
	for _, args := range [][]string{{"http", "80"}, {"http", "x", "/"}, {"tcp", "99999"}, {"udp", "1"}, {"run", "soon", "true"}, {"run", "1s"}, {}} {
		if err := asker.Main(t.Context(), args, io.Discard); err == nil {
			t.Errorf("%q is a question", args)
		}
	}
}
