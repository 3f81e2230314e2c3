package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/stagedive/stagedive/inspect"
	"github.com/stagedive/stagedive/inspect/content"
	"github.com/stagedive/stagedive/inspect/leak/redact"
	"github.com/stagedive/stagedive/inspect/source"
	"github.com/stagedive/stagedive/inspect/structure"
	"github.com/stagedive/stagedive/model/image"
)

// commandTime is how long a command of a suite may take, with its setup, unless
// --timeout says otherwise: as long as installing something takes on a slow day.
const commandTime = 10 * time.Minute

// suiteFlags are how suites are run.
type suiteFlags struct {
	limit time.Duration
	tell  func(structure.Outcome) // hears of each test; nil for nobody. No flag sets it.
}

func (f *suiteFlags) add(fs *pflag.FlagSet) {
	fs.DurationVar(&f.limit, "timeout", commandTime, "how long a command of a suite may take, with its setup")
}

// suiteFiles are the files that arguments name: paths, or patterns of paths.
func suiteFiles(args []string) ([]string, error) {
	var out []string
	for _, arg := range args {
		if _, err := os.Stat(arg); err == nil || !strings.ContainsAny(arg, "*?[") {
			out = append(out, arg)
			continue
		}
		found, err := filepath.Glob(arg)
		if err != nil {
			return nil, fmt.Errorf("--config %q is no pattern: %w", arg, err)
		}
		if len(found) == 0 {
			return nil, fmt.Errorf("--config %q matches no file", arg)
		}
		out = append(out, found...)
	}
	return out, nil
}

// readSuites reads suites. What is wrong with one is told with its file and line.
func readSuites(files []string) ([]*structure.Suite, error) {
	var out []*structure.Suite
	for _, name := range files {
		f, err := source.OpenFile(name)
		if err != nil {
			return nil, fmt.Errorf("reading the suite %s: %w", name, err)
		}
		info, err := f.Stat()
		if err == nil && info.Size() > structure.MaxSuite {
			err = errors.New("it is larger than any suite")
		}
		var data []byte
		if err == nil {
			data, err = os.ReadFile(name)
		}
		f.Close()
		if err != nil {
			return nil, fmt.Errorf("reading the suite %s: %w", name, err)
		}
		s, err := structure.Parse(display(name), data)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// needs says what suites look at.
func needs(suites []*structure.Suite) (files, commands bool) {
	for _, s := range suites {
		files = files || len(s.Contents)+len(s.Existence)+len(s.Licenses) > 0
		commands = commands || len(s.Commands) > 0
	}
	return files, commands
}

// tested runs suites on an image whose source is open. im is what was found in it; nil
// when nobody has looked yet.
func tested(ctx context.Context, env environment, flags *buildFlags, how suiteFlags, suites []*structure.Suite, src source.Source, im *image.Image) ([]structure.Outcome, error) {
	files, commands := needs(suites)
	_, once := src.(source.Stream)
	if once || im == nil && files { // of a stream, only this tells what it is
		res, err := inspect.Source(ctx, src, "", looking(inspect.Options{}, nil))
		if err != nil {
			return nil, err
		}
		im = res.Image
	}
	if im == nil {
		im = &image.Image{}
	}
	on := structure.Subject{Image: im, Config: structure.ConfigOf(src.Image().Config.Config), Files: content.Of(im, src)}
	if commands {
		r, err := newRunner(ctx, flags, src, how.limit, func(text string) { fmt.Fprintln(env.stderr, "stagedive:", text) })
		if err != nil {
			return nil, err
		}
		on.Runner = r
		defer func() {
			if err := r.close(); err != nil {
				fmt.Fprintln(env.stderr, "stagedive: removing copies of layers:", err)
			}
		}()
	}
	var out []structure.Outcome
	for _, s := range suites {
		outcomes, err := structure.Run(ctx, s, on, structure.Options{Redact: redact.Text, Lookup: os.LookupEnv, Tell: how.tell})
		if err != nil {
			return nil, err
		}
		out = append(out, outcomes...)
	}
	return out, nil
}
