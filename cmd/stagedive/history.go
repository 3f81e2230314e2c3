package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/stagedive/stagedive/buildgraph/engine"
	pastbuilds "github.com/stagedive/stagedive/buildgraph/history"
	"github.com/stagedive/stagedive/buildgraph/solve"
	"github.com/stagedive/stagedive/inspect/leak/redact"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/history"
	"github.com/stagedive/stagedive/tui/plain"
)

// engineFlags say which engine is asked.
type engineFlags struct{ address, config string }

func (f *engineFlags) add(fs *pflag.FlagSet) {
	fs.StringVar(&f.address, "engine", "", `address of a BuildKit, or "embedded" (default $BUILDKIT_HOST, else embedded)`)
	fs.StringVar(&f.config, "engine-config", "", "buildkitd.toml for the embedded engine")
}

// engineFlags says which engine the job's flags name.
func (j *job) engineFlags() engineFlags { return engineFlags{j.flags.engine, j.flags.engineConfig} }

// reach connects to the engine; what happens meanwhile goes to notify.
func (f *engineFlags) reach(ctx context.Context, notify func(text string)) (*engine.Conn, error) {
	o, err := engine.FromEnv(os.Environ())
	if err != nil {
		return nil, err
	}
	if f.address != "" {
		o.Address = f.address
	}
	o.ConfigFile, o.Notify = f.config, notify
	return engine.Dial(ctx, o)
}

const historyLong = `history lists the builds that an engine remembers, the newest first: those by
stagedive and those that docker build, buildctl or anybody else had it run. PATH
leaves only those of one build context.

A REF is what the list shows, or any beginning of it that only one build has.`

func newHistoryCmd(env environment) *cobra.Command {
	var flags engineFlags
	var filter history.Filter
	asJSON := false
	cmd := &cobra.Command{
		Use:   "history [PATH]",
		Short: "builds that the engine remembers: list, open, compare, attach",
		Long:  historyLong,
		Args:  usageArgs(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if filter.Limit < 0 {
				return usagef("--limit %d is negative; 0 lists all", filter.Limit)
			}
			if len(args) == 1 {
				dir, err := contextDir(args[0])
				if err != nil {
					return err
				}
				filter.Project = solve.Project(dir)
			}
			return listHistory(cmd.Context(), env, &flags, filter, asJSON)
		},
	}
	flags.add(cmd.PersistentFlags())
	cmd.Flags().IntVar(&filter.Limit, "limit", 0, "list at most so many builds; 0 for all")
	cmd.Flags().StringVar(&filter.Target, "target", "", "list builds of this stage only")
	cmd.Flags().StringVar(&filter.Words, "filter", "", "list builds that have all these words in name, target, state or ref")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the list as JSON")
	cmd.AddCommand(newHistoryOpenCmd(env, &flags), newHistoryAttachCmd(env, &flags), newHistoryCompareCmd(env, &flags), newHistoryRmCmd(env, &flags))
	return cmd
}

// contextDir is the build context that PATH names: a directory, or that of a
// Dockerfile.
func contextDir(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", usagef("%s: there is no such directory; name a build context, or nothing for all builds", path)
	}
	if info.IsDir() {
		return path, nil
	}
	return filepath.Dir(path), nil
}

func listHistory(ctx context.Context, env environment, flags *engineFlags, filter history.Filter, asJSON bool) error {
	past, all, err := flags.past(ctx)
	if err != nil {
		return err
	}
	defer past.conn.Close() // nothing is lost with the connection
	found := filter.Of(all)
	for i := range found {
		found[i].Error = redact.Text(found[i].Error)
	}
	if asJSON {
		return printJSON(env.stdout, history.NewDocument(past.conn.Info, found, time.Now()))
	}
	switch {
	case len(all) == 0:
		_, err = fmt.Fprintln(env.stdout, "This engine remembers no build. Build something with stagedive, then look here again.")
	case len(found) == 0:
		_, err = fmt.Fprintf(env.stdout, "None of the %d builds that this engine remembers is like that; stagedive history lists all.\n", len(all))
	default:
		err = plain.History(env.stdout, found, all, time.Now())
	}
	if err != nil {
		return fmt.Errorf("writing the list: %w", err)
	}
	return nil
}

func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	return nil
}

// past is the history of an engine that has been reached.
type past struct {
	conn *engine.Conn
	*pastbuilds.Engine
}

// historyOf is the history of the engine at the other end, with the names that
// docker buildx keeps here.
func historyOf(conn *engine.Conn) *pastbuilds.Engine {
	e := pastbuilds.Of(conn.Client, conn.Info)
	e.BuildxDir = pastbuilds.BuildxDir(os.Getenv)
	return e
}

// past reaches the engine and reads its list. The caller closes the connection.
func (f *engineFlags) past(ctx context.Context) (*past, []history.Record, error) {
	conn, err := f.reach(ctx, func(string) {})
	if err != nil {
		return nil, nil, err
	}
	p := &past{conn, historyOf(conn)}
	all, err := p.List(ctx)
	if err != nil {
		conn.Close()
		return nil, nil, err
	}
	return p, all, nil
}

func newHistoryRmCmd(env environment, flags *engineFlags) *cobra.Command {
	return &cobra.Command{
		Use:   "rm REF…",
		Short: "have the engine forget builds",
		Args:  usageArgs(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			past, all, err := flags.past(cmd.Context())
			if err != nil {
				return err
			}
			defer past.conn.Close() // nothing is lost with the connection
			var refs []string
			for _, arg := range args { // all are found before the first one goes
				r, err := history.Find(all, arg)
				if err != nil {
					return usage(err)
				}
				refs = append(refs, r.Ref)
			}
			var errs []error
			for _, ref := range refs {
				if err := past.Remove(cmd.Context(), ref); err != nil {
					errs = append(errs, fmt.Errorf("%s: %w", history.Short(ref, all), err))
					continue
				}
				fmt.Fprintln(env.stdout, "removed", ref)
			}
			return errors.Join(errs...)
		},
	}
}

// tellRedacted tells of a build without what looks like a secret in it.
func (p *past) tellRedacted(ctx context.Context, ref string, emit func(build.Event)) error {
	return p.Tell(ctx, ref, func(e build.Event) { emit(redacted(e)) })
}
