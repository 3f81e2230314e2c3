package structure

import (
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/model/measure"
)

// command runs a command and looks at what comes out.
func (r *run) command(v *verdict, t *CommandTest) {
	for _, why := range r.options.refused {
		v.refuse(why)
	}
	if v.refused {
		return
	}
	if r.on.Runner == nil {
		v.refuse("commands need an engine to run in, and there is none")
		return
	}
	image := valuesOf(r.env)
	own := known(t.Env, image)
	r.hide.learn(own)
	env := with(r.env, own...)
	args, lost := substitute(t.Args, valuesOf(env))
	x := Execution{
		Setup: t.Setup, SetupEnv: with(r.env, expanded(t.Env, image)...),
		Args: args, Env: with(env, r.options.env...), Dir: r.on.Config.WorkingDir, User: r.on.Config.User, TTY: r.options.tty,
	}
	if r.options.user != "" {
		x.User = r.options.user
	}
	got, err := r.on.Runner.Run(r.ctx, x)
	if err != nil {
		v.fail(err.Error())
		return
	}
	r.compare(v, t, got)
	if len(v.detail) > 0 && len(lost) > 0 {
		v.fail(fmt.Sprintf("before the command ran, $%s in it was replaced by nothing, as the image sets no such variable", strings.Join(lost, ", $")))
	}
}

// compare holds what came out against what was expected.
func (r *run) compare(v *verdict, t *CommandTest, got Result) {
	if t.ExitCode != got.Code {
		text := fmt.Sprintf("expected the exit code %d, got %d", t.ExitCode, got.Code)
		if got.Note != "" {
			text += ": " + got.Note
		}
		v.fail(text)
	}
	r.match(v, "standard error", got.Stderr, got.Cut, t.Errors, t.NoErrors)
	r.match(v, "standard output", got.Stdout, got.Cut, t.Output, t.NoOutput)
	if len(v.detail) > 0 && t.ExitCode != got.Code { // it says why, most often
		r.said(v, "standard error", got.Stderr, len(t.Errors)+len(t.NoErrors))
		r.said(v, "standard output", got.Stdout, len(t.Output)+len(t.NoOutput))
	}
}

// said tells what a command wrote where no comparison has told it.
func (r *run) said(v *verdict, stream string, data []byte, told int) {
	if told == 0 && len(data) > 0 {
		v.fail(fmt.Sprintf("%s was %s", stream, r.hide.quoted(string(data), maxShown)))
	}
}

func (r *run) match(v *verdict, stream string, data []byte, cut bool, expected, excluded []Pattern) {
	limit := ""
	if cut {
		limit = " in its first " + measure.Bytes(int64(len(data))) + ", more is not looked at"
	}
	for _, p := range expected {
		if !p.Match(data) {
			v.fail(fmt.Sprintf("expected %s to match %s%s, got %s", stream, r.hide.quoted(p.String(), maxAsked), limit, r.hide.quoted(string(data), maxShown)))
		}
	}
	for _, p := range excluded {
		if m := p.FindIndex(data); m != nil {
			v.fail(fmt.Sprintf("expected %s not to match %s, got %s", stream, r.hide.quoted(p.String(), maxAsked), r.hide.quoted(around(data, m), maxShown)))
		}
	}
	if cut && len(excluded) > 0 && len(v.detail) == 0 {
		v.fail(fmt.Sprintf("expected %s not to match; nothing was found%s", stream, limit))
	}
}
