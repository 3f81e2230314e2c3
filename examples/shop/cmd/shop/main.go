// Shop serves a small web shop.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"example.com/shop/internal/catalogue"
	"example.com/shop/internal/storefront"
)

// version is set by the build.
var version = "dev"

func main() {
	address := flag.String("address", ":8080", "where to listen")
	static := flag.String("static", "web", "directory of the style sheet and pictures")
	showVersion := flag.Bool("version", false, "print the version and end")
	flag.Parse()
	if *showVersion {
		fmt.Println("shop", version)
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := serve(ctx, *address, *static); err != nil {
		slog.Error("serving", "error", err)
		os.Exit(1)
	}
}

// serve answers requests until the context ends, then lets the open ones finish.
func serve(ctx context.Context, address, static string) error {
	server := &http.Server{
		Addr:              address,
		Handler:           storefront.New(catalogue.Default(), os.DirFS(static)),
		ReadHeaderTimeout: 5 * time.Second,
	}
	context.AfterFunc(ctx, func() {
		grace, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = server.Shutdown(grace)
	})
	slog.Info("serving", "address", address, "version", version)
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
