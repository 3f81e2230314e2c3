package main

import (
	"context"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/history"
	"github.com/stagedive/stagedive/model/sanitize"
)

// remembered is a tui.History: the builds of the engine that the flags name. It
// is reached anew for each question, which takes milliseconds when it runs; the
// embedded one is started when it does not.
type remembered struct {
	engine  engineFlags
	project string
}

// List gives the builds that the engine remembers.
func (r remembered) List(ctx context.Context) ([]history.Record, error) {
	conn, err := r.engine.reach(ctx, func(string) {})
	if err != nil {
		return nil, err
	}
	defer conn.Close() // only read
	return historyOf(conn).List(ctx)
}

// Tell tells of one of them.
func (r remembered) Tell(ctx context.Context, ref string, emit func(build.Event)) error {
	conn, err := r.engine.reach(ctx, func(text string) {
		emit(build.Event{Notice: &build.Notice{Text: sanitize.Text(text)}})
	})
	if err != nil {
		return err
	}
	defer conn.Close() // only read
	return historyOf(conn).Tell(ctx, ref, emit)
}

// Project names the context whose builds come first.
func (r remembered) Project() string { return r.project }
