package structure

import (
	"context"
	"os"
	"time"

	"github.com/stagedive/stagedive/inspect/content"
	"github.com/stagedive/stagedive/model/image"
)

// Kind is what a test looks at.
type Kind string

// The kinds, in the order in which a suite's tests run.
const (
	Command   Kind = "command"
	Content   Kind = "content"
	Existence Kind = "existence"
	License   Kind = "license"
	Metadata  Kind = "metadata"
)

// Outcome is what became of one test.
type Outcome struct {
	Name   string // as the suite has it, sanitised
	Kind   Kind
	Suite  string // the file
	Line   int    // of the test in it, 1-based
	Passed bool
	// Refused says that the test could not be run at all: it asks for something that
	// is not supported here, or there is no engine. It has not passed.
	Refused bool
	// Detail is why it has not passed, a sentence each, with what was expected and what
	// was found: sanitised, shortened and without secrets.
	Detail   []string
	Duration time.Duration
	// Path is the file that an existence or a content test is about, sanitised, and Layer
	// the index of the layer that wrote it; -1 where there is none.
	Path  string
	Layer int
}

// Title is the name with what kind of test it is, as container-structure-test has it.
func (o Outcome) Title() string {
	switch o.Kind {
	case Command:
		return "Command Test: " + o.Name
	case Content:
		return "File Content Test: " + o.Name
	case Existence:
		return "File Existence Test: " + o.Name
	case License:
		return "License Test"
	}
	return "Metadata Test"
}

// Runner runs commands in the image's file system.
type Runner interface {
	// Run runs a command in the image as it is, or as the commands of its setup leave
	// it: nothing of what one Run does is seen by another. An error says that it could
	// not be run, and what to do.
	Run(ctx context.Context, c Execution) (Result, error)
}

// Execution is a command to run, and how.
type Execution struct {
	Setup    [][]string // run before it, in turn
	SetupEnv []string   // NAME=value, complete
	Args     []string   // looked up in PATH where it has no slash
	Env      []string   // NAME=value, complete
	Dir      string     // "" for the root
	User     string     // a name or a number, with or without a group; "" for root
	TTY      bool       // what is written to standard error comes with the output
}

// Result is what came out of a command.
type Result struct {
	Stdout, Stderr []byte
	Cut            bool // they are not all that it wrote
	Code           int  // as a shell has it: 127 where there is no such program, 126 where it can't be executed
	Note           string
}

// Files reads files of the image. (inspect/content's Reader is one.)
type Files interface {
	// ReadAll reads up to limit bytes of each of some files and calls got for each, with
	// the file's whole size, or with why it can't be read.
	ReadAll(ctx context.Context, files []content.At, limit int64, got func(i int, data []byte, size int64, err error)) error
}

// Subject is the image that is tested.
type Subject struct {
	Image *image.Image // with its layers' trees
	// Config is the configuration as the image has it: Image's own is for showing,
	// redacted and sanitised.
	Config image.Config
	Files  Files
	Runner Runner // nil where there is no engine
}

// Options say how to run a suite.
type Options struct {
	Redact func(string) string // takes secrets out of text that is shown; nil to leave them in
	Lookup func(string) (string, bool)
	// ReadFile reads an envFile; nil for os.ReadFile.
	ReadFile func(string) ([]byte, error)
	// Tell is called with each outcome as it is known; nil for nobody.
	Tell func(Outcome)
	now  func() time.Time
}

// Run runs a suite's tests, one after the other, in the order in which
// container-structure-test does. It has an outcome for each, unless ctx ends.
func Run(ctx context.Context, s *Suite, on Subject, opt Options) ([]Outcome, error) {
	if opt.now == nil {
		opt.now = time.Now
	}
	if opt.ReadFile == nil {
		opt.ReadFile = os.ReadFile
	}
	if opt.Lookup == nil {
		opt.Lookup = func(string) (string, bool) { return "", false }
	}
	r := newRun(ctx, s, on, opt)
	for i := range s.Commands {
		t := &s.Commands[i]
		r.test(Command, t.Name, t.Line, func(v *verdict) { r.command(v, t) })
	}
	for i := range s.Contents {
		t := &s.Contents[i]
		r.test(Content, t.Name, t.Line, func(v *verdict) { r.content(v, t) })
	}
	for i := range s.Existence {
		t := &s.Existence[i]
		r.test(Existence, t.Name, t.Line, func(v *verdict) { r.existence(v, t) })
	}
	for i := range s.Licenses {
		t := &s.Licenses[i]
		r.test(License, "licenses", t.Line, func(v *verdict) { r.license(v, t) })
	}
	if t := s.Metadata; t != nil {
		r.test(Metadata, "metadata", t.Line, func(v *verdict) { r.metadata(v, t) })
	}
	return r.outcomes, context.Cause(ctx)
}

// run is a suite under way.
type run struct {
	ctx      context.Context //nolint:containedctx // a run is one question's
	suite    *Suite
	on       Subject
	opt      Options
	env      []string // of the image, with the suite's own variables
	hide     hider
	files    *fileSystem
	options  runOptions
	outcomes []Outcome
}

func newRun(ctx context.Context, s *Suite, on Subject, opt Options) *run {
	r := &run{ctx: ctx, suite: s, on: on, opt: opt, hide: hider{redact: opt.Redact}}
	r.files = newFileSystem(on)
	r.env = with(on.Config.Env, expanded(s.Env, valuesOf(on.Config.Env))...)
	r.options = r.runOptions()
	r.hide.learn(r.env)
	return r
}

// test runs one test and notes what became of it.
func (r *run) test(kind Kind, name string, line int, f func(*verdict)) {
	if r.ctx.Err() != nil {
		return
	}
	v := &verdict{hide: &r.hide, layer: -1}
	start := r.opt.now()
	f(v)
	if r.ctx.Err() != nil { // what it found then is not about the image
		return
	}
	o := Outcome{
		Name: r.hide.text(name), Kind: kind, Suite: r.suite.File, Line: line,
		Passed: len(v.detail) == 0, Refused: v.refused, Detail: v.detail, Duration: r.opt.now().Sub(start),
		Path: r.hide.text(v.path), Layer: v.layer,
	}
	r.outcomes = append(r.outcomes, o)
	if r.opt.Tell != nil {
		r.opt.Tell(o)
	}
}

// verdict collects what speaks against one test.
type verdict struct {
	hide    *hider
	detail  []string
	refused bool
	path    string // what it is about
	layer   int    // that wrote it; -1 for none
}

// maxDetails bounds what is told of one test.
const maxDetails = 40

func (v *verdict) fail(sentence string) {
	if len(v.detail) < maxDetails {
		v.detail = append(v.detail, v.hide.text(sentence))
	}
}

// refuse says why the test can't be run.
func (v *verdict) refuse(sentence string) {
	v.refused = true
	v.fail(sentence)
}
