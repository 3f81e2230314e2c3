package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/stagedive/stagedive/buildgraph/solve/prober"
	"github.com/stagedive/stagedive/inspect/leak/redact"
	"github.com/stagedive/stagedive/inspect/policyfile"
	"github.com/stagedive/stagedive/inspect/source/resolve"
	"github.com/stagedive/stagedive/inspect/structure"
	"github.com/stagedive/stagedive/model/policy"
	"github.com/stagedive/stagedive/model/probe"
)

// probeFlags say what images are asked.
type probeFlags struct {
	none bool
	file string
}

func (f *probeFlags) add(fs *pflag.FlagSet) {
	fs.BoolVar(&f.none, "no-probes", false, "do not run the probes that the policy names")
	fs.StringVar(&f.file, "probes", "", "run the probes of FILE, which is written as "+policyfile.Name+" is, instead of the policy's")
}

// load is the policy whose probes are run; nil for none.
func (f *probeFlags) load(of *policy.Policy) (*policy.Policy, error) {
	switch {
	case f.none && f.file != "":
		return nil, usagef("--no-probes and --probes exclude each other")
	case f.none:
		return nil, nil
	case f.file == "":
		return of, nil
	}
	p, err := policyfile.Load(f.file, display(f.file))
	if err != nil {
		return nil, usage(err)
	}
	if !p.HasProbes() {
		return nil, usagef("%s has no probes; write some below probes: (docs/probes.md)", display(f.file))
	}
	return &p, nil
}

// asking is an image that probes are asked of.
type asking struct {
	ref      string
	platform string
	stage    string              // that it is of; "" for what is remembered of its build
	by       *policy.Policy      // whose probes; nil for none
	hear     func(probe.Outcome) // each, as it is known; nil for nobody
}

// probes are those that are asked of the image with a digest.
func (a *asking) probes(digest string) []probe.Probe {
	if a.by == nil {
		return nil
	}
	if a.stage == "" {
		if k := recall(ownStore(), digest); k.Graph != nil {
			a.stage = k.Graph.Stages[k.Target].Label()
		}
	}
	return a.by.For(a.stage).Probes
}

// ask runs probes in an image. What can't be run is told in the outcomes; an error says
// that ctx has ended, or the image can't be opened. tell takes what is being done.
func (a asking) ask(ctx context.Context, flags *buildFlags, name string, tell func(string)) ([]probe.Outcome, error) {
	if a.by == nil || !a.by.HasProbes() {
		return nil, nil
	}
	src, err := resolve.Open(ctx, a.ref, resolve.Options{Platform: a.platform, Built: ownStore()})
	if err != nil {
		return nil, err
	}
	defer src.Close()
	probes := a.probes(src.Image().Digest)
	if len(probes) == 0 {
		return nil, nil
	}
	if a.hear == nil {
		tell("asking " + name + " how it behaves")
	}
	raw := src.Image().Config.Config
	on := prober.Subject{Config: structure.ConfigOf(raw), Shell: raw.Shell, Stage: a.stage}
	opt := prober.Options{Clean: cleaner(on.Config.Env, probes), Tell: func(o probe.Outcome) {
		if a.hear != nil {
			a.hear(o)
			tell("")
			return
		}
		tell("asked " + name + ": " + o.Name + ": " + string(o.State))
	}}
	r, err := newRunner(ctx, flags, src, 0, tell)
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case err != nil:
		out := notRun(probes, opt.Clean, err)
		for _, o := range out {
			opt.Tell(o)
		}
		return out, nil
	}
	on.Root = r.root
	out, err := prober.Run(ctx, on, probes, opt)
	return out, errors.Join(err, r.close())
}

// notRun says of all probes why none was run.
func notRun(probes []probe.Probe, clean probe.Cleaner, why error) []probe.Outcome {
	out := make([]probe.Outcome, len(probes))
	for i := range probes {
		out[i] = probes[i].Judge(probe.Ran{Problem: why.Error()}, clean)
		out[i].State = probe.NotRun
	}
	return out
}

// minSecret is from which length on the value of a variable that holds a secret is looked
// for in what a program writes.
const minSecret = 4

// cleaner takes secrets out of what is told of an image: those that are ones by their
// form, and the values of its variables that promise some.
func cleaner(env []string, probes []probe.Probe) probe.Cleaner {
	var values []string
	learn := func(env []string) {
		for _, e := range env {
			name, value, _ := strings.Cut(e, "=")
			if len(value) >= minSecret && redact.Setting(name, value) != "" {
				values = append(values, value)
			}
		}
	}
	learn(env)
	for _, p := range probes {
		learn(p.Env)
	}
	slices.SortFunc(values, func(a, b string) int { return len(b) - len(a) }) // one may hold another
	return func(s string) string {
		for _, v := range values {
			s = strings.ReplaceAll(s, v, redact.Mark)
		}
		if !strings.Contains(s, "\n") {
			s = redact.Text(s)
		}
		return redact.Output(s)
	}
}

// platformAsked is the only platform that flags name; "" where they name none.
func (f *buildFlags) platformAsked() (string, error) {
	switch len(f.platforms) {
	case 0:
		return "", nil
	case 1:
		return f.platforms[0], nil
	}
	return "", usagef("--platform names %d platforms; ask one of them at a time", len(f.platforms))
}
