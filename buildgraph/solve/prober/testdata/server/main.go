// Command server is what the tests put into images: a program that says who it is, and a
// server that behaves as it is told.
package main

import (
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"time"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:8080", "where to serve")
	say := flag.String("say", "fine", "what /healthz says")
	late := flag.Int64("late", 0, "how many times /healthz is not ready before it is")
	mode := flag.String("mode", "serve", "serve, version, crash, hang, mute, flood, echo, whoami")
	check := flag.String("check", "", "ask a URL, and end with 1 unless it is well")
	flag.Parse()
	switch {
	case *check != "":
		res, err := http.Get(*check)
		if err != nil || res.StatusCode != http.StatusOK {
			fmt.Println("not well:", err)
			os.Exit(1)
		}
		return
	case *mode == "version":
		fmt.Println("server 1.4")
		fmt.Fprintln(os.Stderr, "pid", os.Getpid())
		return
	case *mode == "whoami":
		wd, err := os.Getwd()
		fmt.Println(os.Getuid(), wd, err, os.Getenv("COLOUR"), os.Getenv("HELLO"))
		return
	case *mode == "echo":
		in, err := io.ReadAll(os.Stdin)
		fmt.Printf("%s %v\n", strings.ToUpper(string(in)), err)
		return
	case *mode == "crash":
		fmt.Println("starting")
		fmt.Fprintln(os.Stderr, "fatal: the token is hunter2-hunter2\x1b[2J")
		os.Exit(3)
	case *mode == "hang":
		fmt.Println("hanging")
		for {
			time.Sleep(time.Hour)
		}
	case *mode == "flood":
		line := []byte(strings.Repeat("flood ", 1000) + "\n")
		for {
			if _, err := os.Stdout.Write(line); err != nil {
				return
			}
		}
	}
	var asked atomic.Int64
	http.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) <= *late {
			http.Error(w, "not yet", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, *say)
	})
	http.HandleFunc("/moved", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://elsewhere.invalid/", http.StatusFound)
	})
	http.HandleFunc("/long", func(w http.ResponseWriter, _ *http.Request) {
		for range 1 << 10 {
			io.WriteString(w, strings.Repeat("x", 1<<10))
		}
	})
	l, err := net.Listen("tcp", *listen)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("serving on", *listen)
	if *mode == "mute" {
		for {
			if c, err := l.Accept(); err == nil {
				c.Close()
			}
		}
	}
	fmt.Fprintln(os.Stderr, http.Serve(l, nil))
}
